// What a chart looks like, from its numbers and the style sheet's colours.

export function options(data, width) {
  const css = getComputedStyle(document.documentElement);
  const value = function (name) {
    return css.getPropertyValue(name).trim();
  };
  const size = Math.round(parseFloat(css.fontSize) * 0.78);
  const look = {
    ink: value("--ink"),
    quiet: value("--ink-2"),
    line: value("--line"),
    surface: value("--surface"),
    font: getComputedStyle(document.body).fontFamily,
    size: size,
    narrow: width < 480,
    still: window.matchMedia && matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
  const base = {
    animation: !look.still,
    animationDuration: 300,
    color: [1, 2, 3, 4, 5, 6].map(function (i) {
      return value("--chart-" + i);
    }),
    textStyle: { fontFamily: look.font, fontSize: size, color: look.ink },
    // Rich text is drawn on the canvas; an HTML tip would need styles inside the page, which the policy forbids.
    tooltip: {
      renderMode: "richText",
      trigger: data.kind === "pie" || data.kind === "scatter" ? "item" : "axis",
      confine: true,
      backgroundColor: look.surface,
      borderColor: look.line,
      textStyle: { color: look.ink, fontSize: size },
      valueFormatter: function (v) {
        return number(v) + (data.unit ? " " + data.unit : "");
      },
    },
    legend: data.series.length > 1 || data.kind === "pie" ? { bottom: 0, type: "scroll", itemWidth: 14, itemHeight: 10, textStyle: { color: look.quiet, fontSize: size }, pageTextStyle: { color: look.quiet } } : undefined,
  };
  return Object.assign(base, data.kind === "pie" ? pie(data, look) : data.kind === "scatter" ? scatter(data, look) : axes(data, look));
}

function number(v) {
  return v === null || v === undefined || isNaN(v) ? "—" : Number(v).toLocaleString("en-US");
}

function pie(data, look) {
  const series = data.series[0] || { name: "", values: [] };
  return {
    series: [
      {
        type: "pie",
        name: series.name,
        radius: ["44%", "68%"],
        percentPrecision: 1,
        center: ["50%", "44%"],
        itemStyle: { borderColor: look.surface, borderWidth: 2 },
        label: { show: !look.narrow, color: look.ink, fontSize: look.size, formatter: "{b} {d}%", overflow: "truncate" },
        labelLine: { show: !look.narrow, length: 8, length2: 8 },
        data: data.labels.map(function (name, i) {
          return { name: name, value: series.values[i] };
        }),
      },
    ],
  };
}

function axes(data, look) {
  const lying = data.kind === "bar-h";
  const names = {
    type: "category",
    data: data.labels,
    inverse: lying,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: look.line } },
    axisLabel: { color: look.quiet, fontSize: look.size, hideOverlap: true, width: lying ? (look.narrow ? 90 : 150) : undefined, overflow: lying ? "truncate" : undefined },
  };
  const values = {
    type: "value",
    splitNumber: look.narrow ? 3 : 4,
    minInterval: whole(data) ? 1 : 0,
    axisLabel: { color: look.quiet, fontSize: look.size, hideOverlap: true, formatter: number },
    splitLine: { lineStyle: { color: look.line } },
  };
  return {
    grid: { left: 4, right: 12, top: 12, bottom: data.series.length > 1 ? 34 : 4, containLabel: true },
    xAxis: lying ? values : names,
    yAxis: lying ? names : values,
    series: data.series.map(function (s, i) {
      const line = data.kind === "line";
      return {
        name: s.name,
        type: line ? "line" : "bar",
        stack: data.kind === "stack" ? "all" : undefined,
        data: s.values,
        barMaxWidth: 26,
        itemStyle: line || data.kind === "stack" ? undefined : { borderRadius: lying ? [0, 3, 3, 0] : [3, 3, 0, 0] },
        lineStyle: { width: 2.5, type: ["solid", "dashed", "dotted"][i % 3] },
        symbol: ["circle", "rect", "triangle", "diamond"][i % 4],
        symbolSize: 7,
        showSymbol: data.labels.length <= 36,
        connectNulls: false,
      };
    }),
  };
}

function scatter(data, look) {
  const groups = {};
  (data.points || []).forEach(function (p) {
    (groups[p[2]] = groups[p[2]] || []).push([p[0], p[1]]);
  });
  const axis = { type: "value", scale: true, axisLabel: { show: false }, axisTick: { show: false }, axisLine: { lineStyle: { color: look.line } }, splitLine: { lineStyle: { color: look.line } } };
  return {
    grid: { left: 4, right: 4, top: 8, bottom: 34 },
    xAxis: axis,
    yAxis: Object.assign({}, axis),
    series: Object.keys(groups).map(function (g, i) {
      return { type: "scatter", name: data.labels[i] || g, data: groups[g], symbol: ["circle", "rect", "triangle", "diamond"][i % 4], symbolSize: 9 };
    }),
  };
}

function whole(data) {
  return data.series.every(function (s) {
    return s.values.every(function (v) {
      return v === null || v === Math.round(v);
    });
  });
}
