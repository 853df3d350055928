// Behaviour of all pages. Everything here betters a page that already works without it. The file loads before the body, so that the class is there before
// the first paint; the rest waits for the document.
import { ready } from "./parts/dom.js";
import { counters } from "./parts/counter.js";
import { wizards } from "./parts/wizard.js";
import { drafts } from "./parts/draft.js";
import { guards } from "./parts/guard.js";
import { uploads } from "./parts/upload.js";
import { similars } from "./parts/similar.js";
import { pows } from "./parts/pow.js";
import { confirms } from "./parts/confirm.js";
import { lazies } from "./parts/lazy.js";
import { preferences } from "./parts/prefs.js";
import { small } from "./parts/small.js";

document.documentElement.classList.add("js");

// Those that may hold a form back come before the guard against a second press.
ready(function () {
  [counters, wizards, drafts, uploads, pows, confirms, guards, similars, lazies, preferences, small].forEach(function (start) {
    try {
      start();
    } catch (e) {
      // One broken part leaves the others, and the plain page, in working order.
      console.error(e);
    }
  });
});
