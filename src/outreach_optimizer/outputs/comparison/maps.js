// Two maps that move together. Without scripts, and on paper, the still drawings beside them stand in.
function comparisonMaps({ scenes, rings, bounds, colors, words }) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const maps = scenes.map(({ name, label, stops, offices, circles, ways }) => {
    const box = document.getElementById(`map-${name}`);
    box.hidden = false;
    document.getElementById(`still-${name}`).classList.add("paper-only");
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", label);
    const map = L.map(box, {
      attributionControl: false, zoomControl: false, zoomSnap: 0.1, zoomDelta: 0.5, minZoom: 7, maxZoom: 14,
      fadeAnimation: !calm, zoomAnimation: false, inertia: false, scrollWheelZoom: false,
    });
    L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
    rings.forEach((ring) => L.polygon(ring, { color: colors.border, weight: 1, fillColor: colors.land, fillOpacity: 1, interactive: false }).addTo(map));
    ways.forEach(([ends, width]) => L.polyline(ends, { color: colors.people, weight: width, opacity: 0.5, interactive: false }).addTo(map));
    const put = ([point, html, size, anchor, text, front]) => {
      const icon = L.divIcon({ className: "empty", html, iconSize: size, iconAnchor: anchor });
      const marker = L.marker(point, { icon, keyboard: true, alt: text, title: text, zIndexOffset: front ? 1000 : 0 }).addTo(map);
      const words = document.createElement("p");
      words.textContent = text;
      marker.bindPopup(words);
    };
    [...circles, ...stops, ...offices].forEach(put);
    return map;
  });
  const room = { animate: false, paddingTopLeft: [12, 44], paddingBottomRight: [12, 14] };
  const fit = () => maps.forEach((map) => map.invalidateSize() && map.fitBounds(bounds, room));
  // Names stand to the right, to the left or below; those of offices that cover something stay hidden.
  const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
  const arrange = (box) => {
    const taken = [...box.querySelectorAll(".pin-head, .house")].map((symbol) => symbol.getBoundingClientRect());
    const inside = box.getBoundingClientRect();
    for (const name of box.querySelectorAll(".pin-name, .office-name")) {
      const free = ["", "left", "below"].some((side) => {
        name.classList.remove("left", "below", "hidden");
        if (side) name.classList.add(side);
        const here = name.getBoundingClientRect();
        return here.right < inside.right && here.left > inside.left && taken.every((other) => apart(here, other));
      });
      if (!free) name.classList.remove("left", "below");
      if (!free && name.classList.contains("office-name")) name.classList.add("hidden");
      else taken.push(name.getBoundingClientRect());
    }
  };
  let busy = false;
  maps.forEach((map) => {
    map.fitBounds(bounds, room);
    map.on("zoomend moveend resize", () => requestAnimationFrame(() => arrange(map.getContainer())));
    arrange(map.getContainer());
    map.on("move zoomend", () => {
      if (busy) return;
      busy = true;
      maps.forEach((other) => other !== map && other.setView(map.getCenter(), map.getZoom(), { animate: false }));
      busy = false;
    });
    map.getContainer().addEventListener("keydown", ({ key }) => key === "Escape" && map.closePopup());
    map.on("popupopen", ({ popup }) => {
      const close = popup.getElement().querySelector(".leaflet-popup-close-button");
      close.setAttribute("aria-label", words.close);
      close.setAttribute("title", words.close);
    });
  });
  window.addEventListener("resize", fit);
  return maps;
}
