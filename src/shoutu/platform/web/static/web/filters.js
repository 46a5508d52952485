// Filters apply when they change: choices at once, text after 300 ms and never while an input
// method composes. Without script the form's own button does the same.

const PAUSE = 300;
const KEPT = "shoutu.filter-focus";

function apply(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) query.append(name, value);
  const text = query.toString();
  const active = form.contains(document.activeElement) ? document.activeElement.name : "";
  if (active) sessionStorage.setItem(KEPT, active);
  location.assign(location.pathname + (text ? "?" + text : ""));
}

function focusAgain(form) {
  const name = sessionStorage.getItem(KEPT);
  const field = name && form.elements.namedItem(name);
  sessionStorage.removeItem(KEPT);
  if (!(field instanceof HTMLElement)) return;
  field.focus({ preventScroll: true });
  if (field.setSelectionRange) field.setSelectionRange(field.value.length, field.value.length);
}

export function start() {
  for (const form of document.querySelectorAll("form[data-filters]")) {
    let waiting;
    const later = (event) => {
      if (event.isComposing || !event.target.matches("input[type=search], input[type=text]")) return;
      clearTimeout(waiting);
      waiting = setTimeout(() => apply(form), PAUSE);
    };
    form.addEventListener("input", later);
    form.addEventListener("compositionend", later);
    form.addEventListener("change", (event) => {
      if (!event.target.matches("input[type=search], input[type=text]")) apply(form);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      apply(form);
    });
    focusAgain(form);
  }
}
