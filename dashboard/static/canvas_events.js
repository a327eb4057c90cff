// The events on a canvas, drawn as viewport.js draws them: symbols, radii, areas, borders, discs for groups.

const GROUP_PX = 26; // as on the map: marks nearer than this to each other become one group
const SHOW_RADIUS_PX = 11;
const MARK_PX = 24;

class EventPicture {
  constructor({ style, outlines }) {
    this.style = style;
    this.outlines = outlines;
    this.paths = new Map();
    this.shapes = Object.fromEntries(Object.entries(SHAPES).map(([name, d]) => [name, new Path2D(d)]));
  }

  // Where the marks go; a pixel hit is looked for in `marks` and then in `areas`.
  layout(camera, events, chosen) {
    const points = [];
    for (const event of events) {
      for (const spot of event.spots) {
        if (spot.type !== "point") continue;
        const [x, y] = camera.pixel(spot.lon, spot.lat);
        const reach = spot.km ? spot.km * camera.kilometre(spot.lat) : 0;
        if (x < -reach - 40 || y < -reach - 40 || x > camera.width + reach + 40 || y > camera.height + reach + 40) continue;
        points.push({ event, spot, x, y, reach });
      }
    }
    return { points, marks: groupPoints(points, chosen), areas: [] };
  }

  draw(pen, camera, events, { chosen = null, ink, ratio = 1, between = null }) {
    const scene = this.layout(camera, events, chosen);
    for (const event of events) for (const spot of event.spots) if (spot.type !== "point") this.drawArea(pen, camera, event, spot, { chosen, ratio, scene });
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.drawRadii(pen, scene.marks, chosen);
    between?.(scene.marks.map((mark) => [mark.x - 13, mark.y - 12, mark.x + 13, mark.y + 12]));
    for (const mark of scene.marks) if (mark.events.length > 1) this.drawDisc(pen, mark, ink);
    const alone = scene.marks.filter((mark) => mark.events.length === 1);
    alone.sort((a, b) => (a.events[0].id === chosen) - (b.events[0].id === chosen));
    for (const mark of alone) this.drawMark(pen, mark, mark.events[0].id === chosen, ink);
    pen.globalAlpha = 1;
    return scene;
  }

  colour(event) { return this.style.kinds[event.kind].colour; }

  outline(key) {
    if (!this.paths.has(key)) this.paths.set(key, toPath(this.outlines.lines[key], key.startsWith("area/")));
    return this.paths.get(key);
  }

  drawArea(pen, camera, event, spot, { chosen, ratio, scene }) {
    const strong = event.id === chosen;
    const pale = event.match === "possible";
    pen.strokeStyle = pen.fillStyle = this.colour(event);
    if (!spot.outline) {
      if (spot.km) this.drawWide(pen, camera, event, spot, { strong, ratio, scene });
      return;
    }
    const path = this.outline(spot.outline);
    const line = spot.outline.startsWith("line/");
    for (const shift of camera.shifts) {
      const k = camera.aim(pen, [0, 0], this.outlines.scale, shift, ratio);
      pen.lineCap = line ? "butt" : "round";
      pen.lineWidth = (line ? (strong ? 9 : 5) : strong ? 3 : 1.6) / k;
      pen.setLineDash((line ? (event.status === "planned" ? [10, 8] : []) : [9, 7]).map((d) => d / k));
      if (!line) {
        pen.globalAlpha = strong ? 0.14 : 0.04;
        pen.fill(path, "evenodd");
      }
      pen.globalAlpha = strong ? 1 : line ? (pale ? 0.28 : 0.55) : pale ? 0.45 : 0.9;
      pen.stroke(path);
      scene.areas.push({ event, path, line, transform: pen.getTransform(), width: 12 / k });
    }
  }

  // A region or country without an outline: a circle, and no pin.
  drawWide(pen, camera, event, spot, { strong, ratio, scene }) {
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const [x, y] = camera.pixel(spot.lon, spot.lat);
    const path = new Path2D();
    path.arc(x, y, spot.km * camera.kilometre(spot.lat), 0, 2 * Math.PI);
    pen.lineWidth = strong ? 3 : 1.6;
    pen.setLineDash([9, 7]);
    pen.globalAlpha = strong ? 0.14 : spot.km > 200 ? 0.02 : 0.05;
    pen.fill(path);
    pen.globalAlpha = event.match === "possible" ? 0.45 : 0.9;
    pen.stroke(path);
    scene.areas.push({ event, path, line: false, transform: pen.getTransform(), width: 12 });
  }

  drawRadii(pen, marks, chosen) {
    const drawn = new Set(); // many events of one town: one circle
    for (const mark of marks) {
      for (const { event, spot, x, y, reach } of mark) {
        const strong = event.id === chosen;
        const key = `${spot.lat},${spot.lon},${spot.km},${event.kind}`;
        if (!reach || reach < (strong ? 4 : mark.length > 1 ? GROUP_PX : SHOW_RADIUS_PX) || drawn.has(key)) continue;
        drawn.add(key);
        pen.beginPath();
        pen.arc(x, y, reach, 0, 2 * Math.PI);
        pen.fillStyle = pen.strokeStyle = this.colour(event);
        pen.globalAlpha = strong ? 0.14 : 0.06;
        pen.fill();
        pen.globalAlpha = event.match === "possible" ? 0.45 : 0.9;
        pen.lineWidth = strong ? 3 : 1.6;
        pen.setLineDash([5, 5]);
        pen.stroke();
      }
    }
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  drawMark(pen, { x, y, events: [event] }, strong, ink) {
    if (strong) {
      pen.globalAlpha = 1;
      pen.beginPath();
      pen.arc(x, y, 18, 0, 2 * Math.PI);
      Object.assign(pen, { strokeStyle: ink.accent, lineWidth: 2.5 });
      pen.stroke();
    }
    pen.globalAlpha = event.match === "possible" ? 0.5 : 1;
    this.drawSymbol(pen, this.style.kinds[event.kind], x, y, { status: event.status, ink });
  }

  // As `symbol` of symbols.js.
  drawSymbol(pen, kind, x, y, { status = "reported", size = MARK_PX, ink }) {
    const path = this.shapes[kind.shape] || this.shapes.circle;
    const hollow = status === "planned";
    pen.save();
    pen.translate(x - size / 2, y - size / 2);
    pen.scale(size / 24, size / 24);
    Object.assign(pen, { fillStyle: hollow ? "#fff" : kind.colour, strokeStyle: hollow ? kind.colour : "#fff", lineWidth: hollow ? 2.6 : 1.6, lineJoin: "round" });
    pen.setLineDash([]);
    pen.fill(path, "evenodd");
    pen.stroke(path);
    if (status === "denied") {
      for (const [colour, width] of [["#fff", 5], [ink.strike, 2.2]]) {
        pen.beginPath();
        pen.moveTo(2, 22);
        pen.lineTo(22, 2);
        Object.assign(pen, { strokeStyle: colour, lineWidth: width, lineCap: "round" });
        pen.stroke();
      }
    }
    pen.restore();
  }

  // A disc with the count, its rim divided among the kinds.
  drawDisc(pen, mark, ink) {
    const n = mark.events.length;
    mark.r = (28 + 5 * Math.log10(n)) / 2;
    const { x, y, r } = mark;
    pen.globalAlpha = 1;
    pen.beginPath();
    pen.arc(x, y, r, 0, 2 * Math.PI);
    pen.fillStyle = ink.sheet;
    pen.fill();
    let turn = -Math.PI / 2;
    for (const [kind, k] of Object.entries(tallyOf(mark.events))) {
      const part = (k / n) * 2 * Math.PI;
      pen.beginPath();
      pen.arc(x, y, r - 2, turn, turn + part);
      Object.assign(pen, { strokeStyle: this.style.kinds[kind].colour, lineWidth: 4, lineCap: "butt" });
      pen.stroke();
      turn += part;
    }
    pen.font = `650 12.5px ${FONT}`;
    write(pen, number(n), x, y + 0.5, { colour: ink.ink, align: "center" });
  }
}

function tallyOf(events) {
  const tally = {};
  for (const event of events) tally[event.kind] = (tally[event.kind] || 0) + 1;
  return tally;
}

// Greedy: the chosen event stands alone; every other point joins the first group within reach, looked for in a grid.
function groupPoints(points, chosen) {
  const [grid, groups] = [new Map(), []];
  const cell = (v) => Math.floor(v / GROUP_PX);
  for (const point of points) {
    const alone = point.event.id === chosen;
    let near = null;
    for (let i = -1; i <= 1 && !near && !alone; i += 1) {
      for (let j = -1; j <= 1 && !near; j += 1) {
        near = (grid.get(`${cell(point.x) + i},${cell(point.y) + j}`) || []).find((g) => Math.hypot(g.x - point.x, g.y - point.y) < GROUP_PX);
      }
    }
    if (near) {
      near.push(point);
      continue;
    }
    const group = Object.assign([point], { x: point.x, y: point.y });
    groups.push(group);
    if (alone) continue;
    const key = `${cell(point.x)},${cell(point.y)}`;
    grid.set(key, [...(grid.get(key) || []), group]);
  }
  for (const group of groups) {
    group.events = [...new Set(group.map((point) => point.event))];
    group.x = group.reduce((sum, point) => sum + point.x, 0) / group.length;
    group.y = group.reduce((sum, point) => sum + point.y, 0) / group.length;
    group.r = MARK_PX / 2;
  }
  return groups;
}

// The events at a pixel: a mark's, or those of the lines and areas there.
function eventsAt(pen, scene, x, y, ratio) {
  const mark = scene.marks.findLast((m) => Math.hypot(m.x - x, m.y - y) <= m.r + 4);
  if (mark) return { events: mark.events, mark };
  const found = new Set();
  pen.save();
  for (const { event, path, line, transform, width } of scene.areas) {
    pen.setTransform(transform);
    pen.lineWidth = width;
    pen.setLineDash([]);
    if (line ? pen.isPointInStroke(path, x * ratio, y * ratio) : pen.isPointInPath(path, x * ratio, y * ratio, "evenodd")) found.add(event);
  }
  pen.restore();
  return { events: [...found], mark: null };
}

// The kinds and statuses that are drawn, for a legend that holds no more than is needed.
function legendOf(events, style) {
  const lines = Object.entries(style.kinds).filter(([kind]) => events.some((event) => event.kind === kind))
    .map(([, kind]) => ({ kind, text: kind.label }));
  const sample = lines[0]?.kind;
  const has = (test) => sample && events.some(test);
  if (has((event) => event.status === "planned")) lines.push({ kind: sample, status: "planned", text: t("Planned") });
  if (has((event) => event.status === "denied")) lines.push({ kind: sample, status: "denied", text: t("Denied") });
  if (has((event) => event.match === "possible")) lines.push({ kind: sample, pale: true, text: t("Possible: may fall outside the filter") });
  if (has((event) => event.spots.some((spot) => spot.km || (spot.outline && spot.type !== "line")))) lines.push({ ring: true, colour: sample.colour, text: t("Somewhere within this radius or area") });
  if (has((event) => event.spots.some((spot) => spot.type === "line"))) lines.push({ bar: true, colour: sample.colour, text: t("Somewhere along this border") });
  return lines;
}
