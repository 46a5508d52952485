// 拆分: a line is drawn on the map or the picture, or written as a list of points; the server answers
// with the parts' areas, which must sum to the whole before the form can be sent.
//
// The form has: data-split="<address of the preview>", a textarea name="points" (a line each:
// longitude latitude), a hidden input name="line", a tbody[data-parts], [data-difference],
// [data-split-fault] and a main button. The preview is a POST of the form's fields; it answers JSON:
// {parts: [{name, m2, mu, outline}], m2, mu, difference} or, with 4xx, {title, detail}.
//
// A picture takes part by events on the document: it sends `cut:point` ([lon, lat]) and hears `cut:line`
// (the points) and `cut:parts` (the answer's parts).

const UNDO = 20;
const PAUSE = 250;

class Split {
  constructor(form) {
    this.form = form;
    this.points = form.elements.namedItem("points");
    this.line = form.elements.namedItem("line");
    this.button = form.querySelector(".button.main");
    this.past = [];
    this.points.addEventListener("input", () => this.later());
    form.querySelector("[data-split-undo]")?.addEventListener("click", () => this.undo());
    form.querySelector("[data-split-clear]")?.addEventListener("click", () => this.set([]));
    document.addEventListener("map:ready", (event) => this.draw(event.detail));
    document.addEventListener("cut:point", (event) => this.set([...this.read(), event.detail]));
    this.lock(true);
  }

  read() {
    return this.points.value
      .split("\n")
      .map((row) => row.trim().split(/[\s,，]+/).map(Number))
      .filter((point) => point.length === 2 && point.every(Number.isFinite));
  }

  set(points, remember = true) {
    if (remember) this.past = [...this.past, this.points.value].slice(-UNDO);
    this.points.value = points.map(([x, y]) => `${x.toFixed(7)} ${y.toFixed(7)}`).join("\n");
    this.later();
  }

  undo() {
    if (!this.past.length) return;
    this.points.value = this.past.pop();
    this.later();
  }

  draw(chart) {
    this.chart = chart;
    const map = chart.map;
    map.addSource("cut", { type: "geojson", data: this.feature() });
    map.addLayer({ id: "cut:casing", type: "line", source: "cut", paint: { "line-color": "#fff", "line-width": 5 } });
    map.addLayer({ id: "cut:line", type: "line", source: "cut", paint: { "line-color": "#c4127e", "line-width": 2, "line-dasharray": [3, 2] } });
    map.addLayer({ id: "cut:points", type: "circle", source: "cut", paint: { "circle-radius": 4, "circle-color": "#fff", "circle-stroke-color": "#c4127e", "circle-stroke-width": 2 } });
    map.on("click", (event) => this.set([...this.read(), [event.lngLat.lng, event.lngLat.lat]]));
  }

  feature() {
    return { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: this.read() } };
  }

  later() {
    this.lock(true);
    this.chart?.map.getSource("cut").setData(this.feature());
    document.dispatchEvent(new CustomEvent("cut:line", { detail: this.read() }));
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const points = this.read();
    this.line.value = points.length > 1 ? JSON.stringify(points) : "";
    if (points.length < 2) return this.show({ parts: [] }, "");
    const answer = await fetch(this.form.dataset.split, { method: "POST", body: new FormData(this.form), headers: { Accept: "application/json" } });
    const body = await answer.json();
    return answer.ok ? this.show(body, "") : this.show({ parts: [] }, body.detail ?? body.title);
  }

  show(preview, fault) {
    const cell = (text, numeric) => {
      const made = document.createElement("td");
      made.textContent = text;
      if (numeric) made.className = "n";
      return made;
    };
    this.form.querySelector("[data-parts]").replaceChildren(
      ...preview.parts.map((part) => {
        const row = document.createElement("tr");
        row.append(cell(part.name), cell(part.m2, true), cell(part.mu, true));
        return row;
      }),
    );
    document.dispatchEvent(new CustomEvent("cut:parts", { detail: preview.parts }));
    for (const [name, value] of [["difference", preview.difference], ["m2", preview.m2], ["mu", preview.mu]]) {
      for (const place of this.form.querySelectorAll(`[data-split-${name}]`)) place.textContent = value ?? "—";
    }
    const place = this.form.querySelector("[data-split-fault]");
    place.textContent = fault;
    place.hidden = !fault;
    this.lock(preview.parts.length < 2 || Number(preview.difference) !== 0);
  }

  lock(shut) {
    this.button.disabled = shut;
  }
}

for (const form of document.querySelectorAll("form[data-split]")) new Split(form);
