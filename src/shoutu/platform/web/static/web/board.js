// The board's map: patterns and labels keep their size on the screen whatever the picture's width,
// a banner leads to its month as its row does, and row and banner light up together.

const svg = document.querySelector("[data-banners]");

function keepPitch() {
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width || 1;
  for (const pattern of svg.querySelectorAll("pattern")) {
    pattern.setAttribute("patternTransform", `scale(${1 / scale})`);
  }
  for (const label of svg.querySelectorAll("[data-label]")) {
    const place = label.getAttribute("transform").split(" scale")[0];
    label.setAttribute("transform", `${place} scale(${Math.min(1, 1 / scale).toFixed(3)})`);
  }
}

function light(code, on) {
  svg.querySelector(`[data-region="${code}"]`)?.classList.toggle("on", on);
  document.querySelector(`tr[data-region="${code}"]`)?.classList.toggle("on", on);
}

if (svg) {
  keepPitch();
  new ResizeObserver(keepPitch).observe(svg);
  svg.addEventListener("click", (event) => {
    const href = event.target.closest("[data-href]")?.dataset.href;
    if (href) location.assign(href);
  });
  for (const [kind, on] of [["pointerover", true], ["pointerout", false]]) {
    document.addEventListener(kind, (event) => {
      const code = event.target.closest?.("[data-region]")?.dataset.region;
      if (code) light(code, on);
    });
  }
}

for (const tabs of document.querySelectorAll("[data-view-tabs]")) {
  const board = document.getElementById(tabs.dataset.viewTabs);
  tabs.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    board.dataset.view = button.value;
    for (const other of tabs.querySelectorAll("button")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
  });
}
