// Choosing a template fills the field it is for. What somebody typed stays: the template follows it; a template that nobody changed yet makes room for the next.
import { all } from "./dom.js";

export function templates() {
  all("select[data-templates]").forEach(function (select) {
    const form = select.form;
    const field = document.getElementById(select.dataset.fills);
    const kind = document.getElementById(select.dataset.class);
    const texts = JSON.parse(select.dataset.templates);
    let last = select.value && texts[select.value] ? texts[select.value] : null;
    if (!form || !field) return;

    select.addEventListener("change", function () {
      const next = texts[select.value] || null;
      let typed = field.value.replace(/\s+$/, "");
      if (last && typed.endsWith(last.text)) typed = typed.slice(0, typed.length - last.text.length).replace(/\s+$/, "");
      field.value = next ? (typed ? typed + "\n\n" : "") + next.text : typed;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      if (kind && (kind.value === "" || (last && last.class && kind.value === last.class))) kind.value = (next && next.class) || "";
      last = next;
      keep(select);
    });
    // The browser put back what stood there before: nothing is filled in that was not chosen now.
    addEventListener("pageshow", function () {
      last = texts[select.value] || null;
    });
  });
}

// keep writes the choice into the address, so that the page comes back with it.
function keep(select) {
  if (!select.dataset.back || !window.history.replaceState) return;
  const address = new URL(location.href);
  if (select.value) address.searchParams.set(select.dataset.back, select.value);
  else address.searchParams.delete(select.dataset.back);
  history.replaceState(history.state, "", address);
}
