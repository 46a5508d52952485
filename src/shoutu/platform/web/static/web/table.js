// Lists by keyboard: J or down, K or up move over the rows, X ticks, Shift+click ticks a range.
// The focus itself moves, to the row's first link, so Enter opens and screen readers follow.

import { meant } from "./keys.js";

const linkOf = (row) => row.querySelector("a[href]");
const tickOf = (row) => row.querySelector("td.tick input");

export function rowsOf(table) {
  return [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => linkOf(row) && !row.hidden);
}

export function select(row) {
  for (const other of row.closest("table").querySelectorAll("tr.on")) other.classList.remove("on");
  row.classList.add("on");
  row.dispatchEvent(new CustomEvent("row:select", { bubbles: true }));
}

function step(table, by) {
  const rows = rowsOf(table);
  if (!rows.length) return;
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + by, 0), rows.length - 1);
  linkOf(rows[next]).focus();
  select(rows[next]);
}

function bulk(table) {
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  const ticked = table.querySelectorAll("td.tick input:checked").length;
  bar.classList.toggle("on", ticked > 0);
  for (const place of bar.querySelectorAll("[data-ticked]")) place.textContent = ticked;
  for (const button of bar.querySelectorAll("button")) button.disabled = ticked === 0;
}

function ticks(table) {
  let last = null;
  table.addEventListener("click", (event) => {
    if (!(event.target instanceof HTMLInputElement) || !event.target.closest("td.tick")) return;
    const rows = rowsOf(table);
    const here = rows.findIndex((row) => row.contains(event.target));
    if (event.shiftKey && last !== null) {
      const [from, to] = [Math.min(last, here), Math.max(last, here)];
      for (const row of rows.slice(from, to + 1)) tickOf(row).checked = event.target.checked;
    }
    last = here;
    bulk(table);
  });
  const all = table.querySelector("th.tick input");
  all?.addEventListener("change", () => {
    for (const row of rowsOf(table)) if (tickOf(row)) tickOf(row).checked = all.checked;
    bulk(table);
  });
  bulk(table);
}

export function start() {
  const tables = [...document.querySelectorAll("table[data-keys]")];
  tables.forEach(ticks);
  if (!tables.length) return;
  document.addEventListener("keydown", (event) => {
    const main = document.querySelector("table[data-keys]"); // a page may change its rows
    if (!main || !meant(event)) return;
    const inside = main.contains(document.activeElement);
    if (event.key === "j" || (inside && event.key === "ArrowDown")) step(main, 1);
    else if (event.key === "k" || (inside && event.key === "ArrowUp")) step(main, -1);
    else if (event.key === "x" && inside) tickOf(document.activeElement.closest("tr"))?.click();
    else return;
    event.preventDefault();
  });
}
