// The strip above every view: the filters in force as chips that remove them, undo, redo, and one reset.

const strips = new WeakMap();
const ARROWS = { undo: "M8 5 4 9 8 13M4 9H12A4 4 0 0 1 12 17H9", redo: "M12 5 16 9 12 13M16 9H8A4 4 0 0 0 8 17H11" };

class Strip {
  constructor(parent, data) {
    this.box = parent.querySelector(".strip");
    this.undo = this.arrow("undo", t("Undo the last change of the filters"), "Ctrl+Z");
    this.redo = this.arrow("redo", t("Redo the change of the filters"), "Ctrl+Y");
    this.list = el("ul", { class: "chips", "aria-label": t("Filters in force") });
    this.all = el("button", { type: "button", class: "all", hidden: true, on: { click: () => this.send({ type: "reset" }) } }, t("Clear all"));
    this.all.setAttribute("aria-label", t("Clear all filters"));
    this.box.replaceChildren(this.undo, this.redo, this.list, this.all);
    this.channel = new BroadcastChannel(data.channel);
    this.channel.onmessage = ({ data: message }) => { if (message.type === "view") this.write(message); };
    this.send({ type: "hello" });
  }

  send(message) {
    this.channel.postMessage(message);
  }

  arrow(type, label, keys) {
    return el("button", { type: "button", class: "arrow", title: `${label} (${keys})`, "aria-label": label, "aria-keyshortcuts": keys.replace("Ctrl", "Control"), disabled: true,
      on: { click: () => this.send({ type }) } },
    svg("svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" },
      svg("path", { d: ARROWS[type], fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-linecap": "round", "stroke-linejoin": "round" })));
  }

  chip({ key, text, tone }) {
    const label = t("Remove filter: {filter}", { filter: text });
    return el("li", {}, el("button", { type: "button", class: `chip ${tone || ""}`, "data-key": key, "aria-label": label, title: label,
      on: { click: () => this.send({ type: "drop", key }) } }, foreign(text), el("span", { class: "x", "aria-hidden": "true" }, "×")));
  }

  write(view) {
    this.undo.disabled = !view.undo;
    this.redo.disabled = !view.redo;
    const told = JSON.stringify(view.chips || []);
    if (told === this.told) return;
    this.told = told;
    const root = this.box.getRootNode();
    const focused = [...this.list.querySelectorAll(".chip")].indexOf(root.activeElement);
    const rest = el("li", { class: "rest" }, t("No filter: all events are shown"));
    this.list.replaceChildren(...(view.chips?.length ? view.chips.map((chip) => this.chip(chip)) : [rest]));
    this.all.hidden = !view.chips?.length;
    // Whoever removed a chip by keyboard stands on the next one.
    const left = this.list.querySelectorAll(".chip");
    if (focused >= 0) (left[Math.min(focused, left.length - 1)] || this.undo).focus();
  }
}

export default function strip({ data, parentElement }) {
  if (!strips.has(parentElement)) strips.set(parentElement, new Strip(parentElement, data));
  return () => { strips.get(parentElement)?.channel.close(); strips.delete(parentElement); };
}
