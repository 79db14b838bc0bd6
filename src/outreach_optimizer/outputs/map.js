function outreachMap({ map, control, ground, facets, labels, bounds, words, groups, chips_zoom }) {
  const box = map.getContainer();
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", words.map);
  const small = window.matchMedia("(max-width: 820px)").matches;
  L.control.zoom({ position: small ? "bottomright" : "topleft", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
  map.on("popupopen", ({ popup }) => {
    const close = popup.getElement().querySelector(".leaflet-popup-close-button");
    close.setAttribute("aria-label", words.close);
    close.setAttribute("title", words.close);
  });
  // Leaflet listens to Escape only while the map itself has the focus, not one of its symbols.
  box.addEventListener("keydown", ({ key }) => key === "Escape" && map.closePopup());
  if (ground) {
    ground.on("mouseover", () => box.classList.add("over-ground"));
    ground.on("mouseout", () => box.classList.remove("over-ground"));
  }

  // Names that would cover each other or a symbol move around their point or stay hidden; those that come first win.
  map.createPane("names").style.zIndex = 450;
  const names = labels.map(([lat, lon, name, kind, gap]) => {
    const icon = L.divIcon({ className: "empty", iconSize: [0, 0], html: `<span class="label ${kind}">${name}</span>` });
    const marker = L.marker([lat, lon], { icon, pane: "names", interactive: false, keyboard: false }).addTo(map);
    const spot = marker.getElement();
    return { kind, gap, spot, span: spot.firstChild, width: spot.firstChild.offsetWidth, height: spot.firstChild.offsetHeight };
  });
  const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
  const arrange = () => {
    box.classList.toggle("no-chips", map.getZoom() < chips_zoom);
    const rects = (selector) => [...box.querySelectorAll(selector)].map((e) => e.getBoundingClientRect());
    const taken = rects(".pin-head, .house, .leaflet-control");
    for (const name of box.querySelectorAll(".pin-name")) {
      const crowded = (left) => {
        name.classList.toggle("left", left);
        return !taken.every((other) => apart(name.getBoundingClientRect(), other));
      };
      if (crowded(false) && crowded(true)) crowded(false);
      taken.push(name.getBoundingClientRect());
    }
    taken.push(...rects(".chip"));
    taken.push(...rects(".pie"));
    for (const badge of box.querySelectorAll(".badge")) {
      const free = [false, true].some((right) => {
        badge.classList.toggle("right", right);
        return taken.every((other) => apart(badge.getBoundingClientRect(), other));
      });
      badge.classList.toggle("crowded", !free);
      if (free) taken.push(badge.getBoundingClientRect());
    }
    const inside = box.getBoundingClientRect();
    const quiet = map.getZoom() < 9.9;
    for (const { kind, gap, spot, span, width, height } of names) {
      const { left, top } = spot.getBoundingClientRect();
      const places = kind === "place" ? [[-width / 2, -height / 2]]
        : [[-width / 2, gap], [gap, -height / 2], [-width - gap, -height / 2], [-width / 2, -height - gap]];
      const free = places.find(([x, y]) => {
        const rect = { left: left + x, right: left + x + width, top: top + y, bottom: top + y + height };
        const fits = rect.left >= inside.left && rect.right <= inside.right && !(quiet && kind === "place");
        return fits && taken.every((other) => apart(rect, other)) && taken.push(rect);
      });
      span.classList.toggle("shown", Boolean(free));
      if (free) [span.style.left, span.style.top] = free.map((offset) => `${offset}px`);
    }
  };

  // An element is drawn while every layer that it belongs to is switched on.
  const sync = () => {
    for (const [group, switches] of facets) {
      const on = switches.every((layer) => map.hasLayer(layer));
      if (on && !map.hasLayer(group)) map.addLayer(group);
      if (!on && map.hasLayer(group)) map.removeLayer(group);
    }
    arrange();
    headings();
  };
  if (window.innerWidth < 1100) {
    control.options.collapsed = true;
    control.remove().addTo(map);
  }
  const panel = control.getContainer();
  const headings = () => {
    const seen = new Set(panel.querySelectorAll(".layers-head").length ? groups.map(([key]) => key) : []);
    for (const mark of panel.querySelectorAll("[data-group]")) {
      const key = mark.dataset.group;
      if (seen.has(key)) continue;
      seen.add(key);
      const label = mark.closest("label");
      const head = L.DomUtil.create("div", "layers-head");
      const title = groups.find(([name]) => name === key)[1];
      L.DomUtil.create("span", "", head).textContent = title;
      const button = L.DomUtil.create("button", "", head);
      button.type = "button";
      button.textContent = words.all_none;
      button.setAttribute("aria-label", `${title}: ${words.all_none}`);
      button.onclick = () => {
        const boxes = [...panel.querySelectorAll(`[data-group="${key}"]`)].map((m) => m.closest("label").querySelector("input"));
        const target = !boxes.every((input) => input.checked);
        boxes.filter((input) => input.checked !== target).forEach((input) => input.click());
      };
      label.before(head);
    }
  };
  const toggle = panel.querySelector(".leaflet-control-layers-toggle");
  toggle.setAttribute("title", words.layers);
  toggle.setAttribute("aria-label", words.layers);
  map.on("overlayadd overlayremove", sync);
  map.on("zoomend moveend resize", () => requestAnimationFrame(arrange));

  const legend = document.querySelector(".legend");
  if (small) legend.open = false;
  legend.addEventListener("toggle", () => map.invalidateSize());
  const fit = () => {
    map.invalidateSize();
    const open = panel.classList.contains("leaflet-control-layers-expanded") ? panel.offsetWidth + 12 : 0;
    map.fitBounds(bounds, { paddingTopLeft: [36, 52], paddingBottomRight: [Math.max(open, small ? 96 : 110), 34], maxZoom: 13, animate: false });
  };
  window.addEventListener("beforeprint", fit);
  const edge = panel.classList.contains("leaflet-control-layers-expanded") ? panel.offsetWidth + 20 : 10;
  const room = { autoPanPaddingTopLeft: small ? [10, 66] : [62, 10], autoPanPaddingBottomRight: [edge, 10] };
  const keepClear = (layer) => {
    if (layer.getPopup()) Object.assign(layer.getPopup().options, room);
    if (layer.eachLayer) layer.eachLayer(keepClear);
  };
  facets.forEach(([group]) => keepClear(group));
  fit();
  sync();
}
