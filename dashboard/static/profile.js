// The border profile: kilometres along a border from top (western end) to bottom, time from left to right, events as
// marks as long as their place is uncertain. A drag chooses dates, a stretch of the border, or both: while it lasts
// only the map follows (over the channel); Python hears of it on release.

const kept = new WeakMap();
const DAY = 86400000;
const LABEL_PX = 14; // names nearer to each other than this are left out, the less important first
const NEAR_PX = 9; // marks as near as this to the pointer are told of
const DRAG_PX = 4;
const BOTH_PX = 14; // a drag shorter than this in one direction is meant in the other
const TIP_LINES = 6;
const TICK_KINDS = { settlement: t("settlement"), capital: t("capital"), village: t("village"), crossing: t("crossing"), bridge: t("bridge"),
  border_post: t("border post"), pass: t("pass") };

class Profile extends ProfileWords {
  constructor(parent, data) {
    super();
    this.parent = parent;
    this.style = data.style;
    this.root = serverRoot();
    this.title = el("h2", {}, t("Along the border"));
    this.note = el("p", { class: "note", role: "status" });
    this.ends = ["from", "to"].map((end) => el("input", { type: "number", min: 0, step: 1, inputmode: "numeric",
      "aria-label": end === "from" ? t("From kilometre") : t("To kilometre"), on: { change: () => this.type() } }));
    this.all = el("button", { type: "button", class: "link", hidden: true, on: { click: () => this.tell({ low: null, high: null }, true) } }, t("Whole border"));
    this.swap = el("button", { type: "button", class: "swap", "aria-pressed": "false", on: { click: () => this.turn() } }, t("As a table"));
    this.picture = svg("svg", { class: "picture", role: "img", "aria-label": t("Along the border") });
    this.tip = el("div", { class: "tip", hidden: true });
    this.plot = el("div", { class: "plot" }, this.picture, this.tip);
    this.table = el("div", { class: "table", hidden: true, tabindex: 0, role: "region", "aria-label": t("Events along the border") });
    const choose = el("div", { class: "choose" }, el("span", {}, t("km")), this.ends[0], el("span", {}, t("to")), this.ends[1], this.all);
    parent.querySelector(".profile").replaceChildren(el("div", { class: "head" }, this.title, choose, this.swap), this.note, this.plot, this.table);
    this.channel = new BroadcastChannel(data.channel);
    this.channel.onmessage = ({ data: message }) => this.hear(message);
    this.channel.postMessage({ type: "hello" });
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.plot);
    this.listen();
  }

  close() {
    this.channel.close();
    this.watch.disconnect();
  }

  hear(message) {
    if (message.type === "view") { this.chosen = message.event; this.load(message); }
    if (message.type === "select") { this.chosen = message.id; this.draw(); }
    if (message.type === "hover") this.point(message.id);
    if (message.type === "guide?") this.guide();
    if (message.type === "range" && this.answer) { this.answer.from = message.from; this.answer.to = message.to; this.drawBrush(); }
  }

  async load(view) {
    if (view.query === this.query && view.stamp === this.stamp) { this.guide(); this.draw(); return; }
    this.query = view.query;
    this.stamp = view.stamp;
    const turn = (this.turns = (this.turns || 0) + 1);
    const params = new URLSearchParams(view.query);
    if (this.answer) { params.set("pair", this.answer.pair); params.set("km", this.answer.within); }
    try {
      const answer = await getJson(`${this.root}api/profile?${params}`);
      if (turn !== this.turns) return;
      this.answer = answer;
      this.marks = answer.marks || [];
      [this.low, this.high] = answer.along;
      this.guide();
      this.measure();
      this.say();
      this.draw();
      this.fillTable();
    } catch (error) {
      this.note.replaceChildren(`${t("The profile could not be read.")} ${error.message}`);
    }
  }

  guide() {
    if (this.answer) this.channel.postMessage({ type: "guide", pair: this.answer.pair, km: this.answer.within });
  }

  // The span of time drawn: from the first to the last day of what is drawn, a month more on either side.
  measure() {
    const days = this.answer.cells ? this.answer.cells.flatMap((cell) => [cell[0], cell[1]])
      : this.marks.flatMap((mark) => (mark.first ? [mark.first, mark.last] : []));
    if (this.answer.from) days.push(this.answer.from);
    if (this.answer.to) days.push(this.answer.to);
    const times = days.map(parseDay).sort((a, b) => a - b);
    const [first, last] = times.length ? [new Date(times[0]), new Date(times.at(-1))] : [new Date(Date.now() - 365 * DAY), new Date()];
    this.t0 = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() - 1, 1);
    this.t1 = Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + 2, 1);
  }

  say() {
    const { name, length, within, counts, marks, filtered } = this.answer;
    this.title.textContent = t("{border}: {n} km", { border: name, n: number(Math.round(length)) });
    const parts = [tn(counts.shown, "{n} event within {limit} km", "{n} events within {limit} km", { limit: within })];
    if (counts.possible) parts.push(tn(counts.possible, "{n} more for which one cannot tell", "{n} more for which one cannot tell") + (marks ? ` ${t("(hollow)")}` : ""));
    const undated = new Set(this.marks.filter((mark) => !mark.first).map((mark) => mark.id)).size;
    if (undated) parts.push(tn(undated, "{n} undated, in the table only", "{n} undated, in the table only"));
    if (!marks) parts.push(this.answer.by === "year" ? t("too many to draw one by one: counted by {n} km and year", { n: this.answer.step }) : t("too many to draw one by one: counted by {n} km and month", { n: this.answer.step }));
    if (!filtered) parts.push(t("drag to filter"));
    this.note.textContent = `${parts.join(" · ")}.`;
    const shown = [this.low ?? 0, this.high ?? Math.round(length)];
    this.ends.forEach((input, i) => { input.max = Math.ceil(length); input.value = Math.round(shown[i]); });
    this.all.hidden = this.low === null && this.high === null;
    this.picture.setAttribute("aria-label", t("{title}, from its western end at the top. {note} The same as a table is behind the button.", { title: this.title.textContent, note: this.note.textContent }));
  }

  turn() {
    const table = this.table.hidden;
    this.table.hidden = !table;
    this.plot.hidden = table;
    this.swap.setAttribute("aria-pressed", String(table));
    this.swap.textContent = table ? t("As a picture") : t("As a table");
    if (!table) this.draw();
  }

  x(time) { return this.box.left + ((time - this.t0) / (this.t1 - this.t0)) * (this.box.right - this.box.left); }
  y(km) { return this.box.top + (km / this.answer.length) * (this.box.bottom - this.box.top); }
  time(x) { return this.t0 + Math.min(1, Math.max(0, (x - this.box.left) / (this.box.right - this.box.left))) * (this.t1 - this.t0); }
  km(y) { return Math.min(1, Math.max(0, (y - this.box.top) / (this.box.bottom - this.box.top))) * this.answer.length; }

  draw() {
    const [width, height] = [this.plot.clientWidth, this.plot.clientHeight];
    if (!this.answer || !width || !height) return;
    const names = width < 520 ? 118 : 168;
    const lane = this.marks.some((mark) => mark.at === null && mark.first) ? 26 : 0;
    this.box = { left: names, right: width - 12, top: 8 + lane, bottom: height - 22, width, height, lane };
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.brush = svg("g", { class: "brush" });
    this.ring = svg("g", { class: "ring" });
    this.places = this.marks.filter((mark) => mark.first).map((mark) => ({ mark, x: this.x(this.middle(mark)),
      y: mark.at === null ? this.box.top - lane / 2 - 2 : this.y(mark.at) }));
    this.picture.replaceChildren(this.frame(), this.axis(), this.answer.cells ? this.drawCells() : this.drawMarks(), this.brush, this.drawTicks(), this.ring);
    this.drawBrush();
    this.point(null);
  }

  middle(mark) { return (parseDay(mark.first) + parseDay(mark.last) + DAY) / 2; }

  frame() {
    const { left, right, top, bottom, lane } = this.box;
    const group = svg("g", { class: "frame" });
    const step = [100, 200, 500, 1000, 2000, 10, 20, 50].find((s) => this.answer.length / s >= 2 && (bottom - top) / (this.answer.length / s) >= 22) || 100;
    for (let km = 0; km <= this.answer.length; km += step) {
      const y = this.y(km);
      const text = svg("text", { x: left - 6, y: y + 3.5, class: "km" });
      text.textContent = km === 0 ? t("km 0") : number(km);
      group.append(svg("line", { x1: left, x2: right, y1: y, y2: y }), text);
    }
    group.append(svg("line", { x1: left, x2: left, y1: top, y2: bottom, class: "line" }));
    if (lane) {
      const text = svg("text", { x: left - 6, y: top - lane / 2 + 2, class: "km" });
      text.textContent = t("no one stretch");
      group.append(svg("line", { x1: left, x2: right, y1: top - 5, y2: top - 5, class: "lane" }), text);
    }
    return group;
  }

  axis() {
    const { left, right, bottom, height } = this.box;
    const group = svg("g", { class: "axis" }, svg("line", { x1: left, x2: right, y1: bottom + 0.5, y2: bottom + 0.5 }));
    const months = (this.t1 - this.t0) / (30.4 * DAY);
    const step = [1, 2, 3, 6, 12, 24, 60, 120, 240].find((s) => months / s <= Math.max(2, (right - left) / 62)) || 240;
    const at = new Date(this.t0);
    let month = Math.ceil((at.getUTCFullYear() * 12 + at.getUTCMonth()) / step) * step;
    for (; ; month += step) {
      const time = Date.UTC(Math.floor(month / 12), month % 12, 1);
      if (time >= this.t1) return group;
      const x = this.x(time);
      group.append(svg("line", { x1: x, x2: x, y1: bottom, y2: bottom + 5 }));
      if (x > right - 26) continue;
      const text = svg("text", { x: x + 3, y: height - 6 });
      text.textContent = month % 12 === 0 ? String(Math.floor(month / 12)) : monthName(month % 12, { alone: true, short: true });
      group.append(text);
    }
  }

  // Every place has its tick; names only where they have room, the most important first.
  drawTicks() {
    const { left, top, bottom } = this.box;
    const group = svg("g", { class: "ticks" });
    const named = [];
    for (const tick of [...this.answer.ticks].sort((a, b) => b.weight - a.weight)) {
      const y = this.y(tick.at_km);
      const crossing = !["settlement", "capital", "village"].includes(tick.kind);
      group.append(crossing ? svg("path", { d: `M${left} ${y - 3.5}l3.5 3.5-3.5 3.5-3.5-3.5Z`, class: "crossing" })
        : svg("circle", { cx: left, cy: y, r: 2.6, class: "town" }));
      if (y < top || y > bottom + 2 || named.some((other) => Math.abs(other - y) < LABEL_PX)) continue;
      named.push(y);
      const room = Math.floor((left - 46) / 6.1);
      const text = svg("text", { x: left - 40, y: y + 4, class: crossing ? "name crossing" : "name" });
      const short = tick.name.replace(/ (border )?(crossing|checkpoint|post|point)$/i, "") || tick.name; // the diamond says it
      text.textContent = short.length > room ? `${short.slice(0, room - 1).trimEnd()}…` : short;
      const title = svg("title", {});
      title.textContent = t("{place}: {kind}, km {at}, {distance} km from the border", { place: [tick.name, tick.country].filter(Boolean).join(", "), kind: TICK_KINDS[tick.kind] || tick.kind, at: number(Math.round(tick.at_km)), distance: number(tick.km) });
      text.append(title);
      group.append(text);
    }
    return group;
  }

  colour(mark) { return this.style.kinds[mark.kind].colour; }

  drawMarks() {
    const group = svg("g", { class: "marks" });
    const order = { no: 0, possible: 1, yes: 2 };
    for (const { mark, x, y } of [...this.places].sort((a, b) => order[a.mark.match] - order[b.mark.match])) {
      const colour = this.colour(mark);
      const pale = mark.match === "no" ? "away" : mark.match === "possible" && mark.near === "yes" ? "possible" : "";
      const [a, b] = [this.x(parseDay(mark.first)), this.x(parseDay(mark.last) + DAY)];
      const dash = mark.near === "maybe" ? "3 3" : null;
      const one = svg("g", { class: `mark ${pale} ${mark.id === this.chosen ? "chosen" : ""}`, "data-event": mark.id });
      if (mark.at !== null && this.y(mark.high) - this.y(mark.low) > 10) {
        one.append(svg("line", { x1: x, x2: x, y1: this.y(mark.low), y2: this.y(mark.high), stroke: colour, class: "bar", "stroke-dasharray": dash }));
        for (const km of [mark.low, mark.high]) one.append(svg("line", { x1: x - 3, x2: x + 3, y1: this.y(km), y2: this.y(km), stroke: colour, class: "bar" }));
      }
      if (b - a > 12) one.append(svg("line", { x1: a, x2: b, y1: y, y2: y, stroke: colour, class: "span" }));
      if (mark.open) one.append(svg("path", { d: `M${b} ${y - 4}l5 4-5 4`, stroke: colour, class: "open" }));
      const shape = symbol(this.style.kinds[mark.kind], { size: 15, status: mark.near === "maybe" ? "planned" : mark.status === "denied" ? "denied" : "reported",
        halo: "var(--st-background-color)" });
      set(shape, { x: x - 7.5, y: y - 7.5 });
      one.append(shape);
      group.append(one);
    }
    return group;
  }

  drawCells() {
    const group = svg("g", { class: "cells" });
    const most = Math.max(1, ...this.answer.cells.map((cell) => cell[3] + cell[4]));
    for (const [start, end, at, shown, possible] of this.answer.cells) {
      const [x, y] = [this.x(parseDay(start)), this.y(at)];
      const high = Math.max(1, this.y(Math.min(at + this.answer.step, this.answer.length)) - y);
      const wide = Math.max(1, this.x(parseDay(end) + DAY) - x);
      group.append(svg("rect", { x, y, width: wide, height: high, opacity: (0.1 + 0.9 * Math.sqrt((shown + possible) / most)).toFixed(2) }));
    }
    return group;
  }

  drawBrush() {
    if (!this.box || !this.answer) return;
    const { left, right, top, bottom } = this.box;
    const { from, to } = this.answer;
    const a = from ? Math.max(left, this.x(parseDay(from))) : left;
    const b = to ? Math.min(right, this.x(parseDay(to) + DAY)) : right;
    const c = this.low === null ? top : this.y(this.low);
    const d = this.high === null ? bottom : this.y(this.high);
    if (!from && !to && this.low === null && this.high === null) { this.brush.replaceChildren(); return; }
    const out = (x1, y1, x2, y2) => x2 - x1 > 0.5 && y2 - y1 > 0.5 && svg("rect", { class: "out", x: x1, y: y1, width: x2 - x1, height: y2 - y1 });
    this.brush.replaceChildren(...[out(left, top, a, bottom), out(b, top, right, bottom), out(a, top, b, c), out(a, d, b, bottom),
      svg("rect", { class: "window", x: a, y: c, width: Math.max(2, b - a), height: Math.max(2, d - c) })].filter(Boolean));
  }

  // Take a new stretch or new dates: {low, high} in km, {from, to} as days; null leaves an end open.
  tell(change, final) {
    if (!this.answer) return;
    const { from, to, low, high } = { from: this.answer.from, to: this.answer.to, low: this.low, high: this.high, ...change };
    const told = JSON.stringify([from, to, low, high]);
    if (!final && told === this.told) return;
    this.told = told;
    [this.answer.from, this.answer.to, this.low, this.high] = [from, to, low, high];
    this.drawBrush();
    this.say();
    if ("low" in change || "high" in change) {
      const bounded = low !== null || high !== null || this.answer.filtered;
      const words = { from, to, border: bounded && this.answer.pair, within_km: bounded && this.answer.within, border_from_km: low, border_to_km: high };
      for (const [word, value] of Object.entries(words)) words[word] = value ? String(value) : "";
      this.channel.postMessage({ type: final ? "words" : "live", words });
    } else this.channel.postMessage({ type: "range", from, to, final });
  }

  type() {
    const [low, high] = this.ends.map((input) => Number(input.value)).sort((a, b) => a - b);
    if (!Number.isFinite(low) || !Number.isFinite(high)) return;
    this.tell({ low: low <= 0 ? null : low, high: high >= Math.floor(this.answer.length) ? null : high }, true);
  }

  snapKm(y, last) {
    const km = this.km(y);
    const step = this.answer.length > 500 ? 10 : this.answer.length > 100 ? 5 : 1;
    const snapped = Math.round(km / step) * step;
    if (last) return snapped >= this.answer.length - step / 2 ? null : snapped;
    return snapped <= 0 ? null : snapped;
  }

  snapDay(x, last) {
    const when = new Date(this.time(x));
    if ((this.t1 - this.t0) / DAY < 200) return isoDay(when.getTime() - (when.getTime() % DAY));
    const [year, month] = [when.getUTCFullYear(), when.getUTCMonth()];
    return isoDay(last ? Date.UTC(year, month + 1, 0) : Date.UTC(year, month, 1));
  }

  listen() {
    let drag = null;
    const spot = (event) => { const at = this.picture.getBoundingClientRect(); return { x: event.clientX - at.left, y: event.clientY - at.top }; };
    this.picture.addEventListener("pointerdown", (event) => {
      if (!this.answer || !this.box || event.button) return;
      const { low, high, answer: { from, to } } = this;
      drag = { ...spot(event), before: { low, high, from, to }, change: null };
      drag.only = drag.x < this.box.left - 2 ? "along" : drag.y > this.box.bottom ? "time" : null;
      this.picture.setPointerCapture(event.pointerId);
      this.tip.hidden = true;
    });
    this.picture.addEventListener("pointermove", (event) => {
      const here = spot(event);
      if (!drag) { this.hover(here); return; }
      if (!drag.change && Math.hypot(here.x - drag.x, here.y - drag.y) < DRAG_PX) return;
      drag.change = this.brushed(drag, here);
      this.tell({ ...("low" in drag.change ? {} : { from: drag.before.from, to: drag.before.to }), ...drag.change }, false);
    });
    this.picture.addEventListener("pointerup", (event) => {
      if (drag?.change) this.tell(drag.change, true);
      else if (drag) this.pick(spot(event));
      drag = null;
    });
    this.picture.addEventListener("pointercancel", () => { if (drag?.change) this.tell(drag.before, true); drag = null; });
    this.picture.addEventListener("dblclick", () => this.tell({ low: null, high: null, from: null, to: null }, true));
    this.picture.addEventListener("pointerleave", () => { if (!drag) { this.tip.hidden = true; this.hovered(null); } });
  }

  // What a drag from one point to another chooses: dates, a stretch, or both.
  brushed(drag, here) {
    const [dx, dy] = [Math.abs(here.x - drag.x), Math.abs(here.y - drag.y)];
    const along = drag.only !== "time" && (drag.only === "along" || dy >= BOTH_PX || dy > dx);
    const time = drag.only !== "along" && (drag.only === "time" || dx >= BOTH_PX || dx >= dy);
    const change = { ...drag.before };
    if (along) {
      change.low = this.snapKm(Math.min(drag.y, here.y), false);
      change.high = this.snapKm(Math.max(drag.y, here.y), true);
      if (change.low !== null && change.low === change.high) change.high += 1;
    }
    if (time) {
      change.from = this.snapDay(Math.min(drag.x, here.x), false);
      change.to = this.snapDay(Math.max(drag.x, here.x), true);
    }
    const stretched = change.low !== drag.before.low || change.high !== drag.before.high || this.low !== drag.before.low || this.high !== drag.before.high;
    return stretched ? change : { from: change.from, to: change.to };
  }

  near(here) {
    const found = (this.places || []).filter(({ mark, x, y }) => mark.match !== "no" && Math.hypot(x - here.x, y - here.y) <= NEAR_PX);
    return [...new Map(found.map(({ mark }) => [mark.id, mark])).values()];
  }

  pick(here) {
    const found = this.near(here);
    if (!found.length) return;
    const next = found[(found.findIndex((mark) => mark.id === this.chosen) + 1) % found.length];
    this.choose(next.id);
  }

  choose(id) {
    this.chosen = id;
    this.channel.postMessage({ type: "select", id });
    this.draw();
  }

  hovered(id) {
    if (id === this.under) return;
    this.under = id;
    this.channel.postMessage({ type: "hover", id });
    this.point(id);
  }

  // A ring around the marks of an event that is pointed at anywhere, or chosen.
  point(id) {
    const ids = [id, this.chosen].filter(Boolean);
    this.ring?.replaceChildren(...(this.places || []).filter(({ mark }) => ids.includes(mark.id)).map(({ x, y }) => svg("circle", { cx: x, cy: y, r: 11 })));
  }

  hover(here) {
    if (!this.box) return;
    const found = this.near(here);
    const cell = this.cellAt(here);
    this.picture.style.cursor = found.length ? "pointer" : here.x < this.box.left - 2 ? "ns-resize" : here.y > this.box.bottom ? "ew-resize" : "crosshair";
    this.hovered(found[0]?.id ?? null);
    this.tip.hidden = !found.length && !cell;
    if (this.tip.hidden) return;
    fill(this.tip, cell ? this.cellTip(cell) : found.slice(0, TIP_LINES).map((mark) => this.markTip(mark)),
      found.length > TIP_LINES && el("div", { class: "soft" }, tn(found.length - TIP_LINES, "and {n} more", "and {n} more")));
    this.tip.style.left = `${Math.max(4, Math.min(here.x + 14, this.box.width - 276))}px`;
    this.tip.style.top = `${Math.max(2, Math.min(here.y + 12, this.box.height - this.tip.offsetHeight - 4))}px`;
  }

  cellAt(here) {
    if (!this.answer.cells || here.x < this.box.left || here.y < this.box.top) return null;
    const [time, km] = [this.time(here.x), this.km(here.y)];
    return this.answer.cells.find((cell) => km >= cell[2] && km < cell[2] + this.answer.step && time >= parseDay(cell[0]) && time < parseDay(cell[1]) + DAY);
  }
}

export default function profile({ data, parentElement }) {
  if (!kept.has(parentElement)) kept.set(parentElement, new Profile(parentElement, data));
  return () => { kept.get(parentElement)?.close(); kept.delete(parentElement); };
}
