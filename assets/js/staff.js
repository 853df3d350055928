// What a clerk's hands expect: j and k through the rows, x to mark, o to open, / to search, ? for help; and the bar for what is marked.
import { all, fill, one, ready } from "./parts/dom.js";
import { templates } from "./parts/template.js";

ready(function () {
  const table = one("table[data-rows]");
  if (table) {
    marks(table);
  }
  keys(table);
  templates();
});

function marks(table) {
  const boxes = all('tbody input[type="checkbox"][name="' + table.dataset.rows + '"]', table);
  const whole = one("[data-pick-all]", table);
  const bar = one("[data-bulk]");
  const line = bar && one("[data-count]", bar);
  let last = null;

  function show() {
    const marked = boxes.filter(function (b) {
      b.closest("tr").toggleAttribute("data-marked", b.checked);
      return b.checked;
    }).length;
    if (whole) {
      whole.checked = marked > 0 && marked === boxes.length;
      whole.indeterminate = marked > 0 && marked < boxes.length;
    }
    if (bar) {
      bar.hidden = marked === 0;
      line.textContent = fill(line.dataset.count, { n: marked });
    }
  }

  boxes.forEach(function (b, i) {
    b.addEventListener("change", show);
    // With Shift, all from the last one to this one.
    b.addEventListener("click", function (e) {
      if (e.shiftKey && last !== null) {
        for (let j = Math.min(i, last); j <= Math.max(i, last); j++) boxes[j].checked = b.checked;
        show();
      }
      last = i;
    });
  });
  if (whole)
    whole.addEventListener("change", function () {
      boxes.forEach(function (b) {
        b.checked = whole.checked;
      });
      show();
    });
  const none = bar && one("[data-pick-none]", bar);
  if (none)
    none.addEventListener("click", function () {
      boxes.forEach(function (b) {
        b.checked = false;
      });
      show();
    });
  addEventListener("pageshow", show);
  show();
}

function keys(table) {
  const rows = table ? all("tbody tr", table) : [];
  const help = one("[data-keys-help]");
  let at = -1;

  function go(to) {
    if (to < 0 || to >= rows.length) return;
    if (at >= 0) rows[at].removeAttribute("data-at");
    at = to;
    rows[at].setAttribute("data-at", "");
    const link = one("th a", rows[at]);
    if (link) link.focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", function (e) {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || typing(e.target) || one("dialog[open]")) return;
    const run = {
      j: function () { go(at + 1); },
      k: function () { go(at - 1); },
      x: function () {
        const box = at >= 0 && one('input[type="checkbox"]', rows[at]);
        if (box) box.click();
      },
      o: function () {
        const link = at >= 0 && one("th a", rows[at]);
        if (link) link.click();
      },
      "/": function () {
        const field = one("[data-search]");
        if (field) {
          field.focus();
          field.select();
        }
      },
      "?": function () {
        if (help && help.showModal) help.showModal();
      },
    }[e.key];
    if (!run) return;
    e.preventDefault();
    run();
  });
}

function typing(target) {
  return target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT" || (target.tagName === "INPUT" && ["checkbox", "radio", "button", "submit"].indexOf(target.type) < 0);
}
