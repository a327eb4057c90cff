// The histogram of events over time, with a brush, and the line of counts that add up.
// While the brush moves only the map follows (over the channel); Python hears of it on release.

const kept = new WeakMap();
const LEAST_DAYS = 10; // the nearest one can look
const still = matchMedia("(prefers-reduced-motion: reduce)");

class Timeline {
  constructor(parent, data) {
    this.parent = parent;
    this.style = data.style;
    this.root = serverRoot();
    this.box = parent.querySelector(".timeline");
    Object.assign(this, { snap: "auto", scale: "linear", speed: 1, unit: "month", from: null, to: null }, readChoices());
    this.channel = new BroadcastChannel(data.channel);
    this.link = new MapLink(this.channel);
    this.picture = new TimePicture();
    this.player = new TimePlayer(this);
    this.tip = new TimeTip(this);
    this.tools = new TimeTools(this);
    this.input = new TimeInput(this);
    this.label = el("span", { class: "range", "aria-live": "polite" });
    this.counts = el("p", { class: "counts", role: "status" });
    this.box.replaceChildren(el("div", { class: "head" }, this.label, this.counts), this.tools.row,
      el("div", { class: "plot" }, this.picture.plot), this.picture.strip, this.tip.node);
    this.channel.onmessage = ({ data: message }) => this.hear(message);
    this.channel.postMessage({ type: "hello" });
    for (const near of ["pointerenter", "focusin"]) this.box.addEventListener(near, () => this.channel.postMessage({ type: "ready" }));
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.picture.plot);
  }

  close() {
    this.player.close();
    this.tip.hide();
    this.link.close();
    this.channel.close();
    this.watch.disconnect();
  }

  set(name, value) {
    this[name] = value;
    keepChoices(this);
    this.draw();
  }

  hear(message) {
    if (message.type === "painted") this.link.painted(message.query);
    if (message.type === "select") this.pick(message.id);
    if (message.type === "view") {
      this.pick(message.event);
      this.load(message);
    }
  }

  async load(view) {
    if (view.query === this.query && view.stamp === this.stamp) return;
    const params = new URLSearchParams(view.query);
    for (const end of ["from", "to"]) params.delete(end);
    const base = params.toString().replaceAll("%2C", ",");
    if (base !== this.base || view.stamp !== this.stamp) this.fetched = null;
    Object.assign(this, { query: view.query, stamp: view.stamp, base, filtered: Boolean(view.chips?.length) });
    const turn = (this.turn = (this.turn || 0) + 1);
    try {
      const answer = await getJson(`${this.root}api/summary?${view.query}`);
      if (turn === this.turn) this.take(answer);
    } catch (error) {
      if (turn === this.turn) this.counts.replaceChildren(`${t("The counts could not be read.")} ${error.message}`);
    }
  }

  // A summary came. A hand on the brush wins over the dates in it.
  take(answer) {
    const order = Object.keys(this.style.kinds);
    this.months = toColumns(answer.bins, order);
    if (!this.busy) [this.from, this.to] = [answer.from, answer.to];
    const span = (answer.span || [isoDay(Date.now() - 365 * DAY), isoDay(Date.now())]).map(parseDay);
    const before = this.whole;
    const zoomed = this.zoomed;
    this.first = Math.min(span[0], ...this.months.slice(0, 1).map((month) => month.start));
    this.last = Math.max(span[1], ...this.months.slice(-1).map((month) => Math.min(month.end - DAY, span[1])));
    const air = Math.min(31, Math.max(2, ((this.last - this.first) / DAY) * 0.02)) * DAY;
    this.whole = [this.first - air, Math.max(this.last, this.first + 14 * DAY) + DAY + air];
    this.columns ||= this.months;
    this.setFocus(before && zoomed ? this.target : this.whole);
    writeCounts(this.counts, answer.counts, this.filtered);
    this.counts.classList.toggle("stale", this.busy);
  }

  get busy() {
    return this.input.busy || Boolean(this.player.on);
  }

  get zoomed() {
    return Boolean(this.focus && this.whole) && this.focus[1] - this.focus[0] < (this.whole[1] - this.whole[0]) * 0.995;
  }

  // The unit that the brush keeps to.
  get step() {
    return this.snap === "auto" ? this.unit : this.snap;
  }

  clampTime(time) {
    return Math.min(Math.max(time, this.whole[0]), this.whole[1] - 1);
  }

  columnAt(time, air) {
    return this.columns?.find((column) => time >= column.start - air && time < Math.max(column.end, column.start + air));
  }

  // Choose dates for the eyes: the brush and, as fast as it can, the map.
  preview(from, to) {
    if (from === this.from && to === this.to) return;
    [this.from, this.to] = [from, to];
    this.counts.classList.add("stale");
    this.drawBrush();
    this.link.send(from, to);
  }

  // The choice is made: table, counts and address follow.
  settle() {
    this.drawBrush();
    this.link.send(this.from, this.to, true);
  }

  // Show a part of the time, kept within the whole and not finer than days can be seen.
  setFocus([start, end], smooth = false) {
    const [low, high] = this.whole;
    const span = Math.min(Math.max(end - start, LEAST_DAYS * DAY), high - low);
    const middle = (start + end) / 2;
    const left = Math.min(Math.max(end - start < span ? middle - span / 2 : start, low), high - span);
    cancelAnimationFrame(this.gliding);
    this.target = [left, left + span];
    if (smooth && !still.matches) this.glide(this.target);
    else {
      this.focus = this.target;
      this.draw();
    }
  }

  glide(target) {
    const source = this.focus;
    const began = performance.now();
    const frame = (now) => {
      const share = Math.min(1, Math.max(0, (now - began) / 180));
      const eased = 1 - (1 - share) ** 3;
      this.focus = source.map((time, i) => time + (target[i] - time) * eased);
      this.draw();
      if (share < 1) this.gliding = requestAnimationFrame(frame);
    };
    this.gliding = requestAnimationFrame(frame);
  }

  zoom(factor, time = this.centreTime(), smooth = false) {
    const [low, high] = this.target; // where a glide is going to, so that quick presses add up
    const wide = Math.max((high - low) * factor, LEAST_DAYS * DAY);
    const start = time - ((time - low) / (high - low)) * wide;
    this.setFocus([start, start + wide], smooth);
  }

  // Zooming without a pointer keeps the chosen dates in the middle.
  centreTime() {
    const [a, b] = [this.from && parseDay(this.from), this.to && parseDay(this.to) + DAY];
    const middle = a && b ? (a + b) / 2 : a || b || 0;
    return middle > this.focus[0] && middle < this.focus[1] ? middle : (this.focus[0] + this.focus[1]) / 2;
  }

  pan(share) {
    const by = Math.max(-1e4, Math.min(1e4, share)) * (this.focus[1] - this.focus[0]);
    this.setFocus(this.focus.map((time) => time + by));
  }

  centre(time) {
    const half = (this.focus[1] - this.focus[0]) / 2;
    this.setFocus([time - half, time + half]);
  }

  // Make a range large enough to be handled; `near` fills the picture with it.
  lookAt(from, to, { near = false } = {}) {
    if (!from && !to) { this.setFocus(this.whole, true); return; }
    const [a, b] = [from ? parseDay(from) : this.whole[0], to ? parseDay(to) + DAY : this.whole[1]];
    const wide = this.picture.x(b) - this.picture.x(a);
    const inside = a >= this.focus[0] && b <= this.focus[1];
    if (near || !inside || wide < 48) this.setFocus([a - (b - a), b + (b - a)], true);
  }

  // Keep the moving window in sight.
  follow() {
    const [a, b] = [this.from && parseDay(this.from), this.to && parseDay(this.to) + DAY];
    const span = this.focus[1] - this.focus[0];
    if (a === null || b === null || (a >= this.focus[0] && b <= this.focus[1])) return;
    if (b - a > span) this.setFocus([a - span * 0.1, b + span * 0.1]);
    else this.setFocus(b > this.focus[1] ? [a - span * 0.1, a + span * 0.9] : [b - span * 0.9, b + span * 0.1]);
  }

  draw() {
    if (!this.months || !this.picture.measure()) return;
    this.picture.focus = this.focus;
    this.chooseBars();
    this.picture.draw(this);
    this.picture.drawStrip(this);
    this.drawBrush();
    this.input.placeBar();
    this.tools.update();
  }

  // Bars as fine as there is room for; those at hand stay until finer ones have come.
  chooseBars() {
    const wanted = unitFor(this.focus[1] - this.focus[0], this.picture.room);
    const held = this.fetched;
    const [start, end] = [Math.max(this.focus[0], this.whole[0]), Math.min(this.focus[1], this.whole[1])];
    if (wanted === "month" || this.failed === `${wanted} ${this.query}`) this.use("month", this.months);
    else if (held?.unit === wanted && held.start <= start && held.end >= end) this.use(wanted, held.columns);
    else {
      if (this.unit !== wanted) this.use("month", this.months);
      clearTimeout(this.later);
      this.later = setTimeout(() => this.fetchBars(wanted), 60);
    }
  }

  use(unit, columns) {
    if (this.columns === columns && this.unit === unit) return;
    Object.assign(this, { unit, columns });
    this.input.index = undefined;
    this.tip.hide();
  }

  async fetchBars(unit) {
    const span = this.focus[1] - this.focus[0];
    const [start, end] = unit === "year" ? this.whole : [this.focus[0] - span, this.focus[1] + span];
    const asked = (this.asked = {});
    const { base, stamp } = this;
    try {
      const answer = await getJson(`${this.root}api/bars?${base ? `${base}&` : ""}by=${unit}&first=${isoDay(start)}&last=${isoDay(end)}`);
      if (asked !== this.asked || base !== this.base || stamp !== this.stamp) return;
      this.fetched = { unit, start, end, columns: toColumns(answer.bins, Object.keys(this.style.kinds)) };
      this.draw();
    } catch {
      this.failed = `${unit} ${this.query}`; // months take their place until something else is asked
      this.draw();
    }
  }

  drawBrush() {
    if (!this.focus || !this.picture.width) return;
    this.picture.drawBrush(this);
    this.label.setAttribute("aria-live", this.busy ? "off" : "polite");
    const words = writeRange(this.from, this.to);
    if (this.label.textContent !== words) this.label.textContent = words;
    this.tools.update();
    this.describe();
  }

  // What the sliders tell a screen reader.
  describe() {
    const { grips, window: both, frame } = this.picture;
    const day = (time) => Math.round(time / DAY);
    const say = (node, now, text) => {
      for (const [name, value] of Object.entries({ valuemin: day(this.whole[0]), valuemax: day(this.whole[1]), valuenow: day(now), valuetext: text })) node.setAttribute(`aria-${name}`, value);
    };
    say(grips.from, this.from ? parseDay(this.from) : this.whole[0], sayEnd("from", this.from));
    say(grips.to, this.to ? parseDay(this.to) : this.whole[1], sayEnd("to", this.to));
    say(both, this.from ? parseDay(this.from) : this.whole[0], this.from && this.to ? t("from {from} to {to}", { from: writeDay(this.from), to: writeDay(this.to) }) : t("all dates"));
    say(frame, this.focus[0], t("from {from} to {to}", { from: writeDay(isoDay(this.focus[0])), to: writeDay(isoDay(this.focus[1])) }));
  }

  async pick(id) {
    if (id === this.picked) return;
    this.picked = id;
    this.event = null;
    if (id) {
      const days = await getJson(`${this.root}api/days/${encodeURIComponent(id)}`).catch(() => null);
      if (this.picked !== id) return;
      this.event = days;
    }
    this.draw();
  }

  choose(id) {
    this.tip.hide();
    this.channel.postMessage({ type: "select", id });
    this.pick(id);
  }
}

export default function timeline({ data, parentElement }) {
  if (!kept.has(parentElement)) kept.set(parentElement, new Timeline(parentElement, data));
  return () => { kept.get(parentElement)?.close(); kept.delete(parentElement); };
}
