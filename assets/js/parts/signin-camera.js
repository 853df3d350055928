// Reads the square on the screen with the phone's camera, in browsers that can by themselves. The picture never leaves the phone.
import { one } from "./dom.js";

export function scanner(box, words, found) {
  if (!box || !("BarcodeDetector" in window) || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return;
  const press = one("button", box);
  const video = one("video", box);
  let stream = null;
  box.hidden = false;
  press.addEventListener("click", function () {
    if (stream) return stop();
    navigator.mediaDevices
      .getUserMedia({ video: { facingMode: "environment" } })
      .then(function (got) {
        stream = got;
        video.srcObject = got;
        video.hidden = false;
        press.textContent = words.cameraStop;
        return video.play();
      })
      .then(look)
      .catch(function () {
        stop();
        one("[data-camera-note]", box).textContent = words.cameraNone;
      });
  });

  function stop() {
    if (stream)
      stream.getTracks().forEach(function (t) {
        t.stop();
      });
    stream = null;
    video.hidden = true;
    press.textContent = words.camera;
  }

  function look() {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const timer = setInterval(function () {
      if (!stream) return clearInterval(timer);
      detector.detect(video).then(
        function (codes) {
          const hit = codes.filter(function (c) {
            return /\/s\/[0-9a-z]{15,19}$/i.test(c.rawValue);
          })[0];
          if (!hit || !stream) return;
          clearInterval(timer);
          stop();
          found(hit.rawValue);
        },
        function () {
          return null;
        },
      );
    }, 300);
  }
}
