// What somebody types stays on this device until it has been sent. Secrets, files and hidden values are never kept.
import { all, one, button, make, store } from "./dom.js";

const prefix = "draft:";
const life = 30 * 24 * 3600 * 1000; // milliseconds that an untouched draft is kept

function fields(form) {
  return all("input, textarea, select", form).filter(function (f) {
    return f.name && !f.hasAttribute("data-no-draft") && ["hidden", "password", "file", "submit", "button"].indexOf(f.type) < 0;
  });
}

function read(form) {
  const values = {};
  fields(form).forEach(function (f) {
    const tick = f.type === "checkbox" || f.type === "radio";
    if (tick && !f.checked) return;
    (values[f.name] = values[f.name] || []).push(f.value);
  });
  return values;
}

function write(form, values) {
  const used = {};
  fields(form).forEach(function (f) {
    const list = values[f.name] || [];
    if (f.type === "checkbox" || f.type === "radio") {
      f.checked = list.indexOf(f.value) >= 0;
    } else {
      const i = used[f.name] || 0;
      used[f.name] = i + 1;
      if (i < list.length) f.value = list[i];
    }
    f.dispatchEvent(new Event("restored", { bubbles: true }));
    f.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function typed(values) {
  return Object.keys(values).some(function (k) {
    return values[k].some(function (v) {
      return v.trim().length > 1;
    });
  });
}

export function drafts() {
  const forms = all("form[data-draft]");
  // A draft that was sent goes when the next page has come and is neither the form again, nor a sign-in, nor an error.
  const arrived = !forms.length && !one("input[type=password]") && !document.body.hasAttribute("data-problem");
  store.keys(prefix).forEach(function (key) {
    const d = store.get(key);
    if (!d || Date.now() - d.at > life || (d.sent && arrived)) store.drop(key);
  });
  forms.forEach(draft);
}

function draft(form) {
  const key = prefix + form.dataset.draft;
  const fresh = JSON.stringify(read(form));
  const kept = store.get(key);
  const returned = one("[aria-invalid]", form); // the server sent back what was typed: that is newer
  if (kept && !returned && typed(kept.values) && JSON.stringify(kept.values) !== fresh) offer(form, key, kept);
  const note = make("p", { class: "draft-note", role: "status" });
  form.appendChild(note);
  let timer;
  const keep = function () {
    clearTimeout(timer);
    timer = setTimeout(function () {
      const values = read(form);
      if (JSON.stringify(values) === fresh) return;
      if (store.set(key, { at: Date.now(), values: values })) note.textContent = form.dataset.draftKept;
    }, 600);
  };
  form.addEventListener("input", keep);
  form.addEventListener("submit", function (e) {
    if (e.defaultPrevented) return;
    clearTimeout(timer);
    store.set(key, { at: Date.now(), values: read(form), sent: true });
  });
}

function offer(form, key, kept) {
  const banner = make("div", { class: "draft-banner", role: "status" }, [make("p", {}, [form.dataset.draftFound])]);
  banner.appendChild(
    button(form.dataset.draftRestore, "secondary", function () {
      write(form, kept.values);
      banner.remove();
    })
  );
  banner.appendChild(
    button(form.dataset.draftDrop, "link", function () {
      store.drop(key);
      form.dispatchEvent(new CustomEvent("draftdropped"));
      banner.remove();
    })
  );
  form.insertBefore(banner, form.firstChild);
}
