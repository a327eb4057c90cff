// A map on one canvas, without a library and without a request: the base map that came with the document, its names,
// the scale and the grid of degrees. Coordinates are those of Web Mercator's unit square: x to the east, y to the south.

const INKS = { // the colours of basemap.js
  light: { sea: "#dbe4ec", land: "#f4f5f3", lake: "#dbe4ec", river: "#bccfdf", admin: "#c9ced3", border: "#6f7b88", halo: "#ffffffcc",
    name: "#55606d", soft: "#5a6675", ink: "#1b2430", sheet: "#ffffff", line: "#d0d7df", accent: "#5063d6", strike: "#1b2430" },
  dark: { sea: "#11161c", land: "#20262d", lake: "#151c24", river: "#2c3d4e", admin: "#3b434c", border: "#8b97a5", halo: "#0e1216cc",
    name: "#98a4b1", soft: "#a3adb9", ink: "#e6eaef", sheet: "#1d232b", line: "#39424d", accent: "#8c99f5", strike: "#ffffff" },
};
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif';
const LEAST_ZOOM = 1;
const MOST_ZOOM = 13;

function toUnit(lon, lat) {
  const s = Math.sin((lat * Math.PI) / 180);
  return [(lon + 180) / 360, 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)];
}

function toDegrees(x, y) {
  return [x * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI];
}

// Which part of the world is on a canvas of some size; x and y of its pixels.
class Camera {
  constructor(at, width, height) {
    [this.cx, this.cy] = toUnit(at.lon, at.lat);
    Object.assign(this, { zoom: at.zoom, width, height });
  }

  get scale() { return 256 * 2 ** this.zoom; }

  get box() {
    const [w, h] = [this.width / 2 / this.scale, this.height / 2 / this.scale];
    return [this.cx - w, this.cy - h, this.cx + w, this.cy + h];
  }

  // The pixel of a place, on the copy of the world that is nearest.
  pixel(lon, lat) {
    const [x, y] = toUnit(lon, lat);
    return [(x + Math.round(this.cx - x) - this.cx) * this.scale + this.width / 2, (y - this.cy) * this.scale + this.height / 2];
  }

  degrees(px, py) { return toDegrees(this.cx + (px - this.width / 2) / this.scale, this.cy + (py - this.height / 2) / this.scale); }

  // Pixels of a kilometre at a latitude.
  kilometre(lat) { return (1000 / (40075016.686 * Math.cos((lat * Math.PI) / 180))) * this.scale; }

  move(dx, dy) {
    this.cx -= dx / this.scale;
    this.cx -= Math.floor(this.cx);
    this.cy = Math.min(1, Math.max(0, this.cy - dy / this.scale));
  }

  // Zoom so that what is under a pixel stays there.
  zoomAt(zoom, px = this.width / 2, py = this.height / 2) {
    const [dx, dy] = [px - this.width / 2, py - this.height / 2];
    this.move(-dx, -dy);
    this.zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, zoom));
    this.move(dx, dy);
  }

  // West, south, east, north.
  fit([west, south, east, north], most = 9) {
    const [[x0, y1], [x1, y0]] = [toUnit(west, south), toUnit(east, north)];
    [this.cx, this.cy] = [(x0 + x1) / 2, (y0 + y1) / 2];
    const room = [Math.max(this.width - 90, this.width / 2), Math.max(this.height - 90, this.height / 2)];
    const zoom = Math.log2(Math.min(room[0] / Math.max(x1 - x0, 1e-9), room[1] / Math.max(y1 - y0, 1e-9)) / 256);
    this.zoom = Math.min(most, Math.max(LEAST_ZOOM, Math.floor(zoom * 2) / 2));
  }

  // Which copies of the world are in view.
  get shifts() { return [-1, 0, 1].filter((shift) => this.box[0] < 1 + shift && this.box[2] > shift); }

  // Draw in units of 1/scale from a corner of the unit square; line widths are then divided by what this returns.
  aim(pen, corner, scale, shift, ratio) {
    const k = (this.scale / scale) * ratio;
    pen.setTransform(k, 0, 0, k, ((corner[0] + shift - this.cx) * this.scale + this.width / 2) * ratio,
      ((corner[1] - this.cy) * this.scale + this.height / 2) * ratio);
    return k / ratio;
  }
}

// Lines of x, y, dx, dy … as one path.
function toPath(lines, close = false) {
  const path = new Path2D();
  for (const line of lines || []) {
    let [x, y] = line;
    path.moveTo(x, y);
    for (let i = 2; i < line.length; i += 2) path.lineTo((x += line[i]), (y += line[i + 1]));
    if (close) path.closePath();
  }
  return path;
}

class BasePicture {
  constructor(base) {
    this.names = base.names;
    this.levels = base.levels.map((level) => ({ ...level, paths: Object.fromEntries(Object.entries(level.layers)
      .map(([name, lines]) => [name, toPath(lines, name === "land" || name === "lakes")])) }));
  }

  // From coarse to fine, without what a finer one covers.
  chosen(camera) {
    const fine = this.levels.filter((level, i) => i === 0 || camera.zoom >= level.zoom - 2.2);
    const [west, north, east, south] = camera.box;
    const last = fine.findLastIndex((level, i) => i > 0 && level.box[0] <= west && level.box[2] >= east
      && level.box[1] <= Math.max(0, north) && level.box[3] >= Math.min(1, south));
    return fine.slice(Math.max(0, last));
  }

  draw(pen, camera, ink, ratio) {
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = ink.sea;
    pen.fillRect(0, 0, camera.width * ratio, camera.height * ratio);
    pen.lineJoin = pen.lineCap = "round";
    for (const shift of camera.shifts) for (const level of this.chosen(camera)) this.drawLevel(pen, camera, level, ink, shift, ratio);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  drawLevel(pen, camera, level, ink, shift, ratio) {
    pen.save();
    const k = camera.aim(pen, level.box, level.scale, shift, ratio);
    pen.beginPath();
    pen.rect(0, 0, (level.box[2] - level.box[0]) * level.scale, (level.box[3] - level.box[1]) * level.scale);
    pen.clip();
    const area = (name, colour) => { pen.fillStyle = colour; if (level.paths[name]) pen.fill(level.paths[name], "evenodd"); };
    const line = (name, colour, width, dash = []) => {
      if (!level.paths[name]) return;
      Object.assign(pen, { strokeStyle: colour, lineWidth: width / k });
      pen.setLineDash(dash.map((d) => d / k));
      pen.stroke(level.paths[name]);
    };
    const zoom = camera.zoom;
    pen.fillStyle = ink.sea;
    pen.fill();
    area("land", ink.land);
    line("rivers", ink.river, zoom < 7 ? 0.8 : 1.4);
    area("lakes", ink.lake);
    if (zoom >= 5) line("admin1", ink.admin, 0.9, [3, 3]);
    if (zoom >= 6) line("borders", ink.halo, zoom < 8 ? 4 : 5.5);
    line("borders", ink.border, zoom < 4 ? 0.8 : zoom < 6 ? 1.2 : zoom < 8 ? 1.7 : 2.2);
    line("disputed", ink.border, zoom < 6 ? 1 : 1.6, [5, 4]);
    pen.restore();
  }

  // The more important first; a name that would touch another, or a mark, is put beside it or left out.
  drawNames(pen, camera, ink, taken) {
    const zoom = Math.round(camera.zoom);
    for (const [lon, lat, text, kind, first, last] of this.names) {
      if (zoom < first || zoom > last) continue;
      const [x, y] = camera.pixel(lon, lat);
      if (x < -80 || y < -20 || x > camera.width + 80 || y > camera.height + 20) continue;
      pen.font = NAME_FONTS[kind];
      pen.letterSpacing = kind === "place" ? "0px" : "0.6px";
      const wide = pen.measureText(text).width;
      const covered = kind === "place" && !isFree(taken, [x, y, x, y]);
      const spot = (kind !== "place" ? MIDDLE : covered ? BESIDE_MARK : BESIDE).map(([dx, dy, side]) => [x + dx + side * wide, y + dy])
        .find(([left, middle]) => isFree(taken, [left - 3, middle - 8, left + wide + 3, middle + 8]));
      if (!spot) continue;
      taken.push([spot[0] - 3, spot[1] - 8, spot[0] + wide + 3, spot[1] + 8]);
      if (kind === "place" && !covered) dot(pen, x, y, ink);
      write(pen, text, spot[0], spot[1], { colour: kind === "country" ? ink.soft : ink.name, halo: ink.halo });
    }
    pen.letterSpacing = "0px";
  }
}

const NAME_FONTS = { country: `600 13px ${FONT}`, sea: `italic 11.5px ${FONT}`, admin1: `11px ${FONT}`, place: `11.5px ${FONT}` };
// dx, dy, and how much of its width to the left
const BESIDE = [[7, 0, 0], [-7, 0, -1]];
const BESIDE_MARK = [[16, 0, 0], [-16, 0, -1], [0, 20, -0.5], [0, -20, -0.5]];
const MIDDLE = [[0, 0, -0.5]];

function isFree(taken, box) {
  return !taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
}

function dot(pen, x, y, ink) {
  pen.beginPath();
  pen.arc(x, y, 1.9, 0, 7);
  pen.fillStyle = ink.name;
  pen.fill();
}

function write(pen, text, x, y, { colour, halo = null, align = "left" }) {
  Object.assign(pen, { textAlign: align, textBaseline: "middle", fillStyle: colour });
  if (halo) {
    Object.assign(pen, { strokeStyle: halo, lineWidth: 3, lineJoin: "round" });
    pen.setLineDash([]);
    pen.strokeText(text, x, y);
  }
  pen.fillText(text, x, y);
}

// A bar of a round number of kilometres, as long as it is on the middle of the map.
function scaleOf(camera, most = 130) {
  const px = camera.kilometre(camera.degrees(camera.width / 2, camera.height / 2)[1]);
  const power = 10 ** Math.floor(Math.log10(most / px));
  const km = [5, 2, 1].map((n) => n * power).find((n) => n * px <= most) || power;
  return { km, px: km * px };
}

// Where the scale is, so that no name is written under it.
function scaleBox(camera, x, y) {
  return [x - 6, y - 20, x + scaleOf(camera).px + 6, y + 6];
}

function drawScale(pen, camera, ink, x, y) {
  const { km, px } = scaleOf(camera);
  pen.setLineDash([]);
  for (const [colour, width] of [[ink.halo, 5], [ink.soft, 1.6]]) {
    Object.assign(pen, { strokeStyle: colour, lineWidth: width, lineCap: "butt" });
    pen.beginPath();
    pen.moveTo(x, y - 5);
    pen.lineTo(x, y);
    pen.lineTo(x + px, y);
    pen.lineTo(x + px, y - 5);
    pen.stroke();
  }
  pen.font = `11px ${FONT}`;
  write(pen, t("{n} km", { n: number(km) }), x + 5, y - 8, { colour: ink.soft, halo: ink.halo });
}

// Degrees between two lines of the grid, so that some five are in view.
function gridStep(span) {
  return [30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01].findLast((step) => span / step >= 3 && span / step <= 9) || 30;
}

function drawGrid(pen, camera, ink) {
  const [[west, north], [east, south]] = [camera.degrees(0, 0), camera.degrees(camera.width, camera.height)];
  const step = gridStep(east - west);
  const places = step < 0.1 ? 2 : step < 1 ? 1 : 0;
  Object.assign(pen, { strokeStyle: ink.soft, lineWidth: 0.6, font: `10px ${FONT}` });
  pen.setLineDash([1, 3]);
  const told = (value, [positive, negative]) => `${Math.abs(value).toFixed(places)}°${value > 0 ? positive : value < 0 ? negative : ""}`;
  const rule = (x0, y0, x1, y1) => { pen.beginPath(); pen.moveTo(x0, y0); pen.lineTo(x1, y1); pen.stroke(); };
  const labels = [];
  for (let lon = Math.ceil(west / step) * step; lon <= east; lon += step) {
    const x = (toUnit(lon, 0)[0] - camera.cx) * camera.scale + camera.width / 2;
    rule(x, 0, x, camera.height);
    labels.push([told(((lon + 540) % 360) - 180, "EW"), x + 3, 8]);
  }
  for (let lat = Math.ceil(south / step) * step; lat <= Math.min(north, 85); lat += step) {
    const y = camera.pixel(0, lat)[1];
    rule(0, y, camera.width, y);
    if (y > 24) labels.push([told(lat, "NS"), 4, y - 7]);
  }
  for (const [text, x, y] of labels) {
    pen.font = `10px ${FONT}`;
    write(pen, text, x, y, { colour: ink.soft, halo: ink.halo });
  }
}
