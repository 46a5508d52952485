// The panel's pages under tabs (ARIA tabs pattern, chosen as the focus moves). Only the first shows until the
// map is there to be worked on; without script all do.

export class Tabs {
  constructor(panel) {
    this.list = panel.querySelector("[role=tablist]");
    this.tabs = [...panel.querySelectorAll("[role=tab]")];
    this.list.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) this.show(tab);
    });
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.show(this.tabs[0]);
  }

  reveal() {
    this.list.hidden = false;
  }

  get current() {
    return this.tabs.find((tab) => tab.getAttribute("aria-selected") === "true").id.replace("tab-", "");
  }

  open(name) {
    this.show(this.tabs.find((tab) => tab.id === "tab-" + name));
  }

  show(chosen) {
    for (const tab of this.tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    }
  }

  key(event) {
    const here = this.tabs.indexOf(document.activeElement);
    const last = this.tabs.length - 1;
    const next = { ArrowRight: here === last ? 0 : here + 1, ArrowLeft: here === 0 ? last : here - 1, Home: 0, End: last }[event.key];
    if (here < 0 || next === undefined) return;
    this.tabs[next].focus();
    this.show(this.tabs[next]);
    event.preventDefault();
  }
}
