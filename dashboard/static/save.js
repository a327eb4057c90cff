// The links that save the current view: only the browser knows where the map is, which theme is on, and what is chosen.

const SAVED = /\/api\/(snapshot|picture)\.html$/;

// The place and size of the map on the page, or nothing where the page has none.
function mapPlace(kept) {
  for (const frame of document.querySelectorAll("iframe")) {
    try {
      const map = frame.contentWindow.borderwatch?.map;
      if (!map) continue;
      const [at, size] = [map.getCenter().wrap(), map.getSize()];
      return { at: [at.lat.toFixed(4), at.lng.toFixed(4), map.getZoom()].join(","), size: `${size.x},${size.y}` };
    } catch { /* a frame of another origin */ }
  }
  return kept.at ? { at: kept.at } : {};
}

// Completes a link's address at the last moment, before the browser follows it, copies it or opens its menu.
function completeLink(event, view) {
  const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
  if (!link || !view) return;
  const address = new URL(link.href, document.baseURI);
  if (!SAVED.test(address.pathname)) return;
  const told = { ...mapPlace(view.kept), theme: view.theme, event: view.event };
  for (const [word, value] of Object.entries(told)) if (value) address.searchParams.set(word, value); else address.searchParams.delete(word);
  address.search = address.search.replaceAll("%2C", ",");
  link.href = address.href;
}

// Returns what stops it.
function completeLinks(viewOf) {
  const types = ["pointerdown", "click", "auxclick", "contextmenu", "focusin"];
  const complete = (event) => completeLink(event, viewOf());
  for (const type of types) window.addEventListener(type, complete, true);
  return () => { for (const type of types) window.removeEventListener(type, complete, true); };
}
