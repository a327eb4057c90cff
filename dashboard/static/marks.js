// How events look on the map: marks, groups, cells, circles, lines and areas, each with its name, tip and key. What is
// to be seen comes from `EventLayer` of viewport.js.

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

class EventPainter {
  paint() {
    const { dataset, ariaLabel } = document.activeElement || {};
    const [focused, named] = [dataset?.event, document.activeElement?.closest(".leaflet-marker-pane") && ariaLabel];
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
    else if (named) this.marks.getLayers().find((mark) => mark.getElement()?.ariaLabel === named)?.getElement().focus();
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
}

function halo() {
  return "#ffffff"; // in the dark theme too: it lifts the darker colours off the ground
}
