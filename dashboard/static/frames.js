// The map while dates are dragged or played: one canvas instead of hundreds of nodes, painted from /api/frame.
// It looks as the nodes do, says nothing to a pointer, and goes away once the map stands still again.

const PAIR = /^[A-Z]{2}-[A-Z]{2}$/; // a border, not a region or country
const FRAME_PANE = { name: "frames", z: 605 }; // over the marks it stands for, under tooltips and popups

class Frames {
  constructor(layer) {
    this.layer = layer;
    this.map = layer.map;
    const pane = this.map.createPane(FRAME_PANE.name);
    pane.style.zIndex = FRAME_PANE.z;
    pane.style.pointerEvents = "none";
    this.canvas = el("canvas", { class: "leaflet-zoom-hide", "aria-hidden": "true" });
    pane.append(this.canvas);
    this.outlines = L.layerGroup().addTo(this.map);
    this.drawn = new Map(); // outlines on the map by what they are
    this.paths = {};
    this.range = null;
  }

  // Show the events at other dates; resolves to false where there are too many for frames.
  async show(range) {
    this.range = range;
    const address = `${this.layer.root}api/frame?${this.layer.params(range)}`;
    const turn = (this.layer.turn = (this.layer.turn || 0) + 1);
    this.layer.asking?.abort();
    this.layer.asking = new AbortController();
    const answer = await getJson(address, this.layer.asking.signal);
    if (turn !== this.layer.turn) return true;
    if (!answer.marks) return false;
    this.paint(answer);
    return true;
  }

  // Have the server hold what a brush is about to move through.
  warm() {
    getJson(`${this.layer.root}api/frame?${this.layer.params()}`).catch(() => null);
  }

  hide() {
    if (!this.range) return;
    this.range = null;
    this.map.getContainer().classList.remove("moving");
    this.canvas.width = 0;
    this.outlines.clearLayers();
    this.drawn.clear();
  }

  paint(answer) {
    this.map.getContainer().classList.add("moving");
    const pen = this.clear();
    const kinds = Object.values(this.layer.style.kinds);
    const statuses = Object.keys(this.layer.style.statuses);
    const wanted = new Map();
    const points = [];
    for (const [lon, lat, kind, status, possible, km, type, key] of answer.marks) {
      const mark = { event: { id: points.length }, spot: { lat, lon, km }, kind: kinds[kind], status: statuses[status], possible };
      if (type === 1) wanted.set(`api/border/${key} ${kind}`, { address: `api/border/${key}`, mark, line: true });
      else if (type === 2 && key) wanted.set(`api/area/${key} ${kind}`, { address: `api/area/${key}`, mark });
      else points.push(mark);
    }
    for (const cell of answer.cells) {
      if (PAIR.test(cell[4])) wanted.set(`${cell[4]} cells`, { address: `api/border/${cell[4]}`, line: true });
    }
    this.outline(wanted);
    for (const [lon, lat, n, possible, key, tally] of answer.cells) this.disc(pen, this.at(lat, lon), n, tally, kinds, key);
    const groups = answer.few ? this.layer.group(points) : points.map((point) => Object.assign([point], { at: this.at(point.spot.lat, point.spot.lon) }));
    for (const group of groups) for (const point of group) this.circle(pen, point, group.length > 1);
    for (const group of groups) {
      if (group.length === 1) this.symbol(pen, this.at(group[0].spot.lat, group[0].spot.lon), group[0]);
      else this.group(pen, group, kinds);
    }
  }

  // An empty canvas over the whole view, sharp on every screen.
  clear() {
    const size = this.map.getSize();
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = size.x * scale;
    this.canvas.height = size.y * scale;
    set(this.canvas, { style: { width: `${size.x}px`, height: `${size.y}px` } });
    this.origin = this.map.containerPointToLayerPoint([0, 0]);
    L.DomUtil.setPosition(this.canvas, this.origin);
    const pen = this.canvas.getContext("2d");
    pen.scale(scale, scale);
    const styles = getComputedStyle(document.documentElement);
    this.colours = Object.fromEntries(["sheet", "ink", "soft", "shade"].map((name) => [name, styles.getPropertyValue(`--${name}`).trim()]));
    this.font = getComputedStyle(this.map.getContainer()).fontFamily;
    return pen;
  }

  at(lat, lon) {
    return this.map.latLngToLayerPoint([lat, lon]).subtract(this.origin);
  }

  group(pen, group, kinds) {
    const middle = (name) => group.reduce((sum, point) => sum + point.spot[name], 0) / group.length;
    const tally = kinds.map((kind) => group.filter((point) => point.kind === kind).length);
    this.disc(pen, this.at(middle("lat"), middle("lon")), group.length, tally, kinds);
  }

  disc(pen, { x, y }, n, tally, kinds, vague) {
    const size = discSize(n);
    const r = size / 2;
    const { sheet, ink, soft, shade } = this.colours;
    pen.save();
    pen.beginPath();
    if (vague) pen.roundRect(x - r, y - r, size, size, 8);
    else pen.arc(x, y, r, 0, 2 * Math.PI);
    pen.fillStyle = sheet;
    Object.assign(pen, { shadowColor: shade, shadowBlur: 4, shadowOffsetY: 1 });
    pen.fill();
    pen.shadowColor = "transparent";
    if (vague) Object.assign(pen, { strokeStyle: soft, lineWidth: 1.5 });
    if (vague) pen.stroke();
    const total = tally.reduce((a, b) => a + b, 0);
    let from = -Math.PI / 2;
    pen.lineWidth = 4;
    tally.forEach((k, kind) => {
      if (!k) return;
      const to = from + (k / total) * 2 * Math.PI;
      pen.beginPath();
      pen.arc(x, y, r - 2, from, to);
      pen.strokeStyle = kinds[kind].colour;
      pen.stroke();
      from = to;
    });
    Object.assign(pen, { fillStyle: ink, font: `650 12.5px ${this.font}`, textAlign: "center", textBaseline: "middle" });
    pen.fillText(shortCount(n), x, y + 0.5);
    pen.restore();
  }

  circle(pen, point, grouped) {
    const { spot, kind, possible } = point;
    if (!spot.km) return;
    const r = this.layer.radiusPx(spot);
    if (r < (grouped ? GROUP_PX : SHOW_RADIUS_PX)) return;
    const { x, y } = this.at(spot.lat, spot.lon);
    pen.save();
    pen.beginPath();
    pen.arc(x, y, r, 0, 2 * Math.PI);
    pen.fillStyle = kind.colour;
    pen.globalAlpha = 0.06;
    pen.fill();
    Object.assign(pen, { strokeStyle: kind.colour, lineWidth: 1.6, globalAlpha: possible ? 0.45 : 0.9 });
    pen.setLineDash([5, 5]);
    pen.stroke();
    pen.restore();
  }

  symbol(pen, { x, y }, { kind, status, possible }) {
    const path = (this.paths[kind.shape] ||= new Path2D(SHAPES[kind.shape] || SHAPES.circle));
    const hollow = status === "planned";
    pen.save();
    pen.translate(x - 12, y - 12); // the box of the shapes is 24 wide, and so is the symbol
    pen.globalAlpha = possible ? 0.5 : 1;
    Object.assign(pen, { fillStyle: hollow ? halo() : kind.colour, strokeStyle: hollow ? kind.colour : halo(),
      lineWidth: hollow ? 2.6 : 1.6, lineJoin: "round", lineCap: "round" });
    pen.fill(path, "evenodd");
    pen.stroke(path);
    if (status === "denied") {
      const strike = new Path2D("M2 22 22 2");
      for (const [lineWidth, strokeStyle] of [[5, halo()], [2.2, "#1b2430"]]) {
        Object.assign(pen, { lineWidth, strokeStyle });
        pen.stroke(strike);
      }
    }
    pen.restore();
  }

  // Lines and areas stay on the map from frame to frame; only what comes or goes is touched.
  outline(wanted) {
    for (const [name, shape] of this.drawn) {
      if (wanted.has(name)) continue;
      shape.gone = true;
      if (shape.layer) this.outlines.removeLayer(shape.layer);
      this.drawn.delete(name);
    }
    for (const [name, shape] of wanted) {
      if (this.drawn.has(name)) continue;
      this.drawn.set(name, shape);
      this.layer.outline(shape.address).then((geometry) => {
        if (!geometry || shape.gone) return;
        shape.layer = L.geoJSON(geometry, { style: this.pencil(shape), interactive: false }).addTo(this.outlines);
      });
    }
  }

  pencil({ mark, line }) {
    if (!mark) return { color: "#6e7884", weight: 6, opacity: 0.45, lineCap: "butt" };
    const style = line ? { weight: 5, opacity: mark.possible ? 0.28 : 0.55, fill: false, lineCap: "butt" } : { weight: 1.6, opacity: 0.9, fillOpacity: 0.04, dashArray: "9 7" };
    return { color: mark.kind.colour, fillColor: mark.kind.colour, ...style };
  }
}

function discSize(n) {
  return Math.round(28 + 5 * Math.log10(n));
}

function shortCount(n) {
  const short = (value, digits) => number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return n < 1000 ? String(n) : n < 1e6 ? t("{n}k", { n: short(n / 1000, n < 10000 ? 1 : 0) }) : t("{n}M", { n: short(n / 1e6, 1) });
}
