// A snapshot: one view of the map, its timeline and its cards in a file that asks nobody for anything.

class Snapshot {
  constructor(data) {
    this.data = data;
    this.style = data.scene.style;
    this.base = new BasePicture(data.scene.base);
    this.picture = new EventPicture(data.scene);
    this.events = data.events;
    this.byId = new Map(this.events.map((event) => [event.id, event]));
    for (const event of this.events) event.seen = event.match;
    this.shown = this.events;
    this.chosen = null;
    this.build();
    this.filter(null, null);
    if (this.byId.has(data.event)) this.open(data.event, false);
  }

  build() {
    const { data } = this;
    document.title = `${data.title} – Borderwatch`;
    this.canvas = el("canvas", { tabindex: 0, role: "application", "aria-label": t("Map. Arrow keys move it, plus and minus zoom; the list beside it holds the same events.") });
    this.tip = el("div", { class: "tip", hidden: true });
    this.map = el("div", { class: "map" }, this.canvas, this.tip, this.legend(), this.controls(), el("p", { class: "credit" }, data.scene.credit));
    this.timeline = new Timeline(this.events, this.style, (from, to) => this.filter(from, to));
    this.head = el("div", { class: "list-head", role: "status" });
    this.list = el("ul", { class: "list" });
    this.listView = el("div", { class: "list-view" }, this.head, this.list);
    this.card = el("article", { class: "card", tabindex: -1, hidden: true });
    this.panel = el("aside", { class: "panel", "aria-label": t("Events") }, this.listView, this.card);
    document.body.append(el("div", { class: "screen" }, this.header(), el("main", {}, this.map, this.timeline.box, this.panel), this.counts()), this.about());
    this.camera = new Camera(data.scene.at, 1, 1);
    new ResizeObserver(() => this.resize()).observe(this.map);
    this.listen();
  }

  header() {
    const { data } = this;
    const theme = el("button", { type: "button", on: { click: () => { document.documentElement.classList.toggle("dark"); this.draw(); } } }, t("Light or dark"));
    const print = el("button", { type: "button", on: { click: () => window.print() } }, t("Print"));
    return el("header", { class: "top" }, el("div", { class: "words" }, foreign(data.title, "h1"),
      el("p", {}, el("b", {}, t("Borderwatch snapshot")), ` · ${data.time} · `, data.filters.length ? foreign(data.filters.join(" · ")) : t("no filter"))),
    el("nav", {}, theme, print));
  }

  counts() {
    const told = this.data.counts.map(([key, n, words]) => el("span", { class: key }, el("b", {}, number(n)), ` ${words}`));
    return el("p", { class: "counts" }, told, el("a", { href: "#about" }, t("Sources and receipt")));
  }

  legend() {
    const lines = legendOf(this.events, this.style).map((line) => {
      const mark = line.ring || line.bar ? svg("svg", { width: 20, height: 16, viewBox: "0 0 20 16", "aria-hidden": "true" }, svg("path", line.ring
        ? { d: "M10 1.5A6.5 6.5 0 1 1 9.9 1.5Z", fill: "none", stroke: line.colour, "stroke-width": 1.5, "stroke-dasharray": "3 2.5" }
        : { d: "M1 8H19", fill: "none", stroke: line.colour, "stroke-width": 5, opacity: 0.6 })) : symbol(line.kind, { size: 17, status: line.status });
      if (line.pale) mark.style.opacity = 0.5;
      return el("li", {}, mark, line.text);
    });
    return el("details", { class: "legend" }, el("summary", {}, t("Legend")), el("ul", {}, lines));
  }

  controls() {
    const button = (sign, words, act) => el("button", { type: "button", title: words, "aria-label": words, on: { click: act } }, sign);
    return el("div", { class: "controls" }, button("+", t("Zoom in"), () => this.zoom(1)), button("−", t("Zoom out"), () => this.zoom(-1)),
      button("⌂", t("The view that was saved"), () => this.home()), button("⛶", t("Show all events"), () => this.fit()));
  }

  about() {
    const { data } = this;
    const receipt = el("details", {}, el("summary", {}, t("Receipt")), el("pre", { tabindex: 0 }, JSON.stringify(data.receipt, null, 2)));
    return el("section", { class: "about", id: "about", tabindex: -1 }, el("h2", {}, t("About this file")),
      el("dl", {}, row(t("Filters"), data.filters.length ? foreign(data.filters.join("; ")) : t("none")),
        row(t("Counts"), data.counts.map(([, n, words]) => `${number(n)} ${words}`).join(" · ")),
        data.left_out && row(t("Left out"), data.left_out), row(t("Made"), t("{time} by Borderwatch {version}; query: {query}", { time: data.time, version: data.version, query: data.link || t("everything") }))),
      el("p", {}, t("It holds publicly reported events. A circle is the radius within which a place is known, not an area of effect; counts are those of the whole query.")),
      el("h2", {}, t("Sources and licences")),
      el("ol", { class: "credits" }, data.credits.map((credit) => el("li", {}, outside(credit.link, foreign(credit.text)), credit.note && [" – ", foreign(credit.note)], credit.link && el("span", { class: "address" }, credit.link)))), receipt,
      el("div", { class: "paper" }, el("h2", {}, t("Events"))));
  }

  get ink() { return INKS[!this.printing && document.documentElement.classList.contains("dark") ? "dark" : "light"]; }

  resize() {
    const box = this.map.getBoundingClientRect();
    if (box.width < 40 || box.height < 40) return;
    const { at } = this.data.scene;
    const first = this.camera.width === 1;
    Object.assign(this.camera, { width: box.width, height: box.height });
    this.ratio = Math.max(2, window.devicePixelRatio || 1);
    Object.assign(this.canvas, { width: Math.round(box.width * this.ratio), height: Math.round(box.height * this.ratio) });
    if (first) this.camera.zoom = at.zoom + Math.min(0, Math.floor(2 * Math.log2(box.width / at.width)) / 2); // a smaller window holds the same view
    this.draw();
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paint());
  }

  paint() {
    if (this.camera.width === 1) return;
    const pen = this.canvas.getContext("2d");
    const { camera, ink, ratio } = this;
    this.base.draw(pen, camera, ink, ratio);
    const between = (taken) => this.base.drawNames(pen, camera, ink, [...taken, scaleBox(camera, 14, camera.height - 14)]);
    this.scene = this.picture.draw(pen, camera, this.shown.map((event) => (event.seen === event.match ? event : { ...event, match: event.seen })),
      { chosen: this.chosen, ink, ratio, between });
    drawScale(pen, camera, ink, 14, camera.height - 14);
    document.documentElement.dataset.painted = this.shown.length;
  }

  filter(from, to) {
    const tally = { yes: 0, possible: 0, undated: 0, no: 0 };
    this.shown = this.events.filter((event) => {
      const verdict = fits(event, from, to);
      event.seen = verdict === "yes" ? event.match : verdict;
      tally[verdict === "yes" ? event.match : verdict] += 1;
      return verdict === "yes" || verdict === "possible";
    });
    this.listed = this.shown;
    this.writeList(this.shown, [from || to ? (from && to ? writeDays(from, to) : from ? t("from {day}", { day: writeDay(from) }) : t("until {day}", { day: writeDay(to) })) : t("newest first"),
      tally.possible ? tn(tally.possible, "{n} possible", "{n} possible") : "", tally.undated ? tn(tally.undated, "{n} undated left out", "{n} undated left out") : ""].filter(Boolean).join(" · "));
    if (this.chosen && !this.shown.some((event) => event.id === this.chosen)) this.open(null, false);
    this.draw();
  }

  writeList(events, words) {
    this.listView.scrollTop = 0;
    fill(this.head, el("h2", {}, count(events.length, "event", "events")), el("span", { class: "soft" }, words),
      events !== this.shown && el("button", { type: "button", class: "link", on: { click: () => this.writeList(this.shown, "") } }, t("Show all")));
    fill(this.list, events.map((event) => lineOf(event, this.style, () => this.open(event.id, true))),
      !events.length && el("li", { class: "empty" }, t("No event of this file falls into these dates.")));
  }

  open(id, focus) {
    const before = this.chosen;
    this.chosen = id;
    this.card.hidden = !id;
    this.listView.hidden = Boolean(id);
    const event = this.byId.get(id);
    if (event) {
      fill(this.card, el("div", { class: "bar" }, el("button", { type: "button", class: "link", on: { click: () => this.open(null, true) } }, t("‹ All events"))), cardOf(event, this.style));
      this.panel.scrollTop = 0;
      this.bring(event);
      if (focus) {
        this.card.focus({ preventScroll: true });
        if (window.innerWidth < 768) this.panel.scrollIntoView({ block: "start" });
      }
    } else if (focus && before) this.list.querySelector(`[data-id="${CSS.escape(before)}"]`)?.focus();
    this.draw();
  }

  // Move the map to an event out of view.
  bring(event) {
    const spots = event.spots.filter((spot) => spot.lat !== undefined);
    if (!spots.length || this.camera.width === 1) return;
    const seen = ({ lon, lat }) => { const [x, y] = this.camera.pixel(lon, lat); return x > 30 && y > 30 && x < this.camera.width - 30 && y < this.camera.height - 30; };
    if (!spots.some(seen)) [this.camera.cx, this.camera.cy] = toUnit(spots[0].lon, spots[0].lat);
  }

  zoom(by, x, y) {
    this.camera.zoomAt(Math.round((this.camera.zoom + by) * 2) / 2, x, y);
    this.draw();
  }

  home() {
    const { width, height } = this.camera;
    this.camera = new Camera(this.data.scene.at, 1, 1);
    Object.assign(this.camera, { width, height });
    this.camera.zoom += Math.min(0, Math.floor(2 * Math.log2(width / this.data.scene.at.width)) / 2);
    this.draw();
  }

  fit() {
    const spots = this.shown.flatMap((event) => event.spots).filter((spot) => spot.lat !== undefined);
    if (!spots.length) return;
    const [lons, lats] = [spots.map((spot) => spot.lon), spots.map((spot) => spot.lat)];
    this.camera.fit([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]);
    this.draw();
  }

  pressed(x, y) {
    const { events, mark } = eventsAt(this.canvas.getContext("2d"), this.scene, x, y, this.ratio);
    const found = events.map((event) => this.byId.get(event.id));
    if (found.length === 1) this.open(found[0].id, true);
    else if (found.length > 12 && mark && this.camera.zoom < MOST_ZOOM) this.zoom(2, x, y);
    else if (found.length) {
      this.open(null, false);
      this.writeList(found, t("at this place"));
    } else this.open(null, false);
  }

  listen() {
    const { canvas } = this;
    const held = new Map();
    const at = (event) => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      held.set(event.pointerId, at(event));
      if (held.size === 1) this.moved = 0;
    });
    canvas.addEventListener("pointermove", (event) => {
      const [x, y] = at(event);
      const before = held.get(event.pointerId);
      if (!before) { this.point(x, y); return; }
      const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const by = Math.log2(Math.hypot(x - other[0], y - other[1]) / Math.max(1, Math.hypot(before[0] - other[0], before[1] - other[1])));
        this.camera.zoomAt(this.camera.zoom + by, (x + other[0]) / 2, (y + other[1]) / 2);
        this.moved += 10;
      } else {
        this.moved += Math.hypot(x - before[0], y - before[1]);
        if (this.moved > 4) this.camera.move(x - before[0], y - before[1]);
      }
      held.set(event.pointerId, [x, y]);
      this.draw();
    });
    canvas.addEventListener("pointerup", (event) => {
      if (held.delete(event.pointerId) && this.moved <= 4) this.pressed(...at(event));
    });
    canvas.addEventListener("pointercancel", (event) => held.delete(event.pointerId));
    canvas.addEventListener("pointerleave", () => { this.tip.hidden = true; });
    canvas.addEventListener("dblclick", (event) => this.zoom(1, ...at(event)));
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.camera.zoomAt(this.camera.zoom - Math.sign(event.deltaY) * 0.35, ...at(event));
      this.draw();
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") this.open(null, true); });
    window.addEventListener("beforeprint", () => this.paper(true));
    window.addEventListener("afterprint", () => this.paper(false));
  }

  key(event) {
    const step = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] }[event.key];
    if (step) this.camera.move(...step);
    else if (event.key === "+" || event.key === "=") this.zoom(1);
    else if (event.key === "-") this.zoom(-1);
    else return;
    event.preventDefault();
    this.draw();
  }

  // What is under the pointer, in a word.
  point(x, y) {
    if (!this.scene) return;
    const { events } = eventsAt(this.canvas.getContext("2d"), this.scene, x, y, this.ratio);
    this.canvas.style.cursor = events.length ? "pointer" : "grab";
    this.tip.hidden = !events.length;
    if (!events.length) return;
    const [event] = events;
    fill(this.tip, events.length > 1 ? el("b", {}, count(events.length, "event", "events")) : [foreign(event.title, "b"), el("span", {}, event.when.text)]);
    this.tip.style.translate = `${Math.max(6, Math.min(x + 14, this.camera.width - this.tip.offsetWidth - 6))}px ${y > this.camera.height - 90 ? y - 14 - this.tip.offsetHeight : y + 14}px`;
  }

  // On paper the map is light, and what is shown follows as text.
  paper(printing) {
    this.printing = printing;
    this.paint();
    fill(document.querySelector(".paper"), printing && [el("h2", {}, count(this.shown.length, "event", "events")),
      this.shown.map((event) => el("article", {}, cardOf(event, this.style)))]);
  }
}

function row(name, ...content) {
  return [el("dt", {}, name), el("dd", {}, content)];
}

window.snapshot = new Snapshot(JSON.parse(document.getElementById("data").textContent)); // for tests and the console
