// How a reader moves the timeline: pointer, touch, wheel and keys. Says what is wanted; the owner does it.

const KEY_STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
const KEYS_REST_MS = 450; // so long after the last key the page follows
const DRAG_PX = 3; // less is a press, not a drag

class TimeInput {
  constructor(owner) {
    this.owner = owner;
    this.picture = owner.picture;
    this.fingers = new Map();
    const { plot, strip } = this.picture;
    for (const [node, start] of [[plot, this.press], [strip, this.pressStrip]]) {
      node.addEventListener("pointerdown", (event) => owner.columns && !event.button && start.call(this, event, this.at(event)));
      node.addEventListener("pointermove", (event) => this.move(event));
      for (const type of ["pointerup", "pointercancel"]) node.addEventListener(type, (event) => this.lift(event));
      node.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
      node.addEventListener("keydown", (event) => this.key(event));
    }
    plot.addEventListener("pointerleave", () => owner.tip.leave());
    plot.addEventListener("dblclick", (event) => this.twice(event));
    this.picture.bar.addEventListener("focus", () => this.walk(0));
    this.picture.bar.addEventListener("blur", (event) => { if (!owner.tip.node.contains(event.relatedTarget)) owner.tip.hide(); });
    for (const end of ["from", "to"]) this.picture.grips[end].addEventListener("focus", (event) => event.target.matches(":focus-visible") && this.reveal(end));
    owner.box.addEventListener("keydown", (event) => this.zoomKey(event));
  }

  get busy() {
    return Boolean(this.drag?.moved || this.later);
  }

  at(event) {
    return event.clientX - this.picture.plot.getBoundingClientRect().left;
  }

  press(event, x) {
    const { owner } = this;
    owner.player.stop();
    owner.tip.hide();
    this.finishKeys();
    this.picture.plot.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, x);
    if (this.fingers.size === 2) {
      if (this.drag?.moved && this.drag.what !== "pan") owner.preview(this.drag.from, this.drag.to);
      this.drag = null;
      this.pinch = [...this.fingers.values()].map((finger) => this.picture.time(finger));
      return;
    }
    const low = event.clientY - this.picture.plot.getBoundingClientRect().top > this.picture.floor;
    const name = event.target.closest?.("[data-end]")?.dataset.end;
    const what = { from: "from", to: "to", window: "window" }[name] || (low ? "pan" : "new");
    this.drag = { what, x, time: this.picture.time(x), focus: owner.focus, from: owner.from, to: owner.to };
  }

  pressStrip(event, x) {
    const { owner } = this;
    this.picture.strip.setPointerCapture(event.pointerId);
    const time = this.picture.time(x, owner.whole);
    if (time < owner.focus[0] || time > owner.focus[1]) owner.centre(time);
    this.drag = { what: "strip", x, focus: owner.focus };
  }

  move(event) {
    const x = this.at(event);
    if (this.fingers.has(event.pointerId)) this.fingers.set(event.pointerId, x);
    if (this.pinch && this.fingers.size === 2) this.spread();
    else if (!this.drag) this.hover(event, x);
    else if (this.drag.moved || Math.abs(x - this.drag.x) >= DRAG_PX) {
      this.drag.moved = true;
      this.dragTo(x);
    }
  }

  lift(event) {
    this.fingers.delete(event.pointerId);
    if (this.fingers.size < 2) this.pinch = null;
    const { drag } = this;
    if (!drag) return;
    this.drag = null;
    if (drag.moved && !["pan", "strip"].includes(drag.what)) this.owner.settle();
  }

  hover(event, x) {
    if (event.currentTarget !== this.picture.plot || event.pointerType === "touch" || this.owner.player.on) return;
    const column = this.owner.columnAt(this.picture.time(x), (3 / this.picture.room) * (this.owner.focus[1] - this.owner.focus[0]));
    if (column) this.owner.tip.show(column);
    else this.owner.tip.leave();
  }

  dragTo(x) {
    const { owner, drag, picture } = this;
    const perPx = (drag.focus[1] - drag.focus[0]) / picture.room;
    if (drag.what === "pan") { owner.setFocus(drag.focus.map((time) => time - (x - drag.x) * perPx)); return; }
    if (drag.what === "strip") {
      const wholePerPx = (owner.whole[1] - owner.whole[0]) / picture.room;
      owner.setFocus(drag.focus.map((time) => time + (x - drag.x) * wholePerPx));
      return;
    }
    if (x < 0 || x > picture.width) owner.pan(x < 0 ? -0.02 : 0.02); // pulled over the edge
    owner.preview(...this.pull(owner.clampTime(picture.time(Math.min(Math.max(x, PAD.left), picture.width - PAD.right)))));
  }

  // The range that a drag to this time stands for, to the edges of the unit.
  pull(time) {
    const { drag, owner } = this;
    const unit = owner.step;
    if (drag.what === "window") {
      const n = unitIndex(time, unit) - unitIndex(drag.time, unit);
      if (drag.from && drag.to) { const moved = shiftRange(drag, unit, n); return [moved.from, moved.to]; }
      return [drag.from && isoDay(shiftTime(parseDay(drag.from), unit, n)), drag.to && isoDay(shiftTime(parseDay(drag.to) + DAY, unit, n) - DAY)];
    }
    if (drag.what === "new") return [firstOf(Math.min(time, drag.time), unit), lastOf(Math.max(time, drag.time), unit)];
    if (drag.what === "from") return this.ordered(firstOf(time, unit), drag.to);
    return this.ordered(drag.from, lastOf(time, unit));
  }

  // Ends that were pulled past each other change places.
  ordered(from, to) {
    if (!from || !to || from <= to) return [from, to];
    const unit = this.owner.step;
    return [firstOf(parseDay(to), unit), lastOf(parseDay(from), unit)];
  }

  spread() {
    const [a, b] = [...this.fingers.values()].sort((p, q) => p - q);
    const [s, t] = [...this.pinch].sort((p, q) => p - q);
    if (b - a < 12) return;
    const perPx = (t - s) / (b - a);
    const start = s - (a - PAD.left) * perPx;
    this.owner.setFocus([start, start + perPx * this.picture.room]);
  }

  wheel(event) {
    const { owner } = this;
    if (!owner.columns) return;
    event.preventDefault();
    owner.tip.hide();
    const line = event.deltaMode === 1 ? 16 : 1;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) owner.pan(((event.deltaX || event.deltaY) * line) / this.picture.room);
    else {
      const strip = event.currentTarget === this.picture.strip;
      const time = this.picture.time(this.at(event), strip ? owner.whole : owner.focus);
      owner.zoom(Math.exp(Math.max(-100, Math.min(100, event.deltaY * line)) * (event.ctrlKey ? 0.01 : 0.0035)), time);
    }
  }

  // Twice on the window shows it large; twice elsewhere comes nearer.
  twice(event) {
    const { owner } = this;
    if (event.target === this.picture.window) owner.lookAt(owner.from, owner.to, { near: true });
    else owner.zoom(0.5, this.picture.time(this.at(event)), true);
  }

  zoomKey(event) {
    const factor = { "+": 0.5, "=": 0.5, "-": 2, _: 2 }[event.key];
    if (!factor || event.ctrlKey || event.metaKey || event.altKey || !this.owner.columns || event.target.closest?.("select")) return;
    event.preventDefault();
    this.owner.zoom(factor, undefined, true);
  }

  key(event) {
    const { owner } = this;
    if (event.key === "Escape" && owner.tip.hide()) event.preventDefault();
    const name = event.target.dataset?.end;
    const edge = { Home: -1, End: 1 }[event.key];
    const page = { PageUp: 1, PageDown: -1 }[event.key];
    const step = page || KEY_STEPS[event.key];
    if (!owner.columns || !name || !(edge || step || event.key === "Enter") || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" && name !== "bar") return;
    event.preventDefault();
    const n = step && step * (event.shiftKey || page ? LEAPS[owner.step] : 1);
    if (name === "frame") owner.pan(edge ? edge * 1e6 : step * (event.shiftKey || page ? 0.5 : 0.1));
    else if (name === "bar") this.keyBar(event, edge, step * (event.shiftKey || page ? 10 : 1));
    else {
      owner.player.stop();
      owner.preview(...(name === "window" ? this.stepWindow(n, edge) : this.stepEnd(name, n, edge)));
      if (name === "window") owner.follow();
      else this.reveal(name);
      clearTimeout(this.later);
      this.later = setTimeout(() => this.finishKeys(), KEYS_REST_MS);
    }
  }

  finishKeys() {
    if (!this.later) return;
    clearTimeout(this.later);
    this.later = null;
    this.owner.settle();
  }

  stepWindow(n, edge) {
    const { owner } = this;
    const unit = owner.step;
    const [first, last] = [owner.first, owner.last].map((time) => unitIndex(time, unit));
    const now = { from: owner.from, to: owner.to };
    const [a, b] = [unitIndex(parseDay(now.from), unit), unitIndex(parseDay(now.to), unit)];
    const by = edge ? (edge < 0 ? first - a : last - b) : Math.max(Math.min(0, first - b), Math.min(n, Math.max(0, last - a)));
    const moved = shiftRange(now, unit, by);
    return [moved.from, moved.to];
  }

  // One end by whole units; it stops at the other end and at the edge of the data.
  stepEnd(end, n, edge) {
    const { owner } = this;
    const unit = owner.step;
    const other = end === "from" ? owner.to : owner.from;
    if (edge && (edge < 0) === (end === "from")) return end === "from" ? [null, owner.to] : [owner.from, null];
    const limit = parseDay(other || isoDay(end === "from" ? owner.last : owner.first));
    const now = owner[end] ? parseDay(owner[end]) : end === "from" ? owner.first : owner.last;
    const start = edge ? limit : unitStart(unitIndex(now, unit) + this.units(end, now, n), unit);
    const day = end === "from" ? firstOf(start, unit) : lastOf(start, unit);
    if (end === "from") return [day > isoDay(limit) ? owner.from : isoDay(Math.max(parseDay(day), unitStart(unitIndex(owner.first, unit), unit))), owner.to];
    return [owner.from, day < isoDay(limit) ? owner.to : isoDay(Math.min(parseDay(day), unitStart(unitIndex(owner.last, unit) + 1, unit) - DAY))];
  }

  // An end inside a unit goes to that unit's edge first.
  units(end, now, n) {
    const { step } = this.owner;
    const inside = end === "from" ? firstOf(now, step) !== isoDay(now) : lastOf(now, step) !== isoDay(now);
    return inside && n !== 0 && (n < 0) === (end === "from") ? n - Math.sign(n) : n;
  }

  // Bring an end into the part of the time that is shown.
  reveal(end) {
    const { owner } = this;
    const time = owner[end] ? parseDay(owner[end]) + (end === "to" ? DAY : 0) : owner.whole[end === "from" ? 0 : 1];
    const span = owner.focus[1] - owner.focus[0];
    if (time < owner.focus[0]) owner.setFocus([time - span * 0.1, time + span * 0.9]);
    else if (time > owner.focus[1]) owner.setFocus([time - span * 0.9, time + span * 0.1]);
  }

  keyBar(event, edge, step) {
    const { owner } = this;
    const column = owner.columns[this.index];
    if (event.key === "Enter" && column) {
      owner.preview(column.from, column.to);
      owner.settle();
    } else if (edge) this.walk(edge * 1e9);
    else if (step) this.walk(step);
  }

  // Go to another bar, and say it.
  walk(by) {
    const { owner, picture } = this;
    if (!owner.columns?.length) return;
    if (this.index === undefined || by === 0) this.index = Math.max(0, owner.columns.findIndex((column) => column.end > owner.focus[0]));
    this.index = Math.min(Math.max(this.index + by, 0), owner.columns.length - 1);
    const column = owner.columns[this.index];
    if (column.start < owner.focus[0] || column.end > owner.focus[1]) owner.centre((column.start + column.end) / 2);
    picture.bar.classList.add("on");
    this.placeBar();
    this.sayBar();
    if (picture.bar.matches(":focus-visible")) owner.tip.show(column);
  }

  placeBar() {
    const { picture, owner } = this;
    const column = owner.columns?.[this.index];
    if (!column) return;
    const x = picture.x(column.start);
    place(picture.bar, { x: x - 2, y: PAD.top - 6, width: Math.max(5, picture.x(column.end) - x + 2), height: picture.floor - PAD.top + 6, rx: 2 });
  }

  sayBar() {
    const { owner, picture } = this;
    const column = owner.columns?.[this.index];
    if (!column) return;
    const kinds = column.kinds.map((part) => `${part.shown + part.possible} ${owner.style.kinds[part.kind].label}`);
    const words = [`${writeUnit(column.start, owner.unit)}: ${count(column.n, "event", "events")}`, ...kinds, ...owner.tip.titles(column)];
    for (const [name, value] of Object.entries({ valuetext: words.join(", "), valuenow: this.index + 1, valuemin: 1, valuemax: owner.columns.length })) picture.bar.setAttribute(`aria-${name}`, value);
  }
}
