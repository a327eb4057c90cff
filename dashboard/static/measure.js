// The measure tool, the coordinates under the pointer, and the whole screen for the map.

const RULER = "M1.5 10 10 1.5 13.5 5 5 13.5ZM4 7.5 5.3 8.8M6.2 5.3 8.3 7.4M8.4 3.1 9.7 4.4";
const DOTS = "M2.5 7.5H2.6M7.5 7.5H7.6M12.5 7.5H12.6";
const ARROWS = "M9 1.5H13.5V6M13.5 1.5 9 6M6 13.5H1.5V9M1.5 13.5 6 9";
const LABEL_PX = 60; // a shorter leg has no room for its length while it is being set

class MeasureTool {
  constructor(map) {
    this.map = map;
    if (!map.getPane("drawing")) map.createPane("drawing").style.zIndex = 440;
    this.pen = L.svg({ pane: "drawing", padding: 0.3 });
    this.sketch = L.layerGroup().addTo(map);
    this.tool = new PointTool(map, {
      least: 2, most: 100, enough: 0, drags: false,
      open: () => { this.ended = null; this.bar.mark(0, true); },
      stop: () => { this.sketch.clearLayers(); this.bar.mark(0, false); },
      preview: (points, set) => this.draw(this.ended || points, this.ended ? this.ended.length : set),
      hint: (points, keyboard) => this.say(this.ended || points, keyboard),
      done: (points, closed) => this.end(points, closed),
    });
    this.bar = new ToolBar([{ label: t("Measure a distance"), path: RULER, press: (byKey) => this.toggle(byKey) }]).addTo(map);
  }

  toggle(byKey) {
    if (this.tool.active) this.tool.stop();
    else this.tool.start(byKey);
  }

  // What was measured stays until Escape, or until the next point begins anew.
  end(points, closed) {
    if (points.length < 2) return this.ended ? null : t("Set two points or more.");
    this.ended = closed ? [...points, points[0]] : [...points];
    points.length = 0;
    this.tool.show(null);
    return null;
  }

  draw(points, set) {
    this.sketch.clearLayers();
    if (this.ended && this.tool.points.length) {
      this.ended = null;
      this.tool.show(null);
      return;
    }
    const style = { pane: "drawing", renderer: this.pen, interactive: false, className: "sketch", weight: 2, fill: false };
    for (let i = 1; i < points.length; i += 1) {
      const way = greatCircle(points[i - 1], points[i]);
      L.polyline(way, { ...style, dashArray: i < set ? null : "5 5" }).addTo(this.sketch);
      if (i < set || this.length(points[i - 1], points[i]) > LABEL_PX) this.label(way[Math.floor(way.length / 2)], way.length > 2 ? null : points[i], geodesicKm(points[i - 1], points[i]));
    }
    for (const point of points.slice(0, set)) L.circleMarker(point, { ...style, className: "corner", radius: 4.5, fill: true, fillOpacity: 1 }).addTo(this.sketch);
  }

  length(a, b) {
    return this.map.latLngToContainerPoint(a).distanceTo(this.map.latLngToContainerPoint(b));
  }

  label(middle, other, km) {
    const at = other ? L.latLng((middle.lat + other.lat) / 2, (middle.lng + other.lng) / 2) : middle;
    const icon = L.divIcon({ html: el("span", {}, writeKm(km)), className: "leg", iconSize: [0, 0] });
    L.marker(at, { icon, interactive: false, keyboard: false, pane: "drawing" }).addTo(this.sketch);
  }

  say(points, keyboard) {
    if (this.ended) return t("Total {km}. Set a point to begin anew.", { km: writeKm(wayKm(this.ended)) });
    if (points.length > 1) return t("Total {km}. The last point once more ends.", { km: writeKm(wayKm(points)) });
    if (keyboard) return t("Arrow keys move the map; Enter sets a point at the cross.");
    return points.length ? t("Set the next point.") : t("Set the first point on the map.");
  }
}

function wayKm(points) {
  return points.slice(1).reduce((sum, point, i) => sum + geodesicKm(points[i], point), 0);
}

function writeKm(km) {
  if (km < 1) return t("{n} m", { n: Math.round(km * 1000) });
  return t("{n} km", { n: number(km, { maximumFractionDigits: km < 100 ? 2 : km < 1000 ? 1 : 0 }) });
}

function writePlace(place) {
  const { lat, lng } = place.wrap();
  return `${lat.toFixed(4)}, ${lng.toFixed(4)}`;
}

// Latitude and longitude under the pointer; a right click or a long press offers to copy them.
const Readout = L.Control.extend({
  options: { position: "bottomleft" },
  onAdd(map) {
    const box = el("div", { class: "readout", hidden: true, "aria-hidden": "true" });
    map.on("mousemove", ({ latlng }) => { box.hidden = false; box.textContent = writePlace(latlng); });
    map.on("mouseout", () => { box.hidden = true; });
    map.on("contextmenu", ({ latlng }) => offerPlace(map, latlng));
    return box;
  },
});

function offerPlace(map, place) {
  const text = writePlace(place);
  const note = el("div", { role: "status", class: "tip-line" });
  const copy = el("button", { type: "button", class: "pick", on: { click: async () => {
    const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    note.textContent = copied ? t("Copied") : t("Copying is not allowed here: select the numbers.");
  } } }, t("Copy coordinates"));
  const leave = (event) => { if (event.key === "Escape") { map.closePopup(); map.getContainer().focus({ preventScroll: true }); } };
  const box = el("div", { on: { keydown: leave } }, el("div", { class: "tip-title figures" }, text), copy, note);
  L.popup({ maxWidth: 260 }).setLatLng(place).setContent(box).openOn(map);
  copy.focus();
}

// The stage around the map fills the screen; where the browser does not allow that, all else is hidden.
class WholeScreen {
  constructor(map) {
    this.page = window.parent.document;
    this.bar = new ToolBar([{ label: t("Full screen"), path: ARROWS, press: () => this.toggle() }]).addTo(map);
    this.page.addEventListener("fullscreenchange", () => this.mark());
    window.addEventListener("keydown", (e) => { if (e.key === "Escape" && !PointTool.running) this.widen(false); });
    this.mark();
  }

  get on() {
    return Boolean(this.page.fullscreenElement) || this.page.documentElement.classList.contains("wide-map");
  }

  async toggle() {
    const stage = this.page.querySelector(".st-key-stage");
    if (this.page.fullscreenElement) await this.page.exitFullscreen();
    else if (this.on) this.widen(false);
    else await (stage?.requestFullscreen?.() ?? Promise.reject()).catch(() => this.widen(true));
    this.mark();
  }

  widen(wide) {
    this.page.documentElement.classList.toggle("wide-map", wide);
    this.mark();
  }

  mark() {
    this.bar.mark(0, this.on);
  }
}

// On a narrow map what is seldom needed waits behind one button.
function foldTools(map) {
  const all = new ToolBar([{ label: t("More tools"), path: DOTS, press: () => all.mark(0, map.getContainer().classList.toggle("all-tools")) }]).addTo(map);
  all.getContainer().classList.replace("seldom", "unfold");
}

// Called once the map has its own controls.
function startTools(map, settings) {
  foldTools(map);
  if (!settings.draft) new AreaTool(map, settings);
  new MeasureTool(map);
  if (!settings.draft) new WholeScreen(map);
  new Readout().addTo(map);
}
