// 卷帘: two pictures of one place under a line that a range input moves. Keys on the page:
// 1 before, 2 after, 0 the line in the middle, D side by side; the buttons do the same.

import { meant } from "./keys.js";

class Swipe {
  constructor(root) {
    this.root = root;
    this.after = root.querySelector(".side.after");
    this.range = root.querySelector(".swipe-range");
    this.line = root.querySelector(".swipe-line");
    this.buttons = [...document.querySelectorAll(`[data-swipe="${root.id}"]`)];
    this.range.addEventListener("input", () => this.to(Number(this.range.value)));
    this.range.addEventListener("keydown", (event) => {
      if (event.shiftKey && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
        this.to(Number(this.range.value) + (event.key === "ArrowLeft" ? -10 : 10));
        event.preventDefault();
      }
    });
    for (const button of this.buttons) button.addEventListener("click", () => this.act(button.value));
    this.act("0");
  }

  to(percent) {
    const at = Math.min(Math.max(percent, 0), 100);
    this.range.value = String(at);
    this.after.style.clipPath = `inset(0 0 0 ${at}%)`;
    this.line.style.left = `${at}%`;
    this.range.setAttribute("aria-valuetext", `${at}%`);
  }

  act(name) {
    const both = name === "d";
    this.root.classList.toggle("both", both);
    if (both) this.after.style.clipPath = "none";
    else this.to({ 1: 100, 2: 0, 0: 50 }[name]);
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.value === name));
  }
}

const swipes = [...document.querySelectorAll(".swipe")].map((root) => new Swipe(root));

document.addEventListener("keydown", (event) => {
  if (!swipes.length || !meant(event)) return;
  const key = event.key.toLowerCase();
  if (!["1", "2", "0", "d"].includes(key)) return;
  for (const swipe of swipes) swipe.act(key);
  event.preventDefault();
});
