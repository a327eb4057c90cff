// What a bar says when pointed at or walked to: its days, its kinds, and the titles where there are few events.

const FEW = 5; // up to so many events are named
const LEAVE_MS = 450; // time to reach the titles, which can be pressed
const TIP_PAUSE_MS = 110; // a pointer that only passes asks the server nothing

class TimeTip {
  constructor(owner) {
    this.owner = owner;
    this.node = el("div", { class: "tip", popover: "manual", on: {
      pointerenter: () => clearTimeout(this.leaving), pointerleave: () => this.leave(),
      focusout: (event) => { if (!this.node.contains(event.relatedTarget)) this.hide(); } } });
    this.named = new Map();
  }

  // Show a column's words above the plot; titles follow when they are known.
  show(column) {
    clearTimeout(this.leaving);
    if (column === this.column) return;
    this.column = column;
    this.fill();
    if (!this.node.matches(":popover-open")) this.node.showPopover();
    this.stand();
    clearTimeout(this.asking);
    if (column.n <= FEW && !this.named.has(this.key(column))) this.asking = setTimeout(() => this.ask(column), TIP_PAUSE_MS);
  }

  key(column) {
    return `${this.owner.base} ${this.owner.stamp} ${column.from} ${column.to}`;
  }

  fill() {
    const { kinds } = this.owner.style;
    const { column } = this;
    const events = this.named.get(this.key(column));
    const tally = column.kinds.map((part) => el("div", {}, el("i", { style: { background: kinds[part.kind].colour } }),
      `${number(part.shown + part.possible)} ${kinds[part.kind].label}`));
    const titles = events?.map((event) => el("button", { type: "button", class: "title", on: { click: () => this.owner.choose(event.id) } },
      el("i", { style: { background: kinds[event.kind].colour } }), foreign(event.title), el("small", {}, ` ${event.when}`)));
    fill(this.node, el("b", {}, writeUnit(column.start, this.owner.unit)), titles || tally,
      column.possible > 0 && el("div", { class: "soft" }, tn(column.possible, "{n} may lie here: the date is only roughly known", "{n} may lie here: the date is only roughly known")));
  }

  // Over the bar, but above the controls, which stay within reach.
  stand() {
    const plot = this.owner.picture.plot.getBoundingClientRect();
    const { top } = this.owner.box.getBoundingClientRect();
    const box = this.node.getBoundingClientRect();
    const middle = plot.left + this.owner.picture.x((this.column.start + this.column.end) / 2);
    this.node.style.left = `${Math.max(6, Math.min(middle - box.width / 2, document.documentElement.clientWidth - box.width - 6))}px`;
    this.node.style.top = `${Math.max(6, top - box.height - 4)}px`;
  }

  async ask(column) {
    const { root, base } = this.owner;
    const key = this.key(column);
    try {
      const answer = await getJson(`${root}api/list?${base ? `${base}&` : ""}from=${column.from}&to=${column.to}&limit=${FEW + 1}`);
      if (answer.events.length > FEW) return;
      if (this.named.size > 300) this.named.clear();
      this.named.set(key, answer.events);
      if (this.column !== column) return;
      this.fill();
      this.stand();
      this.owner.input.sayBar();
    } catch (error) {
      if (this.column === column) this.node.append(el("div", { class: "soft" }, `${t("The titles could not be read.")} ${error.message}`));
    }
  }

  titles(column) {
    return this.named.get(this.key(column))?.map((event) => event.title) || [];
  }

  leave() {
    clearTimeout(this.leaving);
    this.leaving = setTimeout(() => this.hide(), this.node.querySelector("button") ? LEAVE_MS : 120);
  }

  hide() {
    clearTimeout(this.asking);
    clearTimeout(this.leaving);
    const open = this.node.matches(":popover-open");
    if (open) this.node.hidePopover();
    this.column = null;
    return open;
  }
}
