// A question before something that is hard to undo. Where the browser knows no dialog the form goes to the server, which asks on a page of its own.
import { all } from "./dom.js";

export function confirms() {
  all("[data-confirm]").forEach(function (b) {
    const dialog = document.getElementById(b.dataset.confirm);
    if (!dialog || !dialog.showModal) return;
    b.addEventListener("click", function (e) {
      if (b.hasAttribute("data-agreed")) {
        b.removeAttribute("data-agreed");
        return;
      }
      e.preventDefault();
      dialog.returnValue = "";
      dialog.showModal();
      dialog.addEventListener(
        "close",
        function () {
          if (dialog.returnValue !== "yes") {
            b.focus();
            return;
          }
          agree(b.form);
          b.setAttribute("data-agreed", "");
          b.click();
        },
        { once: true }
      );
    });
  });
}

// agree tells the server that it need not ask again.
function agree(form) {
  if (!form || form.elements.confirmed) return;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "confirmed";
  field.value = "1";
  form.appendChild(field);
}
