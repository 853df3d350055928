// Sends what waits on the phone. The page does it while it is open, its worker afterwards where the browser can.
import { drop, list, put } from "./signin-store.js";

const patience = 10000; // milliseconds for one attempt

function post(address, body) {
  const stop = typeof AbortController === "function" ? new AbortController() : null;
  const timer = setTimeout(function () {
    if (stop) stop.abort();
  }, patience);
  return fetch(address, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal: stop ? stop.signal : undefined,
  }).then(
    function (answer) {
      clearTimeout(timer);
      return answer;
    },
    function (e) {
      clearTimeout(timer);
      throw e;
    },
  );
}

// send resolves to what became of it: "sent", "empty", "offline", "sign-in", or "later" when the server asks for patience. What is signed or refused stays
// in the queue with its answer, until the page has shown it.
export function send(address) {
  return list("queue").then(function (queue) {
    const waiting = queue
      .filter(function (item) {
        return !item.result;
      })
      .slice(0, 20);
    if (!waiting.length) return "empty";
    const items = waiting.map(function (item) {
      return { id: item.id, pass: item.pass, code: item.code, at: item.at };
    });
    return post(address, { items: items }).then(
      function (answer) {
        if (answer.status === 401) return "sign-in";
        if (!answer.ok) return answer.status === 403 || answer.status === 422 ? "sign-in" : "later";
        return answer.json().then(function (body) {
          return settle(waiting, body.items).then(function () {
            return "sent";
          });
        });
      },
      function () {
        return "offline";
      },
    );
  });
}

function settle(waiting, answers) {
  return Promise.all(
    answers.map(function (a) {
      const item = waiting.filter(function (w) {
        return w.id === a.id;
      })[0];
      if (!item || (a.result !== "signed" && a.result !== "refused")) return null;
      item.result = a.result;
      item.text = a.text;
      item.since = a.since;
      return put("queue", item);
    }),
  );
}

// forget takes away what was answered before a moment.
export function forget(before) {
  return list("queue").then(function (queue) {
    return Promise.all(
      queue
        .filter(function (item) {
          return item.result && item.at < before;
        })
        .map(function (item) {
          return drop("queue", item.id);
        }),
    );
  });
}
