// What drawing and measuring share: a tool that takes points from the map by mouse, touch or keyboard.
//   mouse, touch  a click or tap sets a point; the last or the first point once more ends
//   keyboard      arrows move the map under a cross, Enter sets a point there, and ends where it set the last one
//   always        Enter ends (without the cross), Backspace takes the last point back, Escape cancels

const SAME_PX = 10; // nearer clicks are the same place; a pointer that moved farther was a drag
const FINGER_PX = 22; // the same for a finger

// Buttons in the map's column, one bar: [{name, label, path, press}].
const ToolBar = L.Control.extend({
  options: { position: "topright" },
  initialize(tools) { this.tools = tools; },
  onAdd() {
    this.buttons = this.tools.map(({ label, path, press }) => el("a", { href: "#", role: "button", title: label, "aria-label": label, "aria-pressed": "false",
      on: { click: (e) => { e.preventDefault(); press(e.detail === 0); }, keydown: (e) => { if (e.key === " ") { e.preventDefault(); press(true); } } } },
    svg("svg", { width: 15, height: 15, viewBox: "0 0 15 15", "aria-hidden": "true" },
      svg("path", { d: path, fill: "none", stroke: "currentColor", "stroke-width": 1.5, "stroke-linejoin": "round", "stroke-linecap": "round" }))));
    const bar = el("div", { class: "leaflet-bar seldom tools" }, this.buttons);
    L.DomEvent.disableClickPropagation(bar);
    return bar;
  },
  mark(number, on) { this.buttons[number].setAttribute("aria-pressed", String(on)); },
});

class PointTool {
  // `shape` says what is made: {least, most, enough: how many points (0: till the reader ends), drags, open(), stop(),
  // preview(points, how many of them are set), hint(points, keyboard), done(points, closed) → null or why not}
  constructor(map, shape) {
    this.map = map;
    this.shape = shape;
    this.box = map.getContainer();
    this.points = [];
    this.cross = el("div", { class: "cross", "aria-hidden": "true", hidden: true });
    this.words = el("span", { role: "status" });
    const button = (text, act) => el("button", { type: "button", on: { click: act } }, text);
    this.back = button(t("Undo"), () => this.takeBack());
    this.end = button(t("Done"), () => this.finish());
    this.bar = el("div", { class: "hint", hidden: true }, this.words, el("span", { class: "acts" }, this.back, this.end, button(t("Cancel"), () => this.stop())));
    L.DomEvent.disableClickPropagation(this.bar);
    this.box.append(this.cross, this.bar);
    this.heard = { pointerdown: (e) => this.press(e), pointermove: (e) => this.move(e), pointerup: (e) => this.lift(e), click: (e) => this.click(e),
      dblclick: (e) => this.ours(e) && hush(e), keydown: (e) => this.key(e) };
    map.on("move", () => this.active && this.keyboard && this.show(map.getCenter()));
  }

  start(keyboard) {
    PointTool.running?.stop(); // one at a time
    PointTool.running = this;
    Object.assign(this, { active: true, keyboard, points: [], fault: "", finger: false, pulling: false, down: null });
    this.box.classList.add("pointing");
    this.map.doubleClickZoom.disable();
    if (this.shape.drags) this.map.dragging.disable();
    for (const [type, listener] of Object.entries(this.heard)) this.box.addEventListener(type, listener, true);
    this.map.closePopup();
    this.shape.open?.();
    this.box.focus({ preventScroll: true });
    this.show(keyboard ? this.map.getCenter() : null);
  }

  stop() {
    if (!this.active) return;
    this.active = false;
    if (PointTool.running === this) PointTool.running = null;
    for (const [type, listener] of Object.entries(this.heard)) this.box.removeEventListener(type, listener, true);
    this.box.classList.remove("pointing");
    this.map.doubleClickZoom.enable();
    this.map.dragging.enable();
    this.cross.hidden = this.bar.hidden = true;
    this.shape.stop();
    // The click that ends a drag, and the second one of a double click, are still to come.
    for (const type of ["click", "dblclick"]) {
      this.box.addEventListener(type, swallow, true);
      setTimeout(() => this.box.removeEventListener(type, swallow, true), 60);
    }
  }

  // Buttons and links on the map keep their own clicks and keys.
  ours(event) {
    return !event.target.closest(".leaflet-control, .hint, .leaflet-popup");
  }

  press(event) {
    if (!this.ours(event) || event.button !== 0) return;
    this.finger = event.pointerType === "touch";
    this.down = [event.clientX, event.clientY];
    this.keyboard = false;
    if (this.shape.drags && !this.points.length) {
      this.add(this.at(event));
      this.pulling = true;
    }
  }

  moved(event) {
    return Boolean(this.down) && Math.hypot(event.clientX - this.down[0], event.clientY - this.down[1]) > SAME_PX;
  }

  move(event) {
    if (event.pointerType === "touch" && !this.pulling) return;
    if (this.keyboard && event.movementX === 0 && event.movementY === 0) return; // the map moved, not the mouse
    this.keyboard = false;
    this.show(this.at(event));
  }

  lift(event) {
    if (this.pulling && this.moved(event)) this.add(this.at(event));
  }

  click(event) {
    if (!this.ours(event) || event.detail === 0) return;
    hush(event);
    const pulled = this.pulling;
    this.pulling = false;
    if (!pulled && !this.moved(event)) this.add(this.at(event));
    this.down = null;
  }

  at(event) {
    return this.map.mouseEventToLatLng(event);
  }

  same(a, b) {
    return this.map.latLngToContainerPoint(a).distanceTo(this.map.latLngToContainerPoint(b)) <= (this.finger ? FINGER_PX : SAME_PX);
  }

  add(place) {
    const { points } = this;
    if (points.length > 1 && (this.same(place, points.at(-1)) || (points.length > 2 && this.same(place, points[0])))) {
      this.finish(this.same(place, points[0]));
      return;
    }
    if (points.length && this.same(place, points.at(-1))) return;
    if (points.length >= this.shape.most) this.fault = t("No more than {n} points can be set.", { n: this.shape.most });
    else points.push(place);
    if (points.length === this.shape.enough) this.finish();
    else this.show(place);
  }

  takeBack() {
    this.points.pop();
    this.fault = "";
    this.show(null);
    this.box.focus({ preventScroll: true });
  }

  finish(closed = false) {
    this.fault = this.shape.done(this.points, closed) || "";
    if (this.fault) {
      if (this.shape.enough) this.points.pop();
      this.show(null);
    }
  }

  key(event) {
    const act = { Escape: () => this.stop(), Backspace: () => this.takeBack(), Enter: () => this.enter() }[event.key];
    if (event.key.startsWith("Arrow")) {
      this.keyboard = true;
      this.show(this.map.getCenter());
    }
    if (!act || (!this.ours(event) && event.key !== "Escape")) return;
    hush(event);
    act();
  }

  enter() {
    if (this.keyboard) this.add(this.map.getCenter());
    else this.finish();
  }

  // Draw what there is so far, with a line to where the pointer or the cross is.
  show(pointer) {
    if (!this.active) return;
    this.cross.hidden = !this.keyboard;
    this.bar.hidden = false;
    const words = this.fault || this.shape.hint(this.points, this.keyboard);
    if (this.words.textContent !== words) this.words.textContent = words;
    this.bar.classList.toggle("fault", Boolean(this.fault));
    this.back.hidden = this.points.length === 0;
    this.end.hidden = this.points.length < this.shape.least;
    this.shape.preview(pointer ? [...this.points, pointer] : this.points, this.points.length);
  }
}

function swallow(event) {
  if (!event.target.closest(".leaflet-control, .hint")) hush(event);
}

function hush(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}
