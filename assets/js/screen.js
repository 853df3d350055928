// The hall's screen: the square and the figures of now, drawn from codes that were fetched ahead, so that the screen goes on when the hall's network drops.
import { fill, one, ready } from "./parts/dom.js";

const quiet = 4; // modules around the square
const enough = 120; // codes that are kept ahead, forty minutes at least
const every = 5000; // milliseconds between questions

ready(function () {
  const root = one("[data-screen]");
  if (root) start(root);
});

function start(root) {
  const words = root.dataset;
  const step = Number(words.step);
  const path = one("[data-square] path", root);
  const svg = one("[data-square]", root);
  const figures = one("[data-digits]", root);
  const bar = one("[data-bar]", root);
  const note = one("[data-note]", root);
  let codes = [];
  let offset = 0; // the server's clock minus this page's
  let began = performance.now();
  let shown = "";
  let answered = 0;

  // now is the server's time; performance.now() does not jump when the machine's clock is set.
  function now() {
    return offset + performance.now() - began;
  }

  function ask() {
    const last = codes.length ? codes[codes.length - 1].from + step : 0;
    const missing = codes.length < enough;
    return fetch(words.codes + "?from=" + (missing ? Math.round(last / step) : 0) + "&n=" + (missing ? 180 : 0), { credentials: "same-origin" })
      .then(function (r) {
        if (!r.ok) throw r;
        return r.json();
      })
      .then(function (got) {
        began = performance.now();
        offset = got.now;
        if (got.renewed !== words.renewed) {
          words.renewed = got.renewed;
          codes = [];
        }
        codes = codes.concat(got.codes || []);
        answered = now();
        one("[data-present]", root).textContent = got.present;
        one("[data-asked]", root).textContent = got.asked;
        one("[data-status]", root).textContent = got.status;
        root.setAttribute("data-state", got.state);
        note.textContent = "";
        draw();
      })
      .catch(function (r) {
        if (r && r.status === 401) note.textContent = words.login;
        else if (codes.length) note.textContent = fill(words.offline, { time: clockOf(answered), until: clockOf(codes[codes.length - 1].from + step) });
        else note.textContent = words.empty;
      });
  }

  function draw() {
    const t = now();
    codes = codes.filter(function (c) {
      return c.from + step > t;
    });
    const c = codes[0];
    if (!c || c.from > t) {
      figures.textContent = "–– –––";
      path.setAttribute("d", "");
      shown = "";
      return;
    }
    if (shown !== c.digits) {
      shown = c.digits;
      figures.textContent = c.digits.slice(0, 3) + " " + c.digits.slice(3);
      path.setAttribute("d", outline(c.square, c.side));
      svg.setAttribute("viewBox", "0 0 " + (c.side + 2 * quiet) + " " + (c.side + 2 * quiet));
    }
    bar.value = Math.max(0, Math.min(1, 1 - (t - c.from) / step));
  }

  function clockOf(ms) {
    const d = new Date(ms + 8 * 3600000);
    return ("0" + d.getUTCHours()).slice(-2) + ":" + ("0" + d.getUTCMinutes()).slice(-2);
  }

  one("[data-full]", root).addEventListener("click", function () {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (document.documentElement.requestFullscreen) document.documentElement.requestFullscreen().catch(function () {});
  });
  stayAwake();
  ask();
  setInterval(ask, every);
  setInterval(draw, 250);
}

// outline is the drawing of the dark modules of a packed square.
function outline(packed, side) {
  const bytes = atob(packed);
  let d = "";
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; ) {
      let run = 0;
      while (x + run < side && dark(bytes, y * side + x + run)) run++;
      if (run) d += "M" + (x + quiet) + " " + (y + quiet) + "h" + run + "v1h-" + run + "z";
      x += run || 1;
    }
  }
  return d;
}

function dark(bytes, i) {
  return (bytes.charCodeAt(i >> 3) & (128 >> (i & 7))) !== 0;
}

// A screen that goes dark in the middle of the queue helps nobody.
function stayAwake() {
  if (!navigator.wakeLock) return;
  const ask = function () {
    if (!document.hidden) navigator.wakeLock.request("screen").catch(function () {});
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}
