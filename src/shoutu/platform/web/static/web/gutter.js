// The bar between list and map: arrows move it by 16 px, Home and End to the limits, a double click
// resets it; the place is kept for this reader's browser.

const KEPT = "shoutu.gutter";
const STEP = 16;

for (const page of document.querySelectorAll(".map-page")) {
  const bar = page.querySelector(".gutter");
  if (!bar) continue;
  const limits = () => [360, page.clientWidth - 360];
  const set = (px, keep = true) => {
    const [low, high] = limits();
    const width = Math.min(Math.max(px, low), high);
    page.style.gridTemplateColumns = `${width}px 9px minmax(0, 1fr)`;
    bar.setAttribute("aria-valuenow", String(Math.round((100 * width) / page.clientWidth)));
    if (keep) localStorage.setItem(KEPT, String(width));
    window.dispatchEvent(new Event("resize"));
  };
  const width = () => page.firstElementChild.getBoundingClientRect().width;
  const reset = () => {
    localStorage.removeItem(KEPT);
    page.style.gridTemplateColumns = "";
    window.dispatchEvent(new Event("resize"));
  };
  const kept = Number(localStorage.getItem(KEPT));
  if (kept && innerWidth >= 640) set(kept, false);
  bar.addEventListener("keydown", (event) => {
    const [low, high] = limits();
    const to = { ArrowLeft: width() - STEP, ArrowRight: width() + STEP, Home: low, End: high }[event.key];
    if (to === undefined) return;
    set(to);
    event.preventDefault();
  });
  bar.addEventListener("dblclick", reset);
  bar.addEventListener("pointerdown", (event) => {
    bar.setPointerCapture(event.pointerId);
    bar.onpointermove = (move) => set(move.clientX - page.getBoundingClientRect().left);
  });
  bar.addEventListener("pointerup", () => { bar.onpointermove = null; });
}
