// The layers on the map: on and off, opacity, order. The list in the panel is the order, topmost first.
//
// A layer is what territory/atlas.py says of it. Its style layers are <id>:fill, :casing, :ticks, :line,
// :chosen and :label; all lie under the outlines of the regions.

import { DRAWN, dashed, tiles } from "/static/web/looks.js";

const INK = "#16201f";
const FOCUS = "#0a4fd0";
const WORDS = 14; // zoom from which a class's code is written on its features
const WIDE = ["interpolate", ["linear"], ["zoom"], 9, 0.4, 13, 1, 16, 2.2];
const CASING = ["interpolate", ["linear"], ["zoom"], 9, 1.2, 13, 2.6, 16, 4.5];
const PARCEL = ["interpolate", ["linear"], ["zoom"], 8, 0, 10, 0.25, 12, 0.25, 13, 0.5, 16, 1.2]; // none about the dots of low zooms
const SUFFIXES = ["fill", "casing", "ticks", "line", "chosen", "label"];

const fillName = ({ fill, tint, ink }) => `class:${fill}:${tint}:${ink}`;

export class Stack {
  constructor(chart, sheet, layers) {
    this.chart = chart;
    this.map = chart.map;
    this.sheet = sheet;
    this.layers = new Map(layers.map((layer) => [layer.id, layer]));
    this.own = sheet.dataset.own;
    this.lit = [];
    this.list = sheet.querySelector("[data-stack]");
    this.floor = this.map.getStyle().layers.find((layer) => layer.id !== "ground")?.id;
    this.list.addEventListener("change", (event) => this.changed(event));
    this.list.addEventListener("input", (event) => this.changed(event));
    this.list.addEventListener("click", (event) => this.moved(event));
    this.refresh();
  }

  rows() {
    return [...this.list.children];
  }

  shown() {
    return this.rows().filter((row) => row.querySelector("[type=checkbox]").checked).map((row) => row.dataset.layer);
  }

  // The map as the list says it: what is on is drawn, in this order, as dense as its slider.
  refresh() {
    const shown = this.shown();
    for (const id of this.layers.keys()) {
      if (shown.includes(id) && !this.map.getSource(id)) this.add(this.layers.get(id));
      this.each(id, (name) => this.map.setLayoutProperty(name, "visibility", shown.includes(id) ? "visible" : "none"));
    }
    for (const row of this.rows().reverse()) {
      this.each(row.dataset.layer, (name) => this.map.moveLayer(name, this.floor));
      this.density(row);
    }
    for (const line of this.sheet.querySelectorAll("[data-legend-of]")) line.hidden = !shown.includes(line.dataset.legendOf);
    this.ends();
  }

  each(id, act) {
    for (const suffix of SUFFIXES) if (this.map.getLayer(`${id}:${suffix}`)) act(`${id}:${suffix}`, suffix);
  }

  add(layer) {
    this.map.addSource(layer.id, tiles(layer.tiles, layer.box ? { bounds: layer.box } : {}));
    for (const one of layer.classes) this.chart.fills.set(fillName(one), one);
    this.chart.fills.set(layer.id + ":own", { fill: layer.fill, ink: layer.colour, tint: "" });
    this.chart.images();
    for (const style of this.styles(layer)) this.map.addLayer({ source: layer.id, "source-layer": DRAWN, ...style }, this.floor);
  }

  styles(layer) {
    const name = (suffix) => `${layer.id}:${suffix}`;
    const classed = layer.classes.length > 0;
    const chosen = ["boolean", ["feature-state", "on"], false];
    const made = [{ id: name("fill"), type: "fill", paint: this.fill(layer) }];
    if (!classed) made.push({ id: name("casing"), type: "line", paint: { "line-color": "#fff", "line-width": CASING } });
    if (layer.fill === "ticks") made.push({ id: name("ticks"), type: "line", minzoom: 11, paint: { "line-color": layer.colour, "line-width": 7, "line-offset": 3.5, "line-dasharray": [2 / 7, 10 / 7] } });
    made.push(
      { id: name("line"), type: "line", paint: { "line-color": layer.colour, "line-width": classed ? PARCEL : WIDE, ...(classed ? {} : dashed(layer.dash, 2.2)) } },
      { id: name("chosen"), type: "line", paint: { "line-color": FOCUS, "line-width": 3.5, "line-opacity": ["case", chosen, 1, 0] } },
    );
    if (classed) made.push({ id: name("label"), type: "symbol", minzoom: WORDS, layout: { "text-field": ["get", "class"], "text-size": 13, "text-font": ["regular"], "text-padding": 10 }, paint: { "text-color": INK, "text-halo-color": "#fff", "text-halo-width": 1.6 } });
    return made;
  }

  fill(layer) {
    const own = this.chart.fills.get(layer.id + ":own");
    const plain = own.fill && own.fill !== "ticks" ? layer.id + ":own" : null;
    if (!layer.classes.length) return plain ? { "fill-pattern": plain } : { "fill-color": "#fff", "fill-opacity": 0 };
    const pairs = layer.classes.flatMap((one) => [one.name, fillName(one)]);
    return { "fill-pattern": ["match", ["get", "class"], ...pairs, plain ?? fillName(layer.classes[0])] };
  }

  density(row) {
    const slider = row.querySelector("[type=range]");
    const part = Number(slider.value) / 100;
    slider.nextElementSibling.textContent = `${slider.value}%`;
    this.each(row.dataset.layer, (name, suffix) => {
      if (suffix === "fill" && this.map.getPaintProperty(name, "fill-pattern")) this.map.setPaintProperty(name, "fill-opacity", part);
      else if (suffix === "casing") this.map.setPaintProperty(name, "line-opacity", 0.85 * part);
      else if (suffix === "line" || suffix === "ticks") this.map.setPaintProperty(name, "line-opacity", part);
    });
  }

  changed(event) {
    const row = event.target.closest("[data-layer]");
    if (event.target.type === "range") this.density(row);
    else if (event.type === "change") this.refresh();
  }

  moved(event) {
    const button = event.target.closest("button");
    const row = button?.closest("[data-layer]");
    if (!row) return;
    if (button.value === "up") row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    this.refresh();
    button.focus(); // moving the row took it away
  }

  // aria-disabled, not disabled: a button that goes dead under the finger would lose the focus.
  ends() {
    const rows = this.rows();
    for (const [place, row] of rows.entries()) {
      row.querySelector("[value=up]").setAttribute("aria-disabled", String(place === 0));
      row.querySelector("[value=down]").setAttribute("aria-disabled", String(place === rows.length - 1));
    }
  }

  // Another version in the place of the page's own; both stay loaded, so going back and forth is at once.
  swap(layer) {
    const row = this.rows().find((one) => one.dataset.layer === this.own);
    const before = this.own;
    this.layers.set(layer.id, layer);
    row.dataset.layer = layer.id;
    this.own = layer.id;
    this.light(before, null);
    this.refresh();
  }

  light(source, id) {
    for (const state of this.lit) if (this.map.getSource(state.source)) this.map.removeFeatureState(state);
    this.lit = [];
    if (id === null || !this.map.getSource(source)) return;
    const state = { source, sourceLayer: DRAWN, id };
    this.map.setFeatureState(state, { on: true });
    this.lit.push(state);
  }

  goTo(box) {
    const [west, south, east, north] = box.split(",").map(Number);
    this.map.fitBounds([west, south, east, north], { padding: 64, maxZoom: 17, duration: 0 });
  }

  // What lies at a pixel, topmost first: one entry a feature.
  at(pixel) {
    const layers = this.shown().map((id) => id + ":fill").filter((name) => this.map.getLayer(name));
    const seen = new Set();
    return this.map.queryRenderedFeatures(pixel, { layers }).flatMap((feature) => {
      const key = feature.source + "/" + feature.id;
      if (seen.has(key)) return [];
      seen.add(key);
      return [{ source: feature.source, id: feature.id }];
    });
  }
}
