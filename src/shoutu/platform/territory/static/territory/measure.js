// Distance and area: points by click, by Enter at the cross, or written as lines of coordinates. The server
// measures on the ellipsoid; here is only drawn what was measured.

import { read } from "./reading.js";

const PAUSE = 200;

export class Measure {
  constructor(map, sheet, place) {
    this.map = map;
    this.panel = sheet.querySelector("[data-measuring]");
    this.address = sheet.dataset.measure;
    this.place = place;
    this.field = this.panel.querySelector("textarea");
    this.fault = this.panel.querySelector("[data-measure-fault]");
    this.asked = 0;
    this.field.addEventListener("input", () => this.later());
    this.panel.addEventListener("change", (event) => event.target.name === "measure" && this.later());
    this.panel.addEventListener("click", (event) => {
      const act = event.target.closest("button")?.value;
      if (act === "undo") this.undo();
      if (act === "clear") this.write([]);
    });
    this.draw();
  }

  get closed() {
    return this.panel.querySelector("[name=measure]:checked").value === "area";
  }

  points() {
    const rows = this.field.value.split("\n").filter((row) => row.trim());
    return rows.map((row) => read(row, this.place.zone)).filter((point) => !point.fault);
  }

  write(rows) {
    this.field.value = rows.join("\n");
    this.later();
  }

  rows() {
    return this.field.value.split("\n").filter((row) => row.trim());
  }

  add({ lng, lat }) {
    this.write([...this.rows(), `${lng.toFixed(8)} ${lat.toFixed(8)}`]);
  }

  undo() {
    this.write(this.rows().slice(0, -1));
  }

  draw() {
    const data = { type: "FeatureCollection", features: [] };
    this.map.addSource("measured", { type: "geojson", data });
    const add = (id, type, paint, more = {}) => this.map.addLayer({ id: "measured:" + id, type, source: "measured", paint, ...more });
    add("fill", "fill", { "fill-color": "#0a4fd0", "fill-opacity": 0.12 }, { filter: ["==", ["geometry-type"], "Polygon"] });
    add("casing", "line", { "line-color": "#fff", "line-width": 6 });
    add("line", "line", { "line-color": "#0a4fd0", "line-width": 2.5 });
    add("points", "circle", { "circle-radius": 4.5, "circle-color": "#fff", "circle-stroke-color": "#0a4fd0", "circle-stroke-width": 2.5 }, { filter: ["==", ["geometry-type"], "Point"] });
  }

  shapes(points) {
    const at = points.map(({ lng, lat }) => [lng, lat]);
    const feature = (type, coordinates) => ({ type: "Feature", properties: {}, geometry: { type, coordinates } });
    const made = at.map((point) => feature("Point", point));
    if (this.closed && at.length > 2) made.push(feature("Polygon", [[...at, at[0]]]));
    else if (at.length > 1) made.push(feature("LineString", at));
    return { type: "FeatureCollection", features: made };
  }

  later() {
    this.map.getSource("measured").setData(this.shapes(this.points()));
    this.asked += 1; // an answer that is under way speaks of other points
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(this.asked), PAUSE);
  }

  async ask(asked) {
    const points = this.points();
    if (points.length < 2) return this.show({ m: null, m2: null, mu: null }, "");
    const written = points.map(({ lng, lat }) => `${lng.toFixed(9)},${lat.toFixed(9)}`).join(";");
    const query = new URLSearchParams({ points: written, closed: this.closed ? "1" : "0" });
    const answer = await fetch(`${this.address}?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
    const body = await answer?.json().catch(() => null);
    if (asked !== this.asked) return null;
    if (!answer?.ok) return this.show({}, body?.detail ?? this.fault.dataset.failed);
    return this.show(body, body.crossing ? this.fault.dataset.crossing : "");
  }

  show(body, fault) {
    for (const name of ["m", "m2", "mu"]) this.panel.querySelector(`[data-${name}]`).textContent = body[name] ?? "—";
    this.fault.textContent = fault;
    this.fault.hidden = !fault;
    this.panel.dataset.measured = String(this.asked);
  }
}
