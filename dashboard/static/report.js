// The report: what the filters show as a text to read, print and cite, with a small map and numbered sources.

const reports = new WeakMap();

class Report {
  constructor(parent, data) {
    this.root = serverRoot();
    this.box = parent.querySelector(".report");
    this.page = 1;
    this.theme = "light";
    this.channel = new BroadcastChannel(data.channel);
    this.channel.onmessage = ({ data: message }) => { if (message.type === "view") this.hear(message); };
    this.channel.postMessage({ type: "hello" });
    this.paper = matchMedia("print");
    this.repaint = () => this.paint();
    this.paper.addEventListener("change", this.repaint);
  }

  close() {
    this.channel.close();
    this.paper.removeEventListener("change", this.repaint);
  }

  hear(view) {
    const changed = view.query !== this.view?.query || view.stamp !== this.view?.stamp;
    const themed = view.theme !== this.theme;
    const kept = Number(view.kept?.report) || 1;
    if (changed) this.page = this.view ? 1 : kept;
    this.view = view;
    this.theme = view.theme;
    if (changed) this.load();
    else if (themed) this.paint();
  }

  async load() {
    const turn = (this.turns = (this.turns || 0) + 1);
    const address = `${this.root}api/report?${this.view.query ? `${this.view.query}&` : ""}page=${this.page}`;
    this.box.setAttribute("aria-busy", "true");
    try {
      const answer = await getJson(address);
      if (turn === this.turns) this.draw(answer);
    } catch (error) {
      if (turn === this.turns) fill(this.box, el("p", { class: "error", role: "alert" }, t("The report could not be read. {reason}", { reason: error.message })));
    } finally {
      if (turn === this.turns) this.box.removeAttribute("aria-busy");
    }
  }

  turnTo(page) {
    this.page = page;
    this.channel.postMessage({ type: "keep", words: { report: page > 1 ? page : null } });
    this.load().then(() => this.box.querySelector("h1")?.scrollIntoView({ block: "center" }));
  }

  draw(answer) {
    this.answer = answer;
    this.base = new BasePicture(answer.scene.base);
    this.events = new EventPicture(answer.scene);
    let number = answer.first - 1;
    fill(this.box, el("article", {}, this.head(), answer.total ? this.map() : null,
      answer.total ? null : el("p", { class: "lead" }, t("No events match. Widen the dates, or remove a filter.")),
      answer.months.map((month) => el("section", { class: "month" }, el("h2", {}, month.name), month.events.map((event) => this.event(event, (number += 1))))),
      this.pager(), this.notes(), this.foot()));
    this.paint();
  }

  head() {
    const { title, filters, counts, time } = this.answer;
    const told = counts.map(([key, n, words]) => el("div", { class: key }, el("dt", {}, words), el("dd", {}, number(n))));
    return el("header", {}, el("div", { class: "tools" }, el("button", { type: "button", on: { click: () => window.print() } }, t("Print or save as PDF"))),
      foreign(title, "h1"), el("p", { class: "soft" }, t("As of {time}", { time }), " · ", filters.length ? [t("filters: "), foreign(filters.join("; "))] : t("no filter is set")),
      el("dl", { class: "counts" }, told), this.extent());
  }

  // Which part of the events this page holds.
  extent() {
    const { total, pages, page, first, last } = this.answer;
    if (pages < 2) return null;
    return el("p", { class: "part" }, t("This is page {page} of {pages}: events {first} to {last} of {total}, in order of time.",
      { page, pages: number(pages), first: number(first), last: number(last), total: number(total) }));
  }

  map() {
    const { credit } = this.answer.scene;
    const shown = this.answer.months.flatMap((month) => month.events);
    this.canvas = el("canvas", { role: "img", "aria-label": t("Map of the events of this page; each is described in the text.") });
    const legend = legendOf(shown, this.answer.scene.style).map((line) => el("li", {}, sampleOf(line), line.text));
    return el("figure", {}, this.canvas, el("ul", { class: "legend" }, legend), el("figcaption", {}, t("Places of the events. A dashed line is how far off they may be."), ` ${credit}`));
  }

  paint() {
    if (!this.canvas?.isConnected || !this.answer?.total) return;
    const { at } = this.answer.scene;
    const dark = this.theme === "dark" && !this.paper.matches;
    const ink = INKS[dark ? "dark" : "light"];
    const width = Math.min(at.width / 2, this.paper.matches ? Infinity : Math.max(280, this.canvas.clientWidth));
    const height = Math.round(width * (width < 500 ? 0.8 : at.height / at.width));
    const ratio = 3; // sharp on paper too
    Object.assign(this.canvas, { width: width * ratio, height: height * ratio });
    const pen = this.canvas.getContext("2d");
    const camera = new Camera(at, width, height);
    camera.zoom = at.zoom - Math.log2(at.width / width);
    this.base.draw(pen, camera, ink, ratio);
    const shown = this.answer.months.flatMap((month) => month.events);
    this.events.draw(pen, camera, shown, { ink, ratio, between: (taken) => this.base.drawNames(pen, camera, ink, [...taken, scaleBox(camera, 12, height - 12)]) });
    drawScale(pen, camera, ink, 12, height - 12);
    this.canvas.dataset.painted = shown.length;
  }

  event(event, number) {
    const who = [event.actors.length > 0 && [el("dt", {}, t("Who")), el("dd", {}, foreign(event.actors.join(", ")))],
      event.equipment.length > 0 && [el("dt", {}, t("Equipment")), el("dd", {}, foreign(event.equipment.join(", ")))]];
    const possible = event.match === "possible" && el("span", { class: "tag" }, t("possible"));
    return el("section", { class: "event" }, el("div", { class: "mark" }, symbol(this.answer.scene.style.kinds[event.kind], { size: 20, status: event.status, halo: "var(--st-background-color)" })),
      el("div", { class: "body" }, el("h3", {}, el("span", { class: "number" }, `${number}. `), foreign(event.title), " ", this.mark(event.note)),
        el("p", { class: "when" }, el("b", {}, event.when.text), ` · ${event.kind_label}, ${event.status_label.toLowerCase()} `, possible,
          [event.when.note, event.status_reason].filter(Boolean).map((note) => el("span", { class: "soft" }, ` ${note}`))),
        el("dl", {}, el("dt", {}, t("Where")), el("dd", {}, event.places.length ? event.places.map((place) => this.place(place)) : t("The report names no place."),
          event.distance && el("p", {}, event.distance)), who),
        event.quotes.map((pieces, i) => el("blockquote", { dir: "auto", lang: event.language }, pieces.map((piece) => (piece.fields.length ? el("mark", { class: `of-${piece.fields[0]}` }, piece.text) : piece.text)),
          i === event.quotes.length - 1 && [" ", this.mark(event.note)]))));
  }

  place(place) {
    const why = place.derivation || place.reason;
    return el("p", {}, el("b", {}, foreign(place.name)), place.country && `, ${place.country}`, `. ${place.extent} `,
      why && el("span", { class: "soft" }, foreign(why)), place.coordinates && el("span", { class: "soft code" }, ` ${place.coordinates}`));
  }

  // A number that leads to its source; the components live in a shadow tree, where an address's fragment finds nothing.
  mark(number) {
    return el("sup", {}, el("button", { type: "button", "aria-label": t("Source {n}", { n: number }), on: { click: () => {
      const note = this.box.querySelector(`[data-note="${number}"]`);
      note?.scrollIntoView({ block: "center" });
      note?.focus({ preventScroll: true });
    } } }, `[${number}]`));
  }

  pager() {
    const { page, pages } = this.answer;
    if (pages < 2) return null;
    const step = (to, words) => el("button", { type: "button", disabled: to < 1 || to > pages, on: { click: () => this.turnTo(to) } }, words);
    return el("nav", { class: "pager", "aria-label": t("Pages of the report") }, step(page - 1, t("Earlier events")), el("span", {}, t("Page {page} of {pages}", { page, pages: number(pages) })), step(page + 1, t("Later events")));
  }

  notes() {
    const { notes, credits } = this.answer;
    const line = (note) => el("li", { "data-note": note.number, tabindex: -1, value: note.number }, note.title && [foreign(note.title, "cite"), ". "], foreign(note.name), note.published && `, ${note.published}`, note.published?.endsWith(".") ? " " : ". ",
      note.link && [el("a", { href: note.link, target: "_blank", rel: "noopener noreferrer nofollow" }, note.link), " "], note.licence && el("span", { class: "soft" }, t("Licence: "), foreign(note.licence)));
    const credit = (one) => el("li", {}, foreign(one.text), one.note && [" – ", foreign(one.note)], one.link && [" ", el("a", { href: one.link, target: "_blank", rel: "noopener noreferrer" }, one.link)]);
    return el("section", { class: "notes" }, notes.length > 0 && [el("h2", {}, t("Sources")), el("ol", {}, notes.map(line))],
      credits.length > 0 && [el("h2", {}, t("Data and licences")), el("ul", {}, credits.map(credit))]);
  }

  foot() {
    const { title, total, day, version, link, page } = this.answer;
    const params = new URLSearchParams(link);
    if (page > 1) params.set("report", page);
    if (speech.language !== "en") params.set("lang", speech.language);
    const address = `${this.root}report${params.size ? `?${params.toString().replaceAll("%2C", ",")}` : ""}`;
    const cite = t("Borderwatch {version}, “{title}”, {events}, as of {day}.", { version, title, events: count(total, "event", "events"), day });
    return el("footer", {}, el("h2", {}, t("Cite as")), el("p", { class: "cite" }, cite, " ", el("a", { href: address, target: "_self" }, address)),
      el("p", { class: "soft" }, t("The link shows these filters over the data as they are when it is opened; a snapshot keeps them as they are now. Publicly reported events only, read from the sources named; “possible” means that the date or the place may lie outside the filters.")));
  }
}

function sampleOf(line) {
  if (line.kind) {
    const mark = symbol(line.kind, { size: 15, status: line.status, halo: "var(--st-background-color)" });
    if (line.pale) mark.style.opacity = 0.5;
    return mark;
  }
  return svg("svg", { width: 18, height: 14, viewBox: "0 0 20 16", "aria-hidden": "true" }, svg("path", line.ring
    ? { d: "M10 1.5A6.5 6.5 0 1 1 9.9 1.5Z", fill: "none", stroke: line.colour, "stroke-width": 1.5, "stroke-dasharray": "3 2.5" }
    : { d: "M1 8H19", fill: "none", stroke: line.colour, "stroke-width": 5, opacity: 0.6 }));
}

export default function report({ data, parentElement }) {
  if (!reports.has(parentElement)) reports.set(parentElement, new Report(parentElement, data));
  return () => { reports.get(parentElement)?.close(); reports.delete(parentElement); };
}
