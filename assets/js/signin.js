// The page for signing in to a gathering. Without this script its form works as long as there is network; with it, a sign-in is written down on the phone
// first and sent when it can be: at once, when the network is back, or the next time the page is opened.
import { all, fill, make, one, ready } from "./parts/dom.js";
import { lasting, list, put, replace } from "./parts/signin-store.js";
import { forget, send } from "./parts/signin-send.js";
import { scanner } from "./parts/signin-camera.js";

const again = 15000; // milliseconds between attempts while the page is open
const day = 86400000;

ready(function () {
  const root = one("[data-signin]");
  if (root) start(root);
});

function start(root) {
  const words = root.dataset;
  const form = one("form", root);
  const field = one("input[name=code]", root);
  const said = one("[data-state]", root);
  const state = { who: null, offset: 0, passes: [] };
  let busy = false;

  load(root, state)
    .then(function () {
      return forget(Date.now() + state.offset - day);
    })
    .then(function () {
      offerKept();
      return show();
    })
    .then(flush);
  worker(words);
  addEventListener("online", flush);
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) flush();
  });
  setInterval(flush, again);

  if (form) {
    form.addEventListener(
      "submit",
      function (e) {
        if (!field && navigator.onLine !== false) return; // a ticket: the server has seen the code already
        const code = field ? field.value : form.dataset.code || "";
        const pass = passFor(code);
        // Without a pass for it the server has to say what is to be done, and without network nobody can.
        if (!pass && navigator.onLine !== false && !words.shell) return;
        e.preventDefault();
        e.stopImmediatePropagation();
        if (!shaped(code)) return complain(words.code);
        if (!pass) return complain(words.nopass);
        keep(code, pass, Number(form.dataset.at) || 0);
      },
      true, // before the guard against a second press
    );
  }
  if (field) {
    scanner(one("[data-camera]", root), words, function (text) {
      field.value = text;
      form.requestSubmit ? form.requestSubmit() : one("button[type=submit]", form).click();
    });
  }

  // A phone's own camera opened the address in the square while there was no network: the code is in the address.
  function offerKept() {
    const short = location.pathname.indexOf("/s/") === 0 ? location.pathname.slice(3) : "";
    if (!words.shell || !short || !field) return;
    field.value = short;
    const pass = passFor(short);
    if (pass) keep(short, pass, 0);
    else complain(words.nopass);
  }

  function passFor(code) {
    const mine = state.passes.filter(function (p) {
      return p.who === state.who;
    });
    const short = /([0-9a-z]{15,19})\s*$/i.exec(code);
    if (short)
      return mine.filter(function (p) {
        return short[1].toLowerCase().indexOf(p.handle) === 0;
      })[0];
    const chosen = one("input[name=gathering]:checked, input[name=gathering][type=hidden]", root);
    const now = Date.now() + state.offset;
    const fit = mine.filter(function (p) {
      return chosen && chosen.value ? p.id === chosen.value : p.open || (p.from - 2 * 3600000 <= now && now <= p.to + 2 * 3600000);
    });
    return fit[0];
  }

  function keep(code, pass, at) {
    const item = {
      id: String(Date.now()) + "-" + Math.random().toString(36).slice(2),
      who: state.who,
      gathering: pass.id,
      title: pass.title,
      pass: pass.pass,
      code: code,
      at: at || Date.now() + state.offset,
    };
    complain("");
    return put("queue", item)
      .then(show)
      .then(function () {
        return flush(item.id);
      });
  }

  function complain(text) {
    const box = one("[data-complaint]", root);
    box.hidden = !text;
    box.textContent = text || "";
    if (text && field) field.focus();
  }

  function flush(asked) {
    if (busy) return Promise.resolve();
    busy = true;
    return send(words.send).then(
      function (became) {
        busy = false;
        return show(became).then(function () {
          if (became !== "offline" && became !== "later") return;
          if (asked) sync();
        });
      },
      function () {
        busy = false;
      },
    );
  }

  // show says in words what became of each sign-in on this phone.
  function show(became) {
    return Promise.all([list("queue"), lasting()]).then(function (got) {
      const queue = got[0];
      const mine = queue.filter(function (item) {
        return item.who === state.who;
      });
      const latest = {};
      mine.forEach(function (item) {
        latest[item.gathering] = item;
      });
      said.textContent = "";
      let open = true;
      Object.keys(latest).forEach(function (id) {
        const item = latest[id];
        said.appendChild(box(item, became, got[1]));
        if (item.result !== "refused") open = false;
        if (item.result === "refused" && form) form.hidden = false;
      });
      const others = queue.length - mine.length;
      if (others) said.appendChild(make("p", { class: "signin-note" }, [words.others]));
      if (form && !open) form.hidden = true;
      all("[data-again]", root).forEach(function (e) {
        e.hidden = open;
      });
    });
  }

  function box(item, became, lasts) {
    const when = clockOf(item.since || item.at);
    if (item.result === "signed") return card("done", words.done, fill(words.doneText, { title: item.title, time: when }));
    if (item.result === "refused") return card("refused", words.refused, item.text);
    let text = fill(words.waitText, { title: item.title, time: when });
    if (became === "sign-in") text = words.login;
    else if (!lasts) text += " " + words.stay;
    const c = card("wait", words.wait, text);
    if (became === "sign-in") c.appendChild(make("a", { class: "btn", "data-kind": "primary", href: "/login?next=" + encodeURIComponent("/gatherings/sign-in") }, [words.loginButton]));
    return c;
  }

  all("[data-again] button", root).forEach(function (b) {
    b.addEventListener("click", function () {
      form.hidden = false;
      one("[data-again]", root).hidden = true;
      if (field) {
        field.value = "";
        field.focus();
      }
    });
  });
}

function card(kind, title, text) {
  return make("div", { class: "signin-card", "data-kind": kind }, [make("p", { class: "signin-card-title" }, [title]), make("p", {}, [text])]);
}

function clockOf(ms) {
  const d = new Date(ms + 8 * 3600000); // Beijing time, whatever the phone thinks
  return ("0" + d.getUTCHours()).slice(-2) + ":" + ("0" + d.getUTCMinutes()).slice(-2);
}

// shaped tells what cannot be a code: the server reads it exactly.
function shaped(code) {
  const figures = code.replace(/[\s-]/g, "").replace(/[０-９]/g, function (c) {
    return String.fromCharCode(c.charCodeAt(0) - 0xff10 + 48);
  });
  return /^\d{6}$/.test(figures) || /[0-9a-z]{15,19}\s*$/i.test(code);
}

// load takes what the server sent with the page, or what was kept of it.
function load(root, state) {
  const sent = one("#signin-data");
  if (!sent) {
    return Promise.all([list("meta"), list("passes")]).then(function (got) {
      const meta = got[0][0] || {};
      state.who = meta.who || null;
      state.offset = meta.offset || 0;
      state.passes = got[1];
    });
  }
  const data = JSON.parse(sent.textContent);
  state.who = data.who;
  state.offset = data.now - Date.now();
  state.passes = (data.list || []).map(function (p) {
    return Object.assign({ who: data.who }, p);
  });
  return Promise.all([replace("meta", [{ id: "last", who: state.who, offset: state.offset }]), replace("passes", state.passes)]);
}

function worker(words) {
  if (!("serviceWorker" in navigator)) return;
  ["/gatherings/sign-in", "/s/"].forEach(function (scope) {
    navigator.serviceWorker.register(words.worker, { scope: scope }).catch(function () {
      return null; // no page without network then; an open one still keeps what is signed
    });
  });
}

function sync() {
  if (!("serviceWorker" in navigator) || !("SyncManager" in window)) return;
  navigator.serviceWorker
    .getRegistration("/gatherings/sign-in")
    .then(function (registration) {
      return registration && registration.sync.register("signin");
    })
    .catch(function () {
      return null; // the open page goes on trying
    });
}
