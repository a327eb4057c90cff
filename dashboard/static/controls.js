// The map's controls: legend, fit to the results, the view as a filter, and what lies outside the view.

const Legend = L.Control.extend({
  onAdd() {
    this.box = el("details", { class: "legend" }, el("summary", {}, t("Legend")));
    L.DomEvent.disableClickPropagation(this.box);
    L.DomEvent.disableScrollPropagation(this.box);
    return this.box;
  },
  fill(style) {
    const row = (mark, words) => el("li", {}, mark, words);
    const sample = style.kinds.exercise;
    const dash = (attributes) => svg("svg", { width: 20, height: 16, viewBox: "0 0 20 16" }, svg("path", { fill: "none", ...attributes }));
    const pale = symbol(sample, { size: 17, halo: halo() });
    pale.style.opacity = 0.5;
    this.box.replaceChildren(el("summary", {}, t("Legend")),
      el("ul", {}, Object.values(style.kinds).map((kind) => row(symbol(kind, { size: 17, halo: halo() }), kind.label))),
      el("hr"),
      el("ul", {}, row(symbol(sample, { size: 17, status: "planned", halo: halo() }), t("Planned")),
        row(symbol(sample, { size: 17, status: "denied", halo: halo() }), t("Denied")),
        row(pale, t("Possible: may fall outside the filter")),
        row(dash({ d: "M10 1.5A6.5 6.5 0 1 1 9.9 1.5Z", stroke: sample.colour, "stroke-width": 1.5, "stroke-dasharray": "3 2.5" }), t("Somewhere within this radius or area")),
        row(dash({ d: "M1 8H19", stroke: sample.colour, "stroke-width": 5, opacity: 0.6 }), t("Somewhere along this border")),
        row(dash({ d: "M1 8H19", stroke: "var(--soft)", "stroke-width": 2 }), t("International border")),
        row(dash({ d: "M1 8H19", stroke: "var(--soft)", "stroke-width": 1.6, "stroke-dasharray": "4 3" }), t("Disputed or undefined border"))),
      el("p", { class: "legend-note" }, t("Borders follow OpenStreetMap, which draws who is in control on the ground. A line is no opinion on whose the land is; the layer “Borders” says what is disputed.")));
  },
});

const Fit = L.Control.extend({
  options: { position: "topright" },
  initialize(layer) { this.layer = layer; },
  onAdd() {
    const icon = svg("svg", { width: 14, height: 14, viewBox: "0 0 14 14", "aria-hidden": "true" },
      svg("path", { d: "M1 5V1H5M9 1H13V5M13 9V13H9M5 13H1V9", fill: "none", stroke: "currentColor", "stroke-width": 1.6 }));
    const button = el("a", { href: "#", role: "button", title: t("Show all matching events"), "aria-label": t("Show all matching events"),
      on: { click: (e) => { e.preventDefault(); this.layer.fit(); } } }, icon);
    const bar = el("div", { class: "leaflet-bar" }, button);
    L.DomEvent.disableClickPropagation(bar);
    return bar;
  },
});

// Makes the view a filter: only what lies in it is counted, listed and exported; its chip takes it away again.
const OnlyHere = L.Control.extend({
  options: { position: "topright" },
  initialize(layer) { this.layer = layer; },
  onAdd(map) {
    const icon = svg("svg", { width: 14, height: 14, viewBox: "0 0 14 14", "aria-hidden": "true" },
      svg("path", { d: "M1 2.5H13L8.5 7.6V12L5.5 10.4V7.6Z", fill: "none", stroke: "currentColor", "stroke-width": 1.5, "stroke-linejoin": "round" }));
    const button = el("a", { href: "#", role: "button", title: t("Only this map area"), "aria-label": t("Filter: only this map area"),
      on: { click: (e) => { e.preventDefault(); this.layer.channel.postMessage({ type: "area", box: boxOf(map) }); } } }, icon);
    const bar = el("div", { class: "leaflet-bar seldom" }, button);
    L.DomEvent.disableClickPropagation(bar);
    return bar;
  },
});

// Leaflet's scale, its units in the reader's language.
const Scale = L.Control.Scale.extend({
  _updateScale(scale, text, ratio) {
    const [n, unit] = text.split(" ");
    L.Control.Scale.prototype._updateScale.call(this, scale, `${n} ${unit === "km" ? t("km") : t("m")}`, ratio);
  },
});

function boxOf(map) {
  const b = map.getBounds();
  const edge = [Math.max(b.getWest(), -180), Math.max(b.getSouth(), -90), Math.min(b.getEast(), 180), Math.min(b.getNorth(), 90)];
  return edge.map((v) => v.toFixed(3)).join(",");
}

// Says how many matching events lie outside the view: the viewport is no filter.
const More = L.Control.extend({
  options: { position: "bottomleft" },
  initialize(layer) { this.layer = layer; },
  onAdd() {
    this.button = el("button", { class: "more", type: "button", hidden: true, on: { click: () => this.layer.fit() } });
    L.DomEvent.disableClickPropagation(this.button);
    return this.button;
  },
  show(n) {
    this.button.hidden = !(n > 0);
    this.button.textContent = tn(n, "{n} more outside this view · show all", "{n} more outside this view · show all");
  },
});
