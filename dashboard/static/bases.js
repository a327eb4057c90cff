// What lies under the events: our own map, which needs no network, or one of the network maps that were switched on.

class Bases {
  constructor(map, settings) {
    this.map = map;
    this.known = settings.bases || [];
    this.offline = new BaseTiles(`${settings.root}api/base`, settings.theme).addTo(map);
    this.names = new NameLayer(`${settings.root}api/base/names`).addTo(map);
    this.network = null;
    this.chosen = "";
  }

  has(name) {
    return this.known.some((base) => base.name === name);
  }

  // Show a base map by its name; "" and what is not switched on is our own. `fail` is called once if it cannot be reached.
  choose(name, fail) {
    const base = this.known.find((one) => one.name === name);
    this.chosen = base ? base.name : "";
    this.network?.remove();
    this.network = null;
    this.offline.setBare(Boolean(base));
    for (const own of [this.offline, this.names]) {
      if (!base || base.bare) own.addTo(this.map);
      else own.remove();
    }
    if (!base) return;
    this.network = L.tileLayer(base.url, { subdomains: base.subdomains, maxNativeZoom: base.maxNativeZoom, attribution: base.attribution,
      className: "network", referrerPolicy: "strict-origin-when-cross-origin" });
    this.network.once("tileerror", () => fail?.());
    this.network.addTo(this.map).bringToBack();
  }
}
