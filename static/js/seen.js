// Tells that an invitation was really before somebody's eyes: once, after most of it, or as much as
// fills half of the window, was there for a second. What is only drawn further down counts not.
(() => {
  "use strict";

  const SEEN_MS = 1_000;
  const told = new Set();
  const timers = new WeakMap();

  function tell(section) {
    const { seenUrl, seenMoment } = section.dataset;
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
    const key = `${seenUrl} ${seenMoment}`;
    if (!section.isConnected || document.hidden || told.has(key) || !token) return;
    told.add(key);
    const body = new URLSearchParams({ moment: seenMoment });
    fetch(seenUrl, { method: "POST", headers: { "X-CSRFToken": token }, body, keepalive: true })
      .catch(() => {}); // nothing depends on it
  }

  const eyes = new IntersectionObserver((entries) => {
    for (const { target, intersectionRatio, intersectionRect } of entries) {
      clearTimeout(timers.get(target));
      const seen = intersectionRatio >= 0.6 || intersectionRect.height >= innerHeight / 2;
      if (seen) timers.set(target, setTimeout(tell, SEEN_MS, target));
    }
  }, { threshold: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1] });

  function watch() {
    for (const section of document.querySelectorAll("[data-seen-url]")) eyes.observe(section);
  }

  // Panels are swapped: what comes in is watched too.
  new MutationObserver(watch).observe(document.body, { childList: true, subtree: true });
  watch();
})();
