// Maps of divisions from outlines of our own: no pictures come from anywhere else. A map sets a pin, shows pins or colours areas.
import * as L from "../vendor/leaflet.js";
import { one } from "./parts/dom.js";
import { areas, pins } from "./parts/map-layers.js";
import { picker } from "./parts/map-pick.js";

function draw(box) {
  if (box.hasAttribute("data-drawn")) return;
  box.setAttribute("data-drawn", "");
  const root = box.parentNode;
  const data = JSON.parse(one('script[type="application/json"]', root).textContent);
  fetch(box.dataset.outlines, { credentials: "same-origin" })
    .then(function (r) {
      if (!r.ok) throw new Error(String(r.status));
      return r.json();
    })
    .then(function (outlines) {
      const map = L.map(box, { attributionControl: false, zoomControl: false, minZoom: 4, maxZoom: 16, zoomSnap: 0.25, scrollWheelZoom: false, maxBoundsViscosity: 0.8 });
      L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
      // The wheel belongs to the page until somebody has taken hold of the map.
      map.on("focus click", function () {
        map.scrollWheelZoom.enable();
      });
      map.on("blur", function () {
        map.scrollWheelZoom.disable();
      });
      const layer = areas(L, map, outlines, data);
      map.fitBounds(layer.getBounds(), { padding: [8, 8] });
      map.setMaxBounds(layer.getBounds().pad(0.4));
      pins(L, map, data.pins || []);
      if (box.hasAttribute("data-pick")) picker(L, map, box, root);
    })
    .catch(function () {
      box.textContent = box.dataset.failed;
    });
}

document.addEventListener("draw", function (e) {
  if (e.target.hasAttribute("data-map")) draw(e.target);
});
