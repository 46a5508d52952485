// A map of our own layers: no tile, glyph or picture comes from elsewhere. What it draws stands in the
// list beside it too, which is all that remains where WebGL2 is missing.
//
// Reads the attribute data-map (see platform/web/maps.py). Speaks with the list by events:
// a row with data-feature="<id>" is lit on the map when it is selected, and a click on a feature
// selects its row. Opening is the row's link, never the map.

import { Map as LibreMap, LngLatBounds, setWorkerUrl } from "/static/vendor/maplibre-gl.mjs";
import { patchMark, pattern } from "./patterns.js";
import { rowsOf, select } from "./table.js";

setWorkerUrl("/static/vendor/maplibre-gl-worker.mjs");

const INK = "#16201f";
const FOCUS = "#0a4fd0";
const PATCH = "#c4127e";
const SMALL = 13; // zoom below which a patch is drawn as a mark

const canDraw = () => Boolean(document.createElement("canvas").getContext("webgl2"));
const dashed = (dash, width) => (dash.length ? { "line-dasharray": dash.map((part) => part / width) } : {});

function line(source, suffix, paint, more = {}) {
  return { id: source.id + suffix, type: "line", source: source.id, paint, ...more };
}

// Patches get a point each besides their outline: tiles drop outlines that are smaller than a pixel.
const pointed = (source) => source.look === "patch" || source.look === "part";

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

function label(source, size, weight) {
  return {
    ...(source.look === "banner" ? { maxzoom: 10 } : {}),
    id: source.id + ":label",
    type: "symbol",
    source: pointed(source) ? source.id + ":points" : source.id,
    layout: {
      "text-field": ["get", source.label],
      "text-size": size,
      "text-font": [weight],
      "text-anchor": source.look === "patch" ? "left" : "center",
      "text-offset": source.look === "patch" ? [1.1, 0] : [0, 0],
    },
    paint: { "text-color": INK, "text-halo-color": "#fff", "text-halo-width": 1.6 },
  };
}

function patchLayers(source, look) {
  const width = look === "part" ? 2 : 2.8;
  const chosen = ["boolean", ["feature-state", "on"], false];
  const from = { minzoom: SMALL };
  return [
    line(source, ":casing", { "line-color": "#fff", "line-width": 6.5 }, from),
    line(source, ":line", { "line-color": PATCH, "line-width": width, ...dashed(look === "part" ? [6, 4] : [], width) }, from),
    line(source, ":chosen", { "line-color": FOCUS, "line-width": 3, "line-gap-width": 8, "line-opacity": ["case", chosen, 1, 0] }, from),
    { id: source.id + ":mark", type: "symbol", source: source.id + ":points", maxzoom: SMALL, layout: { "icon-image": "patch-mark", "icon-allow-overlap": true } },
    { id: source.id + ":ring", type: "circle", source: source.id + ":points", maxzoom: SMALL, paint: { "circle-radius": 18, "circle-opacity": 0, "circle-stroke-width": 3, "circle-stroke-color": FOCUS, "circle-stroke-opacity": ["case", chosen, 1, 0] } },
    { id: source.id + ":fill", type: "fill", source: source.id, paint: { "fill-color": PATCH, "fill-opacity": 0 } },
  ];
}

function kindLayers(source, look) {
  const layers = [];
  if (look.fill && look.fill !== "ticks") {
    layers.push({ id: source.id + ":fill", type: "fill", source: source.id, paint: { "fill-pattern": "fill:" + source.look } });
  } else {
    layers.push({ id: source.id + ":fill", type: "fill", source: source.id, paint: { "fill-color": "#fff", "fill-opacity": 0 } });
  }
  layers.push(line(source, ":casing", { "line-color": "#fff", "line-width": 4.5, "line-opacity": 0.85 }));
  if (look.fill === "ticks") {
    layers.push(line(source, ":ticks", { "line-color": look.colour, "line-width": 7, "line-offset": 3.5, "line-dasharray": [2 / 7, 10 / 7] }));
  }
  layers.push(line(source, ":line", { "line-color": look.colour, "line-width": 2.2, ...dashed(look.dash, 2.2) }));
  return layers;
}

function layersOf(source, looks) {
  const drawn = {
    banner: () => [line(source, ":line", { "line-color": INK, "line-width": 1.2 })],
    township: () => [line(source, ":line", { "line-color": INK, "line-width": 0.8, "line-dasharray": [4, 3] }, { minzoom: 9 })],
    patch: () => patchLayers(source, "patch"),
    part: () => patchLayers(source, "part"),
  }[source.look] ?? (() => kindLayers(source, looks[source.look] ?? looks.other));
  const layers = drawn();
  if (source.label) layers.push(label(source, 13, source.look === "banner" ? "bold" : "regular"));
  return layers.map((layer) => (source.shown ? layer : { ...layer, layout: { ...layer.layout, visibility: "none" } }));
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
    const answer = await fetch(source.url, { headers: { Accept: "application/geo+json" } });
    if (!answer.ok) throw new Error(`${source.url} answered ${answer.status}`);
    this.data.set(source.id, await answer.json());
  }

  add(source, above) {
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
    for (const [key, look] of Object.entries(this.config.looks)) {
      put("fill:" + key, pattern(look.fill, look.colour, grain), grain * stretch);
    }
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
    this.map.on("move", () => this.foot());
    this.map.on("mousemove", (event) => this.at(event.lngLat));
    this.foot();
  }

  // A layer that is hidden at first is asked for when it is first shown, and lies under the patches.
  async show(id, shown) {
    const source = this.config.sources.find((one) => one.id === id);
    if (shown && !this.data.has(id)) {
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
    this.frame.querySelector("[data-map-at]").textContent = `${point.lng.toFixed(4)}°E ${point.lat.toFixed(4)}°N`;
  }

  mark(feature) {
    for (const source of this.config.sources) {
      if (!this.map.getSource(source.id)) continue;
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
