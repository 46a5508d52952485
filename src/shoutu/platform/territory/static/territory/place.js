// Coordinates: under the pointer in the map's foot, of the picked point in the panel, and typed ones to go to.

import { toPlane, zoneOf } from "./gausskruger.js";
import { read } from "./reading.js";

export class Place {
  constructor(chart, panel, ownZone) {
    this.map = chart.map;
    this.panel = panel;
    this.choice = panel.querySelector("[data-zone-choice]");
    if ([...this.choice.options].some((option) => option.value === ownZone)) this.choice.value = ownZone;
    this.said = panel.querySelector("#goto-said");
    chart.told = (point) => `${this.degrees(point)}　${this.plane(point)}`;
    this.choice.addEventListener("change", () => {
      chart.at(this.map.getCenter());
      if (this.picked) this.pick(this.picked);
    });
    panel.querySelector("[data-goto]").addEventListener("submit", (event) => this.go(event));
    panel.addEventListener("click", (event) => this.copy(event));
    chart.at(this.map.getCenter());
    this.draw();
  }

  // The zone that is chosen; null where it follows the longitude.
  get zone() {
    return Number(this.choice.value) || null;
  }

  degrees({ lng, lat }) {
    return `${lng.toFixed(6)}°E ${lat.toFixed(6)}°N`;
  }

  plane({ lng, lat }) {
    const zone = this.zone ?? zoneOf(lng);
    const { x, y } = toPlane(lng, lat, zone);
    return this.panel.dataset.plane.replace("{x}", x.toFixed(2)).replace("{y}", y.toFixed(2)).replace("{zone}", zone);
  }

  draw() {
    this.map.addSource("picked", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    const paint = { "circle-radius": 6, "circle-color": "#fff", "circle-opacity": 0.6, "circle-stroke-color": "#16201f", "circle-stroke-width": 2 };
    this.map.addLayer({ id: "picked", type: "circle", source: "picked", paint });
  }

  pick(point) {
    this.picked = point;
    this.map.getSource("picked").setData({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [point.lng, point.lat] } });
    this.panel.querySelector("[data-picked=degrees]").textContent = this.degrees(point);
    this.panel.querySelector("[data-picked=plane]").textContent = this.plane(point);
    for (const button of this.panel.querySelectorAll("button[value]")) button.disabled = false;
  }

  go(event) {
    event.preventDefault();
    const words = this.panel.dataset;
    const field = this.panel.querySelector("#goto");
    const found = read(field.value, this.zone);
    field.toggleAttribute("aria-invalid", Boolean(found.fault));
    if (found.fault) field.setAttribute("aria-invalid", "true");
    this.said.classList.toggle("fault", Boolean(found.fault));
    if (found.fault) {
      this.said.textContent = found.fault === "zone" ? words.needsZone : words.bad;
      return;
    }
    this.said.textContent = found.zone ? words.readPlane.replace("{span}", found.span).replace("{zone}", found.zone) : words.readDegrees;
    this.map.jumpTo({ center: [found.lng, found.lat], zoom: Math.max(this.map.getZoom(), 14) });
    this.pick(found);
  }

  async copy(event) {
    const button = event.target.closest("button[value]");
    if (!button) return;
    const text = { degrees: `${this.picked.lng.toFixed(8)} ${this.picked.lat.toFixed(8)}`, plane: this.numbers() }[button.value];
    const done = (await navigator.clipboard?.writeText(text).then(() => true, () => false)) || this.selected(text);
    this.said.classList.remove("fault");
    this.said.textContent = done ? `${this.panel.dataset.copied}：${text}` : text;
  }

  numbers() {
    const { x, y } = toPlane(this.picked.lng, this.picked.lat, this.zone ?? zoneOf(this.picked.lng));
    return `X ${x.toFixed(3)} Y ${y.toFixed(3)}`;
  }

  // navigator.clipboard is there over https only; offices often run plain http inside.
  selected(text) {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
