// The histogram of events over time, with a brush, and the line of counts that add up.
// While the brush is dragged only the map follows (over the channel); Python hears of it on release.

const kept = new WeakMap();
const PAD = { left: 10, right: 10, top: 6, bottom: 18 };
const DAY = 86400000;

class Timeline {
  constructor(parent, data) {
    this.parent = parent;
    this.style = data.style;
    this.root = serverRoot();
    this.box = parent.querySelector(".timeline");
    this.label = el("span", { class: "range", "aria-live": "polite" });
    this.all = el("button", { type: "button", class: "all", hidden: true, on: { click: () => this.tell(null, null, true) } }, "All dates");
    this.counts = el("p", { class: "counts", role: "status" });
    this.picture = svg("svg", { class: "picture", role: "group", "aria-label": "Events over time; drag to choose dates" });
    this.tip = el("div", { class: "tip", hidden: true });
    this.plot = el("div", { class: "plot" }, this.picture, this.tip);
    this.box.replaceChildren(el("div", { class: "head" }, this.label, this.all, this.counts), this.plot);
    this.channel = new BroadcastChannel(data.channel);
    this.channel.onmessage = ({ data: message }) => { if (message.type === "view") this.load(message); };
    this.channel.postMessage({ type: "hello" });
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.plot);
    this.listen();
  }

  close() {
    this.channel.close();
    this.watch.disconnect();
  }

  async load(view) {
    if (view.query === this.query && view.stamp === this.stamp) return;
    this.query = view.query;
    this.stamp = view.stamp;
    this.filtered = Boolean(view.chips?.length);
    const turn = (this.turn = (this.turn || 0) + 1);
    try {
      const answer = await getJson(`${this.root}api/summary?${view.query}`);
      if (turn !== this.turn) return;
      this.answer = answer;
      this.from = answer.from;
      this.to = answer.to;
      this.prepare();
      this.draw();
      this.count(answer.counts);
    } catch (error) {
      this.counts.replaceChildren(`The counts could not be read. ${error.message}`);
    }
  }

  // Bins per month into columns with their kinds in fixed order; the span has one empty month on either side.
  prepare() {
    const columns = new Map();
    for (const [start, end, kind, shown, possible] of this.answer.bins) {
      if (!columns.has(start)) columns.set(start, { start: parseDay(start), end: parseDay(end) + DAY, kinds: [], n: 0, shown: 0, possible: 0 });
      const column = columns.get(start);
      column.kinds.push({ kind, shown, possible });
      column.n += shown + possible;
      column.shown += shown;
      column.possible += possible;
    }
    const order = Object.keys(this.style.kinds);
    this.columns = [...columns.values()].sort((a, b) => a.start - b.start);
    for (const column of this.columns) column.kinds.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
    const span = this.answer.span || [isoDay(Date.now() - 365 * DAY), isoDay(Date.now())];
    const first = new Date(this.columns.length ? this.columns[0].start : parseDay(span[0]));
    const last = new Date(this.columns.length ? this.columns.at(-1).end - DAY : parseDay(span[1]));
    this.t0 = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() - 1, 1);
    this.t1 = Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + 2, 1);
  }

  x(time) {
    return PAD.left + ((time - this.t0) / (this.t1 - this.t0)) * (this.width - PAD.left - PAD.right);
  }

  time(x) {
    const share = (x - PAD.left) / (this.width - PAD.left - PAD.right);
    return this.t0 + Math.min(1, Math.max(0, share)) * (this.t1 - this.t0);
  }

  draw() {
    if (!this.answer || !this.columns) return;
    this.width = this.plot.clientWidth;
    this.height = this.plot.clientHeight;
    if (!this.width) return;
    const floor = this.height - PAD.bottom;
    const most = Math.max(1, ...this.columns.map((column) => column.n));
    const unit = (floor - PAD.top) / most;
    const bars = svg("g", {});
    for (const column of this.columns) {
      const x = this.x(column.start);
      const room = this.x(column.end) - x;
      const solid = Math.max(2, Math.min(room - (room > 5 ? 1.5 : 0.5), 26));
      let y = floor;
      // What is certain stands at the bottom; what is only possible lies over it, paler and without gaps.
      for (const [which, wide, pale] of [["shown", solid, 1], ["possible", room > 12 ? solid : room + 0.3, 0.18]]) {
        for (const part of column.kinds) {
          if (!part[which]) continue;
          const tall = Math.max(which === "shown" ? 2.5 : 1, part[which] * unit);
          y -= tall;
          bars.append(svg("rect", { x, y, width: wide, height: tall, fill: this.style.kinds[part.kind].colour, opacity: pale }));
        }
      }
    }
    this.picture.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.bars = bars;
    this.brush = svg("g", { class: "brush" });
    this.picture.replaceChildren(this.axis(floor), bars, this.brush);
    this.drawBrush();
  }

  axis(floor) {
    const group = svg("g", { class: "axis" }, svg("line", { x1: PAD.left, x2: this.width - PAD.right, y1: floor + 0.5, y2: floor + 0.5 }));
    const months = (this.t1 - this.t0) / (30.4 * DAY);
    const room = Math.max(2, this.width / 62);
    const step = [1, 2, 3, 6, 12, 24, 60, 120, 240].find((s) => months / s <= room) || 240;
    const at = new Date(this.t0);
    let month = at.getUTCFullYear() * 12 + at.getUTCMonth();
    month = Math.ceil(month / step) * step;
    for (; ; month += step) {
      const time = Date.UTC(Math.floor(month / 12), month % 12, 1);
      if (time >= this.t1) break;
      const name = step >= 12 || month % 12 === 0 ? String(Math.floor(month / 12)) : MONTHS[month % 12].slice(0, 3);
      const x = this.x(time);
      const text = svg("text", { x: x + 3, y: this.height - 5 });
      text.textContent = name;
      group.append(svg("line", { x1: x, x2: x, y1: floor, y2: floor + 5, class: month % 12 ? "" : "year" }), text);
    }
    return group;
  }

  drawBrush() {
    const floor = this.height - PAD.bottom;
    const set_ = this.from || this.to;
    const a = this.x(this.from ? Math.max(parseDay(this.from), this.t0) : this.t0);
    const b = this.x(this.to ? Math.min(parseDay(this.to) + DAY, this.t1) : this.t1);
    this.label.textContent = this.words();
    this.all.hidden = !set_;
    const out = (from, to) => to > from && svg("rect", { class: "out", x: from, y: 0, width: to - from, height: floor });
    const nodes = set_ ? [out(0, a), out(b, this.width), svg("rect", { class: "window", x: Math.min(a, this.width - 4), y: 0.5, width: Math.max(2, b - a), height: floor })] : [];
    const grips = [["from", a], ["to", b]].map(([end, x]) => {
      const at = Math.min(Math.max(x, 5), this.width - 5);
      const grip = svg("g", { class: "grip", tabindex: 0, role: "slider", "data-end": end, "aria-label": end === "from" ? "First day" : "Last day",
        "aria-valuetext": this[end] ? writeDay(this[end]) : "not set", "aria-valuenow": Math.round((end === "from" ? this.time(a) : this.time(b)) / DAY),
        "aria-valuemin": Math.round(this.t0 / DAY), "aria-valuemax": Math.round(this.t1 / DAY), transform: `translate(${at} 0)` },
      svg("rect", { x: -9, y: 0, width: 18, height: floor, class: "reach" }), svg("line", { y1: 0, y2: floor }),
      svg("rect", { x: -3 + (b - a < 14 ? (end === "from" ? -5 : 5) : 0), y: floor / 2 - 11, width: 6, height: 22, rx: 3, class: "knob" }));
      grip.addEventListener("keydown", (e) => this.press(e, end));
      return grip;
    });
    const focused = this.parent.activeElement?.dataset?.end || (this.parent.getRootNode().activeElement?.dataset?.end);
    this.brush.replaceChildren(...nodes.filter(Boolean), ...grips);
    if (focused) grips.find((grip) => grip.dataset.end === focused)?.focus();
  }

  words() {
    if (!this.from && !this.to) return "All dates";
    if (!this.from) return `Until ${writeDay(this.to)}`;
    if (!this.to) return `From ${writeDay(this.from)}`;
    return writeDays(this.from, this.to);
  }

  // A date at a screen position, to the edge of its month: finer dates are for the date fields.
  snap(x, last) {
    const when = new Date(this.time(x));
    const [year, month] = [when.getUTCFullYear(), when.getUTCMonth()];
    const next = Date.UTC(year, month + 1, 1);
    const start = Date.UTC(year, month, 1);
    if ((this.t1 - this.t0) / DAY < 200) return isoDay(when.getTime() - (when.getTime() % DAY));
    return last ? isoDay(next - DAY) : isoDay(start);
  }

  tell(from, to, final) {
    this.from = from;
    this.to = to;
    this.drawBrush();
    if (this.answer) this.channel.postMessage({ type: "range", from, to, final });
  }

  press(event, end) {
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -12, PageUp: 12 };
    if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      this.tell(end === "from" ? null : this.from, end === "to" ? null : this.to, true);
    }
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const now = new Date(this[end] ? parseDay(this[end]) : end === "from" ? this.t0 : this.t1 - DAY);
    const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
    let time = end === "from" ? Date.UTC(year, month + step, 1) : Date.UTC(year, month + step + 1, 0);
    time = Math.min(Math.max(time, this.t0), this.t1 - DAY);
    const day = isoDay(time);
    if (end === "from" && this.to && day > this.to) return;
    if (end === "to" && this.from && day < this.from) return;
    this.tell(end === "from" ? day : this.from, end === "to" ? day : this.to, false);
    clearTimeout(this.later);
    this.later = setTimeout(() => this.tell(this.from, this.to, true), 450);
  }

  listen() {
    const x = (event) => event.clientX - this.picture.getBoundingClientRect().left;
    let drag = null;
    this.picture.addEventListener("pointerdown", (event) => {
      if (!this.answer || event.button) return;
      const end = event.target.closest?.(".grip")?.dataset.end;
      const inside = event.target.classList?.contains("window");
      drag = { x: x(event), end, moved: false, inside, from: this.from, to: this.to };
      this.picture.setPointerCapture(event.pointerId);
      this.tip.hidden = true;
    });
    this.picture.addEventListener("pointermove", (event) => {
      const here = x(event);
      if (!drag) { this.hover(here); return; }
      if (Math.abs(here - drag.x) < 3 && !drag.moved) return;
      drag.moved = true;
      this.dragTo(drag, here);
    });
    const end = () => {
      if (drag?.moved) this.tell(this.from, this.to, true);
      drag = null;
    };
    this.picture.addEventListener("pointerup", end);
    this.picture.addEventListener("pointercancel", end);
    this.picture.addEventListener("pointerleave", () => { this.tip.hidden = true; });
  }

  dragTo(drag, here) {
    let { from, to } = this;
    if (drag.end === "from") from = this.snap(here, false);
    else if (drag.end === "to") to = this.snap(here, true);
    else if (drag.inside && drag.from && drag.to) {
      const wide = this.x(parseDay(drag.to)) - this.x(parseDay(drag.from));
      const left = this.x(parseDay(drag.from)) + here - drag.x;
      from = this.snap(Math.max(PAD.left, left + 2), false);
      to = this.snap(Math.min(this.width - PAD.right, left + wide), true);
    } else {
      from = this.snap(Math.min(drag.x, here), false);
      to = this.snap(Math.max(drag.x, here), true);
    }
    if (from && to && from > to) [from, to] = [to, from];
    if (from !== this.from || to !== this.to) this.tell(from, to, false);
  }

  hover(here) {
    if (!this.columns) return;
    const time = this.time(here);
    const column = this.columns.find((c) => time >= c.start && time < Math.max(c.end, this.time(this.x(c.start) + 3)));
    this.tip.hidden = !column;
    if (!column) return;
    const when = new Date(column.start);
    const kinds = column.kinds.map((part) => el("div", {}, el("i", { style: { background: this.style.kinds[part.kind].colour } }),
      `${part.shown + part.possible} ${this.style.kinds[part.kind].label}`));
    this.tip.replaceChildren(el("b", {}, `${MONTHS[when.getUTCMonth()]} ${when.getUTCFullYear()}`), ...kinds,
      column.possible ? el("div", { class: "soft" }, `${column.possible} with a date only roughly known`) : "");
    this.tip.style.left = `${Math.min(Math.max(here - 70, 4), this.width - 180)}px`;
  }

  count(counts) {
    const part = (n, words, why) => el("span", { title: why }, el("b", {}, n.toLocaleString("en")), ` ${words}`);
    const parts = [
      part(counts.shown, "shown", "Match every filter and have a place on the map."),
      part(counts.possible, "possible", "May match: the date or the distance is only roughly known. Drawn pale."),
      part(counts.undated, "undated", "Their date is not known, so a date range cannot include them."),
      part(counts.unplaced, "without place", "Match, but have no place on the map."),
      this.filtered ? part(counts.hidden, "hidden", "Do not match a filter, or are background events, which are switched off.")
        : part(counts.hidden, "background", "Hidden: only mentioned in passing by a report. Switch on background events to see them."),
    ];
    const line = parts.flatMap((node, i) => (i ? [el("i", { class: "sep" }, " · "), node] : [node]));
    this.counts.replaceChildren(...line, el("i", { class: "sep" }, " = "), part(counts.total, "in all", "Every event counts once."));
    set(this.counts, Object.fromEntries(Object.entries(counts).map(([name, n]) => [`data-${name}`, n])));
  }
}

export default function timeline({ data, parentElement }) {
  if (!kept.has(parentElement)) kept.set(parentElement, new Timeline(parentElement, data));
  return () => { kept.get(parentElement)?.close(); kept.delete(parentElement); };
}
