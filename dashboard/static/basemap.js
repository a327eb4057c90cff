// The base map: tiles of numbers from /api/base, painted on canvas in the colours of the theme, and names on top.

const PALETTE = {
  light: { sea: "#dbe4ec", land: "#f4f5f3", lake: "#dbe4ec", river: "#bccfdf", admin: "#c9ced3", border: "#6f7b88",
    halo: "#ffffffcc", coast: "#b9c7d4" },
  dark: { sea: "#11161c", land: "#20262d", lake: "#151c24", river: "#2c3d4e", admin: "#3b434c", border: "#8b97a5",
    halo: "#0e1216cc", coast: "#33404d" },
};
const EXTENT = 4096;

const BaseTiles = L.GridLayer.extend({
  options: { tileSize: 512, minZoom: 1, maxZoom: 14, updateWhenZooming: false, keepBuffer: 2, noWrap: false },

  initialize(address, theme) {
    L.setOptions(this, {});
    this.address = address;
    this.theme = theme;
    this.known = new Map();
  },

  createTile(coords, done) {
    const size = this.getTileSize();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const canvas = el("canvas", { width: size.x * ratio, height: size.y * ratio });
    const world = 2 ** (coords.z - 1);
    const x = ((coords.x % world) + world) % world;
    this.read(coords.z - 1, x, coords.y)
      .then((tile) => { canvas.tile = tile; canvas.zoom = coords.z; this.paint(canvas); done(null, canvas); })
      .catch((error) => done(error, canvas));
    return canvas;
  },

  async read(z, x, y) {
    if (y < 0 || y >= 2 ** z) return {};
    const key = `${z}/${x}/${y}`;
    if (!this.known.has(key)) this.known.set(key, getJson(`${this.address}/${key}`));
    return this.known.get(key);
  },

  setTheme(theme) {
    this.theme = theme;
    for (const { el: canvas } of Object.values(this._tiles || {})) this.paint(canvas);
  },

  // Bare: borders alone, to lie on another map that has none.
  setBare(bare) {
    this.bare = bare;
    for (const { el: canvas } of Object.values(this._tiles || {})) this.paint(canvas);
  },

  paint(canvas) {
    if (!canvas.tile) return;
    const ink = PALETTE[this.theme];
    const pen = canvas.getContext("2d");
    const scale = canvas.width / EXTENT;
    const px = canvas.width / 512;
    const zoom = canvas.zoom;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = ink.sea;
    if (!this.bare) pen.fillRect(0, 0, canvas.width, canvas.height);
    const path = (lines, close) => {
      pen.beginPath();
      for (const line of lines || []) {
        for (let i = 0; i < line.length; i += 2) pen[i ? "lineTo" : "moveTo"](line[i] * scale, line[i + 1] * scale);
        if (close) pen.closePath();
      }
    };
    const stroke = (colour, width, dash = []) => {
      pen.strokeStyle = colour;
      pen.lineWidth = width * px;
      pen.setLineDash(dash.map((d) => d * px));
      pen.stroke();
    };
    pen.lineJoin = pen.lineCap = "round";
    if (!this.bare) {
      path(canvas.tile.land, true);
      pen.fillStyle = ink.land;
      pen.fill("evenodd");
      path(canvas.tile.rivers);
      stroke(ink.river, zoom < 7 ? 0.8 : 1.4);
      path(canvas.tile.lakes, true);
      pen.fillStyle = ink.lake;
      pen.fill("evenodd");
      path(canvas.tile.admin1);
      stroke(ink.admin, 0.9, [3, 3]);
    }
    path(canvas.tile.borders);
    if (zoom >= 6) stroke(ink.halo, zoom < 8 ? 4 : 5.5);
    stroke(ink.border, zoom < 4 ? 0.8 : zoom < 6 ? 1.2 : zoom < 8 ? 1.7 : 2.2);
    path(canvas.tile.disputed);
    stroke(ink.border, zoom < 6 ? 1 : 1.6, [5, 4]);
  },
});

// Names are one drawing, which costs a frame little; one that would touch a more important one is left out.
const NameLayer = L.Layer.extend({
  initialize(address) {
    this.address = address;
  },

  onAdd(map) {
    this.pane = map.getPane("names") || map.createPane("names");
    this.pane.style.zIndex = 350; // above the tiles (200), below radius circles (400) and marks (600)
    this.pane.style.pointerEvents = "none";
    this.sheet = this.pane.appendChild(svg("svg", { class: "names", width: 1, height: 1, "aria-hidden": "true" }));
    map.on("moveend zoomend resize", this.update, this);
    map.on("zoomstart", () => { this.pane.style.visibility = "hidden"; });
    this.update();
  },

  onRemove(map) {
    map.off("moveend zoomend resize", this.update, this);
    this.turn += 1;
    this.pane.replaceChildren();
    this.tell(map, []);
  },

  // Other labels keep clear of the names.
  tell(map, boxes) {
    map.nameBoxes = boxes;
    map.fire("named");
  },

  async update() {
    const map = this._map;
    const zoom = Math.round(map.getZoom());
    const step = 180 / 2 ** zoom;
    const seen = map.getBounds();
    const snap = (value, way) => Math[way](value / step) * step;
    const view = [snap(seen.getWest(), "floor"), snap(seen.getSouth(), "floor"), snap(seen.getEast(), "ceil"),
      snap(seen.getNorth(), "ceil")];
    const edge = [Math.max(view[0], -180), Math.max(view[1], -90), Math.min(view[2], 180), Math.min(view[3], 90)];
    const turn = (this.turn = (this.turn || 0) + 1);
    const names = await getJson(`${this.address}?zoom=${zoom}&view=${edge.join(",")}`).catch(() => []);
    if (turn === this.turn && this._map) this.write(names);
  },

  write(names) {
    const boxes = [];
    const view = this._map.getSize();
    const nodes = [];
    for (const name of names) {
      const at = this._map.latLngToContainerPoint([name.lat, name.lon]);
      const wide = name.class === "country" ? 8.2 : name.class === "sea" ? 7 : 6.2;
      const half = (name.name.length * wide) / 2 + 6;
      const box = name.class === "place" ? [at.x - 5, at.y - 9, at.x + half * 2, at.y + 9]
        : [at.x - half, at.y - 10, at.x + half, at.y + 10];
      if (box[2] < 0 || box[0] > view.x || box[3] < 0 || box[1] > view.y) continue;
      if (boxes.some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1])) continue;
      boxes.push(box);
      const spot = this._map.latLngToLayerPoint([name.lat, name.lon]);
      if (name.class === "place") nodes.push(svg("circle", { class: "name dot", cx: spot.x, cy: spot.y, r: 1.5 }));
      const node = svg("text", { class: `name ${name.class}`, x: spot.x + (name.class === "place" ? 7 : 0), y: spot.y });
      node.textContent = name.name;
      nodes.push(node);
    }
    this.sheet.replaceChildren(...nodes);
    this.pane.style.visibility = "";
    const { x, y } = this._map.containerPointToLayerPoint([0, 0]);
    this.tell(this._map, boxes.map((b) => [b[0] + x, b[1] + y, b[2] + x, b[3] + y]));
  },
});
