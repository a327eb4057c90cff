// What the border profile says in words: its tips, and the table that says the same as the picture.

class ProfileWords {
  cellTip([start, end, at, shown, possible, kind]) {
    return [el("b", {}, writeDays(start, end)), el("div", {}, `${this.stretch(at, at + this.answer.step)}: ${count(shown, "event", "events")}${possible ? `, ${count(possible, "possible", "possible")}` : ""}`),
      el("div", { class: "soft" }, t("mostly {kind}", { kind: this.style.kinds[kind].label.toLowerCase() }))];
  }

  stretch(from, to) {
    return t("km {from} to {to}", { from: number(from), to: number(to) });
  }

  markTip(mark) {
    return el("div", { class: "one" }, el("i", { style: { background: this.colour(mark) } }), foreign(mark.title, "b"),
      el("div", { class: "soft" }, `${mark.when} · ${this.where(mark)}`));
  }

  where(mark) {
    const about = mark.radius ? ` ± ${Math.round(mark.radius)}` : "";
    const along = mark.at === null ? t("no one stretch of the border") : t("km {n}", { n: `${number(Math.round(mark.at))}${about}` });
    const away = mark.km < 1 ? t("on or close to the line") : t("{n} km away", { n: number(Math.round(mark.km)) });
    return `${along}, ${away}${mark.near === "maybe" ? ` ${t("(cannot tell whether within {n})", { n: this.answer.within })}` : ""}`;
  }

  // The same in words, in order along the border.
  fillTable() {
    if (this.answer.cells) { fill(this.table, this.cellTable()); return; }
    const heads = [t("Along the border"), t("From it"), t("Within {n} km", { n: this.answer.within }), t("When"), t("Event"), t("Kind"), t("Place")];
    const rows = this.marks.filter((mark) => mark.match !== "no").map((mark) => el("tr", {},
      el("td", { class: "number" }, mark.at === null ? t("no one stretch") : t("km {n}", { n: `${number(Math.round(mark.at))}${mark.radius ? ` ± ${Math.round(mark.radius)}` : ""}` })),
      el("td", { class: "number" }, t("{n} km", { n: number(mark.km < 10 ? mark.km : Math.round(mark.km)) })),
      el("td", {}, mark.near === "yes" ? t("yes") : t("cannot tell")), el("td", {}, mark.when || t("not dated")),
      el("td", {}, el("button", { type: "button", class: "link", on: { click: () => this.choose(mark.id) } }, foreign(mark.title))),
      el("td", {}, this.style.kinds[mark.kind].label), el("td", {}, foreign(mark.spot || mark.place))));
    fill(this.table, rows.length ? this.grid(heads, rows, t("Events in order along the border, from its western end")) : el("p", {}, t("No event is near this border under these filters.")));
  }

  cellTable() {
    const { step, length, cells } = this.answer;
    const sums = new Map();
    for (const [, , at, shown, possible] of cells) {
      const sum = sums.get(at) || [0, 0];
      sums.set(at, [sum[0] + shown, sum[1] + possible]);
    }
    const near = (at) => this.answer.ticks.filter((tick) => tick.at_km >= at && tick.at_km < at + step).sort((a, b) => b.weight - a.weight).slice(0, 3).map((tick) => tick.name).join(", ");
    const rows = [...sums].map(([at, [shown, possible]]) => el("tr", {}, el("td", { class: "number" }, this.stretch(at, Math.min(at + step, Math.round(length)))),
      el("td", {}, near(at)), el("td", { class: "number" }, number(shown)), el("td", { class: "number" }, number(possible))));
    return this.grid([t("Along the border"), t("Places"), t("Certain"), t("Possible")], rows,
      this.answer.by === "year" ? t("Events by stretch of the border, counted once for each year they touch") : t("Events by stretch of the border, counted once for each month they touch"));
  }

  grid(heads, rows, caption) {
    return el("table", {}, el("caption", {}, caption), el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, rows));
  }
}
