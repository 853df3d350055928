// Outlines, coloured by number where there are numbers, and pins. Colours are classes of map.css, so that they follow the theme.

// areas draws the outlines. Five classes of about equal size: the map shows where there is more, the table beside it how much.
export function areas(L, map, outlines, data) {
  const numbers = {};
  (data.areas || []).forEach(function (a) {
    numbers[a.code] = a;
  });
  const limits = fifths(
    (data.areas || []).map(function (a) {
      return a.value;
    })
  );
  const layer = L.geoJSON(outlines, {
    style: function (feature) {
      const a = numbers[feature.properties.code];
      return { className: "area area-" + (a ? level(a.value, limits) : 0), weight: 1 };
    },
    onEachFeature: function (feature, shape) {
      const a = numbers[feature.properties.code];
      const name = a ? a.name : feature.properties.name;
      const text = document.createElement("span");
      text.textContent = a ? name + ": " + a.text : name;
      if (data.areas || !data.pins) shape.bindTooltip(text, { sticky: true, className: "area-tip" });
      if (a && a.href)
        shape.on("click", function () {
          location.assign(a.href);
        });
    },
  });
  return layer.addTo(map);
}

function fifths(values) {
  const sorted = values.slice().sort(function (a, b) {
    return a - b;
  });
  return [0.2, 0.4, 0.6, 0.8].map(function (q) {
    return sorted[Math.floor(q * sorted.length)];
  });
}

function level(value, limits) {
  if (!value) return 0;
  return (
    1 +
    limits.filter(function (l) {
      return value >= l;
    }).length
  );
}

export function pins(L, map, list) {
  list.forEach(function (p) {
    const marker = L.marker([p.lat, p.lng], { icon: icon(L, p.tone), title: p.title, alt: p.title, keyboard: true }).addTo(map);
    const text = document.createElement(p.href ? "a" : "span");
    text.textContent = p.title;
    if (p.href) text.href = p.href;
    marker.bindPopup(text);
  });
}

export function icon(L, tone) {
  return L.divIcon({
    className: "pin" + (tone ? " pin-" + tone : ""),
    html: '<svg viewBox="0 0 24 30" width="28" height="35" aria-hidden="true"><path d="M12 29C6 20 2 15 2 11a10 10 0 0 1 20 0c0 4-4 9-10 18z"/><circle cx="12" cy="11" r="3.5"/></svg>',
    iconSize: [28, 35],
    iconAnchor: [14, 34],
    popupAnchor: [0, -30],
  });
}
