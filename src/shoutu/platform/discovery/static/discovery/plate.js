// The picture of a patch: labels and the scale keep their size on the screen, layers are shown or
// hidden, and while the cut is open a click adds a point to its line. The line and the parts that the
// server answers are drawn over both pictures.
//
// Speaks with web/split.js by events on the document: `cut:point` out, `cut:line` and `cut:parts` in.

const SVG = "http://www.w3.org/2000/svg";
const LABEL = 14; // px

class Plate {
  constructor(root) {
    this.root = root;
    this.svgs = [...root.querySelectorAll("svg.plate")];
    this.west = Number(root.dataset.west);
    this.north = Number(root.dataset.north);
    this.x = Number(root.dataset.x);
    this.y = Number(root.dataset.y);
    this.points = [];
    this.parts = [];
    new ResizeObserver(() => this.size()).observe(root);
    this.size();
    for (const box of document.querySelectorAll("[data-lay-toggle]")) {
      box.addEventListener("change", () => this.show(box.dataset.layToggle, box.checked));
    }
    this.cut();
  }

  // Pixels a metre.
  scale() {
    const svg = this.svgs[0];
    const frame = svg.viewBox.baseVal;
    return Math.min(svg.clientWidth / frame.width, svg.clientHeight / frame.height) || 1;
  }

  size() {
    const scale = this.scale();
    for (const text of this.root.querySelectorAll("[data-label]")) text.setAttribute("font-size", (LABEL / scale).toFixed(2));
    for (const dot of this.root.querySelectorAll("[data-drawn] circle")) dot.setAttribute("r", (4 / scale).toFixed(3));
    const power = 10 ** Math.floor(Math.log10(90 / scale));
    const metres = [5, 2, 1].map((step) => step * power).find((length) => length * scale <= 90) ?? power;
    const bar = this.root.querySelector("[data-scale-bar]");
    bar.style.width = `${(metres * scale).toFixed(0)}px`;
    this.root.querySelector("[data-scale-words]").textContent = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
  }

  show(kind, shown) {
    for (const group of this.root.querySelectorAll(`[data-lay="${kind}"]`)) group.style.display = shown ? "" : "none";
  }

  cut() {
    const tool = document.getElementById("cut");
    if (!tool) return;
    const open = () => this.root.classList.toggle("drawing", tool.open);
    tool.addEventListener("toggle", open);
    if (location.hash === "#cut") tool.open = true;
    for (const link of document.querySelectorAll('a[href="#cut"]')) link.addEventListener("click", () => { tool.open = true; });
    for (const svg of this.svgs) svg.addEventListener("click", (event) => tool.open && this.click(svg, event));
    document.addEventListener("cut:line", (event) => { this.points = event.detail; this.parts = []; this.draw(); });
    document.addEventListener("cut:parts", (event) => { this.parts = event.detail; this.draw(); });
    open();
  }

  click(svg, event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const detail = [this.west + at.x / this.x, this.north - at.y / this.y];
    document.dispatchEvent(new CustomEvent("cut:point", { detail }));
  }

  place([longitude, latitude]) {
    return [((longitude - this.west) * this.x).toFixed(2), ((this.north - latitude) * this.y).toFixed(2)];
  }

  draw() {
    const scale = this.scale();
    for (const group of this.root.querySelectorAll("[data-drawn]")) {
      const made = (name, attributes, text = "") => {
        const element = document.createElementNS(SVG, name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        element.textContent = text;
        return element;
      };
      const places = this.points.map((point) => this.place(point));
      const line = places.length ? "M" + places.map((place) => place.join(" ")).join("L") : "";
      const labels = this.parts.map((part) => {
        const ring = part.outline.map((polygon) => polygon[0]).sort((a, b) => b.length - a.length)[0].map((point) => this.place(point).map(Number));
        const middle = [0, 1].map((axis) => (Math.min(...ring.map((p) => p[axis])) + Math.max(...ring.map((p) => p[axis]))) / 2);
        return made("text", { x: middle[0], y: middle[1], "font-size": (LABEL / scale).toFixed(2), "data-label": "" }, `${part.name} ${part.mu}`);
      });
      group.replaceChildren(
        made("path", { class: "casing", d: line }),
        made("path", { class: "drawn", d: line }),
        ...places.map(([cx, cy]) => made("circle", { cx, cy, r: (4 / scale).toFixed(3) })),
        ...labels,
      );
    }
  }
}

for (const root of document.querySelectorAll("[data-plate]")) new Plate(root);
