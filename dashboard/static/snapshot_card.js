// The snapshot's list and cards: the same words as in the dashboard, all of them written as text.

// A link out of the file; nothing but http and https addresses becomes one.
function outside(address, ...words) {
  if (!/^https?:\/\//.test(address || "")) return el("span", {}, words);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, words);
}

function tagsOf(event, style) {
  return [
    !["completed", "reported"].includes(event.status) && el("span", { class: `tag ${event.status}` }, style.statuses[event.status].label.toLowerCase()),
    event.seen === "possible" && el("span", { class: "tag" }, t("possible")),
  ];
}

function lineOf(event, style, open) {
  const place = event.places.map((one) => one.name).slice(0, 2).join(", ");
  return el("li", {}, el("button", { type: "button", class: `row ${event.seen}`, "data-id": event.id, on: { click: open } },
    symbol(style.kinds[event.kind], { size: 20, status: event.status }),
    el("span", { class: "words" }, foreign(event.title, "span", { class: "title" }),
      el("span", { class: "meta" }, event.when.text, place && [" · ", foreign(place)], tagsOf(event, style).map((tag) => tag && [" ", tag])))));
}

function fieldOf(name, ...content) {
  return el("section", { class: "field" }, el("h3", {}, name), content);
}

function placeOf(place) {
  return el("div", { class: "place" }, el("p", { class: "lead" }, foreign(place.name), place.country && `, ${place.country}`),
    el("p", {}, place.extent),
    place.derivation && el("p", { class: "soft" }, t("How we know: "), foreign(place.derivation)),
    place.reason && el("p", { class: "soft" }, t("Chosen because: "), foreign(place.reason)),
    place.coordinates && el("p", { class: "soft code" }, place.coordinates),
    place.source.length > 0 && el("p", { class: "soft" }, t("Position: "), place.source.map((source, i) => [i > 0 && "; ", outside(source.link, foreign(source.text))])));
}

function quotesOf(event) {
  return event.quotes.map((pieces) => el("blockquote", { dir: "auto", lang: event.language }, pieces.map((piece) => (
    piece.fields.length ? el("mark", { class: `of-${piece.fields[0]}` }, piece.text) : piece.text))));
}

function sourceOf(event) {
  const { source } = event;
  return fieldOf(t("Source"), event.report_title && foreign(event.report_title, "p", { class: "lead" }),
    el("p", {}, outside(source.link, foreign(source.name), source.link && " ↗"), source.published && `, ${source.published}`),
    source.link && el("p", { class: "soft address" }, source.link),
    source.licence && el("p", { class: "soft" }, t("Licence: "), foreign(source.licence)), el("p", { class: "soft" }, `${event.review}.`));
}

function cardOf(event, style) {
  const many = event.places.length > 1;
  return [foreign(event.title, "h2"),
    el("p", { class: "kind" }, symbol(style.kinds[event.kind], { size: 20, status: event.status }), event.kind_label,
      el("span", { class: `tag ${event.status}` }, event.status_label.toLowerCase()), event.seen === "possible" && el("span", { class: "tag" }, t("possible"))),
    event.status_reason && el("p", { class: "soft" }, event.status_reason),
    fieldOf(t("When"), el("p", { class: "lead" }, event.when.text), el("p", { class: "soft" }, [event.when.note, event.when.reason].filter(Boolean).join(" "))),
    fieldOf(many ? tn(event.places.length, "Where: {n} place", "Where: {n} places") : t("Where"), event.places.map(placeOf), event.distance && el("p", {}, event.distance),
      !event.places.length && el("p", { class: "soft" }, t("The report names no place."))),
    event.actors.length > 0 && fieldOf(t("Who"), el("ul", { class: "items" }, event.actors.map((text) => el("li", {}, foreign(text))))),
    event.equipment.length > 0 && fieldOf(t("Equipment"), el("ul", { class: "items" }, event.equipment.map((text) => el("li", {}, foreign(text))))),
    event.quotes.length > 0 && fieldOf(t("In the report"), quotesOf(event)),
    sourceOf(event)];
}
