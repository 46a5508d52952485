// A layer's page: the map with legend, stack, versions, identify, measure and coordinates. Each is a module;
// here they meet. A point is given by a click, or by Enter while the map has the focus: then the cross in the
// middle is the pointer.

import "/static/web/map.js";
import { swatch } from "/static/web/patterns.js";
import { Editions } from "./editions.js";
import { Identify } from "./identify.js";
import { Measure } from "./measure.js";
import { Place } from "./place.js";
import { Stack } from "./stack.js";
import { Tabs } from "./tabs.js";

const FINE = { ArrowLeft: [-8, 0], ArrowRight: [8, 0], ArrowUp: [0, -8], ArrowDown: [0, 8] };

class Atlas {
  constructor(sheet) {
    this.sheet = sheet;
    this.layers = JSON.parse(sheet.dataset.atlas);
    this.tabs = new Tabs(sheet.querySelector("[data-panel]"));
    this.swatches();
    document.addEventListener("map:ready", (event) => this.start(event.detail));
  }

  start(chart) {
    this.map = chart.map;
    this.tabs.reveal();
    this.stack = new Stack(chart, this.sheet, this.layers);
    this.place = new Place(chart, this.sheet.querySelector("[data-place]"), this.sheet.dataset.zone);
    this.identify = new Identify(this.map, this.sheet.querySelector("[data-identify]"), this.stack);
    this.measure = new Measure(this.map, this.sheet, this.place);
    this.editions = new Editions(this.sheet, this.stack, () => this.swatches());
    this.map.on("click", (event) => this.point(event.lngLat, event.point));
    this.keys();
    this.rows();
  }

  point(place, pixel) {
    this.place.pick(place);
    const tool = this.tabs.current;
    if (tool === "measure") this.measure.add(place);
    else if (tool !== "place") {
      this.tabs.open("identify");
      this.identify.at(pixel);
    }
  }

  // The map moves by arrows of its own, 100 pixels at a time; with Ctrl by eight.
  keys() {
    const canvas = this.map.getCanvas();
    const cross = document.createElement("span");
    cross.className = "map-cross";
    canvas.after(cross);
    canvas.setAttribute("aria-label", this.sheet.dataset.canvas);
    canvas.addEventListener("pointerdown", () => canvas.classList.remove("by-key"));
    canvas.addEventListener("keydown", (event) => {
      canvas.classList.add("by-key");
      if (event.ctrlKey && FINE[event.key]) {
        this.map.panBy(FINE[event.key], { duration: 0 });
        event.stopImmediatePropagation();
      } else if (event.key === "Enter") {
        const middle = this.map.getCenter();
        this.point(middle, this.map.project(middle));
      } else if (event.key === "Backspace" && this.tabs.current === "measure") {
        this.measure.undo();
      } else {
        return;
      }
      event.preventDefault();
    }, true);
  }

  // A row of the list that is selected by key lies lit on the map.
  rows() {
    document.addEventListener("row:select", (event) => {
      const { feature, box } = event.target.dataset;
      if (feature === undefined) return;
      this.stack.light(this.stack.own, Number(feature));
      if (box) this.stack.goTo(box);
    });
  }

  swatches() {
    const own = new Map(this.layers.map((one) => [one.id, one]));
    for (const canvas of this.sheet.querySelectorAll("canvas.swatch")) {
      if (canvas.dataset.drawn) continue;
      const { fill, ink, tint, kind, kindOf } = canvas.dataset;
      const layer = own.get(kindOf ?? this.sheet.dataset.own);
      const look = kind === undefined && !kindOf ? { fill, ink, tint } : { fill: layer.fill, ink: layer.colour, tint: "", dash: layer.dash };
      swatch(canvas, look);
      canvas.dataset.drawn = "1";
    }
  }
}

for (const sheet of document.querySelectorAll("[data-atlas]")) sheet.atlas = new Atlas(sheet);
