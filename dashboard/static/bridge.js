// The bridge between Streamlit and what is drawn in the browser: one channel per session.
// Python gives the query string and the chosen event; map, timeline and panel get them over the channel. What the
// reader chooses there comes back: the event into the address, a range of dates to Python.

const held = new WeakMap();

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
  const search = params.toString().replaceAll("%2C", ",");
  const address = window.location.pathname + (search ? `?${search}` : "");
  if (address !== window.location.pathname + window.location.search) window.history.replaceState(window.history.state, "", address);
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

function drawButtons(state) {
  const theme = themeOf(state.parent);
  const other = theme === "dark" ? "light" : "dark";
  const link = el("button", { type: "button", title: "Copy a link to this view", "aria-label": "Copy a link to this view" }, icon(LINK));
  link.addEventListener("click", async () => {
    await navigator.clipboard?.writeText(window.location.href).catch(() => null);
    state.note.textContent = "Link copied";
    setTimeout(() => { state.note.textContent = ""; }, 1800);
  });
  const shade = el("button", { type: "button", title: `Use the ${other} theme`, "aria-label": `Use the ${other} theme`,
    on: { click: () => pressTheme(other) } }, icon(theme === "dark" ? SUN : MOON));
  state.note = el("span", { role: "status", class: "note" });
  state.box.replaceChildren(state.note, link, shade);
}

export default function bridge({ data, parentElement, setTriggerValue }) {
  let state = held.get(parentElement);
  if (!state) {
    state = { parent: parentElement, box: parentElement.querySelector(".actions"), event: data.event };
    held.set(parentElement, state);
    state.channel = new BroadcastChannel(data.channel);
    state.channel.onmessage = ({ data: message }) => {
      if (message.type === "hello") state.channel.postMessage(state.view);
      if (message.type === "select") {
        state.view.event = message.id;
        writeAddress(state.view);
      }
      if (message.type === "range" && message.final) state.tell("range", [message.from, message.to]);
      if (message.type === "area") state.tell("area", message.box);
      if (message.type === "drop") state.tell("drop", message.key);
      if (message.type === "reset") state.tell("reset", Date.now());
    };
  }
  state.tell = setTriggerValue;
  const asked = data.event !== state.asked ? data.event : state.view?.event;
  state.asked = data.event;
  state.view = { type: "view", query: data.query, event: asked ?? null, theme: themeOf(parentElement), stamp: data.stamp,
    chips: data.chips,    page: data.page };
  writeAddress(state.view);
  state.channel.postMessage(state.view);
  drawButtons(state);
  return () => { state.channel.close(); held.delete(parentElement); };
}
