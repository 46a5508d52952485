// One patch: J and K go to its neighbours, the report that is being written is kept in this tab until it
// is sent, and the proofs that a category needs are said when it is chosen.

import { meant } from "../web/keys.js";

document.addEventListener("keydown", (event) => {
  if (!meant(event)) return;
  const link = document.querySelector(`a[data-key="${event.key.toLowerCase()}"]`);
  if (link) link.click();
});

class Kept {
  constructor(form) {
    this.form = form;
    this.name = `shoutu.report.${form.dataset.keep}`;
    this.said = form.querySelector("[data-kept]");
    if (!("returned" in form.dataset)) this.restore();
    form.addEventListener("input", () => this.later());
    form.addEventListener("change", () => this.later());
  }

  fields() {
    return [...this.form.elements].filter((field) => field.name && !["hidden", "file", "submit"].includes(field.type) && !["proofs", "kind"].includes(field.name));
  }

  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.keep(), 800);
  }

  keep() {
    const values = {};
    for (const field of this.fields()) if (field.type !== "radio" || field.checked) values[field.name] = field.value;
    const at = new Date().toTimeString().slice(0, 5);
    sessionStorage.setItem(this.name, JSON.stringify({ at, values }));
    this.say(at);
  }

  restore() {
    const kept = JSON.parse(sessionStorage.getItem(this.name) ?? "null");
    if (!kept) return;
    for (const field of this.fields()) {
      if (!(field.name in kept.values)) continue;
      if (field.type === "radio") field.checked = field.value === kept.values[field.name];
      else field.value = kept.values[field.name];
    }
    this.say(kept.at);
  }

  say(at) {
    this.said.textContent = this.said.dataset.kept.replace("%s", at);
  }
}

function needs(form) {
  const choice = form.elements.namedItem("category");
  const place = form.querySelector("[data-needs-said]");
  const say = () => {
    const words = choice.selectedOptions[0]?.dataset.needs;
    place.textContent = words ? place.dataset.needsSaid.replace("%s", words) : "";
  };
  choice.addEventListener("change", say);
  say();
}

for (const form of document.querySelectorAll("form[data-keep]")) {
  new Kept(form);
  needs(form);
}
