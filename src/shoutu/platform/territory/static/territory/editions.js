// The slider over the versions of a layer. Another version's page is fetched, and what speaks of a version
// (data-of-version) is taken over from it; the map stays where it is, so that two years can be compared.

export class Editions {
  constructor(sheet, stack, drawn) {
    this.sheet = sheet;
    this.stack = stack;
    this.drawn = drawn;
    this.asked = 0;
    sheet.addEventListener("input", (event) => {
      if (event.target.matches("[data-editions]")) this.tell(event.target);
    });
    sheet.addEventListener("change", (event) => {
      if (event.target.matches("[data-editions]")) this.open(this.option(event.target).dataset.href, "[data-editions]");
    });
    sheet.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-edition]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.open(link.href, `a[rel=${link.rel}]`);
    });
  }

  option(slider) {
    return slider.list.options[Number(slider.value)];
  }

  // While the handle is dragged only the date follows.
  tell(slider) {
    const { label } = this.option(slider);
    slider.setAttribute("aria-valuetext", label);
    this.sheet.querySelector("[data-edition-now] b").textContent = label;
  }

  async open(href, focus) {
    const asked = ++this.asked;
    const answer = await fetch(href).catch(() => null);
    if (asked !== this.asked) return;
    if (!answer?.ok) {
      window.location.assign(href); // the server says itself what is wrong
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (asked !== this.asked) return;
    this.take(page, focus);
    window.history.replaceState(null, "", href);
  }

  take(page, focus) {
    const had = document.activeElement?.closest("#editions") !== null;
    for (const part of document.querySelectorAll("[data-of-version]")) {
      const other = page.getElementById(part.id);
      if (other) part.replaceWith(document.adoptNode(other));
    }
    const { atlas, own } = page.querySelector("[data-atlas]").dataset;
    this.stack.swap(JSON.parse(atlas).find((layer) => layer.id === own));
    this.drawn();
    if (had) (document.querySelector(`#editions ${focus}`) ?? document.querySelector("#editions [data-editions]"))?.focus();
  }
}
