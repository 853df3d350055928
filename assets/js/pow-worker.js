// Looks for a nonce so that SHA-256(challenge + ":" + nonce) begins with the asked number of zero bits. The hash is written out here: one digest after the
// other is faster this way than through the browser's asynchronous one, and it works on pages without TLS.
import { leadingZeros, sha256 } from "./parts/sha256.js";

onmessage = function (e) {
  const head = e.data.challenge + ":";
  for (let nonce = 0; ; nonce++) {
    if (leadingZeros(sha256(head + nonce)) >= e.data.bits) {
      postMessage(String(nonce));
      return;
    }
  }
};
