// The layers control: what lies under the events (base maps) and beside them (borders, regions, curated places, heat).
// What is on goes into the address by {type: "keep", words: {layers, base}} and comes back in the first view's `kept`.

const GLYPHS = { // drawn in a 16 x 16 box
  crossings: "M2.5 6H12M9.5 3.5 12 6 9.5 8.5M13.5 10.5H4M6.5 8 4 10.5 6.5 13",
  posts: "M4.5 14V2.5M4.5 3H12L10 5.75 12 8.5H4.5",
  bases: "M3 13.5V7L8 3 13 7V13.5ZM8 13.5V9.5",
  ranges: "M8 2.5A5.5 5.5 0 1 1 7.9 2.5ZM8 6A2 2 0 1 1 7.9 6Z",
  districts: "M3.5 3.5H12.5V12.5H3.5Z",
};
const VAGUE_KM = 10; // a place known less well than this has a dashed symbol
const RADIUS_PX = [14, 500]; // a radius smaller or larger on the screen than these is not drawn
const LABEL_ZOOM = 7;
const RADIUS_ZOOM = 8; // from here on radii up to STANDING_PX stand; else only that of the place pointed at is drawn
const STANDING_PX = 120;
const REMEMBERED = 40; // answers kept, so that panning back asks nothing

function layerList() {
  return [
    { id: "borders", label: t("Borders, and what is disputed"), lines: true },
    { id: "areas", label: t("Regions"), lines: true },
    { id: "districts", label: t("Districts") },
    { id: "crossings", label: t("Crossings, bridges, passes") },
    { id: "posts", label: t("Border posts") },
    { id: "bases", label: t("Bases and airfields") },
    { id: "ranges", label: t("Training ranges") },
    { id: "heat", label: t("Heat: where events are dense") },
  ];
}

function glyph(id, { size = 18, vague = false } = {}) {
  return svg("svg", { viewBox: "-2 -2 20 20", width: size, height: size, class: "glyph", "aria-hidden": "true" },
    svg("rect", { x: -1, y: -1, width: 18, height: 18, rx: 4, class: vague ? "vague" : "" }),
    svg("path", { d: GLYPHS[id], "stroke-linecap": "round", "stroke-linejoin": "round" }));
}

// A view in steps of about a third of a screen, so that a small drag asks for what is known already.
function askedView(map) {
  const step = 120 / 2 ** Math.round(map.getZoom());
  const seen = map.getBounds();
  const snap = (value, way) => Math[way](value / step) * step;
  return [Math.max(snap(seen.getWest(), "floor"), -180), Math.max(snap(seen.getSouth(), "floor"), -90),
    Math.min(snap(seen.getEast(), "ceil"), 180), Math.min(snap(seen.getNorth(), "ceil"), 90)].map((v) => +v.toFixed(5)).join(",");
}

// What is known of a curated place: in short for the tooltip; whole, with its sources as links, when it is opened.
function placeNote(about, whole) {
  const sources = about.source.replace(/^data\/\S+: /, "").split(" ; ");
  const named = sources.map((text) => text.replace(/,?\s*https?:\/\/\S+/g, "").trim()).filter(Boolean);
  const links = sources.flatMap((text) => text.match(/https?:\/\/\S+/g) || []);
  return el("div", { class: "place-note" }, foreign(about.name, "div", { class: "tip-title" }),
    el("div", { class: "tip-line" }, [about.kind, about.country].filter(Boolean).join(" · ")),
    el("div", { class: "tip-line" }, about.known),
    about.derivation && el("div", { class: "tip-line" }, about.derivation),
    el("div", { class: "tip-line tip-source" }, t("Source: {names}", { names: named.join("; ") })),
    whole && links.map((link) => el("a", { href: link, target: "_blank", rel: "noopener noreferrer nofollow" }, new URL(link).hostname)));
}

function borderNote(about) {
  return el("div", { class: "place-note" }, el("div", { class: "tip-title" }, about.name),
    el("div", { class: "tip-line" }, t("Border of {length}", { length: about.length })),
    about.disputed && el("div", { class: "tip-line tip-strong" }, t("Disputed or not agreed")),
    about.note && el("div", { class: "tip-line" }, about.note),
    el("div", { class: "tip-line tip-source" }, t("Source: {names}", { names: about.source }), ". ",
      t("It draws who is in control on the ground; a line is no opinion on whose the land is.")));
}

// One layer of lines or places, fetched for the view.
class Overlay {
  constructor(owner, entry) {
    Object.assign(this, { owner, map: owner.map, id: entry.id, lines: entry.lines });
    this.group = L.layerGroup();
    this.labels = L.layerGroup();
  }

  async update() {
    const map = this.map;
    const address = `${this.owner.root}api/layer/${this.id}?zoom=${Math.round(map.getZoom())}&view=${askedView(map)}`;
    const turn = (this.turn = (this.turn || 0) + 1);
    const answer = await this.owner.ask(address).catch((error) => ({ features: [], fault: error.message }));
    if (turn !== this.turn || !this.on) return;
    this.answer = answer;
    this.owner.tell(this.id, answer);
    this.owner.redrawSoon();
  }

  switch(on) {
    this.on = on;
    if (on) {
      this.group.addTo(this.map);
      this.labels.addTo(this.map);
      this.update();
    } else {
      for (const group of [this.group, this.labels]) group.remove().clearLayers();
      this.answer = this.drawn = null;
      this.owner.tell(this.id, null);
    }
  }

  // Symbols before labels: no label may cover one.
  claim(taken) {
    if (this.lines) return;
    for (const { geometry: { coordinates: [lon, lat] } } of this.answer.features) {
      const { x, y } = this.map.latLngToLayerPoint([lat, lon]);
      taken.push([x - 8, y - 8, x + 8, y + 8]);
    }
  }

  // The same answer is not drawn twice; its labels are, because they make room for one another.
  draw() {
    const fresh = this.drawn !== this.answer;
    this.drawn = this.answer;
    if (fresh) this.group.clearLayers();
    this.labels.clearLayers();
    for (const feature of this.answer?.features || []) {
      if (this.id === "borders") fresh && this.drawBorder(feature);
      else if (this.id === "areas") {
        if (fresh) this.line(feature, { style: { className: "area-line", weight: 1.2 } });
        this.labelArea(feature);
      } else {
        if (fresh) this.drawPlace(feature);
        this.labelPlace(feature);
      }
    }
  }

  line(feature, options) {
    const pane = "overlays";
    return L.geoJSON(feature.geometry, { pane, interactive: false, ...options, style: { renderer: this.owner.pen, fill: false, ...options.style } }).addTo(this.group);
  }

  drawBorder(feature) {
    const about = feature.properties;
    const weight = this.map.getZoom() < 5 ? 1.4 : 2.4;
    this.line(feature, { style: { className: "border-casing", weight: weight + 4 } });
    this.line(feature, { style: { className: about.disputed ? "border-line disputed" : "border-line", weight, dashArray: about.disputed ? "7 5" : null, lineCap: "butt" } });
    const hit = this.line(feature, { interactive: true, bubblingMouseEvents: true, style: { className: "border-hit", weight: 14, opacity: 0 } });
    hit.bindTooltip(() => borderNote(about), { sticky: true });
    hit.eachLayer((path) => this.name(path, [about.name, about.length, about.disputed ? t("disputed") : "", about.note].filter(Boolean).join(". "), this.answer.features.length <= 60));
  }

  labelArea(feature) {
    const { name, lat, lon } = feature.properties;
    const at = this.map.latLngToLayerPoint([lat, lon]);
    const half = name.length * 3.6;
    const box = [at.x - half, at.y - 8, at.x + half, at.y + 8];
    if (this.map.getZoom() < 5 || this.owner.taken.some((other) => touches(box, other))) return;
    this.owner.taken.push(box);
    this.label([lat, lon], name, "area-name");
  }

  label(at, words, className) {
    const icon = L.divIcon({ html: el("span", {}, words), className, iconSize: [0, 0] });
    L.marker(at, { icon, interactive: false, keyboard: false, pane: "overlaymarks" }).addTo(this.labels);
  }

  drawPlace(feature) {
    const { map, owner } = this;
    const about = feature.properties;
    const [lon, lat] = feature.geometry.coordinates;
    const radius = owner.layer.radiusPx({ lat, km: about.km });
    const circle = L.circle([lat, lon], { radius: about.km * 1000, pane: "overlays", renderer: owner.pen, interactive: false, className: "place-radius", weight: 1.3, fill: false, dashArray: "2 4" });
    const drawn = radius > RADIUS_PX[0] && radius < RADIUS_PX[1];
    const always = drawn && radius < STANDING_PX && this.id !== "districts" && map.getZoom() >= RADIUS_ZOOM;
    if (always) circle.addTo(this.group);
    const icon = L.divIcon({ html: glyph(this.id, { vague: about.km >= VAGUE_KM }), className: "place-mark", iconSize: [18, 18] });
    const marker = L.marker([lat, lon], { icon, pane: "overlaymarks", keyboard: true, riseOnHover: true }).addTo(this.group);
    marker.bindTooltip(() => placeNote(about), { direction: "auto", offset: [10, 0] });
    marker.on("tooltipopen", () => drawn && circle.addTo(this.group));
    marker.on("tooltipclose", () => always || circle.remove());
    const open = () => {
      marker.closeTooltip();
      L.popup({ maxWidth: 290, offset: [0, -4], autoPanPaddingTopLeft: [12, TOP_ROOM], autoPanPaddingBottomRight: [56, 40] }).setLatLng([lat, lon]).setContent(placeNote(about, true)).openOn(map);
    };
    marker.on("click", (e) => { L.DomEvent.stopPropagation(e); open(); });
    this.name(marker, `${about.name}. ${about.kind}. ${about.known}`, true, open);
  }

  labelPlace({ properties: about, geometry: { coordinates: [lon, lat] } }) {
    const { map, owner } = this;
    if (map.getZoom() < LABEL_ZOOM) return;
    const corner = freeCorner(map.latLngToLayerPoint([lat, lon]), about.name.length * 6.1 + 4, 14, owner.taken, 9);
    if (corner) this.label([lat, lon], about.name, `place-name ${corner}`);
  }

  // Reached by keyboard, and named.
  name(part, words, stop, act) {
    const node = part.getElement?.();
    if (!node) return;
    set(node, { tabindex: stop ? 0 : -1, role: act ? "button" : "img", "aria-label": words });
    node.addEventListener("focus", () => part.openTooltip?.());
    node.addEventListener("blur", () => part.closeTooltip?.());
    node.addEventListener("keydown", (e) => {
      if (!act || (e.key !== "Enter" && e.key !== " ")) return;
      e.preventDefault();
      e.stopPropagation();
      act();
    });
  }
}

const Layers = L.Control.extend({
  options: { position: "topright" },

  initialize(layer, bases, channel) {
    Object.assign(this, { layer, bases, root: layer.root, known: new Map(), taken: [] });
    this.channel = new BroadcastChannel(channel);
    this.channel.onmessage = ({ data }) => this.hear(data);
  },

  onAdd(map) {
    this.map = map;
    for (const [name, z] of [["overlays", 365], ["overlaymarks", 590]]) map.createPane(name).style.zIndex = z;
    this.pen = L.svg({ pane: "overlays", padding: 0.3 });
    this.entries = layerList();
    this.overlays = new Map(this.entries.filter(({ id }) => id !== "heat").map((entry) => [entry.id, new Overlay(this, entry)]));
    this.heat = new Heat(this.layer);
    map.on("moveend", () => this.update());
    map.on("named", () => this.redrawSoon());
    map.on("click", () => this.show(false));
    const icon = svg("svg", { width: 16, height: 16, viewBox: "0 0 16 16", "aria-hidden": "true" },
      svg("path", { d: "M8 1.5 14.5 5 8 8.5 1.5 5ZM1.5 8 8 11.5 14.5 8M1.5 11 8 14.5 14.5 11", fill: "none", stroke: "currentColor", "stroke-width": 1.4, "stroke-linejoin": "round" }));
    this.button = el("a", { href: "#", role: "button", title: t("Layers"), "aria-label": t("Layers"), "aria-expanded": "false", "aria-controls": "layers-panel",
      on: { click: (e) => { e.preventDefault(); this.show(this.panel.hidden); }, keydown: (e) => e.key === " " && (e.preventDefault(), this.show(this.panel.hidden)) } }, icon);
    this.panel = el("div", { class: "layers", id: "layers-panel", role: "group", "aria-label": t("Layers"), hidden: true }, this.fillBases(), this.fillLayers());
    this.box = el("div", { class: "leaflet-bar layers-bar", on: { keydown: (e) => this.press(e) } }, this.button, this.panel);
    L.DomEvent.disableClickPropagation(this.box);
    L.DomEvent.disableScrollPropagation(this.box);
    return this.box;
  },

  fillBases() {
    const choices = [{ name: "", label: t("Our own map, offline") }, ...this.bases.known];
    this.choices = choices.map((base) => el("input", { type: "radio", name: "base", value: base.name, checked: base.name === "",
      on: { change: () => this.choose(base.name, true) } }));
    this.baseNote = el("p", { class: "layers-note", role: "status" }, this.baseWords());
    return el("fieldset", {}, el("legend", {}, t("Base map")), choices.map((base, i) => el("label", {}, this.choices[i], base.label)), this.baseNote);
  },

  baseWords() {
    return this.bases.known.length ? t("A network map tells its provider where you look, and draws borders in the provider's view.")
      : t("Network maps are switched off. The server's operator can switch them on with BORDERWATCH_TILES.");
  },

  fillLayers() {
    this.boxes = new Map();
    this.notes = new Map();
    const rows = this.entries.map(({ id, label }) => {
      const box = el("input", { type: "checkbox", value: id, on: { change: () => this.switch(id, box.checked, true) } });
      const note = el("small", { role: "status" });
      this.boxes.set(id, box);
      this.notes.set(id, note);
      return el("label", {}, box, this.sample(id), el("span", {}, label, note));
    });
    return el("fieldset", {}, el("legend", {}, t("Layers")), rows);
  },

  sample(id) {
    if (GLYPHS[id]) return glyph(id, { size: 17 });
    const dash = { d: "M1 8H17", fill: "none", stroke: "currentColor", "stroke-width": id === "borders" ? 2.4 : 1.4 };
    if (id === "heat") return el("i", { class: "heat-sample" });
    return svg("svg", { width: 17, height: 16, viewBox: "0 0 18 16", class: id === "areas" ? "area-sample" : "", "aria-hidden": "true" }, svg("path", dash));
  },

  show(open) {
    if (this.panel.hidden === !open) return;
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    const room = this.map.getSize().y - 12;
    this.panel.style.maxHeight = `${room - 12}px`;
    const top = this.box.getBoundingClientRect().top - this.map.getContainer().getBoundingClientRect().top;
    this.panel.style.top = `${Math.min(-1, room - top - this.panel.offsetHeight)}px`;
    this.panel.querySelector("input:checked, input").focus({ preventScroll: true });
  },

  press(event) {
    if (event.key !== "Escape" || this.panel.hidden) return;
    event.stopPropagation();
    this.show(false);
    this.button.focus();
  },

  // Only the first view says what is on: afterwards the address follows the reader.
  hear(message) {
    if (message.type !== "view" || this.settled) return;
    this.settled = true;
    for (const id of (message.kept?.layers || "").split(",")) if (this.boxes.has(id)) this.switch(id, true);
    if (this.bases.has(message.kept?.base)) this.choose(message.kept.base);
  },

  choose(name, tell) {
    this.baseNote.textContent = this.baseWords();
    this.bases.choose(name, () => { this.baseNote.textContent = t("The network map cannot be reached; choose our own."); });
    for (const choice of this.choices) choice.checked = choice.value === this.bases.chosen;
    if (tell) this.keep();
  },

  switch(id, on, tell) {
    this.boxes.get(id).checked = on;
    if (id === "heat") this.heat[on ? "addTo" : "remove"](this.map);
    else this.overlays.get(id).switch(on);
    this.map.getContainer().classList.toggle("with-areas", this.boxes.get("areas").checked);
    if (tell) this.keep();
  },

  keep() {
    this.settled = true;
    const on = this.entries.map(({ id }) => id).filter((id) => this.boxes.get(id).checked);
    this.channel.postMessage({ type: "keep", words: { layers: on.join(",") || null, base: this.bases.chosen || null } });
  },

  ask(address) {
    if (!this.known.has(address)) {
      this.known.set(address, getJson(address));
      this.known.get(address).catch(() => this.known.delete(address));
      if (this.known.size > REMEMBERED) this.known.delete(this.known.keys().next().value);
    }
    return this.known.get(address);
  },

  update() {
    for (const overlay of this.overlays.values()) if (overlay.on) overlay.update();
  },

  redrawSoon() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.redraw());
  },

  // Labels keep clear of the base map's names, of symbols and of each other; so one new thing draws all of them anew.
  redraw() {
    const focused = document.activeElement?.closest?.(".place-mark")?.getAttribute("aria-label");
    const shown = [...this.overlays.values()].filter((overlay) => overlay.on && overlay.answer)
      .sort((a, b) => (b.id === "areas") - (a.id === "areas")); // under the borders
    this.taken = [...(this.map.nameBoxes || [])];
    for (const overlay of shown) overlay.claim(this.taken);
    for (const overlay of shown) overlay.draw();
    if (focused) [...this.map.getContainer().querySelectorAll(".place-mark")].find((node) => node.getAttribute("aria-label") === focused)?.focus();
  },

  tell(id, answer) {
    const zoom = this.map.getZoom();
    this.notes.get(id).textContent = !answer ? "" : answer.fault ? t("could not be read")
      : zoom < answer.from_zoom ? t("zoom in to see them") : answer.more ? t("{n} more as you zoom in", { n: answer.more })
        : answer.features.length ? "" : t("none in this view");
  },
});
