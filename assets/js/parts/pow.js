// Proof of work: a worker looks for the nonce while somebody types. A form that is sent before it is found waits for it; where the work cannot be done the
// form goes without it, and people look at it first.
import { all, one } from "./dom.js";

const patience = 45000; // milliseconds that a pressed button waits

export function pows() {
  all("[data-pow]").forEach(pow);
}

function pow(box) {
  const form = box.closest("form");
  const nonce = one('[name="pow_nonce"]', box);
  const text = one("[data-pow-text]", box);
  let state = "idle";
  let waiting = null;

  function finish(result, value) {
    if (state !== "busy") return;
    state = result;
    if (result === "done") nonce.value = value;
    text.textContent = result === "done" ? box.dataset.done : box.dataset.failed;
    if (waiting) {
      const press = waiting;
      waiting = null;
      press();
    }
  }

  function start() {
    if (state !== "idle") return;
    state = "busy";
    text.textContent = box.dataset.busy;
    let worker;
    try {
      worker = new Worker(box.dataset.worker);
    } catch (e) {
      finish("failed");
      return;
    }
    worker.onmessage = function (e) {
      finish("done", e.data);
      worker.terminate();
    };
    worker.onerror = function () {
      finish("failed");
    };
    worker.postMessage({ challenge: box.dataset.challenge, bits: Number(box.dataset.bits) });
  }

  form.addEventListener("focusin", start);
  form.addEventListener("submit", function (e) {
    if (e.defaultPrevented || state === "done" || state === "failed") return;
    e.preventDefault();
    const submitter = e.submitter;
    waiting = function () {
      if (form.requestSubmit) form.requestSubmit(submitter || undefined);
      else if (submitter) submitter.click();
      else form.submit();
    };
    start();
    setTimeout(function () {
      finish("failed");
    }, patience);
  });
}
