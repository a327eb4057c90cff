// The search for a place: a combobox over /api/places. What is chosen is shown with the radius within which it lies.

const SEARCH_PAUSE = 130; // milliseconds after the last letter
const SEARCH_LEAST = 2; // letters
const SEARCH_ZOOM = 11; // the nearest a place is shown

const PlaceSearch = L.Control.extend({
  options: { position: "topleft" },

  initialize(layer) {
    Object.assign(this, { layer, root: layer.root, places: [], at: -1 });
  },

  onAdd(map) {
    this.map = map;
    map.createPane("found").style.zIndex = 425;
    this.pen = L.svg({ pane: "found", padding: 0.5 });
    this.ring = L.layerGroup().addTo(map);
    this.input = el("input", { type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": "search-list", "aria-autocomplete": "list", "aria-label": t("Find a place"),
      placeholder: t("Find a place"), autocomplete: "off", spellcheck: "false", enterkeyhint: "search", maxlength: 100, "aria-keyshortcuts": "/",
      on: { input: () => this.wait(), keydown: (e) => this.press(e), focus: () => this.places.length && this.input.value.trim() && this.show(true), blur: () => setTimeout(() => this.leave(), 150) } });
    this.list = el("ul", { id: "search-list", role: "listbox", "aria-label": t("Places"), hidden: true });
    this.note = el("p", { class: "search-note", role: "status", hidden: true });
    this.clear = el("button", { type: "button", class: "search-clear", "aria-label": t("Clear the search"), title: t("Clear the search"), hidden: true, on: { click: () => { this.reset(); this.input.focus(); } } }, "×");
    this.opener = el("button", { type: "button", class: "search-open", "aria-label": t("Find a place"), title: t("Find a place (/)"), on: { click: () => this.open() } }, this.lens());
    this.box = el("div", { class: "search", role: "search" }, this.opener, el("div", { class: "search-field" }, this.input, this.clear), this.list, this.note);
    L.DomEvent.disableClickPropagation(this.box);
    L.DomEvent.disableScrollPropagation(this.box);
    this.listen();
    return this.box;
  },

  lens() {
    return svg("svg", { width: 15, height: 15, viewBox: "0 0 16 16", "aria-hidden": "true" },
      svg("path", { d: "M7 2A5 5 0 1 1 6.9 2ZM10.7 10.7 14.5 14.5", fill: "none", stroke: "currentColor", "stroke-width": 1.7, "stroke-linecap": "round" }));
  },

  // "/" reaches the field from anywhere on the page that is no field itself.
  listen() {
    const press = (event) => {
      const path = event.composedPath()[0];
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || path.closest?.("input, textarea, select, [contenteditable], [role=spinbutton]")) return;
      event.preventDefault();
      this.open();
    };
    for (const place of [window, window.parent]) {
      if (place === window.parent && place === window) continue;
      place.addEventListener("keydown", press);
    }
    window.addEventListener("pagehide", () => window.parent.removeEventListener("keydown", press));
  },

  open() {
    this.box.classList.add("open");
    window.focus();
    this.input.focus();
    this.input.select();
  },

  leave() {
    if (this.box.contains(document.activeElement)) return;
    this.show(false);
    if (!this.input.value) this.box.classList.remove("open");
  },

  wait() {
    this.clear.hidden = !this.input.value;
    clearTimeout(this.timer);
    this.asking?.abort();
    if (this.input.value.trim().length < SEARCH_LEAST) {
      this.places = [];
      this.show(false);
      this.say("");
    } else this.timer = setTimeout(() => this.find(), SEARCH_PAUSE);
  },

  async find() {
    const { lat, lng } = this.map.getCenter().wrap();
    const params = new URLSearchParams({ q: this.input.value.trim(), lat: lat.toFixed(3), lon: lng.toFixed(3) });
    this.asking = new AbortController();
    try {
      const answer = await getJson(`${this.root}api/places?${params}`, this.asking.signal);
      this.fill(answer.places);
      if (this.hasty) this.choose(this.places[0]);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.fill([]);
      this.say(error.message);
    }
    this.hasty = false;
  },

  fill(places) {
    this.places = places;
    this.list.replaceChildren(...places.map((place, i) => el("li", { role: "option", id: `search-${i}`, "aria-selected": "false",
      on: { mousedown: (e) => e.preventDefault(), click: () => this.choose(place), mousemove: () => this.mark(i) } },
    el("span", { class: "search-name" }, foreign(place.name), place.form && el("em", {}, foreign(place.form))),
    el("small", {}, this.describe(place)))));
    this.mark(places.length ? 0 : -1);
    this.show(places.length > 0);
    const alike = places.length && places.every((place) => place.similar);
    this.say(places.length ? (alike ? t("No place of that name; spelt alike:") : "") : t("No place of that name is known."));
    this.note.classList.toggle("above", Boolean(alike));
  },

  describe(place) {
    const within = t("within {distance}", { distance: place.within }).replaceAll(" ", "\u00a0");
    return [place.kind, [place.admin1, place.country].filter(Boolean).join(", "), within].filter(Boolean).join(" · ");
  },

  say(words) {
    this.note.textContent = words;
    this.note.hidden = !words;
  },

  show(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.input.removeAttribute("aria-activedescendant");
    this.list.style.maxHeight = `${Math.max(120, this.map.getSize().y - 90)}px`;
  },

  mark(at) {
    this.list.children[this.at]?.setAttribute("aria-selected", "false");
    this.at = at;
    const line = this.list.children[at];
    if (!line) return;
    line.setAttribute("aria-selected", "true");
    line.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", line.id);
  },

  press(event) {
    event.stopPropagation();
    const n = this.places.length;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && n) {
      event.preventDefault();
      const from = this.list.hidden ? -1 : this.at;
      this.show(true);
      this.mark((from + (event.key === "ArrowDown" ? 1 : n - 1) + (from < 0 && event.key === "ArrowUp" ? 1 : 0)) % n);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!this.list.hidden && this.places[this.at]) this.choose(this.places[this.at]);
      else if (this.input.value.trim().length >= SEARCH_LEAST && this.list.hidden) {
        this.hasty = true;
        clearTimeout(this.timer);
        this.find();
      }
    } else if (event.key === "Escape") {
      if (!this.list.hidden) this.show(false);
      else {
        this.reset();
        this.box.classList.remove("open");
        this.map.getContainer().focus({ preventScroll: true });
      }
    }
  },

  reset() {
    this.input.value = "";
    this.ring.clearLayers();
    this.wait();
  },

  choose(place) {
    if (!place) return;
    this.input.value = place.name;
    this.clear.hidden = false;
    this.show(false);
    this.say("");
    this.draw(place);
    const box = L.latLng(place.lat, place.lon).toBounds(Math.max(place.km, 3) * 2000);
    const animate = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map.fitBounds(box, { padding: [50, 50], maxZoom: SEARCH_ZOOM, animate });
  },

  // A country or region by its outline, anything else by the circle within which it lies.
  async draw(place) {
    this.ring.clearLayers();
    const turn = (this.turn = (this.turn || 0) + 1);
    const look = { pane: "found", renderer: this.pen, interactive: false, className: "found-ring", weight: 2.2, dashArray: "6 5" };
    const outline = place.area ? await this.layer.outline(`api/area/${place.area}`) : null;
    if (turn !== this.turn) return;
    const shape = outline ? L.geoJSON(outline, { ...look, style: look }) : L.circle([place.lat, place.lon], { ...look, radius: place.km * 1000 });
    shape.addTo(this.ring);
    const words = el("div", {}, foreign(place.name, "b"), ` ${outline ? place.kind : t("within {distance}", { distance: place.within })}`);
    L.circleMarker([place.lat, place.lon], { ...look, className: "found-dot", radius: 5, dashArray: null }).addTo(this.ring)
      .bindTooltip(words, { permanent: true, direction: "top", offset: [0, -4], className: "found-tip" });
  },
});
