// Several events at one place: a list of any length, read from what is drawn or asked from the server page by page.

const OFFER_PAGE = 50; // lines of a list asked for at once
const TOP_ROOM = 88; // pixels at the map's top that the search and the legend take
const SPOT_DEGREES = 0.0002; // about 20 m: a spot asked for as a box

// Whether zooming in would take a group apart: its marks come farther apart than marks are grouped.
function opensByZoom(map, box, groupPx) {
  const most = map.getMaxZoom();
  if (map.getZoom() >= most) return false;
  return map.project(box.getNorthWest(), most).distanceTo(map.project(box.getSouthEast(), most)) > groupPx;
}

// What a group is made of, for those who hear it.
function sayTally(n, tally, style, vague = "", act = t("Press Enter to open.")) {
  const parts = Object.entries(tally).sort((a, b) => b[1] - a[1]);
  const named = parts.slice(0, 3).map(([kind, k]) => `${number(k)} ${style.kinds[kind].label}`);
  const where = vague || t("here");
  return `${count(n, "event", "events")} ${where}: ${named.join(", ")}${parts.length > 3 ? " …" : ""}. ${act}`.trim();
}

class Offer {
  constructor(layer, marker) {
    this.layer = layer;
    this.at = marker.getLatLng();
    this.head = el("div", { class: "offer-head", role: "status" });
    this.list = el("ul", { class: "offer-list" });
    this.more = el("button", { class: "offer-more", type: "button", hidden: true }, t("Show more"));
    this.box = el("div", { class: "offer", role: "dialog", "aria-label": t("Events at this place"),
      on: { keydown: (e) => this.press(e) } }, this.head, this.list, this.more);
    marker.closeTooltip();
    const size = layer.map.getSize();
    this.popup = L.popup({ offset: [0, -8], maxWidth: Math.min(310, size.x - 90), autoPanPaddingTopLeft: [12, TOP_ROOM], autoPanPaddingBottomRight: [56, 40] });
    this.list.style.maxHeight = `${Math.max(120, Math.min(300, size.y - TOP_ROOM - 170))}px`;
    this.box.style.width = `${Math.min(290, size.x - 110)}px`;
    L.DomEvent.disableScrollPropagation(this.list);
  }

  open() {
    this.popup.setLatLng(this.at).setContent(this.box).openOn(this.layer.map);
    this.popup.on("remove", () => this.leave());
  }

  // Back to the mark, if it is still there and the reader has not gone elsewhere.
  leave() {
    if (!this.held) return;
    const marker = this.layer.marks.getLayers().find((one) => one.getLatLng?.().equals(this.at));
    (marker?.getElement() || this.layer.map.getContainer()).focus({ preventScroll: true });
  }

  press(event) {
    const lines = [...this.list.querySelectorAll("button"), ...(this.more.hidden ? [] : [this.more])];
    const at = lines.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[event.key];
    if (event.key === "Escape") {
      event.stopPropagation();
      this.held = true;
      this.layer.map.closePopup(this.popup);
    } else if (to !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      lines[Math.max(0, Math.min(lines.length - 1, to))]?.focus();
    }
  }

  add(events) {
    const { layer } = this;
    const lines = events.map((event) => el("li", {}, el("button", { class: "pick", type: "button", on: { click: () => {
      layer.map.closePopup(this.popup);
      layer.choose(event.id);
    } } }, symbol(layer.style.kinds[event.kind], { size: 18, status: event.status, halo: halo() }),
    el("span", {}, foreign(event.title), el("small", {}, event.when + (event.match === "possible" ? ` · ${t("possible match")}` : ""))))));
    this.list.append(...lines);
    if (this.list.childElementCount === lines.length) this.popup.update(); // makes room; it takes the focus away
    lines[0]?.querySelector("button").focus();
  }
}

// Events that came among cells bring no dates along: the server has them, newest first.
function offerEvents(layer, marker, events, box) {
  if (layer.cells && events.some((event) => !event.when)) {
    offerCell(layer, marker, { bbox: [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()] });
    return;
  }
  const offer = new Offer(layer, marker);
  fill(offer.head, el("b", {}, count(events.length, "event", "events")));
  offer.open();
  offer.add(events);
}

// The question for what a cell of the server holds: the view's query within the cell's box. What is known only to a line,
// a region or a country is asked for by that.
function queryOfCell(query, cell) {
  const params = new URLSearchParams(query);
  const [west, south, east, north] = cell.bbox || [cell.lon, cell.lat, cell.lon, cell.lat];
  const box = [west - SPOT_DEGREES, south - SPOT_DEGREES, east + SPOT_DEGREES, north + SPOT_DEGREES];
  const own = params.get("bbox")?.split(",").map(Number);
  if (own && own[0] <= own[2]) {
    const both = [Math.max(box[0], own[0]), Math.max(box[1], own[1]), Math.min(box[2], own[2]), Math.min(box[3], own[3])];
    if (both[0] < both[2] && both[1] < both[3]) box.splice(0, 4, ...both);
  }
  params.set("bbox", box.map((v) => v.toFixed(5)).join(","));
  if (cell.border && !params.get("precision")) params.set("precision", "line");
  if (cell.area && !params.get("precision")) params.set("precision", "region,country");
  return params.toString().replaceAll("%2C", ",");
}

async function offerCell(layer, marker, cell) {
  const offer = new Offer(layer, marker);
  const query = queryOfCell(layer.view.query, cell);
  let offset = 0;
  const next = async () => {
    offer.more.disabled = true;
    try {
      const page = await getJson(`${layer.root}api/list?${query}&offset=${offset}&limit=${OFFER_PAGE}`);
      offset += page.events.length;
      fill(offer.head, el("b", {}, count(page.total, "event", "events")), ` ${cell.border || cell.area ? t("known only to this border or area") : ""}`);
      offer.more.hidden = offset >= page.total || !page.events.length;
      offer.add(page.events);
    } catch (error) {
      fill(offer.head, t("The list could not be read."), ` ${error.message}`);
    }
    offer.more.disabled = false;
  };
  offer.more.addEventListener("click", next);
  fill(offer.head, t("Reading …"));
  offer.open();
  await next();
}
