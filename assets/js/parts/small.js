// Small things: the error summary takes the focus, passwords can be looked at, filters leave no empty values in the address, progress renews itself.
import { all, one } from "./dom.js";

export function small() {
  const summary = one("[data-focus]");
  if (summary) summary.focus();

  all("[data-reveal]").forEach(function (b) {
    const field = document.getElementById(b.dataset.reveal);
    b.addEventListener("click", function () {
      const show = field.type === "password";
      field.type = show ? "text" : "password";
      b.setAttribute("aria-pressed", String(show));
    });
  });

  all("form[data-tidy]").forEach(function (form) {
    form.addEventListener("submit", function () {
      all("input, select", form).forEach(function (f) {
        if (f.name && !f.value) f.disabled = true;
      });
      // Back through the history the fields must be usable again.
      setTimeout(function () {
        all("[disabled]", form).forEach(function (f) {
          f.disabled = false;
        });
      }, 0);
    });
  });

  all("[data-poll]").forEach(poll);
}

function poll(box) {
  setTimeout(function () {
    fetch(box.dataset.poll, { headers: { "X-Fragment": "1" }, credentials: "same-origin" })
      .then(function (r) {
        return r.ok ? r.text() : null;
      })
      .then(function (html) {
        if (html === null) {
          poll(box);
          return;
        }
        const holder = document.createElement("div");
        holder.innerHTML = html.trim();
        const fresh = holder.firstElementChild;
        if (!fresh) return;
        box.replaceWith(fresh);
        if (fresh.hasAttribute("data-poll")) poll(fresh);
        else if (fresh.dataset.next) location.assign(fresh.dataset.next);
      })
      .catch(function () {
        poll(box);
      });
  }, 2000);
}
