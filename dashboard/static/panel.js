// The panel beside the map: the list of what is shown, and the card of the chosen event in its place.

const panels = new WeakMap();
const PAGE_LENGTH = 100;

class Panel {
  constructor(parent, data) {
    this.style = data.style;
    this.root = serverRoot();
    this.box = parent.querySelector(".panel");
    this.list = el("ul", { class: "list", "aria-label": t("Events shown") });
    this.head = el("div", { class: "list-head", role: "status" });
    this.more = el("button", { type: "button", class: "wide", hidden: true, on: { click: () => this.load(this.rows.length) } }, t("Show more"));
    this.listView = el("section", { class: "list-view" }, this.head, el("div", { class: "scroll" }, this.list, this.more));
    this.card = el("article", { class: "card", tabindex: -1, hidden: true });
    this.hint = el("p", { class: "empty" }, t("Choose a row to see its card: dates, place, and the words of the report behind them."));
    this.onlyCard = data.only_card;
    this.box.replaceChildren(data.only_card ? this.hint : this.listView, this.card);
    this.rows = [];
    this.channel = new BroadcastChannel(data.channel);
    this.channel.onmessage = ({ data: message }) => this.hear(message);
    this.channel.postMessage({ type: "hello" });
    this.escape = (event) => {
      if (event.key === "Escape" && this.event && !event.defaultPrevented && !event.target.closest?.("input, textarea, [role=dialog]")) this.choose(null);
    };
    window.addEventListener("keydown", this.escape);
  }

  close() {
    this.channel.close();
    window.removeEventListener("keydown", this.escape);
  }

  hear(message) {
    if (message.type === "view") {
      const changed = message.query !== this.query || message.stamp !== this.stamp;
      this.query = message.query;
      this.stamp = message.stamp;
      if (changed) this.load(0);
      if (message.event !== this.event || changed) this.open(message.event, false);
    } else if (message.type === "select") this.open(message.id, false);
    else if (message.type === "read") this.read(message.id);
    else if (message.type === "hover") this.hover(message.id);
  }

  // An event was opened by keyboard elsewhere: its card is read on, and closing it goes back there. Null: to the list.
  read(id) {
    if (!id) (this.box.querySelector(".list-view:not([hidden]) .row, .card:not([hidden])") || this.head).focus();
    else if (this.event === id) {
      this.cameFrom = id;
      this.card.focus();
    }
  }

  async load(offset) {
    const turn = (this.turn = (this.turn || 0) + 1);
    try {
      const answer = await getJson(`${this.root}api/list?${this.query}&offset=${offset}&limit=${PAGE_LENGTH}`);
      if (turn !== this.turn) return;
      this.rows = offset ? [...this.rows, ...answer.events] : answer.events;
      this.total = answer.total;
      this.stored = answer.stored;
      this.write();
    } catch (error) {
      this.head.replaceChildren(el("b", {}, t("The list could not be read.")), ` ${error.message}`);
    }
  }

  write() {
    this.list.replaceChildren(...this.rows.map((row) => this.line(row)));
    this.more.hidden = this.rows.length >= this.total;
    if (this.event) this.card.querySelector(".bar")?.replaceWith(this.bar(this.event)); // now its neighbours are known
    this.head.replaceChildren(el("h2", {}, count(this.total, "event", "events")), el("span", { class: "soft" }, t("newest first")));
    if (!this.stored) {
      this.list.replaceChildren(el("li", { class: "empty" }, el("b", {}, t("This project has no events yet.")),
        el("p", {}, t("Add a report, or read a folder of them on the command line:")), el("code", {}, "python -m geo ingest FOLDER")));
    } else if (!this.total) {
      this.list.replaceChildren(el("li", { class: "empty" }, el("b", {}, t("No events match.")),
        el("p", {}, t("Widen the dates, or remove a filter. The line under the map says what is hidden and why.")),
        el("button", { type: "button", class: "wide", on: { click: () => this.channel.postMessage({ type: "reset" }) } }, t("Clear all filters"))));
    }
  }

  line(row) {
    const possible = row.match === "possible" && el("span", { class: "tag" }, t("possible"));
    const status = row.status !== "completed" && row.status !== "reported" && el("span", { class: `tag ${row.status}` }, this.style.statuses[row.status].label.toLowerCase());
    const button = el("button", { type: "button", class: `row ${row.match}`, "data-id": row.id, on: {
      click: () => this.choose(row.id),
      mouseenter: () => this.channel.postMessage({ type: "hover", id: row.id }),
      mouseleave: () => this.channel.postMessage({ type: "hover", id: null }),
    } },
    symbol(this.style.kinds[row.kind], { size: 20, status: row.status, halo: "var(--ground)" }),
    el("span", { class: "words" }, foreign(row.title, "span", { class: "title" }),
      el("span", { class: "meta" }, row.when, row.place ? [" · ", foreign(row.place)] : "", status && [" ", status], possible && [" ", possible])));
    return el("li", {}, button);
  }

  hover(id) {
    for (const node of this.list.querySelectorAll(".row.hover")) node.classList.remove("hover");
    if (id) this.list.querySelector(`[data-id="${CSS.escape(id)}"]`)?.classList.add("hover");
  }

  choose(id) {
    this.channel.postMessage({ type: "select", id });
    this.open(id, true);
  }

  async open(id, focus) {
    const before = this.event;
    this.event = id;
    this.box.classList.toggle("has-card", Boolean(id));
    this.card.hidden = !id;
    this.listView.hidden = this.hint.hidden = Boolean(id);
    if (!id) {
      if (focus && before && this.cameFrom === before) this.channel.postMessage({ type: "return", id: before });
      else if (focus && before) this.list.querySelector(`[data-id="${CSS.escape(before)}"]`)?.focus();
      this.cameFrom = null;
      return;
    }
    const limits = new URLSearchParams(this.query);
    const extra = ["border", "within_km"].filter((k) => limits.has(k)).map((k) => `${k}=${encodeURIComponent(limits.get(k))}`).join("&");
    try {
      const card = await getJson(`${this.root}api/event/${encodeURIComponent(id)}${extra ? `?${extra}` : ""}`);
      if (this.event !== id) return;
      this.writeCard(card);
      this.card.scrollTop = 0;
      if (focus) this.card.focus();
    } catch (error) {
      if (this.event === id) this.card.replaceChildren(this.bar(null), el("p", { class: "empty" }, `${t("This event could not be opened.")} ${error.message}`));
    }
  }

  bar(id) {
    const at = this.rows.findIndex((row) => row.id === id);
    const step = (by, words, arrow) => {
      const row = at < 0 ? null : this.rows[at + by];
      return el("button", { type: "button", class: "icon", title: words, "aria-label": words, disabled: !row,
        on: { click: () => row && this.choose(row.id) } }, arrow);
    };
    return el("div", { class: "bar" }, el("button", { type: "button", class: "back", on: { click: () => this.choose(null) } }, `‹ ${this.onlyCard ? t("Close") : t("All events")}`),
      el("span", { class: "grow" }), step(-1, t("Previous event"), "↑"), step(1, t("Next event"), "↓"),
      el("button", { type: "button", class: "icon", title: `${t("Close")} (Esc)`, "aria-label": t("Close"), on: { click: () => this.choose(null) } }, "×"));
  }

  writeCard(card) {
    const kind = this.style.kinds[card.kind];
    const many = card.places.length > 1;
    fill(this.card, this.bar(card.id),
      foreign(card.title, "h2"),
      el("p", { class: "kind" }, symbol(kind, { size: 20, status: card.status, halo: "var(--ground)" }), card.kind_label,
        el("span", { class: `tag ${card.status}` }, card.status_label.toLowerCase()), !card.main && el("span", { class: "tag" }, t("background"))),
      card.status_reason && el("p", { class: "soft" }, card.status_reason),
      this.field(t("When"), el("p", { class: "lead" }, card.when.text), el("p", { class: "soft" }, [card.when.note, card.when.reason].filter(Boolean).join(" "))),
      this.field(many ? tn(card.places.length, "Where: {n} place", "Where: {n} places") : t("Where"), ...card.places.map((place) => this.place(place)),
        card.distance && el("p", {}, card.distance), !card.places.length && el("p", { class: "soft" }, t("The report names no place."))),
      card.actors.length > 0 && this.field(t("Who"), this.items(card.actors)),
      card.equipment.length > 0 && this.field(t("Equipment"), this.items(card.equipment)),
      card.also.length > 0 && this.field(t("Also told by"), ...card.also.map((other) => this.other(other))),
      card.pieces.length > 0 && this.report(card),
      this.source(card));
  }

  field(name, ...content) {
    return el("section", { class: "field" }, el("h3", {}, name), ...content);
  }

  // Another report of what may be the same event, with what it tells differently side by side.
  other(other) {
    const differs = other.differences.map((row) => el("tr", {}, el("th", { scope: "row" }, row.label), el("td", {}, foreign(row.here)), el("td", {}, foreign(row.there))));
    return el("div", { class: "other" },
      el("p", {}, el("button", { type: "button", class: "link", on: { click: () => this.choose(other.id) } }, foreign(other.title))),
      el("p", { class: "soft" }, foreign(other.source), other.published && `, ${other.published}`, `. ${t("Perhaps the same event:")} `, foreign(other.reason)),
      differs.length > 0 && el("table", { class: "differs" }, el("thead", {}, el("tr", {}, el("th", {}), el("th", { scope: "col" }, t("here")), el("th", { scope: "col" }, t("there")))), el("tbody", {}, differs)));
  }

  items(texts) {
    return el("ul", { class: "items" }, texts.map((text) => el("li", {}, foreign(text))));
  }

  place(place) {
    const copy = place.coordinates && el("button", { type: "button", class: "copy", title: t("Copy the coordinates"), on: { click: async (event) => {
      const button = event.currentTarget;
      await navigator.clipboard?.writeText(place.coordinates).catch(() => null);
      button.dataset.done = "yes";
      setTimeout(() => { delete button.dataset.done; }, 1500);
    } } }, place.coordinates);
    return el("div", { class: "place" }, el("p", { class: "lead" }, foreign(place.name), place.country && `, ${place.country}`),
      el("p", {}, place.extent),
      place.derivation && el("p", { class: "soft" }, `${t("How we know:")} `, foreign(place.derivation)),
      place.reason && el("p", { class: "soft" }, `${t("Chosen because:")} `, foreign(place.reason)),
      el("p", { class: "soft" }, copy, copy && " ", place.source.length > 0 && [`${t("Position:")} `, place.source.map((source, i) => [i > 0 && "; ",
        source.link ? outside(source.link, [foreign(source.text), " ↗"], source.link.split("/")[2]) : foreign(source.text)])]));
  }

  report(card) {
    const names = { date: t("date"), place: t("place"), actors: t("who"), equipment: t("equipment"), kind: t("what"), status: t("status"), title: t("title") };
    const text = el("blockquote", { dir: "auto", lang: card.language }, card.pieces.map((piece) => {
      const shown = piece.fields.filter((field) => field !== "title"); // a title quotes whole sentences
      return shown.length ? el("mark", { class: `of-${shown[0]}`, title: t("Supports: {fields}", { fields: shown.map((f) => names[f] || f).join(", ") }) }, piece.text) : piece.text;
    }));
    return this.field(t("The report"), foreign(card.report_title, "p", { class: "lead" }), text);
  }

  source(card) {
    const source = card.source;
    const name = source.link ? outside(source.link, [foreign(source.name), " ↗"]) : foreign(source.name);
    return this.field(t("Source"), el("p", {}, name, source.published && `, ${source.published}`),
      source.licence && el("p", { class: "soft" }, `${t("Licence:")} `, foreign(source.licence)), el("p", { class: "soft" }, `${card.review}.`));
  }
}

// A link out of the app; the server lets only http and https addresses through.
function outside(address, words, title = null) {
  return el("a", { href: /^https?:\/\//.test(address) ? address : null, target: "_blank", rel: "noopener noreferrer nofollow", title }, words);
}

export default function panel({ data, parentElement }) {
  if (!panels.has(parentElement)) panels.set(parentElement, new Panel(parentElement, data));
  return () => { panels.get(parentElement)?.close(); panels.delete(parentElement); };
}
