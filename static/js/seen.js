// Tells that an invitation was really before somebody's eyes: once, after most of it has been in
// the window for a second. What is only drawn further down counts for nothing.
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
    for (const { target, isIntersecting } of entries) {
      clearTimeout(timers.get(target));
      if (isIntersecting) timers.set(target, setTimeout(tell, SEEN_MS, target));
    }
  }, { threshold: 0.6 });

  function watch() {
    for (const section of document.querySelectorAll("[data-seen-url]")) eyes.observe(section);
  }

  // Panels are swapped: what comes in is watched too.
  new MutationObserver(watch).observe(document.body, { childList: true, subtree: true });
  watch();
})();
