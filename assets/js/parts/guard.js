// A form goes once. The server's idempotency value is the real guard; this one spares the visitor the wait and the doubt.
import { all } from "./dom.js";

export function guards() {
  all("form[data-guard]").forEach(function (form) {
    form.addEventListener("submit", function (e) {
      if (e.defaultPrevented) return;
      if (form.hasAttribute("data-sent")) {
        e.preventDefault();
        return;
      }
      form.setAttribute("data-sent", "");
      // After this turn, so that the pressed button's own value still travels.
      setTimeout(function () {
        buttons(form).forEach(function (b) {
          b.disabled = true;
        });
        if (e.submitter) e.submitter.setAttribute("data-busy", "");
      }, 0);
      // An answer that never comes, or a download that leaves the page where it is, must not lock the form for ever.
      setTimeout(function () {
        release(form);
      }, 15000);
    });
  });
  // Coming back through the browser's history.
  addEventListener("pageshow", function (e) {
    if (e.persisted) all("form[data-sent]").forEach(release);
  });
}

function buttons(form) {
  return all("button:not([type=button])", form);
}

function release(form) {
  form.removeAttribute("data-sent");
  buttons(form).forEach(function (b) {
    b.disabled = false;
    b.removeAttribute("data-busy");
  });
}
