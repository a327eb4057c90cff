// Ways through the page: links past the filters, and on a phone the two buttons of the bar that open filters and pages.
// The sheet of filters and the links to the pages are Streamlit's; here they are named, opened, closed and left.

const bars = new WeakMap();
const PHONE = matchMedia("(max-width: 767px)");
const find = (selector) => document.querySelector(selector);

// The first node of a class in any of our components.
function inside(selector) {
  for (const host of document.querySelectorAll(".stBidiComponent, .stBidiComponent *")) {
    const node = host.shadowRoot?.querySelector(selector);
    if (node) return node;
  }
  return null;
}

function mapNode() {
  return find(".st-key-mapbox iframe")?.contentDocument?.querySelector(".leaflet-container");
}

function goTo(node) {
  if (!node) return;
  if (!node.matches("a, button, input, [tabindex]")) node.setAttribute("tabindex", -1);
  node.ownerDocument.defaultView.focus();
  node.focus();
  node.scrollIntoView({ block: "nearest" });
}

class Bar {
  constructor(parent, data) {
    this.channel = new BroadcastChannel(data.channel);
    this.filters = el("button", { type: "button", class: "filters", "aria-expanded": "false", on: { click: () => this.sheet(true) } });
    this.pages = el("button", { type: "button", class: "pages", "aria-expanded": "false", on: { click: () => this.menu(!this.opened) } });
    parent.querySelector(".bar").replaceChildren(this.filters, this.pages);
    this.skips = el("div", { class: "bw-skips" });
    document.body.prepend(this.skips);
    this.channel.onmessage = ({ data: message }) => { if (message.type === "view") this.tell(message.chips?.length || 0); };
    this.channel.postMessage({ type: "hello" });
    this.hears = { keydown: (event) => this.key(event), click: (event) => this.click(event), focusin: (event) => this.follow(event) };
    for (const [type, listener] of Object.entries(this.hears)) window.addEventListener(type, listener, true);
    this.watch = new MutationObserver(() => this.turned());
    this.wasOpen = this.sheetOpen;
    this.tell(0);
  }

  close() {
    for (const [type, listener] of Object.entries(this.hears)) window.removeEventListener(type, listener, true);
    this.watch.disconnect();
    this.channel.close();
    this.skips.remove();
    this.menu(false);
  }

  // The page that is shown, as [address, title]; its way in is the first thing the Tab key reaches.
  show(page, title) {
    this.page = page;
    this.pages.replaceChildren(el("span", {}, title), el("i", { "aria-hidden": "true" }));
    this.menu(false);
    const aims = page === "table" ? [[t("Skip to the table"), () => inside(".table > .scroll")]]
      : find(".st-key-mapbox") ? [[t("Skip to the map"), mapNode], [t("Skip to the list of events"), () => inside(".list-view:not([hidden]) .row, .card:not([hidden])")]]
        : [[t("Skip to the content"), () => find("#stMain")]];
    this.skips.replaceChildren(...aims.map(([words, aim]) => el("a", { href: "#stMain", on: { click: (event) => { event.preventDefault(); goTo(aim()); } } }, words)));
    const nav = find(".st-key-pages");
    if (nav) set(nav, { role: "navigation", "aria-label": t("Pages") });
    for (const link of nav?.querySelectorAll("a") || []) {
      if (link.textContent.trim() === title) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    }
    const side = find('[data-testid="stSidebar"]');
    if (side) {
      side.setAttribute("aria-label", t("Filters"));
      this.watch.observe(side, { attributes: true, attributeFilter: ["data-collapsed"], childList: true, subtree: true });
    }
  }

  tell(n) {
    fill(this.filters, t("Filters"), n > 0 && el("b", {}, number(n)));
    this.filters.setAttribute("aria-label", n ? t("Filters, {n} in force", { n }) : t("Filters"));
  }

  get sheetOpen() {
    return PHONE.matches && find('[data-testid="stSidebar"][data-collapsed="false"]') !== null;
  }

  sheet(open) {
    find(open ? '[data-testid="stExpandSidebarButton"]' : '[data-testid="stSidebarCollapseButton"] button')?.click();
  }

  // The sheet was opened or closed, by whatever: focus goes in, and comes back.
  turned() {
    const done = find('[data-testid="stSidebarCollapseButton"] button');
    if (done) done.setAttribute("aria-label", t("Close the filters"));
    const open = this.sheetOpen;
    if (open === this.wasOpen) return;
    this.wasOpen = open;
    this.filters.setAttribute("aria-expanded", String(open));
    if (open) done?.focus();
    else if (PHONE.matches && (document.activeElement === document.body || find('[data-testid="stSidebar"]').contains(document.activeElement))) this.filters.focus();
  }

  menu(open) {
    this.opened = open;
    this.pages.setAttribute("aria-expanded", String(open));
    document.documentElement.classList.toggle("pages-open", open);
    if (open) find(".st-key-pages a[aria-current], .st-key-pages a")?.focus();
  }

  key(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (this.opened) {
      this.menu(false);
      this.pages.focus();
    } else if (this.sheetOpen && !find("[data-testid='stDateInputPopover'], [role=listbox]")) this.sheet(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  click(event) {
    if (this.opened && !event.composedPath().includes(this.pages)) setTimeout(() => this.menu(false), 0);
  }

  // What has the focus is never under the sheet or the menu: they close when it leaves them.
  follow(event) {
    const path = event.composedPath();
    if (this.opened && !path.includes(find(".st-key-pages")) && !path.includes(this.pages)) this.menu(false);
    if (this.sheetOpen && this.wasOpen && path.includes(find("#stMain"))) this.sheet(false);
  }
}

export default function pages({ data, parentElement }) {
  if (!bars.has(parentElement)) bars.set(parentElement, new Bar(parentElement, data));
  const bar = bars.get(parentElement);
  if (bar.page !== data.page || bar.title !== data.title) bar.show(data.page, data.title);
  bar.title = data.title;
  return () => { bar.close(); bars.delete(parentElement); };
}
