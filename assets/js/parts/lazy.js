// Charts and maps bring their code when they come into view, once for a page.
import { all } from "./dom.js";

const loading = {};

function load(src, css) {
  if (css && !loading[css]) {
    loading[css] = true;
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = css;
    document.head.appendChild(link);
  }
  if (!loading[src]) {
    loading[src] = new Promise(function (done, failed) {
      const s = document.createElement("script");
      s.src = src;
      s.onload = done;
      s.onerror = failed;
      document.head.appendChild(s);
    });
  }
  return loading[src];
}

function begin(box) {
  load(box.dataset.src, box.dataset.css).then(
    function () {
      box.dispatchEvent(new CustomEvent("draw", { bubbles: true }));
    },
    function () {
      box.textContent = box.dataset.failed;
      const table = box.parentNode.querySelector("details");
      if (table) table.open = true;
    }
  );
}

export function lazies() {
  const boxes = all("[data-chart], [data-map]");
  if (!boxes.length) return;
  if (!("IntersectionObserver" in window)) {
    boxes.forEach(begin);
    return;
  }
  const watch = new IntersectionObserver(
    function (entries) {
      entries.forEach(function (e) {
        if (!e.isIntersecting) return;
        watch.unobserve(e.target);
        begin(e.target);
      });
    },
    { rootMargin: "300px" }
  );
  boxes.forEach(function (b) {
    watch.observe(b);
  });
}
