// Photos and files go up while somebody writes: in pieces that shrink on a bad line, again after a lost connection, and from where they stopped after the page
// was closed. Each leaves a hidden input with its id.
import { all, button, fill, make, one, store } from "./dom.js";
import { send } from "./tus.js";

const prefix = "upload:";
const life = 23 * 3600 * 1000; // milliseconds; the server forgets an unfinished upload after a day

export function uploads() {
  all("[data-upload]").forEach(field);
}

function field(drop) {
  const input = one("input[type=file]", drop);
  const form = drop.closest("form");
  const list = one("[data-uploads]", drop.parentNode);
  const t = drop.dataset;
  const key = prefix + form.getAttribute("action") + ":" + t.name;
  const max = Number(t.maxFiles) || 1;
  const limit = Number(t.maxBytes) || Infinity;
  const notice = make("p", { class: "hint", role: "alert" });
  list.after(notice);
  const rows = [];
  let queue = Promise.resolve();

  function kept() {
    return (store.get(key) || []).filter(function (k) {
      return Date.now() - k.at < life;
    });
  }

  function remember(row) {
    if (!row.id) return;
    forget(row.id);
    store.set(key, kept().concat([{ id: row.id, sign: row.sign, name: row.name, done: row.state === "done", at: Date.now() }]));
  }

  function forget(id) {
    const rest = kept().filter(function (k) {
      return k.id !== id;
    });
    if (rest.length) store.set(key, rest);
    else store.drop(key);
  }

  function count() {
    return list.children.length;
  }

  // row draws one file. A row without a file waits for it to be chosen again.
  function row(file, name, sign) {
    const r = { file: file, name: name, sign: sign, state: "waiting", id: "" };
    const picture = file && /^image\//.test(file.type) && window.URL ? make("img", { class: "upload-thumb", src: URL.createObjectURL(file), alt: "" }) : make("span", { class: "upload-thumb" });
    r.text = make("span", { class: "upload-state" });
    r.bar = make("progress", { max: "100", value: "0", "aria-label": name });
    r.actions = make("span", { class: "upload-actions" });
    r.hidden = make("input", { type: "hidden", name: t.name });
    r.hidden.disabled = true;
    r.element = make("li", { class: "upload" }, [picture, make("span", { class: "upload-name" }, [name]), r.text, r.actions, r.bar, r.hidden]);
    r.remove = button("×", "link", function () { remove(r); }, { "aria-label": t.tRemove + " " + name });
    r.again = button(t.tAgain, "link", function () { start(r); });
    r.again.hidden = true;
    r.actions.appendChild(r.again);
    r.actions.appendChild(r.remove);
    list.appendChild(r.element);
    rows.push(r);
    return r;
  }

  function set(r, state, text) {
    r.state = state;
    r.element.dataset.state = state;
    r.text.textContent = text;
    r.again.hidden = state !== "failed" || !r.file;
    if (state === "done") {
      r.hidden.value = r.id;
      r.hidden.disabled = false;
    }
  }

  function start(r) {
    set(r, "waiting", t.tWaiting);
    // One after the other: a phone's line is not faster for being shared.
    queue = queue.then(function () {
      return r.removed ? null : run(r);
    });
  }

  function run(r) {
    set(r, "sending", fill(t.tSending, { percent: 0 }));
    r.controller = window.AbortController ? new AbortController() : null;
    return send({
      endpoint: t.upload,
      file: r.file,
      id: r.id,
      signal: r.controller && r.controller.signal,
      created: function (id) {
        r.id = id;
        remember(r);
      },
      progress: function (share) {
        const percent = Math.floor(share * 100);
        r.bar.value = percent;
        if (r.state === "paused") set(r, "sending", "");
        r.text.textContent = fill(t.tSending, { percent: percent });
      },
      waiting: function () {
        if (!r.removed) set(r, "paused", t.tPaused);
      },
    }).then(
      function () {
        set(r, "done", t.tDone);
        remember(r);
        notice.textContent = "";
      },
      function (e) {
        if (r.removed) return;
        // A refusal for good: the server's words say why, and the id is of no more use.
        forget(r.id);
        r.id = "";
        set(r, "failed", (e && e.words) || t.tFailed);
      }
    );
  }

  function remove(r) {
    r.removed = true;
    if (r.controller) r.controller.abort();
    if (r.id) {
      forget(r.id);
      fetch(t.upload + "/" + r.id, { method: "DELETE", credentials: "same-origin" }).catch(function () {});
    }
    rows.splice(rows.indexOf(r), 1);
    r.element.remove();
    notice.textContent = "";
    input.focus();
  }

  function sign(file) {
    return [file.name, file.size, file.lastModified].join("|");
  }

  function add(files) {
    notice.textContent = "";
    Array.prototype.forEach.call(files, function (file) {
      const mark = sign(file);
      const old = rows.find(function (r) {
        return r.sign === mark;
      });
      if (old) {
        if (!old.file) {
          old.file = file;
          start(old);
        }
        return;
      }
      if (file.size > limit) notice.textContent = file.name + ": " + t.tBig;
      else if (count() >= max) notice.textContent = t.tMany;
      else if (file.size) start(row(file, file.name, mark));
    });
    input.value = ""; // the file travels in pieces, not with the form
  }

  input.addEventListener("change", function () {
    add(input.files);
  });
  ["dragover", "dragleave", "drop"].forEach(function (name) {
    drop.addEventListener(name, function (e) {
      e.preventDefault();
      drop.toggleAttribute("data-over", name === "dragover");
      if (name === "drop" && e.dataTransfer) add(e.dataTransfer.files);
    });
  });
  // Rows that the server drew.
  all(".upload", list).forEach(function (element) {
    const b = one("[data-remove]", element);
    if (b)
      b.addEventListener("click", function () {
        element.remove();
      });
  });
  // What was going up when the page was left.
  kept().forEach(function (k) {
    if (count() >= max || one('[data-id="' + k.id + '"]', list)) return;
    const r = row(null, k.name, k.sign);
    r.id = k.id;
    if (k.done) set(r, "done", t.tDone);
    else set(r, "failed", t.tPick);
  });
  form.addEventListener("draftdropped", function () {
    rows.slice().forEach(remove);
  });
  form.addEventListener("submit", function (e) {
    if (e.defaultPrevented) return;
    const busy = rows.some(function (r) {
      return r.state === "sending" || r.state === "waiting" || r.state === "paused";
    });
    if (busy) {
      e.preventDefault();
      notice.textContent = t.tBusy;
      notice.scrollIntoView({ block: "center" });
      return;
    }
    store.drop(key);
  });
  // Without its name the field sends nothing of its own.
  input.removeAttribute("name");
  drop.setAttribute("data-ready", "");
}
