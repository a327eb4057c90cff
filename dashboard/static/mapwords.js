// The map in words: a text beside its legend that says how many events of which kinds and places are in view, the names
// and roles that a screen reader needs, and the way of the focus between a mark and its card.
//   out  {type: "read", id}    an event was opened by keyboard: its card takes the focus
//   in   {type: "return", id}  the card was closed by keyboard: the mark has it again

const WORDS_MS = 350; // after the last painting, so that dragging and playing are not slowed down
const KEY_MS = 400; // an event chosen so soon after Enter was chosen by it
const MOST_PLACES = 5;

class MapWords {
  constructor(layer, channel) {
    this.layer = layer;
    this.box = layer.map.getContainer();
    this.text = el("p", { id: "map-words" });
    this.node = el("details", { class: "legend in-words" }, el("summary", {}, t("In words")), this.text);
    this.skip = el("button", { type: "button", class: "past-marks", on: { click: () => this.leave() } }, t("Past the marks, to the list of events"));
    this.box.prepend(this.skip);
    set(this.box, { role: "region", "aria-label": t("Map of events"), "aria-describedby": "map-words" });
    if (window.frameElement) window.frameElement.title = t("Map of events");
    this.box.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") this.pressed = performance.now(); }, true);
    this.channel = new BroadcastChannel(channel);
    this.channel.onmessage = ({ data }) => this.hear(data);
    layer.map.on("moveend", () => this.soon());
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) keepStill(layer.map);
  }

  hear(message) {
    if (message.type === "painted") this.soon();
    if (message.type === "select" && message.id && performance.now() - (this.pressed ?? -KEY_MS) < KEY_MS) this.channel.postMessage({ type: "read", id: message.id });
    if (message.type === "return") this.take(message.id);
  }

  // Back to the mark, or to the group that holds it now.
  take(id) {
    const mark = this.layer.byId.get(id)?.map((layer) => layer.getElement?.()).find(Boolean) || this.box;
    window.focus();
    mark.focus();
  }

  leave() {
    this.channel.postMessage({ type: "read", id: null });
  }

  soon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.write(), WORDS_MS);
  }

  write() {
    const { answer } = this.layer;
    if (!answer || !this.layer.style) return;
    this.text.textContent = this.sentences(answer).join(" ");
  }

  // What the server counted as in view: the same as the button below says lies outside it.
  sentences({ events, cells, total, here }) {
    const seen = events || [];
    const n = here ?? seen.length;
    const told = [t("{n} of the {total} events shown are in this view.", { n: number(n), total: number(total ?? n) })];
    const kinds = tally([...seen.map((event) => [event.kind, 1]), ...(cells || []).flatMap((cell) => Object.entries(cell.kinds || { [cell.kind]: cell.n }))]);
    if (n) told.push(t("By kind: {list}.", { list: kinds.map(([kind, k]) => `${this.layer.style.kinds[kind].label} ${number(k)}`).join(", ") }));
    const places = tally(seen.filter((event) => event.place).map((event) => [event.place, 1])).slice(0, MOST_PLACES);
    if (places.length) told.push(t("Places: {list}.", { list: places.map(([place, k]) => (k > 1 ? `${place} (${k})` : place)).join(", ") }));
    told.push(t("The list beside the map names every event, with its date and place."));
    return told;
  }
}

// For readers who asked for less motion the map jumps instead of gliding.
function keepStill(map) {
  map._zoomAnimated = false; // Leaflet reads the option only when it begins
  Object.assign(map.options, { inertia: false, fadeAnimation: false, markerZoomAnimation: false });
  const glide = map.panBy;
  map.panBy = (offset, options) => glide.call(map, offset, { ...options, animate: false });
}

// Sums by name, the largest first.
function tally(pairs) {
  const sums = new Map();
  for (const [name, n] of pairs) sums.set(name, (sums.get(name) || 0) + n);
  return [...sums].sort((a, b) => b[1] - a[1]);
}

const InWords = L.Control.extend({
  options: { position: "topleft" },
  initialize(words) { this.words = words; },
  onAdd() {
    L.DomEvent.disableClickPropagation(this.words.node);
    L.DomEvent.disableScrollPropagation(this.words.node);
    return this.words.node;
  },
});
