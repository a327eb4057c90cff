// The chosen border on the map: a band as wide as the filter's distance, and a post every hundred kilometres.
// The filter names the border (a "view" message), or the profile does while the filter names none ("guide").

const POST_ROOM_PX = 46; // posts nearer to each other than this on the screen are left out

class BorderGuide {
  constructor(map, settings) {
    this.map = map;
    this.root = settings.root;
    map.createPane("guide").style.zIndex = 370;
    this.pen = L.svg({ pane: "guide", padding: 0.3 });
    this.layer = L.layerGroup().addTo(map);
    this.posts = L.layerGroup().addTo(map);
    this.channel = new BroadcastChannel(settings.channel);
    this.channel.onmessage = ({ data }) => this.hear(data);
    map.on("zoomend named", () => this.drawPosts());
    // The map may open before the profile has its answer, or after: ask now, and once more when both have settled.
    for (const pause of [0, 1500, 4000]) setTimeout(() => this.key === undefined && this.channel.postMessage({ type: "guide?" }), pause);
  }

  hear(message) {
    if (message.type === "guide") this.show(message.pair, message.km);
    if (message.type !== "view") return;
    const params = new URLSearchParams(message.query);
    if (params.get("border")) this.show(params.get("border"), params.get("within_km"));
    else if (this.key && message.page !== "border") this.show(null);
  }

  async show(pair, km) {
    const key = pair ? `${pair} ${Number(km)}` : "";
    if (key === this.key) return;
    this.key = key;
    const guide = key ? await getJson(`${this.root}api/profile/guide?pair=${encodeURIComponent(pair)}&km=${encodeURIComponent(km)}`).catch(() => null) : null;
    if (key !== this.key) return;
    this.guide = guide;
    this.layer.clearLayers();
    if (guide?.band) {
      const band = L.geoJSON(guide.band, { pane: "guide", renderer: this.pen, interactive: false, style: { className: "band", weight: 1.2, dashArray: "2 4" } }).addTo(this.layer);
      if (!this.map.getBounds().intersects(band.getBounds())) this.map.fitBounds(band.getBounds(), { padding: [20, 20] });
    }
    this.drawPosts();
  }

  // A sign stands where it covers no name and no other sign; where there is no room, the post stands without.
  drawPosts() {
    this.posts.clearLayers();
    let last = null;
    const taken = [...(this.map.nameBoxes || [])];
    for (const [at, lon, lat] of this.guide?.posts || []) {
      const here = this.map.latLngToLayerPoint([lat, lon]);
      if (last && here.distanceTo(last) < POST_ROOM_PX) continue;
      last = here;
      const words = at === 0 ? t("km 0") : number(at);
      const corner = freeCorner(here, words.length * 6.4 + 10, 16, taken);
      const icon = L.divIcon({ html: corner ? el("span", {}, words) : "", className: `post ${corner || ""}`, iconSize: [0, 0] });
      L.marker([lat, lon], { icon, interactive: false, keyboard: false, pane: "guide" }).addTo(this.posts);
    }
  }
}
