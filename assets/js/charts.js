// Draws the charts of a page from the numbers beside them. Colours come from the style sheet, so that a chart follows the theme.
import { init, use, LineChart, BarChart, PieChart, ScatterChart, GridComponent, TooltipComponent, LegendComponent, CanvasRenderer } from "../vendor/echarts.js";
import { options } from "./parts/chart-options.js";

use([LineChart, BarChart, PieChart, ScatterChart, GridComponent, TooltipComponent, LegendComponent, CanvasRenderer]);

const drawn = [];
// A box also changes its size without the window: a side folds, a tab opens.
const sizes = window.ResizeObserver ? new ResizeObserver(fit) : null;

function draw(box) {
  if (box.hasAttribute("data-drawn")) return;
  const source = box.parentNode.querySelector('script[type="application/json"]');
  const data = JSON.parse(source.textContent);
  box.setAttribute("data-drawn", "");
  const chart = init(box, null, { renderer: "canvas" });
  const item = { box: box, chart: chart, data: data };
  drawn.push(item);
  paint(item);
  if (sizes) sizes.observe(box);
}

function paint(item) {
  item.chart.setOption(options(item.data, item.box.clientWidth), true);
}

document.addEventListener("draw", function (e) {
  if (e.target.hasAttribute("data-chart")) draw(e.target);
});
function fit() {
  drawn.forEach(function (item) {
    if (item.box.clientWidth === item.chart.getWidth()) return;
    item.chart.resize();
    paint(item);
  });
}

let timer;
addEventListener("resize", function () {
  clearTimeout(timer);
  timer = setTimeout(fit, 150);
});
new MutationObserver(function () {
  drawn.forEach(paint);
}).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
if (window.matchMedia) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  if (dark.addEventListener)
    dark.addEventListener("change", function () {
      drawn.forEach(paint);
    });
}
