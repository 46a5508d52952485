// What lies at a point: the pages of the features there are asked for, and their facts shown in the panel.

const MOST = 6;

export class Identify {
  constructor(map, panel, stack) {
    this.map = map;
    this.panel = panel;
    this.stack = stack;
    this.place = panel.querySelector("[data-identified]");
    this.asked = 0;
    this.place.addEventListener("click", (event) => {
      const box = event.target.closest("button")?.value;
      if (box) this.stack.goTo(box);
    });
  }

  async at(pixel) {
    const asked = ++this.asked;
    const hits = this.stack.at(pixel).slice(0, MOST);
    this.panel.querySelector("[data-identify-hint]").hidden = true;
    if (hits.length) this.stack.light(hits[0].source, hits[0].id);
    else this.stack.light(this.stack.own, null);
    this.mark(hits);
    const found = hits.length ? await Promise.all(hits.map((hit) => this.facts(hit))) : [this.line(this.panel.dataset.none)];
    if (asked !== this.asked) return; // a later point was asked about meanwhile
    this.place.replaceChildren(...found);
    this.place.dataset.hits = String(hits.length);
  }

  async facts({ source, id }) {
    const answer = await fetch(`${this.stack.layers.get(source).feature}${id}/`).catch(() => null);
    if (!answer?.ok) return this.line(this.panel.dataset.failed);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const article = document.adoptNode(page.getElementById("feature"));
    article.removeAttribute("id");
    for (const button of article.querySelectorAll("button")) button.hidden = false;
    return article;
  }

  line(text) {
    const made = document.createElement("p");
    made.className = "note";
    made.textContent = text;
    return made;
  }

  // The row of the page's own layer, where the list shows it.
  mark(hits) {
    const own = hits.find((hit) => hit.source === this.stack.own);
    for (const row of document.querySelectorAll("table[data-features] tr[data-feature]")) {
      row.classList.toggle("on", own !== undefined && row.dataset.feature === String(own.id));
    }
  }
}
