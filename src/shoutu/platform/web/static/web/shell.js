// What every page does: lists by keyboard, filters, forms sent once, the list of keys.

import * as filters from "./filters.js";
import { meant, off, setOff } from "./keys.js";
import * as once from "./once.js";
import * as table from "./table.js";

function keysDialogue() {
  const dialogue = document.getElementById("keys");
  if (!dialogue) return;
  const box = dialogue.querySelector("input");
  box.checked = !off();
  box.addEventListener("change", () => setOff(!box.checked));
  document.addEventListener("keydown", (event) => {
    if (event.key === "?" && (meant(event) || off()) && !event.target.closest?.("input, textarea, select")) {
      dialogue.showModal();
      event.preventDefault();
    } else if (event.key === "/" && meant(event)) {
      const field = document.querySelector("main input[type=search]");
      if (!field) return;
      field.focus();
      event.preventDefault();
    }
  });
}

filters.start();
once.start();
table.start();
keysDialogue();
