// The worker of the page for signing in. It keeps that one page with its style and scripts for the time without network, also for the address that a
// phone's own camera opens, and sends what waits once the network is back. Everything else passes by it.
// The server writes self.kept before this: {name, page, send, files}.
import { send } from "./parts/signin-send.js";

const patience = 6000; // a network that does not answer by then is none

self.addEventListener("install", function (e) {
  e.waitUntil(
    caches
      .open(self.kept.name)
      .then(function (cache) {
        return cache.addAll(self.kept.files.concat(self.kept.page));
      })
      .then(function () {
        return self.skipWaiting();
      }),
  );
});

self.addEventListener("activate", function (e) {
  e.waitUntil(
    caches
      .keys()
      .then(function (names) {
        return Promise.all(
          names
            .filter(function (n) {
              return n.indexOf("signin-") === 0 && n !== self.kept.name;
            })
            .map(function (n) {
              return caches.delete(n);
            }),
        );
      })
      .then(function () {
        return self.clients.claim();
      }),
  );
});

self.addEventListener("fetch", function (e) {
  const at = new URL(e.request.url);
  if (e.request.method !== "GET" || at.origin !== self.location.origin) return;
  if (e.request.mode === "navigate") {
    if (at.pathname === "/gatherings/sign-in" || at.pathname.indexOf("/s/") === 0) e.respondWith(page(e));
    return;
  }
  if (self.kept.files.indexOf(at.pathname) >= 0)
    e.respondWith(
      caches.match(at.pathname).then(function (hit) {
        return hit || fetch(e.request);
      }),
    );
});

function page(e) {
  const slow = new Promise(function (resolve, reject) {
    setTimeout(reject, patience);
  });
  return Promise.race([fetch(e.request), slow])
    .then(function (answer) {
      if (answer.status >= 500) throw answer;
      if (answer.ok) e.waitUntil(refresh());
      return answer;
    })
    .catch(function (failed) {
      return caches.match(self.kept.page).then(function (hit) {
        if (hit) return hit;
        if (failed instanceof Response) return failed;
        return Response.error();
      });
    });
}

// The language or the size of the text may have changed since.
function refresh() {
  return caches
    .open(self.kept.name)
    .then(function (cache) {
      return cache.add(self.kept.page);
    })
    .catch(function () {
      return null;
    });
}

self.addEventListener("sync", function (e) {
  if (e.tag !== "signin") return;
  e.waitUntil(
    send(self.kept.send).then(function (became) {
      if (became === "offline" || became === "later") throw new Error(became); // the browser tries again
    }),
  );
});
