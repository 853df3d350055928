// Setting a pin: a tap, a drag, Enter on the map for its middle, or the device's own place.
import { one } from "./dom.js";
import { icon } from "./map-layers.js";

export function picker(L, map, box, root) {
  const lat = one("[data-map-lat]", root);
  const lng = one("[data-map-lng]", root);
  let marker = null;

  function set(place, look) {
    const point = L.latLng(place);
    if (!marker) {
      marker = L.marker(point, { icon: icon(L), draggable: true, keyboard: true, alt: box.dataset.pin, title: box.dataset.pin }).addTo(map);
      marker.on("dragend", function () {
        write(marker.getLatLng());
      });
    } else {
      marker.setLatLng(point);
    }
    write(point);
    if (look) map.setView(point, Math.max(map.getZoom(), 10));
  }

  function write(point) {
    // Five decimals are about a metre.
    lat.value = point ? point.lat.toFixed(5) : "";
    lng.value = point ? point.lng.toFixed(5) : "";
    [lat, lng].forEach(function (f) {
      f.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  map.on("click", function (e) {
    set(e.latlng);
  });
  box.addEventListener("keydown", function (e) {
    if (e.key !== "Enter" || e.target !== box) return;
    e.preventDefault();
    set(map.getCenter());
  });
  const clear = one("[data-map-clear]", root);
  if (clear)
    clear.addEventListener("click", function () {
      if (marker) marker.remove();
      marker = null;
      write(null);
    });
  const here = one("[data-map-here]", root);
  if (here) {
    here.hidden = !navigator.geolocation;
    here.addEventListener("click", function () {
      navigator.geolocation.getCurrentPosition(
        function (p) {
          set([p.coords.latitude, p.coords.longitude], true);
        },
        function () {
          here.hidden = true;
        },
        { timeout: 10000, maximumAge: 60000 }
      );
    });
  }
  if (lat.value && lng.value) set([Number(lat.value), Number(lng.value)], true);
  // A wizard hides the map until its step comes; it must then measure itself again.
  document.addEventListener("step", function () {
    map.invalidateSize();
  });
}
