// The bridge between Streamlit and what is drawn in the browser: one channel per session.
// Python gives the query string; map, timeline, lists and table get it over the channel, with the chosen event and what
// else the address carries. What the reader does comes back over the channel:
//   {type: "hello"}                   asks for the view
//   {type: "select", id}              chooses an event: into the address
//   {type: "range", from, to, final}  the timeline's brush; {type: "area", box}: the map's view as a filter
//   {type: "words", words}            changes parts of the query, as {kind: "aid", not_kind: ""}
//   {type: "drop", key}, {type: "reset"}, {type: "undo"}, {type: "redo"}
//   {type: "keep", words}             what only the browser needs to know goes into the address, as {at: "38,69,6"};
//                                     every view message brings all of it back as `kept`; null removes a word

const held = new WeakMap();
const STEPS = 100; // of the filters that undo goes back to

function themeOf(node) {
  const colour = getComputedStyle(node.host || node).getPropertyValue("--st-background-color").trim();
  const value = /^#[0-9a-f]{6}$/i.test(colour) ? [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16))
    : (getComputedStyle(document.querySelector(".stApp")).backgroundColor.match(/\d+/g) || [255, 255, 255]).map(Number);
  return 0.3 * value[0] + 0.6 * value[1] + 0.1 * value[2] < 128 ? "dark" : "light";
}

// The address always says what is on the screen. Replaced, not pushed: going back leaves for the previous page.
function writeAddress(view) {
  const params = new URLSearchParams(view.query);
  if (view.event) params.set("event", view.event);
  for (const [word, value] of Object.entries(view.kept)) params.set(word, value);
  const search = params.toString().replaceAll("%2C", ",").replaceAll("%3B", ";");
  const address = window.location.pathname + (search ? `?${search}` : "");
  if (address !== window.location.pathname + window.location.search) window.history.replaceState(window.history.state, "", address);
}

// What the address carries besides the filters: where the map is, the theme, the columns of the table.
function readKept(words) {
  const known = new Set([...words, "event"]);
  return Object.fromEntries([...new URLSearchParams(window.location.search)].filter(([word]) => !known.has(word)));
}

// The filters one after the other. They outlive a reload, but not the tab.
class Trail {
  constructor(query) {
    const stored = this.read();
    this.steps = stored?.steps?.[stored.at] === query ? stored.steps : [query];
    this.at = stored?.steps?.[stored.at] === query ? stored.at : 0;
    this.awaited = new Set();
  }

  read() {
    try {
      return JSON.parse(sessionStorage.getItem("borderwatch-trail"));
    } catch {
      return null; // storage switched off
    }
  }

  write() {
    try {
      sessionStorage.setItem("borderwatch-trail", JSON.stringify({ steps: this.steps, at: this.at }));
    } catch { /* then undo lasts until the next reload */ }
  }

  // A query that Python gave: the answer to an undo, an answer overtaken by the next undo, or a new one.
  take(query) {
    if (query === this.steps[this.at]) this.awaited.clear();
    else if (!this.awaited.delete(query)) {
      this.steps = [...this.steps.slice(0, this.at + 1), query].slice(-STEPS);
      this.at = this.steps.length - 1;
    }
    this.write();
  }

  go(by) {
    if (this.steps[this.at + by] === undefined) return null;
    this.at += by;
    this.awaited.add(this.steps[this.at]);
    this.write();
    return this.steps[this.at];
  }
}

// Streamlit's own menu holds the switch; it is out of sight, so we press it for the reader.
async function pressTheme(name) {
  const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });
  const menu = document.querySelector('[data-testid="stMainMenuButton"]');
  document.documentElement.classList.add("switching-theme");
  try {
    if (menu) {
      menu.click();
      for (let i = 0; i < 40; i += 1) {
        const items = [...document.querySelectorAll('[data-testid="stThemeSwitcher"] [role="menuitemradio"]')];
        const item = items.find((node) => node.textContent.trim().toLowerCase().endsWith(name));
        if (item) {
          item.click();
          await wait(0);
          if (document.querySelector('[data-testid="stMainMenuPopover"]')) menu.click();
          return;
        }
        await wait(15);
      }
      menu.click();
    }
  } finally {
    await wait(60);
    document.documentElement.classList.remove("switching-theme");
  }
}

function icon(path) {
  return svg("svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" },
    svg("path", { d: path, fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-linecap": "round", "stroke-linejoin": "round" }));
}
const LINK = "M8.5 11.5 11.5 8.5M7 9 5 11A2.9 2.9 0 0 0 9 15L11 13M13 11 15 9A2.9 2.9 0 0 0 11 5L9 7";
const MOON = "M16.5 12A7 7 0 1 1 8 3.5 5.6 5.6 0 0 0 16.5 12Z";
const SUN = "M10 6.5A3.5 3.5 0 1 1 10 13.5 3.5 3.5 0 1 1 10 6.5ZM10 1.5V3M10 17V18.5M1.5 10H3M17 10H18.5M4 4 5 5M15 15 16 16M4 16 5 15M15 5 16 4";

async function copyLink(note) {
  const copied = await navigator.clipboard?.writeText(window.location.href).then(() => true, () => false);
  note.textContent = copied ? t("Link copied") : t("Copy it from the address bar");
  setTimeout(() => { note.textContent = ""; }, copied ? 1800 : 5000);
}

function drawButtons(state) {
  const theme = themeOf(state.parent);
  const other = theme === "dark" ? "light" : "dark";
  const link = el("button", { type: "button", title: t("Copy a link to this view"), "aria-label": t("Copy a link to this view"),
    on: { click: () => copyLink(state.note) } }, icon(LINK));
  const shaded = other === "dark" ? t("Use the dark theme") : t("Use the light theme");
  const shade = el("button", { type: "button", title: shaded, "aria-label": shaded,
    on: { click: () => { keep(state, { theme: other }); pressTheme(other); } } }, icon(theme === "dark" ? SUN : MOON));
  state.note = el("span", { role: "status", class: "note" });
  state.box.replaceChildren(state.note, link, drawLanguage(state), shade);
}

// To the other language: the page is loaded anew at the same address, so that every word on it changes.
function drawLanguage(state) {
  const [code, words] = speech.language === "ru" ? ["en", "In English"] : ["ru", "По-русски"];
  const change = () => {
    keep(state, { lang: code === "en" ? null : code });
    window.location.reload();
  };
  return el("button", { type: "button", class: "language", lang: code, title: words, "aria-label": `${code.toUpperCase()}: ${words}`, on: { click: change } }, code.toUpperCase());
}

function keep(state, words) {
  for (const [word, value] of Object.entries(words)) {
    if (value === null || value === "") delete state.kept[word];
    else state.kept[word] = String(value);
  }
  writeAddress(state.view);
}

function step(state, by) {
  const query = state.trail.go(by);
  if (query !== null) state.tell("query", query);
}

// Ctrl+Z and Ctrl+Y outside of fields, which have an undo of their own.
function press(state, event) {
  const key = event.key.toLowerCase();
  if (!(event.ctrlKey || event.metaKey) || event.altKey || !["z", "y"].includes(key)) return;
  if (event.composedPath()[0].closest?.("input, textarea, select, [contenteditable], [role=spinbutton]")) return;
  event.preventDefault();
  step(state, key === "y" || event.shiftKey ? 1 : -1);
}

// The map's frame hears its own keys.
function listen(state) {
  for (const frame of document.querySelectorAll("iframe")) {
    const inside = frame.contentWindow;
    if (!inside || state.frames.has(inside)) continue;
    state.frames.add(inside);
    try {
      inside.addEventListener("keydown", state.press);
    } catch { /* a frame of another origin */ }
  }
}

function hear(state, message) {
  const tell = {
    hello: () => state.channel.postMessage(state.view),
    painted: () => listen(state),
    select: () => {
      state.view.event = message.id;
      writeAddress(state.view);
    },
    keep: () => keep(state, message.words),
    range: () => message.final && state.tell("range", [message.from, message.to]),
    area: () => state.tell("area", message.box),
    words: () => state.tell("words", message.words),
    drop: () => state.tell("drop", message.key),
    reset: () => state.tell("reset", Date.now()),
    undo: () => step(state, -1),
    redo: () => step(state, 1),
  }[message.type];
  tell?.();
}

function open(parent, data) {
  const state = { parent, box: parent.querySelector(".actions"), kept: readKept(data.words), trail: new Trail(data.query), frames: new WeakSet() };
  held.set(parent, state);
  state.channel = new BroadcastChannel(data.channel);
  state.channel.onmessage = (event) => hear(state, event.data);
  state.press = (event) => press(state, event);
  window.addEventListener("keydown", state.press);
  state.leaveLinks = completeLinks(() => state.view);
  const asked = state.kept.theme;
  if (["dark", "light"].includes(asked) && asked !== themeOf(parent)) pressTheme(asked);
  return state;
}

export default function bridge({ data, parentElement, setTriggerValue }) {
  const state = held.get(parentElement) || open(parentElement, data);
  state.tell = setTriggerValue;
  state.trail.take(data.query);
  const asked = data.event !== state.asked ? data.event : state.view?.event;
  state.asked = data.event;
  const { steps, at } = state.trail;
  state.view = { type: "view", query: data.query, event: asked ?? null, theme: themeOf(parentElement), stamp: data.stamp,
    chips: data.chips, page: data.page, kept: state.kept, undo: at > 0, redo: at < steps.length - 1 };
  writeAddress(state.view);
  state.channel.postMessage(state.view);
  drawButtons(state);
  return () => {
    state.channel.close();
    window.removeEventListener("keydown", state.press);
    state.leaveLinks();
    held.delete(parentElement);
  };
}
