// Theme without a reload: shown at once, and kept by the same form that works without script. Menus close when one looks elsewhere.
import { all } from "./dom.js";

export function preferences() {
  all("form[data-prefs]").forEach(function (form) {
    form.addEventListener("submit", function (e) {
      const b = e.submitter;
      if (!b || b.name !== "theme" || !window.fetch) return;
      e.preventDefault();
      document.documentElement.setAttribute("data-theme", b.value);
      all('[name="theme"]', form).forEach(function (other) {
        other.setAttribute("aria-pressed", String(other === b));
      });
      const body = new URLSearchParams();
      body.set("theme", b.value);
      body.set("next", "/");
      fetch(form.action, { method: "POST", body: body, credentials: "same-origin", redirect: "manual" }).catch(function () {});
    });
  });
  document.addEventListener("click", function (e) {
    all("details[data-menu][open]").forEach(function (d) {
      if (!d.contains(e.target)) d.open = false;
    });
  });
  document.addEventListener("keydown", function (e) {
    if (e.key !== "Escape") return;
    all("details[data-menu][open]").forEach(function (d) {
      d.open = false;
      d.querySelector("summary").focus();
    });
  });
}
