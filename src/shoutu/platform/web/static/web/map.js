// A map of our own layers: no tile, glyph or picture comes from elsewhere. What it draws stands in the
// list beside it too, which is all that remains where WebGL2 is missing.
//
// Reads the attribute data-map (see platform/web/maps.py). Speaks with the list by events:
// a row with data-feature="<id>" is lit on the map when it is selected, and a click on a feature
// selects its row. Opening is the row's link, never the map.

import { Map as LibreMap, LngLatBounds, setWorkerUrl } from "/static/vendor/maplibre-gl.mjs";
import { DRAWN, layersOf, pointed, tiles } from "./looks.js";
import { patchMark, pattern } from "./patterns.js";
import { rowsOf, select } from "./table.js";

setWorkerUrl("/static/vendor/maplibre-gl-worker.mjs");

const PAPER = 640; // CSS pixels between the margins of an A4 page, see print.css

const canDraw = () => Boolean(document.createElement("canvas").getContext("webgl2"));

function pointsOf(collection) {
  const features = collection.features
    .filter((feature) => feature.geometry)
    .map((feature) => ({
      type: "Feature",
      properties: feature.properties,
      geometry: { type: "Point", coordinates: boundsOf({ features: [feature] }, new LngLatBounds()).getCenter().toArray() },
    }));
  return { type: "FeatureCollection", features };
}

function boundsOf(collection, into) {
  const walk = (part) => {
    if (typeof part[0] === "number") into.extend([part[0], part[1]]);
    else part.forEach(walk);
  };
  for (const feature of collection.features) if (feature.geometry) walk(feature.geometry.coordinates);
  return into;
}

class Chart {
  constructor(frame) {
    this.frame = frame;
    this.makeRoom();
    this.config = JSON.parse(frame.dataset.map);
    this.data = new Map();
    this.chosen = null;
    this.fills = new Map(Object.entries(this.config.looks).map(([key, look]) => ["fill:" + key, { fill: look.fill, ink: look.colour, tint: "" }]));
    this.told = (point) => `${point.lng.toFixed(4)}°E ${point.lat.toFixed(4)}°N`;
    this.map = new LibreMap({
      container: frame.querySelector("[data-map-canvas]"),
      style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": "#f3f4ef" } }] },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
      fadeDuration: 0,
      canvasContextAttributes: { preserveDrawingBuffer: true }, // else paper shows an empty map
      bounds: this.config.fit ?? [106, 37, 112, 41],
      fitBoundsOptions: { padding: 24 },
    });
    this.map.touchZoomRotate.disableRotation();
    this.ready = this.start();
  }

  async start() {
    await new Promise((done) => this.map.once("load", done));
    this.images();
    await Promise.all(this.config.sources.filter((source) => source.url && source.shown).map((source) => this.fetch(source)));
    for (const source of this.config.sources) if (this.data.has(source.id)) this.add(source);
    this.fitAll(0);
    this.controls();
    this.follow();
    this.frame.dispatchEvent(new CustomEvent("map:ready", { bubbles: true, detail: this }));
    this.map.once("idle", () => { this.frame.dataset.ready = "1"; });
    this.map.triggerRepaint(); // it may be idle already
  }

  async fetch(source) {
    if (source.tiled) return;
    const answer = await fetch(source.url, { headers: { Accept: "application/geo+json" } });
    if (!answer.ok) throw new Error(`${source.url} answered ${answer.status}`);
    this.data.set(source.id, await answer.json());
  }

  add(source, above) {
    if (source.tiled) {
      this.map.addSource(source.id, tiles(source.url));
      for (const layer of layersOf(source, this.config.looks)) this.map.addLayer({ "source-layer": DRAWN, ...layer }, above);
      return;
    }
    const data = this.data.get(source.id);
    this.map.addSource(source.id, { type: "geojson", data, promoteId: "id" });
    if (pointed(source)) this.map.addSource(source.id + ":points", { type: "geojson", data: pointsOf(data), promoteId: "id" });
    for (const layer of layersOf(source, this.config.looks)) this.map.addLayer(layer, above);
  }

  // Patterns at the present zoom: see patterns.js.
  images() {
    const zoom = this.map.getZoom();
    const stretch = 2 ** (zoom - Math.floor(zoom));
    const grain = window.devicePixelRatio;
    const put = (name, image, ratio) => {
      if (!image) return;
      if (this.map.hasImage(name)) this.map.removeImage(name);
      this.map.addImage(name, image, { pixelRatio: ratio });
    };
    for (const [name, { fill, ink, tint }] of this.fills) put(name, pattern(fill, ink, grain, tint), grain * stretch);
    if (!this.map.hasImage("patch-mark")) put("patch-mark", patchMark(grain), grain);
  }

  whole() {
    const wanted = this.config.sources.filter((source) => source.shown && this.data.has(source.id));
    const own = wanted.filter((source) => !["banner", "township"].includes(source.look));
    const bounds = new LngLatBounds();
    for (const source of own.length ? own : wanted) boundsOf(this.data.get(source.id), bounds);
    return bounds.isEmpty() && own.length ? boundsOf(this.data.get("banners") ?? { features: [] }, bounds) : bounds;
  }

  // A legend that would cover half of a narrow map starts closed.
  makeRoom() {
    const legend = this.frame.querySelector(".map-legend[open]");
    const floats = legend && getComputedStyle(legend).position === "absolute";
    if (floats && this.frame.clientWidth < 640) legend.open = false;
  }

  // What the open legend covers is not where a patch should lie.
  padding() {
    const legend = this.frame.querySelector(".map-legend[open]");
    const wide = this.frame.clientWidth;
    const covered = legend && getComputedStyle(legend).position === "absolute" ? legend.clientWidth + 16 : 0;
    return { top: 32, bottom: 32, left: 48, right: covered < wide / 2 ? covered + 64 : 64 };
  }

  fitAll(duration = 120) {
    const bounds = this.config.fit ?? this.whole();
    const empty = !Array.isArray(bounds) && bounds.isEmpty();
    if (!empty) this.map.fitBounds(bounds, { padding: this.padding(), duration, maxZoom: 17 });
  }

  controls() {
    const moves = { in: () => this.map.zoomIn({ duration: 120 }), out: () => this.map.zoomOut({ duration: 120 }), all: () => this.fitAll() };
    this.frame.querySelector("[data-map-zoom]").addEventListener("click", (event) => moves[event.target.closest("button")?.value]?.());
    for (const box of this.frame.querySelectorAll("[data-map-source]")) {
      box.addEventListener("change", () => this.show(box.dataset.mapSource, box.checked));
    }
    this.map.on("zoomend", () => this.images());
    window.addEventListener("beforeprint", () => this.onPaper());
    this.map.on("move", () => this.foot());
    this.map.on("mousemove", (event) => this.at(event.lngLat));
    this.foot();
  }

  // Paper shows what the screen shows, made smaller as a whole, so that the bar of the scale stays true.
  onPaper() {
    const { clientWidth, clientHeight, style } = this.frame;
    style.setProperty("--screen-width", `${clientWidth}px`);
    style.setProperty("--screen-height", `${clientHeight}px`);
    style.setProperty("--paper", String(PAPER / clientWidth));
  }

  // A layer that is hidden at first is asked for when it is first shown, and lies under the patches.
  async show(id, shown) {
    const source = this.config.sources.find((one) => one.id === id);
    if (shown && !this.map.getSource(id)) {
      await this.fetch(source);
      const above = this.map.getStyle().layers.find((layer) => layer.id.endsWith(":casing") && this.config.sources.some((one) => pointed(one) && one.id === layer.source));
      this.add({ ...source, shown: true }, above?.id);
      return;
    }
    for (const layer of this.map.getStyle().layers) {
      if (layer.source === id || layer.source === id + ":points") this.map.setLayoutProperty(layer.id, "visibility", shown ? "visible" : "none");
    }
  }

  foot() {
    const middle = this.map.getCenter();
    const perPixel = (40075016.686 * Math.cos((middle.lat * Math.PI) / 180)) / 2 ** (this.map.getZoom() + 9);
    const power = 10 ** Math.floor(Math.log10(perPixel * 90));
    const metres = [5, 2, 1].map((step) => step * power).find((length) => length <= perPixel * 90);
    const width = metres / perPixel;
    const svg = this.frame.querySelector("[data-map-scale]");
    svg.setAttribute("width", width.toFixed(0));
    svg.firstElementChild.setAttribute("d", `M.5 0v7.5h${(width - 1).toFixed(1)}V0`);
    this.frame.querySelector("[data-map-distance]").textContent = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
    this.at(middle);
  }

  at(point) {
    this.frame.querySelector("[data-map-at]").textContent = this.told(point);
  }

  mark(feature) {
    for (const source of this.config.sources) {
      if (source.tiled || !this.map.getSource(source.id)) continue;
      for (const id of pointed(source) ? [source.id, source.id + ":points"] : [source.id]) {
        if (this.chosen) this.map.setFeatureState({ source: id, id: this.chosen }, { on: false });
        if (feature) this.map.setFeatureState({ source: id, id: feature }, { on: true });
      }
    }
    this.chosen = feature;
  }

  // The list beside the map: `data-map-list` on its table.
  follow() {
    const table = document.querySelector("table[data-map-list]");
    if (!table) return;
    table.addEventListener("row:select", (event) => this.mark(event.target.dataset.feature));
    table.addEventListener("pointerover", (event) => this.mark(event.target.closest("tr")?.dataset.feature));
    this.map.on("click", (event) => {
      const hit = this.map.queryRenderedFeatures(event.point).find((feature) => feature.properties.id);
      const row = hit && rowsOf(table).find((one) => one.dataset.feature === hit.properties.id);
      if (!row) return;
      select(row);
      row.scrollIntoView({ block: "nearest" });
    });
    this.onlyInView(table);
  }

  onlyInView(table) {
    const box = document.querySelector("[data-map-only]");
    if (!box) return;
    const places = new Map();
    for (const [, collection] of this.data) {
      for (const feature of collection.features) {
        if (feature.properties.id) places.set(feature.properties.id, boundsOf({ features: [feature] }, new LngLatBounds()));
      }
    }
    const narrow = () => {
      const view = this.map.getBounds();
      const inside = (row) => {
        const place = places.get(row.dataset.feature);
        return !place || place.isEmpty() || view.contains(place.getCenter());
      };
      const rows = [...table.tBodies[0].rows];
      for (const row of rows) row.hidden = box.checked && !inside(row);
      for (const place of document.querySelectorAll("[data-map-count]")) place.textContent = rows.filter(inside).length;
    };
    box.addEventListener("change", narrow);
    this.map.on("moveend", narrow);
    narrow();
  }
}

export const charts = new Map();

for (const frame of document.querySelectorAll("[data-map]")) {
  if (canDraw()) {
    charts.set(frame, new Chart(frame));
  } else {
    frame.querySelector("[data-map-canvas]").hidden = true;
    frame.querySelector("[data-map-zoom]").hidden = true;
    frame.querySelector("[data-map-off]").hidden = false;
  }
}
