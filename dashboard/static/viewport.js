// The events on the map. Fetches what is in view from /api/events, draws it, and talks to the page over one channel:
//   in   {type: "view", query, event, theme}   what to show; sent by the bridge
//        {type: "ready"}                       a hand is near the timeline's brush
//        {type: "range", from, to, final}      while it is dragged, and when it is let go
//        {type: "live" | "words", words}       while other parts of the query are, or once they were changed
//        {type: "select" | "hover", id}        from the panel
//        {type: "draft", events}               events to draw that are not stored yet
//   out  {type: "hello"}, {type: "select" | "hover", id}, {type: "painted", version}

const GROUP_PX = 26; // marks nearer than this to each other become one group
const SHOW_RADIUS_PX = 11; // a radius smaller on screen than its symbol is not drawn, but for the chosen event
const LIST_GROUP = 12; // a group of up to so many events opens as a list, a larger one by zooming in where that helps

// In the plane: Leaflet's 3D transforms make a compositing layer of every mark, and so each frame of the page slow.
L.Marker.include({
  _setPos(at) {
    L.DomUtil.setPosition(this._icon, at);
    this._icon.style.transform = `translate(${at.x}px, ${at.y}px)`;
    this._zIndex = at.y + this.options.zIndexOffset;
    this._resetZIndex();
  },
});

class EventLayer {
  constructor(map, settings) {
    this.map = map;
    this.root = settings.root;
    this.style = null;
    this.view = { query: "", event: null };
    this.events = [];
    this.cells = null;
    this.version = 0;
    this.shapes = new Map(); // border and area outlines by address
    this.areas = L.layerGroup().addTo(map);
    this.marks = L.layerGroup().addTo(map);
    this.byId = new Map();
    for (const [name, z] of [["areas", 380], ["radii", 400], ["lines", 420]]) {
      map.createPane(name).style.zIndex = z;
    }
    this.pens = Object.fromEntries(["areas", "radii", "lines"].map((pane) => [pane, L.svg({ pane, padding: 0.3 })]));
    this.busy = el("div", { class: "busy" });
    this.notice = el("div", { class: "notice", role: "status", hidden: true });
    map.getContainer().append(this.busy, this.notice);
    this.frames = new Frames(this);
    map.on("moveend", () => {
      if (this.drafting) this.paint();
      else if (this.frames.range) this.follow(this.frames.range);
      else this.load();
    });
    map.on("moveend", () => this.tellPlace());
    map.on("keydown", (e) => { if (e.originalEvent.key === "Escape") this.choose(null); });
    map.on("click", () => this.choose(null));
  }

  async open(channel) {
    this.channel = new BroadcastChannel(channel);
    this.style = await getJson(`${this.root}api/style`);
    this.channel.onmessage = ({ data }) => this.hear(data);
    this.channel.postMessage({ type: "hello" });
    return this;
  }

  hear(message) {
    if (message.type === "view") this.show(message);
    else if (message.type === "range") this.follow({ from: message.from, to: message.to }, message.final);
    else if (message.type === "ready" && this.style && !this.drafting) this.frames.warm();
    else if (message.type === "live" || message.type === "words") this.load(message.words); // sooner than Python tells
    else if (message.type === "select") this.select(message.id, true);
    else if (message.type === "hover") this.mark(message.id, "hover");
    else if (message.type === "fit") this.fit();
    else if (message.type === "draft") this.draw({ mode: "events", events: message.events, total: message.events.length }, "draft", true);
  }

  show(view) {
    if (view.theme) setTheme(view.theme, this);
    const first = this.version === 0;
    const changed = first || view.query !== this.view.query || view.stamp !== this.view.stamp;
    this.view = { ...this.view, query: view.query, stamp: view.stamp };
    if (!this.settled) this.goTo(view.kept?.at);
    if (view.event !== undefined && view.event !== this.view.event) this.select(view.event, true);
    if (!changed || view.mode === "draft") return;
    if (!first && this.version && sameWords(view.query, this.onMap) && view.stamp === this.stampOnMap) this.painted(view.query);
    else this.load();
  }

  // "lat,lon,zoom", as the address carries it.
  goTo(text) {
    const [lat, lon, zoom] = (text || "").split(",").map(Number);
    this.sent = Boolean(text) && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && zoom >= 0;
    if (this.sent) this.map.setView([lat, lon], zoom, { animate: false });
    this.settled = { at: this.map.getCenter(), zoom: this.map.getZoom() };
  }

  // Where the map is goes into the address once it was moved; a pixel more or less is but the frame's size.
  tellPlace() {
    const [at, zoom] = [this.map.getCenter(), this.map.getZoom()];
    if (!this.settled || this.drafting) return;
    if (zoom === this.settled.zoom && this.map.project(at).distanceTo(this.map.project(this.settled.at)) < 3) return;
    this.settled = { at, zoom };
    const { lat, lng } = at.wrap();
    this.channel.postMessage({ type: "keep", words: { at: [lat.toFixed(4), lng.toFixed(4), zoom].join(",") } });
  }

  // The filter, perhaps with some words changed, and the view a little beyond its edges.
  query(changed) {
    const params = new URLSearchParams(this.view.query);
    for (const [word, value] of Object.entries(changed || {})) if (value) params.set(word, value); else params.delete(word);
    return params;
  }

  params(changed) {
    const b = this.map.getBounds().pad(0.15);
    const params = this.query(changed);
    params.set("zoom", Math.round(this.map.getZoom()));
    params.set("view", [Math.max(b.getWest(), -180), Math.max(b.getSouth(), -90), Math.min(b.getEast(), 180),
      Math.min(b.getNorth(), 90)].map((v) => v.toFixed(4)).join(","));
    return params;
  }

  // The brush moves: frames as fast as they come, and the whole map when it stands.
  async follow(range, final) {
    if (!this.style || this.drafting) return;
    const asked = this.query(range).toString().replaceAll("%2C", ",");
    try {
      if (final || !(await this.frames.show(range))) this.load(range);
      else requestAnimationFrame(() => setTimeout(() => this.painted(asked), 0));
    } catch (error) {
      if (error.name !== "AbortError") this.load(range);
    }
  }

  async load(range) {
    if (!this.style || this.drafting) return;
    const params = this.params(range);
    const asked = this.query(range).toString().replaceAll("%2C", ",");
    this.asking?.abort();
    this.asking = new AbortController();
    const turn = (this.turn = (this.turn || 0) + 1);
    this.busy.classList.add("on");
    try {
      const answer = await getJson(`${this.root}api/events?${params}`, this.asking.signal);
      if (turn === this.turn) this.draw(answer, asked);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.say(t("The map could not be brought up to date."), `${error.message} ${t("What you see may be old.")}`, "error");
      this.painted(asked, error.message);
    } finally {
      if (turn === this.turn) this.busy.classList.remove("on");
    }
  }

  draw(answer, asked, fit = false) {
    [this.onMap, this.stampOnMap] = [asked, this.view.stamp];
    this.frames.hide();
    this.events = answer.events || [];
    this.cells = answer.cells || null;
    this.drafting = asked === "draft";
    this.answer = answer;
    this.paint();
    if (fit && this.events.length) {
      const told = this.events.filter((event) => !event.named && event.spots.some((spot) => spot.lat !== undefined));
      this.fitTo((told.length ? told : this.events).flatMap((event) => event.spots), 8);
    }
    if (!answer.total) {
      if (answer.stored === 0) this.say(t("This project has no events yet."), t("Add a report to begin."));
      else if (!this.drafting) this.say(t("No events match."), t("Widen the dates or remove a filter."));
    } else this.say("");
    this.channel.postMessage({ type: "outside", count: this.drafting ? 0 : answer.total - (answer.here ?? this.events.length) });
    this.more?.show(this.drafting ? 0 : answer.total - (answer.here ?? this.events.length));
    requestAnimationFrame(() => setTimeout(() => this.painted(asked), 0));
  }

  painted(query, error = null) {
    this.version += 1;
    window.parent.borderwatchMap = { version: this.version, query, error, events: this.events.map((e) => e.id),
      total: this.answer?.total ?? 0, at: window.parent.performance.now() };
    this.channel.postMessage({ type: "painted", version: this.version, query });
  }

  say(title, advice = "", tone = "") {
    this.notice.hidden = !title;
    this.notice.className = `notice ${tone}`;
    this.notice.replaceChildren(...(title ? [el("b", {}, title), advice] : []));
  }

  paint() {
    const focused = document.activeElement?.dataset?.event;
    this.areas.clearLayers();
    this.marks.clearLayers();
    this.byId.clear();
    this.circles = new Set();
    this.paintCells();
    const points = [];
    for (const event of this.events) {
      for (const spot of event.spots) {
        if (spot.type === "point") points.push({ event, spot });
        else if (spot.type === "area") this.paintArea(event, spot);
        else if (spot.type === "line") this.paintShape(event, `api/border/${spot.border}`, "lines");
        else if (spot.type === "shape") this.addShape(event, spot.geometry, "areas");
      }
    }
    for (const group of this.group(points)) {
      for (const point of group) this.paintRadius(point, group.length > 1);
      if (group.length === 1) this.paintPoint(group[0]);
      else this.paintGroup(group);
    }
    this.mark(this.view.event, "chosen");
    if (focused) this.byId.get(focused)?.find((layer) => layer.getElement?.())?.getElement().focus();
    this.map.fire("painted");
  }

  // Greedy: the chosen event stands alone; every other point joins the first group within reach.
  group(points) {
    const groups = [];
    for (const point of points) {
      point.at = this.map.latLngToLayerPoint([point.spot.lat, point.spot.lon]);
      const alone = point.event.id === this.view.event;
      const near = !alone && groups.find((g) => !g.alone && g.at.distanceTo(point.at) < GROUP_PX);
      if (near) near.push(point);
      else groups.push(Object.assign([point], { at: point.at, alone }));
    }
    return groups.map((g) => (new Set(g.map((p) => p.event.id)).size === 1 ? g.slice(0, 1) : g));
  }

  radiusPx(spot) {
    const metre = 40075016.686 * Math.cos((spot.lat * Math.PI) / 180) / 2 ** (this.map.getZoom() + 8);
    return (spot.km * 1000) / metre;
  }

  line(event, extra) {
    const kind = this.style.kinds[event.kind];
    return { color: kind.colour, weight: 1.6, dashArray: "5 5", fillColor: kind.colour, fillOpacity: 0.06,
      opacity: event.match === "possible" ? 0.45 : 0.9, ...extra };
  }

  paintRadius({ event, spot }, grouped) {
    const least = event.id === this.view.event ? 4 : grouped ? GROUP_PX : SHOW_RADIUS_PX;
    if (!spot.km || this.radiusPx(spot) < least) return;
    const key = [spot.lat, spot.lon, spot.km, event.kind].join();
    if (this.circles.has(key)) return; // many events of one town: one circle
    this.circles.add(key);
    L.circle([spot.lat, spot.lon], { ...this.line(event), radius: spot.km * 1000, interactive: false,
      pane: "radii", renderer: this.pens.radii }).addTo(this.areas);
  }

  paintPoint({ event, spot }) {
    const node = symbol(this.style.kinds[event.kind], { status: event.status, size: 24, halo: halo() });
    const icon = L.divIcon({ html: node, className: `mark ${event.match === "possible" ? "possible" : ""}`, iconSize: [28, 28] });
    this.addMark(event, L.marker([spot.lat, spot.lon], { icon, alt: this.describe(event, spot), riseOnHover: true,
      zIndexOffset: event.id === this.view.event ? 1000 : 0 }), spot);
  }

  paintGroup(group) {
    const events = [...new Map(group.map((p) => [p.event.id, p.event])).values()];
    const lat = group.reduce((sum, p) => sum + p.spot.lat, 0) / group.length;
    const lon = group.reduce((sum, p) => sum + p.spot.lon, 0) / group.length;
    const tally = {};
    for (const event of events) tally[event.kind] = (tally[event.kind] || 0) + 1;
    const marker = L.marker([lat, lon], { icon: this.disc(events.length, tally), alt: tn(events.length, "{n} event here", "{n} events here"), keyboard: true });
    const open = () => {
      const box = L.latLngBounds(group.map((p) => [p.spot.lat, p.spot.lon]));
      if (events.length > LIST_GROUP && opensByZoom(this.map, box, GROUP_PX)) this.map.fitBounds(box, { padding: [60, 60], maxZoom: this.map.getZoom() + 3 });
      else this.offer(marker, events, box);
    };
    marker.bindTooltip(() => this.tallyTip(events.length, tally), { direction: "top", offset: [0, -16] });
    this.place(marker, sayTally(events.length, tally, this.style, "", events.length > LIST_GROUP ? undefined : t("Press Enter to list them.")), open);
    for (const event of events) this.keep(event.id, marker);
  }

  paintCells() {
    for (const cell of this.cells || []) {
      const tally = cell.kinds || { [cell.kind]: cell.n };
      const vague = cell.border ? t("somewhere along this border") : cell.area ? t("somewhere in this region or country") : "";
      const marker = L.marker([cell.lat, cell.lon], { icon: this.disc(cell.n, tally, vague), keyboard: true });
      marker.bindTooltip(() => this.tallyTip(cell.n, tally, vague), { direction: "top", offset: [0, -16] });
      this.place(marker, sayTally(cell.n, tally, this.style, vague), () => this.zoomTo(cell, marker));
      if (cell.border) this.underline(cell);
    }
  }

  zoomTo(cell, marker) {
    const [west, south, east, north] = cell.bbox || [cell.lon, cell.lat, cell.lon, cell.lat];
    if (marker && (cell.border || cell.area || !opensByZoom(this.map, L.latLngBounds([[south, west], [north, east]]), GROUP_PX))) {
      offerCell(this, marker, cell);
      return;
    }
    const zoom = Math.min(this.map.getZoom() + 3, this.map.getMaxZoom());
    this.map.fitBounds([[south, west], [north, east]], { padding: [60, 60], maxZoom: zoom });
  }

  // The border that a group of events is known to be on, in a neutral colour.
  async underline(cell) {
    const turn = this.turn;
    const geometry = await this.outline(`api/border/${cell.border}`);
    if (turn !== this.turn || !geometry) return;
    L.geoJSON(geometry, { style: { color: "#6e7884", weight: 6, opacity: 0.45, lineCap: "butt" }, pane: "lines",
      renderer: this.pens.lines, interactive: false }).addTo(this.areas);
  }

  // A disc with the count, its rim divided among the kinds.
  disc(n, tally, vague = "") {
    const size = discSize(n);
    const r = size / 2 - 2;
    const turn = 2 * Math.PI * r;
    let done = 0;
    const total = Object.values(tally).reduce((a, b) => a + b, 0);
    const arcs = Object.entries(tally).map(([kind, k]) => {
      const part = (k / total) * turn;
      const arc = svg("circle", { cx: size / 2, cy: size / 2, r, fill: "none", stroke: this.style.kinds[kind].colour,
        "stroke-width": 4, "stroke-dasharray": `${part} ${turn - part}`, "stroke-dashoffset": -done,
        transform: `rotate(-90 ${size / 2} ${size / 2})` });
      done += part;
      return arc;
    });
    const html = el("div", {}, svg("svg", { viewBox: `0 0 ${size} ${size}`, width: size, height: size }, ...arcs), el("span", {}, shortCount(n)));
    return L.divIcon({ html, className: vague ? "group vague" : "group", iconSize: [size, size] });
  }

  paintArea(event, spot) {
    if (spot.area) return this.paintShape(event, `api/area/${spot.area}`, "areas", spot);
    const circle = L.circle([spot.lat, spot.lon], { ...this.line(event, { dashArray: "9 7", fillOpacity: spot.km > 200 ? 0.02 : 0.05 }),
      radius: spot.km * 1000, pane: "areas", renderer: this.pens.areas, bubblingMouseEvents: false });
    return this.addMark(event, circle, spot);
  }

  async paintShape(event, address, pane, instead) {
    const turn = this.turn;
    const geometry = await this.outline(address);
    if (turn !== this.turn || !this.events.includes(event)) return;
    if (geometry) this.addShape(event, geometry, pane);
    else if (instead) this.paintArea(event, { ...instead, area: null });
  }

  outline(address) {
    if (!this.shapes.has(address)) {
      this.shapes.set(address, getJson(this.root + address).then((answer) => answer.geometry).catch(() => null));
    }
    return this.shapes.get(address);
  }

  addShape(event, geometry, pane) {
    const line = pane === "lines";
    const style = line ? { weight: 5, opacity: event.match === "possible" ? 0.28 : 0.55, fill: false,
      dashArray: event.status === "planned" ? "10 8" : null, lineCap: "butt" } : { fillOpacity: 0.04, dashArray: "9 7" };
    const layer = L.geoJSON(geometry, { style: this.line(event, style), pane, renderer: this.pens[pane], bubblingMouseEvents: false });
    layer.eachLayer((part) => this.addMark(event, part, event.spots[0]));
  }

  addMark(event, layer, spot) {
    const pointless = !layer.options.icon;
    layer.bindTooltip(() => this.tip(event, spot), pointless ? { sticky: true } : { direction: "top", offset: [0, -14] });
    layer.on("mouseover", () => this.channel.postMessage({ type: "hover", id: event.id }));
    layer.on("mouseout", () => this.channel.postMessage({ type: "hover", id: null }));
    this.place(layer, this.describe(event, spot), () => this.choose(event.id));
    layer.getElement?.()?.setAttribute("data-event", event.id);
    this.keep(event.id, layer);
  }

  // Put a layer on the map; a click, Enter or Space acts on it, and its name says what it is.
  place(layer, name, act) {
    layer.on("click", (e) => { L.DomEvent.stopPropagation(e); act(); });
    layer.addTo(layer.options.icon ? this.marks : this.areas);
    const node = layer.getElement?.();
    if (!node) return;
    set(node, { tabindex: 0, role: "button", "aria-label": name });
    node.removeAttribute("title");
    node.addEventListener("keydown", (e) => {
      if (e.key === "Enter" || e.key === " ") {
        e.preventDefault();
        e.stopPropagation();
        act();
      } else if (e.key === "Escape") {
        layer.closeTooltip();
        this.choose(null);
      }
    });
    node.addEventListener("focus", () => layer.openTooltip());
    node.addEventListener("blur", () => layer.closeTooltip());
  }

  keep(id, layer) {
    if (!this.byId.has(id)) this.byId.set(id, []);
    this.byId.get(id).push(layer);
  }

  where(event, spot) {
    const name = (spot && spot.name) || event.place;
    if (!spot || spot.km === undefined) return name;
    return t("{place}, within {n} km", { place: name, n: number(spot.km < 10 ? spot.km : Math.round(spot.km)) });
  }

  describe(event, spot) {
    const kind = this.style.kinds[event.kind].label;
    const status = this.style.statuses[event.status].label.toLowerCase();
    const maybe = event.match === "possible" ? `, ${t("possible match")}` : "";
    return `${event.title}. ${kind}, ${status}${maybe}. ${event.when}. ${this.where(event, spot)}.`;
  }

  tip(event, spot) {
    const kind = this.style.kinds[event.kind].label;
    const status = this.style.statuses[event.status].label.toLowerCase();
    return el("div", {}, foreign(event.title, "div", { class: "tip-title" }),
      el("div", { class: "tip-line" }, `${kind} · ${status}${event.match === "possible" ? ` · ${t("possible match")}` : ""}`),
      event.when && el("div", { class: "tip-line" }, event.when), foreign(this.where(event, spot), "div", { class: "tip-line" }));
  }

  tallyTip(n, tally, vague = "") {
    return el("div", {}, el("div", { class: "tip-title" }, `${count(n, "event", "events")} ${vague}`),
      Object.entries(tally).sort((a, b) => b[1] - a[1])
        .map(([kind, k]) => el("div", { class: "tip-line" }, `${k} · ${this.style.kinds[kind].label}`)));
  }

  offer(marker, events, box) {
    offerEvents(this, marker, events, box);
  }

  choose(id) {
    if (id === this.view.event) return;
    this.channel.postMessage({ type: "select", id });
    this.select(id, false);
  }

  async select(id, bring) {
    this.view.event = id;
    this.map.closePopup();
    if (!this.style) return;
    if (this.answer) this.paint();
    if (!id || !bring || this.drafting) return;
    const known = this.events.find((event) => event.id === id);
    const card = known || (await getJson(`${this.root}api/event/${encodeURIComponent(id)}`).catch(() => null));
    if (!card || this.view.event !== id) return;
    const spots = card.spots.filter((spot) => spot.type !== "line");
    if (this.version === 0 && this.sent) return; // the address says where the map is
    if (this.version === 0 && window.parent.innerWidth >= 768) this.fitTo(spots, 8); // a link to an event shows its surroundings
    else this.bringIntoView(spots);
  }

  bringIntoView(spots) {
    if (!spots.length) return;
    if (window.parent.innerWidth < 768) {
      this.liftAboveSheet(spots);
      return;
    }
    const inner = this.map.getBounds().pad(-0.08);
    if (spots.some((spot) => spot.lat !== undefined && inner.contains([spot.lat, spot.lon]))) return;
    this.fitTo(spots, 8);
  }

  // On a phone the card covers the lower part of the map: put the event into the strip that stays free.
  liftAboveSheet(spots) {
    const spot = spots.find((s) => s.lat !== undefined);
    if (!spot) return;
    const zoom = Math.max(this.map.getZoom(), 6);
    const at = this.map.project([spot.lat, spot.lon], zoom).add([0, this.map.getSize().y / 2 - 100]);
    this.map.setView(this.map.unproject(at, zoom), zoom);
  }

  fitTo(spots, maxZoom = 9) {
    const box = L.latLngBounds([]);
    for (const spot of spots) {
      if (spot.lat !== undefined) box.extend(L.latLng(spot.lat, spot.lon).toBounds((spot.km || 5) * 2000));
    }
    if (box.isValid()) this.map.fitBounds(box, { padding: [30, 30], maxZoom });
  }

  async fit() {
    const answer = await getJson(`${this.root}api/extent?${this.view.query}`).catch(() => null);
    if (answer?.extent) {
      const [west, south, east, north] = answer.extent;
      this.map.fitBounds([[south, west], [north, east]], { padding: [40, 40], maxZoom: 9 });
    }
  }

  mark(id, name) {
    for (const node of this.map.getContainer().querySelectorAll(`.${name}`)) node.classList.remove(name);
    for (const layer of this.byId.get(id) || []) {
      const node = layer.getElement?.();
      if (!node) continue;
      node.classList.add(name);
      if (node instanceof SVGElement && name === "chosen") layer.setStyle({ weight: layer.options.pane === "lines" ? 9 : 3, opacity: 1, fillOpacity: 0.14 });
    }
  }
}

// Whether two query strings say the same, in whatever order.
function sameWords(one, other) {
  const words = (text) => [...new URLSearchParams(text)].map(([word, value]) => `${word}=${value.split(",").sort().join()}`).sort().join("&");
  return words(one) === words(other ?? "?");
}

function halo() {
  return "#ffffff"; // in the dark theme too: it lifts the darker colours off the ground
}

function setTheme(theme, layer) {
  const dark = theme === "dark";
  if (document.documentElement.classList.contains("dark") === dark && layer.themed) return;
  layer.themed = true;
  document.documentElement.classList.toggle("dark", dark);
  layer.base?.setTheme(theme);
  if (layer.style) { layer.legend?.fill(layer.style); layer.paint(); }
}

function parentTheme() {
  const app = window.parent.document.querySelector(".stApp") || window.parent.document.body;
  const [r, g, b] = (getComputedStyle(app).backgroundColor.match(/\d+/g) || [255, 255, 255]).map(Number);
  return 0.3 * r + 0.6 * g + 0.1 * b < 128 ? "dark" : "light";
}

// Called by the constant script in the folium map.
async function startBorderwatch(map, settings) {
  const root = new URL("../../", window.location.href).href;
  await learn(settings.language, root);
  const theme = parentTheme();
  document.documentElement.classList.toggle("dark", theme === "dark");
  map.attributionControl.setPrefix(false);
  L.Icon.Default.imagePath = `${root}assets/leaflet/images/`;
  const layer = new EventLayer(map, { root });
  const bases = new Bases(map, { root, theme, bases: settings.bases });
  layer.base = bases.offline;
  map.attributionControl.addAttribution(settings.attribution);
  L.control.zoom({ position: "topright", zoomInTitle: t("Zoom in"), zoomOutTitle: t("Zoom out") }).addTo(map);
  new Fit(layer).addTo(map);
  if (!settings.draft) new OnlyHere(layer).addTo(map);
  if (!settings.draft) layer.overlays = new Layers(layer, bases, settings.channel).addTo(map);
  new Scale({ position: "bottomleft", imperial: false }).addTo(map);
  layer.search = new PlaceSearch(layer).addTo(map);
  layer.legend = new Legend({ position: "topleft" }).addTo(map);
  new InWords(new MapWords(layer, settings.channel)).addTo(map);
  layer.more = new More(layer).addTo(map);
  if (!settings.draft) new BorderGuide(map, { root, channel: settings.channel });
  startTools(map, settings);
  layer.open(settings.channel).then(() => layer.legend.fill(layer.style));
  window.borderwatch = layer; // for tests and the console
  new ResizeObserver(() => map.invalidateSize({ debounceMoveend: true })).observe(map.getContainer());
}
