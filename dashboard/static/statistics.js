// Tables of counts with bars; every number is a link to the view that shows just these events.

const kept = new WeakMap();
const WINDOWS = [[30, t("30 days")], [90, t("90 days")], [365, t("a year")]];

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
      if (turn === this.turns) fill(this.box, el("p", { class: "error", role: "alert" }, `${t("The statistics could not be read.")} ${error.message}`));
    } finally {
      if (turn === this.turns) this.box.removeAttribute("aria-busy");
    }
  }

  draw(answer) {
    this.answer = answer;
    const { periods, sections } = answer;
    this.waiting = el("section", { class: "waiting" }, el("h2", {}, t("Border")), el("p", { class: "soft" }, t("Counting …")));
    const [kind, ...others] = sections;
    fill(this.box, this.head(), periods && this.change(periods), el("div", { class: "tables" },
      this.table(kind, periods), this.bins(answer.bins), this.waiting, ...others.map((section) => this.table(section, periods))), this.foot());
  }

  head() {
    const { counts } = this.answer;
    const n = counts.shown + (this.possible() ? counts.possible : 0);
    const parts = [this.link(n, this.answer.query, count(n, "event", "events")), ` ${t("under these filters")}`];
    if (this.possible() && counts.possible) parts.push(`, ${tn(counts.possible, "{n} of them only possible", "{n} of them only possible")}`);
    if (counts.undated) parts.push(`; ${tn(counts.undated, "{n} more without a date", "{n} more without a date")}`);
    if (counts.unplaced) parts.push(`; ${tn(counts.unplaced, "{n} more without a place", "{n} more without a place")}`);
    return el("header", {}, el("h1", {}, t("Statistics")), el("p", {}, parts, "."));
  }

  possible() { return new URLSearchParams(this.view.query).get("possible") !== "0"; }

  // "12 in 30 days, 8 in the 30 days before": both numbers with what they are counted over.
  change(periods) {
    const [now, before] = [periods.now, periods.before].map((part) => part.shown + (this.possible() ? part.possible : 0));
    const maybe = (part) => (this.possible() && part.possible ? `, ${tn(part.possible, "{n} only possible", "{n} only possible")}` : "");
    const choose = el("div", { class: "choose", role: "group", "aria-label": t("Length of the periods") }, WINDOWS.map(([days, name]) => el("button", { type: "button",
      "aria-pressed": String(days === this.days), on: { click: () => { this.days = days; this.load(this.view, true); } } }, name)));
    return el("section", { class: "change" }, el("p", { class: "big" }, this.link(now, periods.now.query), ` ${tn(periods.days, "in {n} day", "in {n} days")}, `, this.link(before, periods.before.query),
      ` ${tn(periods.days, "in the {n} day before", "in the {n} days before")}`, el("span", { class: "delta" }, difference(now, before))),
    el("p", { class: "soft" }, `${periods.now.words}${maybe(periods.now)} · ${t("before")}: ${periods.before.words}${maybe(periods.before)}`,
      periods.now.undated ? ` · ${tn(periods.now.undated, "{n} undated event is in neither", "{n} undated events are in neither")}` : ""), periods.chosen ? null : choose);
  }

  link(n, query, words, label) {
    const params = [query, speech.language !== "en" && `lang=${speech.language}`].filter(Boolean).join("&");
    const address = `${this.root}${params ? `?${params}` : ""}`;
    return el("a", { href: address, target: "_self", "aria-label": label }, words || number(n));
  }

  table(section, periods) {
    const { title, rows, more } = section;
    const most = Math.max(1, ...rows.map((row) => row.n));
    const compared = Boolean(periods) && rows.some((row) => row.now);
    const heads = [title, t("Events"), ...(compared ? this.periodHeads(periods) : [])];
    const body = rows.map((row) => el("tr", {}, el("th", { scope: "row" }, foreign(row.label), this.bar(row, most)), this.cell(row.n, row.query, row, row.label), compared && this.sides(row, periods)));
    return el("section", {}, el("h2", {}, this.heading(section)), rows.length ? el("table", {}, el("thead", {}, el("tr", {}, heads.map((head, i) => el("th", { scope: "col", class: i ? "number" : "" }, head)))), el("tbody", {}, body))
      : el("p", { class: "soft" }, t("None.")), more > 0 && el("p", { class: "soft" }, tn(more, "and {n} more; choose them in the filters.", "and {n} more; choose them in the filters.")));
  }

  heading({ key, within }) {
    return { kind: t("By kind"), country: t("By country"), actor: t("By actor") }[key] || t("By border, within {n} km", { n: within });
  }

  periodHeads({ chosen, days }) {
    if (chosen) return [t("Before"), t("Change")];
    return [tn(days, "Last {n} day", "Last {n} days"), tn(days, "{n} before", "{n} before")];
  }

  sides(row, periods) {
    const [now, before] = [row.now, row.before];
    const heads = this.periodHeads(periods).map((head) => `${row.label}, ${head}`);
    if (!periods.chosen) return [this.cell(...now, {}, heads[0]), this.cell(...before, {}, heads[1])];
    return [this.cell(...before, {}, heads[0]), el("td", { class: "number" }, difference(now[0], before[0]))];
  }

  cell(n, query, row, label) {
    return el("td", { class: "number" }, n ? this.link(n, query, "", `${number(n)}, ${label}`) : "0", row.possible ? el("small", {}, count(row.possible, "possible", "possible")) : null);
  }

  bar(row, most) {
    const sure = (row.n - row.possible) / most;
    const colour = row.colour || "var(--st-primary-color)";
    return el("span", { class: "bar", "aria-hidden": "true" }, el("i", { style: { width: `${sure * 100}%`, background: colour } }), el("i", { class: "pale", style: { width: `${(row.possible / most) * 100}%`, background: colour } }));
  }

  bins({ by, rows, more }) {
    const most = Math.max(1, ...rows.map((row) => row.n));
    const body = rows.map((row) => el("tr", {}, el("th", { scope: "row" }, row.label, this.bar(row, most)), this.cell(row.n, row.query, row, row.label)));
    return el("section", { class: "bins" }, el("h2", {}, by === "year" ? t("By year") : t("By month")), rows.length ? el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": by === "year" ? t("Events by year") : t("Events by month") }, el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, by === "year" ? t("Year") : t("Month")), el("th", { scope: "col", class: "number" }, t("Events")))), el("tbody", {}, body)))
      : el("p", { class: "soft" }, t("None is dated.")), more > 0 && el("p", { class: "soft" }, tn(more, "and {n} earlier.", "and {n} earlier.")));
  }

  foot() {
    return el("p", { class: "soft foot" }, t("Each number opens the events it counts. An event with several actors or countries counts for each of them, one that lasts counts in every month it touches, and one near several borders at each: the lines of a table can add up to more than the total. Pale bars are events whose date or distance is only roughly known."));
  }
}

function difference(now, before) {
  if (now === before) return t("no change");
  const n = now - before;
  const percent = Math.abs(Math.round((n / before) * 100));
  const share = before >= 10 && percent ? ` (${n > 0 ? "+" : "−"}${number(percent)} %)` : ""; // of fewer, it would say too much
  return `${n > 0 ? "+" : "−"}${number(Math.abs(n))}${share}`;
}

export default function statistics({ data, parentElement }) {
  if (!kept.has(parentElement)) kept.set(parentElement, new Statistics(parentElement, data));
  return () => { kept.get(parentElement)?.close(); kept.delete(parentElement); };
}
