// Likely duplicates while somebody types: the server's fragment, fetched when typing pauses. Text fields go together as "text", other fields under their names.
import { all } from "./dom.js";

export function similars() {
  all("[data-similar]").forEach(function (box) {
    const sources = box.dataset.from
      .split(/\s+/)
      .map(function (id) {
        return document.getElementById(id);
      })
      .filter(Boolean);
    let timer;
    let asked = "";
    let turn = 0;
    const ask = function () {
      const needed = box.dataset.needs ? document.getElementById(box.dataset.needs) : null;
      const address = needed && !needed.value ? "" : query(box.dataset.similar, sources);
      if (address === asked) return;
      asked = address;
      const mine = ++turn;
      if (!address) {
        box.textContent = "";
        return;
      }
      fetch(address, { headers: { "X-Fragment": "1" }, credentials: "same-origin" })
        .then(function (r) {
          return r.ok ? r.text() : "";
        })
        .then(function (html) {
          // An answer that a later question has overtaken is dropped.
          if (mine === turn) box.innerHTML = html.trim();
        })
        .catch(function () {
          if (mine === turn) asked = ""; // ask again at the next pause
        });
    };
    sources.forEach(function (f) {
      ["input", "change"].forEach(function (name) {
        f.addEventListener(name, function () {
          clearTimeout(timer);
          timer = setTimeout(ask, 500);
        });
      });
    });
  });
}

function query(base, sources) {
  const params = new URLSearchParams();
  const texts = [];
  sources.forEach(function (f) {
    if (f.tagName === "TEXTAREA" || f.type === "text") texts.push(f.value.trim());
    else if (f.value) params.set(f.name, f.value);
  });
  const text = texts.filter(Boolean).join("\n").slice(0, 600);
  if (text.length < 4) return "";
  params.set("text", text);
  return base + (base.indexOf("?") < 0 ? "?" : "&") + params.toString();
}
