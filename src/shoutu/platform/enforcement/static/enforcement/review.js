// The decision: only what belongs to the choice is shown, the button says what it does, and while it is
// shut the reason stands under it. Without script everything is shown and the server checks the same.

import { meant } from "../web/keys.js";

function decision(form) {
  const button = form.querySelector("[data-sign]");
  const why = form.querySelector("[data-sign-why]");
  const update = () => {
    const outcome = form.elements.namedItem("outcome").value;
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== outcome;
    button.textContent = button.dataset[outcome];
    if ("barred" in why.dataset) return;
    const left = form.querySelectorAll("input[name=seen]:not(:checked)").length;
    const shut = outcome === "pass" ? left > 0 : !form.elements.namedItem("reason").value;
    button.disabled = shut;
    why.textContent = !shut ? "" : outcome === "pass" ? button.dataset.left.replace("%s", left) : button.dataset.why;
  };
  form.addEventListener("change", update);
  update();
}

for (const form of document.querySelectorAll("form[data-decision]")) decision(form);

document.addEventListener("keydown", (event) => {
  const by = { j: 1, k: -1 }[event.key];
  if (!by || !meant(event)) return;
  const links = [...document.querySelectorAll("a[data-queue]")];
  const here = links.findIndex((link) => link.hasAttribute("aria-current"));
  links[here + by]?.click();
});
