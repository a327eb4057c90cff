// Tables of counts with bars; every number is a link to the view that shows just these events.

const kept = new WeakMap();
const WINDOWS = [[30, "30 days"], [90, "90 days"], [365, "a year"]];

class Statistics {
  constructor(parent, data) {
    this.root = serverRoot();
    this.box = parent.querySelector(".statistics");
    this.days = 365;
    this.channel = new BroadcastChannel(data.channel);
    this.channel.onmessage = ({ data: message }) => { if (message.type === "view") this.load(message); };
    this.channel.postMessage({ type: "hello" });
  }

  close() { this.channel.close(); }

  async load(view, again = false) {
    if (!again && view.query === this.view?.query && view.stamp === this.view?.stamp) return;
    this.view = view;
    const turn = (this.turns = (this.turns || 0) + 1);
    const address = `${this.root}api/statistics?${view.query ? `${view.query}&` : ""}days=${this.days}`;
    this.box.setAttribute("aria-busy", "true");
    try {
      const answer = await getJson(address);
      if (turn !== this.turns) return;
      this.draw(answer);
      const border = await getJson(`${address}&part=border`);
      if (turn === this.turns) this.waiting.replaceWith(this.table(border, this.answer.periods));
    } catch (error) {
      if (turn === this.turns) fill(this.box, el("p", { class: "error", role: "alert" }, `The statistics could not be read. ${error.message}`));
    } finally {
      if (turn === this.turns) this.box.removeAttribute("aria-busy");
    }
  }

  draw(answer) {
    this.answer = answer;
    const { periods, sections } = answer;
    this.waiting = el("section", { class: "waiting" }, el("h2", {}, "Border"), el("p", { class: "soft" }, "Counting …"));
    const [kind, ...others] = sections;
    fill(this.box, this.head(), periods && this.change(periods), el("div", { class: "tables" },
      this.table(kind, periods), this.bins(answer.bins), this.waiting, ...others.map((section) => this.table(section, periods))), this.foot());
  }

  head() {
    const { counts } = this.answer;
    const n = counts.shown + (this.possible() ? counts.possible : 0);
    const parts = [this.link(n, this.answer.query, n === 1 ? "event" : "events"), ` under these filters`];
    if (this.possible() && counts.possible) parts.push(`, ${counts.possible.toLocaleString("en")} of them only possible`);
    if (counts.undated) parts.push(`; ${counts.undated.toLocaleString("en")} more without a date`);
    if (counts.unplaced) parts.push(`; ${counts.unplaced.toLocaleString("en")} more without a place`);
    return el("header", {}, el("h1", {}, "Statistics"), el("p", {}, parts, "."));
  }

  possible() { return new URLSearchParams(this.view.query).get("possible") !== "0"; }

  // "12 in 30 days, 8 in the 30 days before": both numbers with what they are counted over.
  change(periods) {
    const [now, before] = [periods.now, periods.before].map((part) => part.shown + (this.possible() ? part.possible : 0));
    const long = count(periods.days, "day", "days");
    const maybe = (part) => (this.possible() && part.possible ? `, ${part.possible.toLocaleString("en")} only possible` : "");
    const choose = el("div", { class: "choose", role: "group", "aria-label": "Length of the periods" }, WINDOWS.map(([days, name]) => el("button", { type: "button",
      "aria-pressed": String(days === this.days), on: { click: () => { this.days = days; this.load(this.view, true); } } }, name)));
    return el("section", { class: "change" }, el("p", { class: "big" }, this.link(now, periods.now.query, ""), ` in ${long}, `, this.link(before, periods.before.query, ""),
      ` in the ${long} before`, el("span", { class: "delta" }, difference(now, before))),
    el("p", { class: "soft" }, `${periods.now.words}${maybe(periods.now)} · before: ${periods.before.words}${maybe(periods.before)}`,
      periods.now.undated ? ` · ${count(periods.now.undated, "undated event is", "undated events are")} in neither` : ""), periods.chosen ? null : choose);
  }

  link(n, query, words, label) {
    const address = `${this.root}${query ? `?${query}` : ""}`;
    return el("a", { href: address, target: "_self", "aria-label": label }, n.toLocaleString("en"), words && ` ${words}`);
  }

  table(section, periods) {
    const { title, rows, more } = section;
    const most = Math.max(1, ...rows.map((row) => row.n));
    const compared = Boolean(periods) && rows.some((row) => row.now);
    const heads = [title, "Events", ...(compared ? [periods.chosen ? "Before" : `Last ${periods.days} days`, periods.chosen ? "Change" : `${periods.days} before`] : [])];
    const body = rows.map((row) => el("tr", {}, el("th", { scope: "row" }, foreign(row.label), this.bar(row, most)), this.cell(row.n, row.query, row, row.label), compared && this.sides(row, periods)));
    return el("section", {}, el("h2", {}, `By ${title.charAt(0).toLowerCase()}${title.slice(1)}`), rows.length ? el("table", {}, el("thead", {}, el("tr", {}, heads.map((head, i) => el("th", { scope: "col", class: i ? "number" : "" }, head)))), el("tbody", {}, body))
      : el("p", { class: "soft" }, "None."), more > 0 && el("p", { class: "soft" }, `and ${more.toLocaleString("en")} more; choose them in the filters.`));
  }

  sides(row, periods) {
    const [now, before] = [row.now, row.before];
    if (!periods.chosen) return [this.cell(...now, {}, `${row.label}, last ${periods.days} days`), this.cell(...before, {}, `${row.label}, ${periods.days} days before`)];
    return [this.cell(...before, {}, `${row.label}, before`), el("td", { class: "number" }, difference(now[0], before[0]))];
  }

  cell(n, query, row, label) {
    return el("td", { class: "number" }, n ? this.link(n, query, "", `${n} ${label || ""}`) : "0", row.possible ? el("small", {}, `${row.possible.toLocaleString("en")} possible`) : null);
  }

  bar(row, most) {
    const sure = (row.n - row.possible) / most;
    const colour = row.colour || "var(--st-primary-color)";
    return el("span", { class: "bar", "aria-hidden": "true" }, el("i", { style: { width: `${sure * 100}%`, background: colour } }), el("i", { class: "pale", style: { width: `${(row.possible / most) * 100}%`, background: colour } }));
  }

  bins({ by, rows, more }) {
    const most = Math.max(1, ...rows.map((row) => row.n));
    const body = rows.map((row) => el("tr", {}, el("th", { scope: "row" }, row.label, this.bar(row, most)), this.cell(row.n, row.query, row, row.label)));
    return el("section", { class: "bins" }, el("h2", {}, `By ${by}`), rows.length ? el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Events by ${by}` }, el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, by === "year" ? "Year" : "Month"), el("th", { scope: "col", class: "number" }, "Events"))), el("tbody", {}, body)))
      : el("p", { class: "soft" }, "None is dated."), more > 0 && el("p", { class: "soft" }, `and ${more} earlier.`));
  }

  foot() {
    return el("p", { class: "soft foot" }, "Each number opens the events it counts. An event with several actors or countries counts for each of them, one that lasts counts in every month it touches, and one near several borders at each: the lines of a table can add up to more than the total. Pale bars are events whose date or distance is only roughly known.");
  }
}

function difference(now, before) {
  if (now === before) return "no change";
  const n = now - before;
  const percent = Math.abs(Math.round((n / before) * 100));
  const share = before >= 10 && percent ? ` (${n > 0 ? "+" : "−"}${percent.toLocaleString("en")} %)` : ""; // of fewer, it would say too much
  return `${n > 0 ? "+" : "−"}${Math.abs(n).toLocaleString("en")}${share}`;
}

export default function statistics({ data, parentElement }) {
  if (!kept.has(parentElement)) kept.set(parentElement, new Statistics(parentElement, data));
  return () => { kept.get(parentElement)?.close(); kept.delete(parentElement); };
}
