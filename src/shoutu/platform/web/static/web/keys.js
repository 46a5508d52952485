// Whether a single-letter key means an act just now: not while a field is edited or an input method
// composes, and not when the reader switched such keys off.

const SWITCH = "shoutu.keys";

export function off() {
  return localStorage.getItem(SWITCH) === "off";
}

export function setOff(value) {
  localStorage.setItem(SWITCH, value ? "off" : "on");
}

export function meant(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || off()) return false;
  const at = event.target;
  if (!(at instanceof Element)) return true;
  return !at.closest("input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, dialog[open]");
}
