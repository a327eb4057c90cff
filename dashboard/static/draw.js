// Draws a rectangle or a polygon on the map and makes it a filter: sends {type: "words", words: {area: "lon,lat;..."}}.
// The area in force ("view" messages) is outlined. Its edges are straight in longitude and latitude, as the filter
// takes them, so on this map a long slanting edge is bent a little.

const MOST_CORNERS = 100; // what the filter takes
const BEND_DEG = 0.5; // pieces of an edge that are drawn straight
const SQUARE = "M2 3.5H13V11.5H2Z";
const PENTAGON = "M7.5 1.5 13.5 6 11.2 13H3.8L1.5 6Z";

class AreaTool {
  constructor(map, settings) {
    this.map = map;
    map.createPane("drawing").style.zIndex = 440;
    this.pen = L.svg({ pane: "drawing", padding: 0.3 });
    this.outline = L.layerGroup().addTo(map);
    this.sketch = L.layerGroup().addTo(map);
    this.channel = new BroadcastChannel(settings.channel);
    this.channel.onmessage = ({ data }) => data.type === "view" && this.take(data);
    this.tools = [true, false].map((box) => new PointTool(map, this.shape(box)));
    this.bar = new ToolBar([
      { label: t("Draw a rectangle to filter"), path: SQUARE, press: (byKey) => this.toggle(0, byKey) },
      { label: t("Draw a polygon to filter"), path: PENTAGON, press: (byKey) => this.toggle(1, byKey) },
    ]).addTo(map);
  }

  toggle(number, byKey) {
    if (this.tools[number].active) this.tools[number].stop();
    else this.tools[number].start(byKey);
  }

  shape(box) {
    const number = box ? 0 : 1;
    return {
      least: box ? 2 : 3, most: MOST_CORNERS, enough: box ? 2 : 0, drags: box,
      open: () => this.bar.mark(number, true),
      stop: () => { this.sketch.clearLayers(); this.bar.mark(number, false); },
      preview: (points, set) => this.preview(box && points.length > 1 ? corners(points) : points, points.slice(0, set)),
      hint: (points, keyboard) => (keyboard ? hintForKeys : box ? hintForBox : hintForPolygon)(points.length),
      done: (points) => this.done(box && points.length > 1 ? corners(points) : points, number),
    };
  }

  preview(ring, set) {
    this.sketch.clearLayers();
    const style = { pane: "drawing", renderer: this.pen, interactive: false, className: "sketch", weight: 2 };
    if (ring.length > 1) L.polygon(straight(ring), { ...style, fillOpacity: ring.length > 2 ? 0.1 : 0 }).addTo(this.sketch);
    for (const point of set) L.circleMarker(point, { ...style, className: "corner", radius: 4.5, fillOpacity: 1 }).addTo(this.sketch);
  }

  // Sends the area, or says why it is none.
  done(ring, number) {
    const turn = 360 * Math.round(ring.reduce((sum, p) => sum + p.lng, 0) / ring.length / 360);
    const points = short(ring.map((p) => [Number((p.lng - turn).toFixed(4)), Number(p.lat.toFixed(4))]));
    if (points.length < 3) return t("An area needs three corners or more.");
    if (points.some(([lon]) => Math.abs(lon) > 180)) return t("An area cannot cross the 180th meridian: draw one on either side.");
    if (crosses(points)) return t("The edges cross each other. Take corners back, or begin anew.");
    if (Math.abs(twice(points)) < 1e-7) return t("This encloses nothing. Draw it larger.");
    this.channel.postMessage({ type: "words", words: { area: points.map((point) => point.join(",")).join(";") } });
    this.tools[number].stop();
    this.draw(points);
    return null;
  }

  take(view) {
    const text = new URLSearchParams(view.query).get("area") || "";
    if (text === this.text) return;
    const first = this.text === undefined;
    this.text = text;
    const points = text ? text.split(";").map((corner) => corner.split(",").map(Number)) : [];
    const drawn = this.draw(points);
    if (first && drawn && !view.kept?.at && !this.map.getBounds().contains(drawn.getBounds())) this.map.fitBounds(drawn.getBounds(), { padding: [30, 30] });
  }

  draw(points) {
    this.outline.clearLayers();
    if (!points.length) return null;
    const ring = straight(points.map(([lon, lat]) => L.latLng(lat, lon)));
    return L.polygon(ring, { pane: "drawing", renderer: this.pen, interactive: false, className: "area", weight: 1.8, fillOpacity: 0.04 }).addTo(this.outline);
  }
}

function hintForBox(set) {
  return set ? t("Set the opposite corner.") : t("Drag a rectangle, or set two opposite corners.");
}

function hintForPolygon(set) {
  if (set === 0) return t("Set the first corner on the map.");
  return set < 3 ? t("Set the next corner.") : t("The first or the last corner once more closes the area.");
}

function hintForKeys(set) {
  return set ? t("Arrow keys move the map; Enter sets a corner at the cross, Enter again there closes the area.") : t("Arrow keys move the map; Enter sets a corner at the cross.");
}

// The corners of a box from two opposite ones; with one between where a side is too long to tell which way it goes.
function corners([a, b]) {
  const lons = Math.abs(a.lng - b.lng) > 179 ? [a.lng, (a.lng + b.lng) / 2, b.lng] : [a.lng, b.lng];
  return [...lons.map((lng) => L.latLng(a.lat, lng)), ...lons.reverse().map((lng) => L.latLng(b.lat, lng))];
}

// The ring with points between, so that its edges are straight in longitude and latitude.
function straight(ring) {
  return ring.flatMap((a, i) => {
    const b = ring[(i + 1) % ring.length];
    const n = Math.max(1, Math.ceil(Math.abs(b.lat - a.lat) / BEND_DEG));
    return Array.from({ length: n }, (_, k) => [a.lat + ((b.lat - a.lat) * k) / n, a.lng + ((b.lng - a.lng) * k) / n]);
  });
}

// Without corners that repeat the one before.
function short(points) {
  return points.filter(([x, y], i) => { const [u, v] = points.at(i - 1); return x !== u || y !== v; });
}

function twice(points) {
  return points.reduce((sum, [x, y], i) => { const [u, v] = points.at(i - 1); return sum + u * y - x * v; }, 0);
}

function crosses(points) {
  const side = ([ax, ay], [bx, by], [cx, cy]) => Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
  const n = points.length;
  for (let i = 0; i < n; i += 1) {
    for (let j = i + 2; j < n; j += 1) {
      if (i === 0 && j === n - 1) continue; // neighbours share a corner
      const [a, b, c, d] = [points[i], points[i + 1], points[j], points[(j + 1) % n]];
      if (side(a, b, c) * side(a, b, d) <= 0 && side(c, d, a) * side(c, d, b) <= 0) return true;
    }
  }
  return false;
}
