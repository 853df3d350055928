// One question a step, from a form whose steps all stand on the page. The phone's back button goes one step back.
import { all, one, button, fill, make } from "./dom.js";

export function wizards() {
  all("form[data-wizard]").forEach(wizard);
}

function wizard(form) {
  const steps = all("[data-step]", form);
  if (steps.length < 2) return;
  const end = all(".actions", form).filter(function (a) {
    return !a.closest("[data-step]");
  });
  const text = make("p", { role: "status" });
  const bar = make("progress", { max: steps.length, "aria-hidden": "true" });
  const back = button(form.dataset.wizardBack, "secondary", function () {
    history.back();
  });
  const next = button(form.dataset.wizardNext, "primary", forward);
  const nav = make("div", { class: "actions wizard-nav" }, [next, back]);
  const head = make("div", { class: "wizard-bar" }, [text, bar]);
  form.insertBefore(head, steps[0]);
  steps[steps.length - 1].after(nav);
  form.setAttribute("data-wizard-on", "");
  let at = 0;

  function show(i, focus) {
    at = i;
    steps.forEach(function (s, j) {
      s.hidden = j !== i;
    });
    const last = i === steps.length - 1;
    text.textContent = fill(form.dataset.wizardStep, { n: i + 1, of: steps.length, title: steps[i].dataset.title });
    bar.value = i + 1;
    back.hidden = i === 0;
    next.hidden = last;
    end.forEach(function (a) {
      a.hidden = !last;
    });
    form.dispatchEvent(new CustomEvent("step", { detail: steps[i], bubbles: true }));
    if (!focus) return;
    const first = one("input:not([type=hidden]):not([type=file]), textarea, select", steps[i]);
    (first || steps[i]).focus({ preventScroll: true });
    form.scrollIntoView({ block: "start" });
  }

  function wrong(step) {
    return all("input, textarea, select", step).find(function (f) {
      return !f.checkValidity();
    });
  }

  // say writes what is missing under the question and leaves it there: the browser's own bubble is gone in five seconds, small, and in the language of the browser.
  function say(f) {
    const label = f.id && one('label[for="' + f.id + '"]', form);
    if (!f.validity.valueMissing || !label) {
      f.reportValidity();
      return;
    }
    const id = f.id + "-missing";
    if (!document.getElementById(id)) {
      const line = make("p", { class: "error", id: id, role: "alert" }, [fill(form.dataset.wizardMissing, { field: label.firstChild.textContent.trim() })]);
      const before = f.getAttribute("aria-describedby");
      const old = f.getAttribute("aria-invalid");
      f.setAttribute("aria-describedby", (before ? before + " " : "") + id);
      f.setAttribute("aria-invalid", "true");
      f.before(line);
      f.addEventListener("input", function () {
        line.remove();
        if (before) f.setAttribute("aria-describedby", before);
        else f.removeAttribute("aria-describedby");
        if (!old) f.removeAttribute("aria-invalid");
      }, { once: true });
    }
    f.focus();
  }

  function forward() {
    const bad = wrong(steps[at]);
    if (bad) {
      say(bad);
      return;
    }
    history.pushState({ step: at + 1 }, "");
    show(at + 1, true);
  }

  addEventListener("popstate", function (e) {
    if (e.state && typeof e.state.step === "number" && steps[e.state.step]) show(e.state.step, true);
  });
  // Enter in a field goes on; only the last step sends.
  form.addEventListener("submit", function (e) {
    if (at === steps.length - 1 || e.defaultPrevented) return;
    e.preventDefault();
    forward();
  });
  // The error summary leads to fields whose step may be hidden.
  form.addEventListener("click", function (e) {
    const link = e.target.closest('.error-summary a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    const i = field ? steps.indexOf(field.closest("[data-step]")) : -1;
    if (i < 0) return;
    e.preventDefault();
    history.pushState({ step: i }, "");
    show(i, false);
    field.focus();
  });
  const bad = steps.findIndex(function (s) {
    return one("[aria-invalid], [data-invalid]", s);
  });
  const start = bad < 0 ? 0 : bad;
  history.replaceState({ step: start }, "");
  show(start, false);
}
