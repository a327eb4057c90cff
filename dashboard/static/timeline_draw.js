// What the timeline looks like: bars, axis, grid, brush, and the strip of the whole time below. Knows no data source.

const PAD = { left: 10, right: 10, top: 9, bottom: 18 };
const STRIP_PX = 18;
const LEAST_PX = { shown: 2.5, possible: 1.2 }; // a single event among thousands is still to be seen
const HATCH_PX = 5; // between the lines that stand for what is only possible

class TimePicture {
  constructor() {
    this.reach = matchMedia("(pointer: coarse)").matches ? 34 : 18;
    this.bars = svg("g", { class: "bars", "clip-path": "url(#inside)" });
    this.grid = svg("g", { class: "grid", "aria-hidden": "true" });
    this.tallies = svg("g", { class: "grid", "aria-hidden": "true" });
    this.axis = svg("g", { class: "axis", "aria-hidden": "true" });
    this.picked = svg("g", { class: "picked", "aria-hidden": "true" });
    this.clip = svg("rect", {});
    this.left = svg("rect", { class: "out" });
    this.right = svg("rect", { class: "out" });
    this.window = svg("rect", { class: "window", ...slider(t("Both ends of the chosen dates"), "window") });
    this.bar = svg("rect", { class: "bar", ...slider(t("Bars of the histogram"), "bar") });
    this.grips = { from: this.grip("from", t("First day")), to: this.grip("to", t("Last day")) };
    this.plot = svg("svg", { class: "picture", role: "group", "aria-label": t("Events over time; drag to choose dates") },
      svg("defs", {}, svg("clipPath", { id: "inside" }, this.clip), hatching()), this.grid, this.bars, this.axis, this.picked,
      this.left, this.right, this.tallies, this.window, this.bar, this.grips.from, this.grips.to);
    this.shape = svg("path", { class: "shape" });
    this.maybe = svg("path", { class: "shape maybe" });
    this.chosen = svg("rect", { class: "chosen" });
    this.frame = svg("rect", { class: "frame", ...slider(t("Part of the time that is shown"), "frame") });
    this.strip = svg("svg", { class: "strip", role: "group", "aria-label": t("The whole time") }, this.maybe, this.shape, this.chosen, this.frame);
  }

  grip(end, label) {
    return svg("g", { class: "grip", ...slider(label, end) }, svg("rect", { class: "reach", y: 0 }),
      svg("line", { y1: 0 }), svg("rect", { class: "knob", width: 6, height: 22, rx: 3 }));
  }

  // Measure the room there is; say whether there is any.
  measure() {
    this.width = this.plot.clientWidth;
    this.height = this.plot.clientHeight;
    this.floor = this.height - PAD.bottom;
    return this.width > 40 && this.height > 30;
  }

  get room() {
    return this.width - PAD.left - PAD.right;
  }

  // The line that both pictures draw along: times to pixels.
  x(time, [start, end] = this.focus) {
    return PAD.left + ((time - start) / (end - start)) * this.room;
  }

  time(x, [start, end] = this.focus) {
    return start + ((x - PAD.left) / this.room) * (end - start);
  }

  draw({ columns, unit, style, scale, event }) {
    this.plot.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    place(this.clip, { x: 0, y: 0, width: this.width, height: this.floor });
    const seen = columns.filter((column) => column.end > this.focus[0] && column.start < this.focus[1]);
    const most = Math.max(1, ...seen.map((column) => column.n));
    const { of } = SCALES[scale];
    const unitPx = (this.floor - PAD.top) / of(most);
    this.drawGrid(most, scale, (n) => this.floor - of(n) * unitPx);
    this.drawBars(seen, style, (n) => of(n) * unitPx, unit);
    this.drawAxis();
    this.drawPicked(event);
  }

  drawGrid(most, scale, y) {
    let lowest = this.floor - 8;
    const [lines, texts] = [[], []];
    for (const n of gridCounts(most, scale)) {
      if (y(n) > lowest) continue;
      lowest = y(n) - 15;
      const text = svg("text", { x: PAD.left + 8, y: y(n) + 3 });
      text.textContent = roughly(n);
      texts.push(text);
      lines.push(svg("line", { x1: PAD.left, x2: this.width - PAD.right, y1: y(n), y2: y(n) }));
    }
    this.grid.replaceChildren(...lines);
    this.tallies.replaceChildren(...texts);
  }

  // What is certain stands at the bottom in the colours of the kinds; what is only possible lies over it as a hatched
  // band: an event of unknown beginning is possible in every month, and must not look like a hundred events. A column
  // is as tall as its whole count on the scale, and its parts share that height by their numbers.
  drawBars(columns, style, tall, unit) {
    const paths = new Map();
    let [band, brim] = ["", ""];
    for (const column of columns) {
      const x = this.x(column.start);
      const room = this.x(column.end) - x;
      const wide = Math.max(1.6, Math.min(room - (room > 5 ? 1.5 : 0.3), unit === "year" ? 60 : 40));
      const each = tall(column.n) / column.n;
      let y = this.floor;
      for (const part of column.kinds.filter(({ shown }) => shown)) {
        const height = Math.max(LEAST_PX.shown, part.shown * each);
        y -= height;
        paths.set(part.kind, `${paths.get(part.kind) || ""}M${x.toFixed(1)} ${y.toFixed(1)}h${wide.toFixed(1)}v${height.toFixed(1)}h-${wide.toFixed(1)}z`);
      }
      if (!column.possible) continue;
      const height = Math.max(LEAST_PX.possible, column.possible * each);
      band += `M${x.toFixed(1)} ${(y - height).toFixed(1)}h${room.toFixed(1)}v${height.toFixed(1)}h-${room.toFixed(1)}z`;
      brim += `M${x.toFixed(1)} ${(y - height).toFixed(1)}h${room.toFixed(1)}`;
    }
    this.bars.replaceChildren(svg("path", { d: band, class: "possible", fill: "url(#hatch)" }), svg("path", { d: brim, class: "brim" }),
      ...[...paths].map(([kind, d]) => svg("path", { d, class: "shown", fill: style.kinds[kind].colour })));
  }

  drawAxis() {
    const nodes = [svg("line", { x1: PAD.left, x2: this.width - PAD.right, y1: this.floor + 0.5, y2: this.floor + 0.5 })];
    for (const tick of timeTicks(...this.focus, this.room)) {
      const x = this.x(tick.time);
      nodes.push(svg("line", { x1: x, x2: x, y1: this.floor, y2: this.floor + 5, class: tick.opens ? "year" : "" }));
      if (x > this.width - 34) continue;
      const text = svg("text", { x: x + 3, y: this.height - 5, class: tick.opens ? "year" : "" });
      text.textContent = tick.text;
      nodes.push(text);
    }
    this.axis.replaceChildren(...nodes);
  }

  // Where the chosen event lies: a line over the days it took, with a dot that is seen when they are few.
  drawPicked(event) {
    const [start, end] = [event?.start || event?.end, event?.end || event?.start];
    if (!start || parseDay(end) + DAY < this.focus[0] || parseDay(start) > this.focus[1]) return this.picked.replaceChildren();
    const a = Math.max(this.x(parseDay(start)), PAD.left);
    const b = Math.max(a, Math.min(this.x(parseDay(end) + DAY), this.width - PAD.right));
    const y = this.floor + 0.5;
    return this.picked.replaceChildren(svg("line", { x1: a, x2: b, y1: y, y2: y }), svg("circle", { cx: (a + b) / 2, cy: y, r: 3.5 }));
  }

  // The brush: what lies outside is veiled. Nodes are moved, not made anew, so that focus and gliding survive.
  drawBrush({ from, to, whole }) {
    const clamp = (x) => Math.min(Math.max(x, PAD.left), this.width - PAD.right);
    const [low, high] = [from ? this.x(parseDay(from)) : -1, to ? this.x(parseDay(to) + DAY) : this.width + 1];
    const [a, b] = [from ? clamp(low) : PAD.left, to ? clamp(high) : this.width - PAD.right];
    const chosen = Boolean(from || to);
    place(this.left, { x: 0, y: 0, width: chosen && from ? a : 0, height: this.floor });
    place(this.right, { x: b, y: 0, width: chosen && to ? this.width - b : 0, height: this.floor });
    place(this.window, { x: a, y: 0, width: Math.max(2, b - a), height: this.floor });
    this.window.classList.toggle("off", !chosen);
    this.window.setAttribute("tabindex", from && to ? 0 : -1);
    for (const [end, x, aim] of [["from", a, low], ["to", b, high]]) {
      const grip = this.grips[end];
      grip.style.transform = `translateX(${x}px)`;
      grip.classList.toggle("beyond", Boolean({ from, to }[end]) && Math.abs(aim - x) > 1);
      grip.classList.toggle("open", !{ from, to }[end]);
      const inner = Math.min(this.reach / 2, (b - a) / 4); // of a narrow window the middle is still there to be held
      place(grip.children[0], { x: end === "from" ? -this.reach / 2 : -inner, width: this.reach / 2 + inner, height: this.floor });
      place(grip.children[1], { y2: this.floor });
      place(grip.children[2], { x: -3 + (b - a < 14 ? (end === "from" ? -5 : 5) : 0), y: this.floor / 2 - 11 });
    }
    const [c, d] = [from ? this.x(parseDay(from), whole) : PAD.left, to ? this.x(parseDay(to) + DAY, whole) : this.width - PAD.right];
    place(this.chosen, { x: clamp(c), y: 1, width: chosen ? Math.max(2, clamp(d) - clamp(c)) : 0, height: STRIP_PX - 2 });
  }

  drawStrip({ months, whole }) {
    this.strip.setAttribute("viewBox", `0 0 ${this.width} ${STRIP_PX}`);
    const most = Math.sqrt(Math.max(1, ...months.map((column) => column.n)));
    const outline = (column, n) => {
      if (!n) return "";
      const x = this.x(column.start, whole);
      const height = Math.max(1.5, (Math.sqrt(n) / most) * (STRIP_PX - 5));
      return `M${x.toFixed(1)} ${STRIP_PX - 2}v-${height.toFixed(1)}h${Math.max(1.2, this.x(column.end, whole) - x).toFixed(1)}v${height.toFixed(1)}z`;
    };
    this.maybe.setAttribute("d", months.map((column) => outline(column, column.n)).join(""));
    this.shape.setAttribute("d", months.map((column) => outline(column, column.n - column.possible)).join(""));
    const a = this.x(this.focus[0], whole);
    this.frame.classList.toggle("all", this.focus[0] <= whole[0] && this.focus[1] >= whole[1]);
    place(this.frame, { x: a, y: 0.75, width: Math.max(6, this.x(this.focus[1], whole) - a), height: STRIP_PX - 1.5, rx: 3 });
  }
}

function place(node, values) {
  for (const [name, value] of Object.entries(values)) node.setAttribute(name, typeof value === "number" ? Math.round(value * 10) / 10 : value);
}

function hatching() {
  return svg("pattern", { id: "hatch", width: HATCH_PX, height: HATCH_PX, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("line", { class: "hatch", x1: 0, y1: 0, x2: 0, y2: HATCH_PX }));
}

function slider(label, name) {
  return { role: "slider", tabindex: 0, "aria-valuenow": 0, "aria-label": label, "data-end": name, "aria-orientation": "horizontal" };
}

// The engine's bins as columns, each with its kinds in their fixed order.
function toColumns(bins, order) {
  const columns = new Map();
  for (const [start, end, kind, shown, possible] of bins) {
    if (!columns.has(start)) columns.set(start, { from: start, to: end, start: parseDay(start), end: parseDay(end) + DAY, kinds: [], n: 0, possible: 0 });
    const column = columns.get(start);
    column.kinds.push({ kind, shown, possible });
    column.n += shown + possible;
    column.possible += possible;
  }
  for (const column of columns.values()) column.kinds.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  return [...columns.values()].sort((a, b) => a.start - b.start);
}
