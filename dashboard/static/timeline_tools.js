// The row of controls over the bars, playback, and the pace at which the map is asked to follow.

const STEP_MS = 400; // of playback at 1×; at 4× ten steps a second
const SPEEDS = [1, 2, 4];
const PAINT_MS = 4000; // a map that has not answered after this is not waited for; sooner, its work would be thrown away
const TOOL_ICONS = {
  play: "M6 4v12l10-6z", pause: "M6 4h3v12H6zM11 4h3v12h-3z", plus: "M10 4v12M4 10h12", minus: "M4 10h12", whole: "M4 5v10M16 5v10M7 10h6M9 8l-2 2 2 2M11 8l2 2-2 2",
};

// Ranges go to the map one at a time: the next is sent when the last is painted, and only the newest of those waiting.
class MapLink {
  constructor(channel) {
    this.channel = channel;
    this.waiting = [];
  }

  send(from, to, final = false) {
    if (!final && this.sent) { this.next = [from, to]; return; }
    this.next = null;
    this.channel.postMessage({ type: "range", from, to, final });
    clearTimeout(this.sent?.timer);
    this.sent = this.heard && !final ? { from, to, timer: setTimeout(() => this.go(), PAINT_MS) } : null;
    if (!this.sent) this.go();
  }

  painted(query) {
    this.heard = true;
    const params = new URLSearchParams(query || "");
    if (this.sent && params.get("from") === this.sent.from && params.get("to") === this.sent.to) this.go();
  }

  go() {
    clearTimeout(this.sent?.timer);
    this.sent = null;
    for (const done of this.waiting.splice(0)) done();
    if (this.next) this.send(...this.next);
  }

  settled() {
    return this.sent ? new Promise((done) => { this.waiting.push(done); }) : Promise.resolve();
  }

  close() {
    clearTimeout(this.sent?.timer);
    this.next = this.sent = null;
  }
}

// Moves the chosen window through time, one unit after the other; its size stays.
class TimePlayer {
  constructor(owner) {
    this.owner = owner;
    this.hidden = () => { if (document.hidden) this.stop(); };
    document.addEventListener("visibilitychange", this.hidden);
  }

  toggle() {
    if (this.on) this.stop();
    else this.start();
  }

  // Without a window that can move: one unit, from what is shown on.
  begin() {
    const { owner } = this;
    const { from, to, step, first, last } = owner;
    const ends = to && parseDay(to) >= last;
    if (from && to && !(ends && parseDay(from) <= first)) {
      if (!ends) return { from, to };
      const index = unitIndex(Math.max(first, Math.min(owner.focus[0], parseDay(from))), step) - unitIndex(parseDay(from), step);
      return shiftRange({ from, to }, step, index);
    }
    const start = from && parseDay(from) < last ? parseDay(from) : Math.max(first, owner.focus[0]);
    return { from: firstOf(start, step), to: lastOf(start, step) };
  }

  start() {
    if (!this.owner.columns) return;
    const turn = (this.on = {});
    this.owner.box.classList.add("playing");
    this.owner.tip.hide();
    this.owner.tools.update();
    this.run(turn, this.begin(), this.owner.step);
  }

  async run(turn, anchor, unit) {
    const { owner } = this;
    for (let n = 0; this.on === turn; n += 1) {
      const began = performance.now();
      const range = shiftRange(anchor, unit, n);
      if (n > 0 && parseDay(range.from) > owner.last) break;
      owner.preview(range.from, range.to);
      owner.follow();
      await owner.link.settled();
      const rest = STEP_MS / owner.speed - (performance.now() - began);
      await new Promise((done) => { setTimeout(done, Math.max(0, rest)); });
      if (parseDay(range.to) >= owner.last) break;
    }
    if (this.on === turn) this.stop();
  }

  stop() {
    if (!this.on) return;
    this.on = null;
    this.owner.box.classList.remove("playing");
    this.owner.tools.update();
    this.owner.settle();
  }

  close() {
    this.on = null;
    document.removeEventListener("visibilitychange", this.hidden);
  }
}

class TimeTools {
  constructor(owner) {
    this.owner = owner;
    const press = (name, words, act) => el("button", { type: "button", class: "tool", title: words, "aria-label": words, on: { click: act } }, toolIcon(name));
    this.play = press("play", t("Play"), () => owner.player.toggle());
    this.speed = this.select(t("Playback speed"), SPEEDS.map((n) => [n, `${n}×`]), (value) => owner.set("speed", Number(value)));
    this.snap = this.select(t("Snap dates to"), ["auto", ...UNITS].map((unit) => [unit, snapWords(unit)]), (value) => owner.set("snap", value));
    this.scale = this.select(t("Scale of the bars"), Object.entries(SCALES).map(([name, { label }]) => [name, label]), (value) => owner.set("scale", value));
    this.presets = Object.fromEntries(Object.entries(PRESETS).map(([name, { label, title }]) => [name,
      el("button", { type: "button", class: "chip", title, on: { click: () => this.take(name) } }, label)]));
    this.out = press("minus", t("Zoom out in time"), () => owner.zoom(2, undefined, true));
    this.in = press("plus", t("Zoom in on time"), () => owner.zoom(0.5, undefined, true));
    this.whole = press("whole", t("Show the whole time"), () => owner.setFocus(owner.whole, true));
    this.row = el("div", { class: "tools", role: "group", "aria-label": t("Timeline controls") }, this.play, this.speed,
      el("span", { class: "presets", role: "group", "aria-label": t("Dates") }, Object.values(this.presets)),
      el("span", { class: "grow" }), this.snap, this.scale, el("span", { class: "zooms" }, this.out, this.in, this.whole));
  }

  select(label, options, act) {
    return el("select", { "aria-label": label, title: label, on: { change: (event) => act(event.target.value) } },
      options.map(([value, text]) => el("option", { value }, text)));
  }

  take(name) {
    const { owner } = this;
    const range = owner.columns && PRESETS[name].range(owner);
    if (!range) return;
    owner.player.stop();
    owner.preview(range.from, range.to);
    owner.lookAt(range.from, range.to);
    owner.settle();
  }

  update() {
    const { owner } = this;
    const playing = Boolean(owner.player.on);
    this.play.replaceChildren(toolIcon(playing ? "pause" : "play"));
    this.play.title = playing ? t("Pause") : t("Play: move the chosen dates through time");
    this.play.setAttribute("aria-label", playing ? t("Pause") : t("Play"));
    this.speed.value = owner.speed;
    this.snap.value = owner.snap;
    this.scale.value = owner.scale;
    this.snap.options[0].textContent = t("Snap: auto ({unit})", { unit: UNIT_WORDS[owner.unit] });
    for (const [name, chip] of Object.entries(this.presets)) {
      const range = owner.columns && PRESETS[name].range(owner);
      chip.disabled = !range;
      chip.hidden = name === "event" && !range;
      chip.setAttribute("aria-pressed", Boolean(range) && range.from === owner.from && range.to === owner.to);
    }
    const zoomed = owner.zoomed;
    this.out.disabled = this.whole.disabled = !zoomed;
    this.in.disabled = Boolean(owner.focus) && owner.focus[1] - owner.focus[0] <= LEAST_DAYS * DAY;
  }
}

const UNIT_WORDS = { day: t("day"), week: t("week"), month: t("month"), year: t("year") };

function snapWords(unit) {
  return t("Snap: {unit}", { unit: unit === "auto" ? t("auto") : UNIT_WORDS[unit] });
}

// Ranges that one press chooses; they end with the data, not with today.
const PRESETS = {
  month: { label: t("Last 30 days"), title: t("The last 30 days of the data"), range: ({ last }) => ({ from: isoDay(last - 29 * DAY), to: isoDay(last) }) },
  year: { label: t("Last year"), title: t("The last twelve months of the data"), range: ({ last }) => ({ from: isoDay(shiftTime(last, "month", -12) + DAY), to: isoDay(last) }) },
  all: { label: t("All"), title: t("All dates"), range: () => ({ from: null, to: null }) },
  event: { label: t("Event’s month"), title: t("This event’s month: the month of the chosen event"), range: ({ event }) => {
    const day = event?.start || event?.end;
    return day ? { from: firstOf(parseDay(day), "month"), to: lastOf(parseDay(day), "month") } : null;
  } },
};

// What the reader set stays while the tab is open; anything else that is found there is not believed.
const CHOICES = "borderwatch-timeline";

function readChoices() {
  try {
    const { snap, scale, speed } = JSON.parse(sessionStorage.getItem(CHOICES)) || {};
    return { ...(UNITS.includes(snap) && { snap }), ...(Object.hasOwn(SCALES, scale) && { scale }), ...(SPEEDS.includes(speed) && { speed }) };
  } catch {
    return {};
  }
}

function keepChoices({ snap, scale, speed }) {
  try {
    sessionStorage.setItem(CHOICES, JSON.stringify({ snap, scale, speed }));
  } catch { /* a browser that keeps nothing */ }
}

function toolIcon(name) {
  const solid = name === "play" || name === "pause";
  return svg("svg", { viewBox: "0 0 20 20", width: 16, height: 16, "aria-hidden": "true" }, svg("path", { d: TOOL_ICONS[name],
    fill: solid ? "currentColor" : "none", stroke: "currentColor", "stroke-width": solid ? 0 : 1.8, "stroke-linecap": "round", "stroke-linejoin": "round" }));
}
