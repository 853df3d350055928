// The counter under a text area. It counts as the server does: code points, a line end as one.
import { all, fill } from "./dom.js";

export function count(text) {
  let n = 0;
  for (const c of text.replace(/\r\n/g, "\n")) n += c ? 1 : 0;
  return n;
}

export function counters() {
  all("textarea[data-max]").forEach(function (area) {
    const line = document.getElementById(area.id + "-count");
    if (!line) return;
    const max = Number(area.dataset.max);
    const show = function () {
      const left = max - count(area.value);
      line.toggleAttribute("data-over", left < 0);
      line.textContent = left < 0 ? fill(line.dataset.overText, { n: -left }) : fill(line.dataset.left, { n: left });
    };
    // A screen reader hears the count when writing pauses, not at every key.
    let timer;
    area.addEventListener("input", function () {
      show();
      clearTimeout(timer);
      line.removeAttribute("role");
      timer = setTimeout(function () {
        line.setAttribute("role", "status");
      }, 1200);
    });
    area.addEventListener("restored", show);
    show();
  });
}
