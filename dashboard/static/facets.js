// The lists of choices beside the map. Each value says how many events it would show with the other filters as they
// are; a press asks for it, the minus beside it leaves it out. What is chosen goes out as words of the query.

const lists = new WeakMap();
const FEW = 8; // values shown before "show more"
const TYPING_MS = 200;
const MAP_MS = 600; // the counts leave the server to the map for so long

function splitWords(text) {
  return new Set((text || "").split(",").filter(Boolean).map((part) => part.replaceAll("%2C", ",").replaceAll("%25", "%")));
}

function joinWords(values) {
  return [...values].map((value) => value.replaceAll("%", "%25").replaceAll(",", "%2C")).join(",");
}

// One list: its heading that opens it, a field to search in, and the values.
class Facet {
  constructor(owner, facet) {
    this.owner = owner;
    this.word = facet.word;
    this.id = `facet-${facet.word}`;
    this.open = facet.word === "kind";
    this.part = "";
    this.tally = el("span", { class: "tally" });
    this.head = el("button", { type: "button", class: "head", "aria-controls": this.id, on: { click: () => this.toggle() } },
      el("span", { class: "arrow", "aria-hidden": "true" }), el("span", { class: "title" }, facet.title), this.tally);
    this.field = el("input", { type: "search", placeholder: t("Search {list}", { list: facet.title.toLowerCase() }), "aria-label": t("Search in {list}", { list: facet.title }), autocomplete: "off",
      maxlength: 100, on: { input: () => this.type() } });
    this.values = el("ul", { "aria-label": facet.title });
    this.more = el("button", { type: "button", class: "more", on: { click: () => { this.all = !this.all; this.draw(); } } });
    this.body = el("div", { id: this.id, class: "body" }, this.field, this.values, this.more);
    this.node = el("section", { class: "facet", "data-facet": facet.word }, this.head, this.body);
  }

  begin(facet) {
    this.facet = facet;
    this.lines = facet.values;
    this.draw();
  }

  take(facet) {
    this.facet = facet;
    if (facet.late && !this.chosen().size && !this.open) this.lines = facet.values;
    else if (facet.late) this.seek();
    if (!facet.late) this.lines = facet.values;
    if (this.part) this.seek();
    this.draw();
  }

  only() { return this.owner.chosen(this.word); }

  not() { return this.owner.chosen(`not_${this.word}`); }

  chosen() { return new Set([...this.only(), ...this.not()]); }

  toggle() {
    this.open = !this.open;
    if (this.open && this.facet.late) this.seek();
    this.draw();
  }

  type() {
    this.part = this.field.value.trim();
    clearTimeout(this.later);
    this.later = setTimeout(() => (this.facet.sought ? this.seek() : this.draw()), TYPING_MS);
  }

  async seek() {
    const turn = (this.turn = (this.turn || 0) + 1);
    const asked = new URLSearchParams({ facet: this.word, part: this.part });
    const answer = await getJson(`${this.owner.root}api/values?${this.owner.query}&${asked}`).catch(() => null);
    if (!answer || turn !== this.turn) return;
    this.lines = answer.values;
    this.draw();
  }

  shown() {
    const part = this.facet.sought ? "" : this.part.toLowerCase();
    const chosen = this.chosen();
    const fitting = (this.lines || []).filter(([, label]) => label.toLowerCase().includes(part));
    const rest = this.all || this.part || fitting.length <= FEW + 4 ? fitting : fitting.filter(([value], i) => i < FEW || chosen.has(value));
    return [rest, fitting.length - rest.length];
  }

  draw() {
    const [only, not] = [this.only(), this.not()];
    this.head.setAttribute("aria-expanded", String(this.open));
    this.body.hidden = !this.open;
    this.tally.textContent = [only.size && tn(only.size, "{n} chosen", "{n} chosen"), not.size && tn(not.size, "{n} left out", "{n} left out")].filter(Boolean).join(", ");
    if (!this.open) return;
    const [rows, left] = this.shown();
    this.field.hidden = !this.facet.sought && (this.lines || []).length <= FEW + 4;
    const most = Math.max(1, ...rows.map(([, , n]) => n));
    const root = this.node.getRootNode();
    const at = [root.activeElement?.dataset?.value, root.activeElement?.className];
    this.values.replaceChildren(...rows.map((row) => this.row(row, only, not, most)));
    if (!rows.length) this.values.append(el("li", { class: "none" }, this.part ? t("Nothing found.") : t("No value.")));
    this.more.hidden = !this.all && !left;
    this.more.textContent = this.all ? t("Show fewer") : tn(left, "Show {n} more", "Show {n} more");
    if (this.all && (this.lines || []).length <= FEW + 4) this.more.hidden = true;
    if (at[0] !== undefined) [...this.values.querySelectorAll("button")].find((n) => n.dataset.value === at[0] && n.className === at[1])?.focus();
  }

  row([value, label, n], only, not, most) {
    const state = not.has(value) ? "not" : only.has(value) ? "only" : "";
    const kind = this.word === "kind" && this.owner.style.kinds[value];
    const pick = el("button", { type: "button", class: "pick", "data-value": value, "aria-pressed": String(state === "only"),
      "aria-label": `${label}, ${n === null ? t("being counted") : count(n, "event", "events")}`, on: { click: () => this.choose(value, state === "only" ? "" : "only") } },
    el("span", { class: "box", "aria-hidden": "true" }), kind && symbol(kind, { size: 15, halo: "var(--ground)" }), foreign(label, "bdi", { class: "label", title: label }),
    el("span", { class: "n" }, n === null ? "" : number(n)));
    const words = state === "not" ? t("Take {value} back in", { value: label }) : t("Leave out {value}", { value: label });
    const leave = el("button", { type: "button", class: "leave", "data-value": value, "aria-pressed": String(state === "not"), "aria-label": words, title: words,
      on: { click: () => this.choose(value, state === "not" ? "" : "not") } }, el("span", { "aria-hidden": "true" }, "−"));
    return el("li", { class: `value ${state} ${n === 0 ? "zero" : ""}`, style: { "--share": n / most } }, pick, leave);
  }

  choose(value, state) {
    const [only, not] = [this.only(), this.not()];
    only.delete(value);
    not.delete(value);
    if (state) (state === "only" ? only : not).add(value);
    this.owner.send(this.word, only, not);
    this.draw();
  }
}

class Facets {
  constructor(parent, data) {
    this.box = parent.querySelector(".facets");
    this.style = data.style;
    this.root = serverRoot();
    this.query = "";
    this.fault = el("p", { class: "none", role: "status", hidden: true });
    this.facets = new Map();
    for (const facet of data.facets) {
      this.facets.set(facet.word, new Facet(this, facet));
      this.facets.get(facet.word).begin(facet);
    }
    this.box.replaceChildren(...[...this.facets.values()].map((facet) => facet.node), this.fault);
    this.channel = new BroadcastChannel(data.channel);
    this.channel.onmessage = ({ data: message }) => {
      if (message.type === "view") this.hear(message);
      else if (message.type === "painted") this.begin?.();
    };
    this.channel.postMessage({ type: "hello" });
  }

  chosen(word) {
    return splitWords(this.words?.get(word));
  }

  hear(view) {
    if (view.query === this.query && view.stamp === this.stamp && this.answer) return;
    this.query = view.query;
    this.stamp = view.stamp;
    this.words = new URLSearchParams(view.query);
    for (const facet of this.facets.values()) facet.draw();
    this.load();
  }

  async load() {
    const turn = (this.turn = (this.turn || 0) + 1);
    this.box.setAttribute("aria-busy", "true");
    if (window.borderwatchMap?.query !== this.query) {
      await new Promise((done) => { this.begin = done; setTimeout(done, this.answer && document.querySelector(".st-key-stage iframe") ? MAP_MS : 0); });
    }
    if (turn !== this.turn) return;
    const answer = await getJson(`${this.root}api/facets?${this.query}`).catch((error) => ({ error }));
    if (turn !== this.turn) return;
    this.box.removeAttribute("aria-busy");
    this.fault.hidden = !answer.error;
    this.fault.textContent = answer.error ? `${t("The numbers could not be read.")} ${answer.error.message}` : "";
    if (answer.error) return;
    this.answer = answer;
    for (const facet of answer.facets) this.facets.get(facet.word).take(facet);
  }

  // At once in the lists; the rest of the screen follows when Python has heard.
  send(word, only, not) {
    const words = { [word]: joinWords(only), [`not_${word}`]: joinWords(not) };
    for (const [key, text] of Object.entries(words)) if (text) this.words.set(key, text); else this.words.delete(key);
    this.channel.postMessage({ type: "words", words });
  }
}

export default function facets({ data, parentElement }) {
  if (!lists.has(parentElement)) lists.set(parentElement, new Facets(parentElement, data));
  return () => { lists.get(parentElement)?.channel.close(); lists.delete(parentElement); };
}
