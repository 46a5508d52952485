// How a source of map.js is drawn: the style layers of each look, and of a layer's kind.

const INK = "#16201f";
const FOCUS = "#0a4fd0";
const PATCH = "#c4127e";
const SMALL = 13; // zoom below which a patch is drawn as a mark

export const DRAWN = "features"; // the layer inside a tile
const DEEPEST = 18; // from here tiles are stretched: 3 cm of ground to a step of their grid

// The source of a layer version's vector tiles. A worker asks for them, and knows no page: hence the origin.
export const tiles = (address, more = {}) => ({
  type: "vector",
  tiles: [window.location.origin + address],
  maxzoom: DEEPEST,
  promoteId: { [DRAWN]: "id" },
  ...more,
});

export const dashed = (dash, width) => (dash.length ? { "line-dasharray": dash.map((part) => part / width) } : {});

export function line(source, suffix, paint, more = {}) {
  return { id: source.id + suffix, type: "line", source: source.id, paint, ...more };
}

// Patches get a point each besides their outline: tiles drop outlines that are smaller than a pixel.
export const pointed = (source) => source.look === "patch" || source.look === "part";

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

export function layersOf(source, looks) {
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
