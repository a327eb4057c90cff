// The table: pages of what the filters show, from the server; sorted there, so that any size will do.
// Order, columns and page are in the address. The chosen event is marked, and its page shown, wherever it was chosen.

const tables = new WeakMap();

class Table {
  constructor(parent, data) {
    Object.assign(this, data.table);
    this.style = data.style;
    this.root = serverRoot();
    this.first = this.order;
    this.usual = this.shown;
    this.page = 1;
    this.box = parent.querySelector(".table");
    this.lines = [];
    this.build();
    this.channel = new BroadcastChannel(data.channel);
    this.channel.onmessage = ({ data: message }) => this.hear(message);
    this.channel.postMessage({ type: "hello" });
  }

  build() {
    this.total = el("h2");
    this.menu = el("details", { class: "menu" }, el("summary", {}, t("Columns")), el("fieldset", {}, el("legend", {}, t("Columns shown")), this.columns.map((column) => this.choice(column)),
      el("button", { type: "button", class: "plain", on: { click: () => this.show(this.usual) } }, t("As usual"))));
    this.menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.menu.open) return;
      event.preventDefault();
      event.stopPropagation();
      this.menu.open = false;
      this.menu.querySelector("summary").focus();
    });
    this.menu.addEventListener("focusout", (event) => { if (event.relatedTarget && !this.menu.contains(event.relatedTarget)) this.menu.open = false; });
    const step = (label, arrow, go) => el("button", { type: "button", class: "step", title: label, "aria-label": label, on: { click: () => this.turnTo(go()) } }, arrow);
    this.steps = [step(t("First page"), "«", () => 1), step(t("Previous page"), "‹", () => this.page - 1), step(t("Next page"), "›", () => this.page + 1), step(t("Last page"), "»", () => this.pages)];
    this.field = el("input", { type: "text", inputmode: "numeric", "aria-label": t("Page"), size: 4, on: { change: () => this.turnTo(Number.parseInt(this.field.value.replaceAll(/\D/g, ""), 10) || this.page),
      focus: () => this.field.select() } });
    this.of = el("span", { class: "soft" });
    const pager = el("nav", { class: "pager", "aria-label": t("Pages of the table") }, this.steps[0], this.steps[1], el("label", {}, el("span", { class: "soft" }, `${t("Page")} `), this.field), this.of, this.steps[2], this.steps[3]);
    this.header = el("thead", { role: "rowgroup" });
    this.body = el("tbody", { role: "rowgroup" });
    this.caption = el("caption", {}, t("Events shown"));
    this.scroll = el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("Table of events") }, el("table", { role: "table" }, this.caption, this.header, this.body));
    this.note = el("div", { class: "empty", hidden: true });
    this.box.replaceChildren(el("div", { class: "bar" }, el("div", { role: "status" }, this.total), pager, this.menu), this.scroll, this.note);
  }

  choice(column) {
    const box = el("input", { type: "checkbox", value: column.key, on: { change: () => this.show(this.columns.map((c) => c.key)
      .filter((key) => this.boxes.get(key).checked)) } });
    this.boxes = (this.boxes || new Map()).set(column.key, box);
    return el("label", {}, box, column.title);
  }

  keep(words) {
    this.channel.postMessage({ type: "keep", words });
  }

  hear(message) {
    if (message.type === "view") this.take(message);
    else if (message.type === "select") this.choose(message.id, false);
    else if (message.type === "hover") this.hover(message.id);
  }

  take(view) {
    const changed = view.query !== this.query || view.stamp !== this.stamp;
    const begins = this.query === undefined;
    const filtered = !begins && view.query !== this.query;
    this.query = view.query;
    this.stamp = view.stamp;
    if (begins) this.restore(view);
    else if (filtered) this.set({ page: 1 });
    if (changed) this.load().then(() => { if (begins && this.event && !view.kept.page) this.find(); });
    if (!begins && view.event !== this.event) this.choose(view.event, false);
  }

  restore(view) {
    const known = this.columns.map((column) => column.key);
    const asked = (view.kept.columns || "").split(",").filter((key) => known.includes(key));
    if (asked.length) this.shown = asked;
    if (this.columns.some((column) => column.order === view.kept.order?.replace(/^-/, ""))) this.order = view.kept.order;
    this.page = Number.parseInt(view.kept.page, 10) || 1;
    this.event = view.event;
  }

  set({ page = this.page, order = this.order, shown = this.shown }) {
    [this.page, this.order, this.shown] = [page, order, shown];
    this.keep({ page: page === 1 ? null : page, order: order === this.first ? null : order, columns: shown.join() === this.usual.join() ? null : shown.join() });
  }

  async load() {
    const turn = (this.turn = (this.turn || 0) + 1);
    const asked = new URLSearchParams({ order: this.order, page: this.page });
    this.box.setAttribute("aria-busy", "true");
    const answer = await getJson(`${this.root}api/table?${this.query}&${asked}`).catch((error) => ({ error }));
    if (turn !== this.turn) return;
    this.box.removeAttribute("aria-busy");
    if (answer.error) {
      this.say(t("The table could not be read."), answer.error.message);
      return;
    }
    this.answer = answer;
    this.pages = answer.pages;
    if (answer.page !== this.page) this.set({ page: answer.page });
    this.draw();
  }

  say(title, advice) {
    this.note.hidden = !title;
    this.scroll.hidden = Boolean(title);
    if (title) this.note.replaceChildren(el("b", {}, title), el("p", {}, advice));
  }

  draw() {
    const { rows, total, stored } = this.answer;
    this.total.textContent = count(total, "event", "events");
    this.of.textContent = t("of {n}", { n: number(this.pages) });
    this.field.value = String(this.page);
    this.steps.forEach((button, i) => { button.disabled = i < 2 ? this.page <= 1 : this.page >= this.pages; });
    for (const [key, box] of this.boxes) box.checked = this.shown.includes(key);
    const columns = this.columns.filter((column) => this.shown.includes(column.key));
    this.header.replaceChildren(el("tr", { role: "row" }, columns.map((column) => this.heading(column))));
    this.body.replaceChildren(...rows.map((row) => this.line(row, columns)));
    this.caption.textContent = t("Events shown, page {page} of {pages}", { page: number(this.page), pages: number(this.pages) });
    if (total) this.say("");
    else if (stored) this.say(t("No events match."), t("Widen the dates, or remove a filter."));
    else this.say(t("This project has no events yet."), t("Add a report, or import data."));
    this.mark(false);
  }

  heading(column) {
    const down = this.order === `-${column.order}`;
    const sorted = column.order && (down || this.order === column.order);
    if (!column.order) return el("th", { scope: "col", role: "columnheader", class: column.number && "number" }, column.title);
    const turn = () => {
      this.set({ page: 1, order: sorted && !down ? `-${column.order}` : column.order });
      this.load().then(() => this.header.querySelector(`[data-column="${column.key}"]`)?.focus());
    };
    return el("th", { scope: "col", role: "columnheader", class: column.number && "number", "aria-sort": sorted ? (down ? "descending" : "ascending") : null },
      el("button", { type: "button", "data-column": column.key, title: t("Sort by {column}", { column: column.title.toLowerCase() }), on: { click: turn } }, column.title,
        el("span", { class: "way", "aria-hidden": "true" }, sorted ? (down ? "▼" : "▲") : "")));
  }

  line(row, columns) {
    return el("tr", { role: "row", "data-id": row.id, class: row.match, on: {
      click: (event) => { if (!event.target.closest("a")) this.pick(row.id); },
      mouseenter: () => this.channel.postMessage({ type: "hover", id: row.id }),
      mouseleave: () => this.channel.postMessage({ type: "hover", id: null }),
    } }, columns.map((column, i) => this.cell(row, column, i === (this.shown.includes("title") ? columns.findIndex((c) => c.key === "title") : 0))));
  }

  cell(row, column, opens) {
    const text = row.cells[column.key];
    if (column.key === "report") {
      const safe = /^https?:\/\//.test(text || "");
      return el("td", { role: "cell", class: "report" }, safe && el("a", { href: text, target: "_blank", rel: "noopener noreferrer nofollow", "aria-label": t("Report: {title}", { title: row.cells.title }) }, `${t("open")} ↗`));
    }
    const words = text?.trim() ? foreign(text) : "";
    const kind = column.key === "kind" && symbol(this.style.kinds[row.kind], { size: 15, status: row.status, halo: "var(--ground)" });
    // One button a row: it opens the card by keyboard, as a click anywhere in the row does.
    const content = opens ? el("button", { type: "button", class: "open", on: { click: (event) => { event.stopPropagation(); this.pick(row.id); } } }, words || t("Open")) : words;
    return el("td", { role: "cell", class: `${column.key} ${column.number ? "number" : ""}`, "data-title": column.title }, kind ? el("span", { class: "kinded" }, kind, content) : content);
  }

  show(columns) {
    this.set({ shown: columns.length ? columns : this.usual });
    this.draw();
  }

  turnTo(page) {
    this.set({ page: Math.min(Math.max(1, page), this.pages || 1) });
    this.load().then(() => { this.scroll.scrollTop = 0; });
  }

  pick(id) {
    this.channel.postMessage({ type: "select", id });
    this.event = id;
    this.mark(false);
  }

  // Chosen elsewhere: marked here, on whatever page it stands.
  choose(id) {
    this.event = id;
    if (!id || this.answer?.rows.some((row) => row.id === id)) this.mark(true);
    else this.find();
  }

  async find() {
    const id = this.event;
    if (this.answer?.rows.some((row) => row.id === id)) {
      this.mark(true);
      return;
    }
    const asked = new URLSearchParams({ order: this.order, id });
    const answer = await getJson(`${this.root}api/table/page?${this.query}&${asked}`).catch(() => null);
    if (this.event !== id) return;
    this.mark(false);
    if (!answer?.page) return;
    this.set({ page: answer.page });
    await this.load();
    this.mark(true);
  }

  mark(bring) {
    for (const node of this.body.children) {
      const chosen = node.dataset.id === this.event;
      node.classList.toggle("chosen", chosen);
      if (chosen) node.setAttribute("aria-current", "true"); else node.removeAttribute("aria-current");
      if (chosen && bring) node.scrollIntoView({ block: "nearest" });
    }
  }

  hover(id) {
    for (const node of this.body.children) node.classList.toggle("hover", Boolean(id) && node.dataset.id === id);
  }
}

export default function table({ data, parentElement }) {
  if (!tables.has(parentElement)) tables.set(parentElement, new Table(parentElement, data));
  return () => { tables.get(parentElement)?.channel.close(); tables.delete(parentElement); };
}
