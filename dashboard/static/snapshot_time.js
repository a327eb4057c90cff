// The snapshot's timeline: a histogram by kind, a brush over it, and two date fields that say the same.

const DAY_MS = 86400000;
const TIME_PAD = { left: 12, right: 12, top: 10, bottom: 20 };

// The last day on which an event with an open end had begun, as far as its precision tells.
function begunBy(start, precision) {
  const [year, month] = start.split("-").map(Number);
  if (precision === "week") return isoDay(parseDay(start) + 6 * DAY_MS);
  if (precision === "month") return isoDay(Date.UTC(year, month, 0));
  return precision === "year" ? `${start.slice(0, 4)}-12-31` : start;
}

// Whether an event falls into the days `from` to `to` (null: open), by the rules of the query: yes, possible, no, undated.
function fits({ days: { start, end, published }, precision }, from, to) {
  if (!from && !to) return "yes";
  if (!start && !end) return "undated";
  const [since, until] = [from || "0000", to || "9999"];
  if ((start && start > until) || (end && end < since)) return "no";
  if (!start) return "possible";
  if (!end) {
    const begun = begunBy(start, precision);
    const told = published && published >= start && published >= since && (begun < published ? begun : published) <= until;
    return told || (start >= since && begun <= until) ? "yes" : "possible";
  }
  return precision === "day" || (start >= since && end <= until) ? "yes" : "possible";
}

class Timeline {
  constructor(events, style, change) {
    Object.assign(this, { events, style, change, from: null, to: null });
    const dated = events.flatMap((event) => [event.days.start, event.days.end]).filter(Boolean).sort();
    this.span = dated.length ? [dated[0], dated[dated.length - 1]] : null;
    this.picture = svg("svg", { class: "histogram", role: "img", "aria-label": t("Events over time; the fields beside it choose dates") });
    this.fields = { from: this.field("from", t("From")), to: this.field("to", t("To")) };
    this.all = el("button", { type: "button", disabled: true, on: { click: () => this.choose(null, null) } }, t("All dates"));
    this.box = el("section", { class: "time", "aria-label": t("Dates") }, el("div", { class: "fields" }, this.fields.from.label, this.fields.to.label, this.all), this.picture);
    this.picture.addEventListener("pointerdown", (event) => this.brush(event));
    new ResizeObserver(() => this.draw()).observe(this.picture);
  }

  field(name, words) {
    const input = el("input", { type: "date", min: "1800-01-01", max: "2199-12-31", on: { change: () => this.choose(this.fields.from.input.value || null, this.fields.to.input.value || null, name) } });
    return { input, label: el("label", {}, words, input) };
  }

  // A reversed range turns the other end along.
  choose(from, to, last = "to") {
    if (from && to && from > to) [from, to] = last === "to" ? [to, to] : [from, from];
    Object.assign(this, { from, to });
    this.fields.from.input.value = from || "";
    this.fields.to.input.value = to || "";
    this.all.disabled = !from && !to;
    this.drawBrush();
    this.change(from, to);
  }

  // Days up to half a year, months up to thirty years, then years.
  get unit() {
    const days = (parseDay(this.span[1]) - parseDay(this.span[0])) / DAY_MS;
    return days <= 180 ? "day" : days <= 11000 ? "month" : "year";
  }

  bins() {
    const [first, last] = this.span;
    const found = [];
    let day = this.unit === "day" ? first : this.unit === "month" ? `${first.slice(0, 7)}-01` : `${first.slice(0, 4)}-01-01`;
    while (day <= last) {
      const [year, month, date] = day.split("-").map(Number);
      const next = isoDay(this.unit === "day" ? Date.UTC(year, month - 1, date + 1) : this.unit === "month" ? Date.UTC(year, month, 1) : Date.UTC(year + 1, 0, 1));
      found.push({ start: day, end: isoDay(parseDay(next) - DAY_MS), kinds: new Map() });
      day = next;
    }
    return found;
  }

  // An event counts in every bin it may touch; one with an open end in those it certainly touches.
  sum() {
    const bins = this.bins();
    const at = (day) => bins.findLastIndex((bin) => bin.start <= day);
    for (const event of this.events) {
      const { start, end } = event.days;
      if (!start && !end) continue;
      const [first, last] = [at(start || end), at(end || start)];
      for (let i = Math.max(0, first); i <= last; i += 1) {
        const sure = event.match === "yes" && fits(event, bins[i].start, bins[i].end) === "yes";
        const counts = bins[i].kinds.get(event.kind) || [0, 0];
        counts[sure ? 0 : 1] += 1;
        bins[i].kinds.set(event.kind, counts);
      }
    }
    for (const bin of bins) bin.n = [...bin.kinds.values()].reduce((sum, [a, b]) => sum + a + b, 0);
    return bins;
  }

  x(day) {
    const [first, last] = this.ends;
    return TIME_PAD.left + ((parseDay(day) - first) / (last - first)) * (this.width - TIME_PAD.left - TIME_PAD.right);
  }

  day(x) {
    const [first, last] = this.ends;
    const time = first + ((x - TIME_PAD.left) / (this.width - TIME_PAD.left - TIME_PAD.right)) * (last - first);
    return isoDay(Math.min(last - DAY_MS, Math.max(first, time)));
  }

  draw() {
    this.width = this.picture.clientWidth;
    this.height = this.picture.clientHeight;
    if (!this.span || this.width < 60) return;
    this.counted ||= this.sum();
    this.ends = [parseDay(this.counted[0].start), parseDay(this.counted.at(-1).end) + DAY_MS];
    this.picture.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.brushes = svg("g", { class: "brush" });
    this.picture.replaceChildren(this.bars(), this.axis(), this.brushes);
    this.drawBrush();
  }

  bars() {
    const floor = this.height - TIME_PAD.bottom;
    const unit = (floor - TIME_PAD.top) / Math.max(1, ...this.counted.map((bin) => bin.n));
    const paths = new Map();
    for (const bin of this.counted) {
      const x = this.x(bin.start);
      const wide = Math.max(2, Math.min(26, this.x(isoDay(parseDay(bin.end) + DAY_MS)) - x - 1));
      let y = floor;
      for (const which of [0, 1]) {
        for (const [kind, counts] of bin.kinds) {
          if (!counts[which]) continue;
          const tall = counts[which] * unit;
          y -= tall;
          const key = `${which} ${kind}`;
          paths.set(key, `${paths.get(key) || ""}M${x.toFixed(1)} ${y.toFixed(1)}h${wide.toFixed(1)}v${tall.toFixed(1)}h-${wide.toFixed(1)}z`);
        }
      }
    }
    return svg("g", {}, ...[...paths].map(([key, d]) => svg("path", { d, fill: this.style.kinds[key.slice(2)].colour, class: key[0] === "1" ? "pale" : "" })));
  }

  axis() {
    const floor = this.height - TIME_PAD.bottom;
    const nodes = [svg("line", { x1: TIME_PAD.left, x2: this.width - TIME_PAD.right, y1: floor + 0.5, y2: floor + 0.5 })];
    const ticks = this.ticks();
    const room = Math.ceil((ticks.length * 58) / this.width) || 1;
    ticks.forEach(([day, words], i) => {
      const x = this.x(day);
      nodes.push(svg("line", { x1: x, x2: x, y1: floor, y2: floor + 5 }));
      if (i % room || x > this.width - 40) return;
      const text = svg("text", { x: x + 3, y: this.height - 5 });
      text.textContent = words;
      nodes.push(text);
    });
    return svg("g", { class: "axis", "aria-hidden": "true" }, ...nodes);
  }

  ticks() {
    const bins = this.counted;
    if (this.unit === "day") return bins.filter((bin, i) => i % Math.ceil(bins.length / 8) === 0).map(({ start }) => [start, `${Number(start.slice(8))} ${monthName(Number(start.slice(5, 7)) - 1)}`]);
    const years = bins.filter((bin) => bin.start.endsWith("-01-01"));
    if (years.length > 2 || this.unit === "year") return years.map((bin) => [bin.start, bin.start.slice(0, 4)]);
    return bins.filter((bin, i) => i % 3 === 0).map((bin) => [bin.start, `${monthName(Number(bin.start.slice(5, 7)) - 1, { alone: true, short: true })} ${bin.start.slice(0, 4)}`]);
  }

  drawBrush() {
    if (!this.brushes || !this.ends) return;
    const { from, to } = this;
    if (!from && !to) {
      this.brushes.replaceChildren();
      return;
    }
    const inside = (x) => Math.min(this.width - TIME_PAD.right, Math.max(TIME_PAD.left, x));
    const left = inside(from ? this.x(from) : TIME_PAD.left);
    const right = inside(to ? this.x(isoDay(parseDay(to) + DAY_MS)) : this.width - TIME_PAD.right);
    const rect = (name, x0, x1) => svg("rect", { class: name, x: x0, width: Math.max(0, x1 - x0), y: 0, height: this.height - TIME_PAD.bottom });
    this.brushes.replaceChildren(rect("out", 0, left), rect("out", right, this.width), rect("window", left, Math.max(right, left + 2)));
  }

  // Dragging chooses days, in whole bins; a press without a drag takes its bin.
  brush(down) {
    if (!this.span || down.button > 0) return;
    down.preventDefault();
    const left = this.picture.getBoundingClientRect().left;
    const bin = (x) => this.counted.findLast((one) => one.start <= this.day(x - left)) || this.counted[0];
    const first = bin(down.clientX);
    const follow = (event) => {
      const [a, b] = [first, bin(event.clientX)].sort((p, q) => (p.start < q.start ? -1 : 1));
      this.choose(a.start, b.end);
    };
    this.picture.setPointerCapture(down.pointerId);
    this.picture.onpointermove = follow;
    this.picture.onpointerup = this.picture.onpointercancel = () => { this.picture.onpointermove = null; };
    follow(down);
  }
}
