// The events on the map. Fetches what is in view from /api/events, draws it, and talks to the page over one channel:
//   in   {type: "view", query, event, theme}   what to show; sent by the bridge
//        {type: "ready"}                       a hand is near the timeline's brush
//        {type: "range", from, to, final}      while it is dragged, and when it is let go
//        {type: "live" | "words", words}       while other parts of the query are, or once they were changed
//        {type: "select" | "hover", id}        from the panel
//        {type: "draft", events}               events to draw that are not stored yet
//   out  {type: "hello"}, {type: "select" | "hover", id}, {type: "painted", version}

class EventLayer extends EventPainter {
  constructor(map, settings) {
    super();
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
    if (!first && view.stamp === this.stampAsked && sameWords(view.query, this.asked)) this.agree(view.query);
    else this.load();
  }

  // Python has come to what was asked already: its spelling counts from now on.
  agree(query) {
    this.asked = query;
    if (!this.loading) this.painted(query, null, window.parent.borderwatchMap.at);
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
    [this.asked, this.stampAsked] = [this.query(range).toString().replaceAll("%2C", ","), this.view.stamp];
    this.asking?.abort();
    const asking = (this.asking = this.loading = new AbortController());
    this.busy.classList.add("on");
    try {
      const answer = await getJson(`${this.root}api/events?${params}`, asking.signal);
      if (asking === this.loading) this.draw(answer, this.asked);
    } catch (error) {
      if (asking !== this.loading) return;
      const { asked } = this;
      this.asked = null; // the same may be asked again
      if (error.name === "AbortError") return;
      this.say(t("The map could not be brought up to date."), `${error.message} ${t("What you see may be old.")}`, "error");
      this.painted(asked, error.message);
    } finally {
      if (asking === this.loading) {
        this.loading = null;
        this.busy.classList.remove("on");
      }
    }
  }

  draw(answer, asked, fit = false) {
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
    requestAnimationFrame(() => setTimeout(() => this.painted(this.drafting || this.loading ? asked : this.asked ?? asked), 0));
  }

  painted(query, error = null, at = window.parent.performance.now()) {
    this.version += 1;
    window.parent.borderwatchMap = { version: this.version, query, error, events: this.events.map((e) => e.id),
      total: this.answer?.total ?? 0, at };
    this.channel.postMessage({ type: "painted", version: this.version, query });
  }

  say(title, advice = "", tone = "") {
    this.notice.hidden = !title;
    this.notice.className = `notice ${tone}`;
    this.notice.replaceChildren(...(title ? [el("b", {}, title), advice] : []));
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
