// Where events are dense, from what the map already has. An event known to within 25 km is spread over 25 km; what is
// known only to a region, a country or a border is left out, because no spot of it is denser than another.

const HEAT_STEP = 4; // screen pixels along a cell of the sum
const HEAT_SIGMA = 7; // cells: the narrowest spread, 28 pixels
const HEAT_WIDEST = 45; // cells: an event spread wider than that is a pale wash anyway
const HEAT_PAD = 0.15; // of the view on every side, as far as the events are known
const HEAT_INK = { light: [[253, 205, 110], [226, 94, 62], [112, 20, 92]], dark: [[110, 32, 110], [226, 94, 62], [255, 226, 130]] };

function heatColour(share, theme) {
  const inks = HEAT_INK[theme];
  const at = Math.min(0.999, Math.max(0, share)) * (inks.length - 1);
  const [low, high] = [inks[Math.floor(at)], inks[Math.floor(at) + 1]];
  return low.map((v, i) => Math.round(v + (high[i] - v) * (at % 1)));
}

// Add a bell of a weight to the sums; its height falls as it widens, so that each event adds the same in all.
function addBell(sums, wide, high, x, y, weight, sigma) {
  const reach = Math.ceil(sigma * 2.6);
  const top = (weight * HEAT_SIGMA * HEAT_SIGMA) / (sigma * sigma);
  const [cx, cy] = [Math.round(x), Math.round(y)];
  const bell = Float32Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)));
  for (let dy = Math.max(-reach, -cy); dy <= Math.min(reach, high - 1 - cy); dy += 1) {
    const row = (cy + dy) * wide + cx;
    const share = top * bell[dy + reach];
    for (let dx = Math.max(-reach, -cx); dx <= Math.min(reach, wide - 1 - cx); dx += 1) sums[row + dx] += share * bell[dx + reach];
  }
}

const Heat = L.Layer.extend({
  initialize(events) {
    this.source = events;
  },

  onAdd(map) {
    const pane = map.getPane("heat") || map.createPane("heat");
    Object.assign(pane.style, { zIndex: 360, pointerEvents: "none" });
    this.canvas = el("canvas", { class: "heat leaflet-zoom-hide", "aria-hidden": "true" });
    pane.append(this.canvas);
    this.key = new HeatKey().addTo(map);
    map.on("painted moveend", this.drawSoon, this);
    this.draw();
  },

  onRemove(map) {
    map.off("painted moveend", this.drawSoon, this);
    cancelAnimationFrame(this.frame);
    this.canvas.remove();
    this.key.remove();
  },

  drawSoon() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this._map && this.draw());
  },

  spots() {
    const points = [];
    for (const event of this.source.events) {
      for (const spot of event.spots) {
        if (spot.type === "point") points.push([spot.lat, spot.lon, 1 / event.spots.length, spot.km || 0]);
      }
    }
    for (const cell of this.source.cells || []) {
      if (!cell.border && !cell.area) points.push([cell.lat, cell.lon, cell.n, 0]);
    }
    return points;
  },

  draw() {
    const map = this._map;
    const size = map.getSize();
    const pad = size.multiplyBy(HEAT_PAD);
    const corner = map.containerPointToLayerPoint([-pad.x, -pad.y]);
    const [wide, high] = [size.x, size.y].map((side) => Math.ceil((side * (1 + 2 * HEAT_PAD)) / HEAT_STEP));
    const sums = new Float32Array(wide * high);
    for (const [lat, lon, weight, km] of this.spots()) {
      const at = map.latLngToLayerPoint([lat, lon]).subtract(corner).divideBy(HEAT_STEP);
      const spread = this.source.radiusPx({ lat, km }) / HEAT_STEP / 2;
      addBell(sums, wide, high, at.x, at.y, weight, Math.min(HEAT_WIDEST, Math.max(HEAT_SIGMA, spread)));
    }
    this.colour(sums, wide, high);
    L.DomUtil.setPosition(this.canvas, corner.round());
    set(this.canvas, { style: { width: `${wide * HEAT_STEP}px`, height: `${high * HEAT_STEP}px` } });
  },

  colour(sums, wide, high) {
    const theme = document.documentElement.classList.contains("dark") ? "dark" : "light";
    let most = 0;
    for (const sum of sums) if (sum > most) most = sum;
    Object.assign(this.canvas, { width: wide, height: high });
    const inks = new Uint8ClampedArray(256 * 4);
    for (let i = 0; i < 256; i += 1) inks.set([...heatColour(i / 255, theme), 255 * Math.min(0.72, Math.max(0, i / 255 - 0.12) * 1.6)], i * 4);
    const [table, picture] = [new Uint32Array(inks.buffer), new ImageData(wide, high)];
    const pixels = new Uint32Array(picture.data.buffer);
    const scale = 255 / Math.log1p(Math.max(most, 1)); // of the logarithm: a town of a thousand leaves the villages visible
    for (let i = 0; i < sums.length; i += 1) if (sums[i] > 0.01) pixels[i] = table[Math.round(Math.log1p(sums[i]) * scale)];
    this.canvas.getContext("2d").putImageData(picture, 0, 0);
    const centre = this._map.getCenter();
    const metres = 1000 / Math.max(1e-9, this.source.radiusPx({ lat: centre.lat, km: 1 }));
    this.key.show(most, (HEAT_SIGMA * HEAT_STEP * Math.SQRT2 * metres) / 1000, theme);
  },
});

const HeatKey = L.Control.extend({
  options: { position: "bottomleft" },
  onAdd() {
    this.bar = el("i");
    this.words = el("span");
    this.box = el("div", { class: "heat-key", role: "note" }, el("b", {}, t("Heat")), el("div", { class: "heat-row" }, t("few"), this.bar, t("many")), this.words);
    L.DomEvent.disableClickPropagation(this.box);
    return this.box;
  },
  show(most, km, theme) {
    const stops = [0.15, 0.4, 0.7, 1].map((share) => `rgb(${heatColour(share, theme).join(" ")})`);
    this.bar.style.background = `linear-gradient(90deg, ${stops.join(", ")})`;
    const n = number(Math.max(1, Math.round(most)));
    const far = number(km, { maximumFractionDigits: km < 10 ? 1 : 0 });
    this.words.textContent = most < 0.5 ? t("No event in this view has a place.")
      : t("Densest here: about {n} within {km} km. What is known only to a region, country or border is left out.", { n, km: far });
  },
});
