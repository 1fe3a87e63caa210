// Tells that the page was really before somebody's eyes: once, after it has been seen for a moment.
// Scanners that only fetch the link, and pages made ahead of time, never come as far as this.
(() => {
  "use strict";

  const SEEN_MS = 1_500;
  const root = document.querySelector("[data-opened-url]");
  if (!root) return;

  let timer = 0;
  let told = false;

  function tell() {
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (told || !token) return;
    told = true;
    fetch(root.dataset.openedUrl, { method: "POST", headers: { "X-CSRFToken": token }, keepalive: true })
      .catch(() => {}); // nothing depends on it; the next visit tells again
  }

  function look() {
    clearTimeout(timer);
    if (!document.hidden && !document.prerendering) timer = setTimeout(tell, SEEN_MS);
  }

  document.addEventListener("visibilitychange", look);
  document.addEventListener("prerenderingchange", look);
  look();
})();
