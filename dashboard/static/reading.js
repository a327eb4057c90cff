// What was understood of a report: its text with places, dates, actors and equipment marked, and the tables beside it.

const NAMES = { place: t("Place on the map"), name: t("Name, not an event's place"), date: t("Date"), stamp: t("Dateline or date of the report"),
  actors: t("Who"), equipment: t("Equipment"), kind: t("What happened, and whether"), status: t("Whether it happened") };

let held = null;

export default function reading({ data, parentElement }) {
  const box = parentElement.querySelector(".reading");
  const { found, style, channel } = data;
  const used = Object.keys(NAMES).filter((name) => found.pieces.some((piece) => piece.fields.includes(name)))
    .filter((name, _, all) => name !== "status" || !all.includes("kind"));
  const mark = (piece) => {
    const field = Object.keys(NAMES).find((name) => piece.fields.includes(name));
    return field ? el("mark", { class: field, title: piece.fields.map((name) => NAMES[name] || name).join(", ") }, piece.text) : piece.text;
  };
  const row = (...cells) => el("tr", {}, cells.map((cell) => el("td", {}, cell)));
  const table = (heads, rows) => el("table", {}, el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, rows));
  const rest = (shown, total) => total > shown.length && el("p", { class: "soft" }, t("The first {n} of {total} are listed.", { n: shown.length, total: number(total) }));
  const section = (title, n, ...content) => el("section", {}, el("h2", {}, title, n !== null && el("span", { class: "n" }, String(n))), ...content);
  const event = (e) => el("li", {}, symbol(style.kinds[e.kind], { size: 22, status: e.status, halo: "var(--st-background-color)" }),
    el("div", {}, foreign(e.title, "b"),
      el("p", {}, `${e.kind_label}, ${e.status_label.toLowerCase()}${e.main ? "" : ` · ${t("background")}`} · ${e.when}`),
      e.place ? el("p", {}, foreign(e.place), e.radius && `, ± ${e.radius}`) : el("p", {}, t("No place")),
      e.actors.length > 0 && el("p", { class: "soft" }, `${t("Who")}: `, foreign(e.actors.join(", "))),
      e.equipment.length > 0 && el("p", { class: "soft" }, `${t("Equipment")}: `, foreign(e.equipment.join(", ")))));
  fill(box,
    section(t("Events"), found.totals.events, found.events.length ? el("ul", { class: "events" }, found.events.map(event))
      : el("p", { class: "soft" }, t("No event was found in this text. Is it a report of something that happened, is planned or is denied?"))),
    section(t("Text"), null,
      el("p", { class: "key" }, used.map((name) => el("mark", { class: name }, NAMES[name]))),
      el("blockquote", { dir: "auto", lang: found.language }, foreign(found.title, "b", { class: "title" }), "\n", found.pieces.map(mark))),
    section(t("Dates"), found.totals.dates, table([t("Words"), t("Read as"), t("Role"), t("Because")],
      found.dates.map((d) => row(foreign(d.words), d.date, d.role, foreign(d.reason)))), rest(found.dates, found.totals.dates)),
    section(t("Names of places"), found.totals.mentions, table([t("Words"), t("Placed at"), t("Role"), t("Because")],
      found.mentions.map((m) => row(foreign(m.words), foreign(m.place, "span", { class: m.known ? "" : "soft" }), m.role, foreign(m.reason)))), rest(found.mentions, found.totals.mentions)));
  const bus = new BroadcastChannel(channel);
  const draft = { type: "draft", events: data.draft };
  bus.onmessage = ({ data: message }) => { if (message.type === "hello") bus.postMessage(draft); };
  bus.postMessage(draft);
  held?.close();
  held = bus;
  return () => bus.close();
}
