// The line of counts that add up: every event counts once.

function writeCounts(node, counts, filtered) {
  const part = (n, words, why) => el("span", { title: why }, el("b", {}, number(n)), ` ${words}`);
  const parts = [
    part(counts.shown, t("shown"), t("Match every filter and have a place on the map.")),
    part(counts.possible, t("possible"), t("May match: the date or the distance is only roughly known. Drawn pale.")),
    part(counts.undated, t("undated"), t("Their date is not known, so a date range cannot include them.")),
    part(counts.unplaced, t("without place"), t("Match, but have no place on the map.")),
    filtered ? part(counts.hidden, t("hidden"), t("Do not match a filter, or are background events, which are switched off."))
      : part(counts.hidden, t("background"), t("Hidden: only mentioned in passing by a report. Switch on background events to see them.")),
  ];
  const line = parts.flatMap((span, i) => (i ? [el("i", { class: "sep" }, " · "), span] : [span]));
  node.replaceChildren(...line, el("i", { class: "sep" }, " = "), part(counts.total, t("in all"), t("Every event counts once.")));
  set(node, Object.fromEntries(Object.entries(counts).map(([name, n]) => [`data-${name}`, n])));
}
