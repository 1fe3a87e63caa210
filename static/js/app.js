// What the page does outside its own window: the tab's title and icon tell a reader who looks
// elsewhere that something changed, and the worker shows a calm page where there is no network.
(() => {
  "use strict";

  const icon = document.querySelector("link[rel=icon]");
  const calm = icon?.getAttribute("href");
  let resting = document.title;
  let news = "";

  function show() {
    document.title = news ? `● ${news} · ${resting}` : resting;
    const href = news ? icon?.dataset.changed : calm;
    if (href && icon.getAttribute("href") !== href) icon.setAttribute("href", href);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !news) return;
    news = "";
    show();
  });

  window.notaTab = {
    // The title as it is when nothing is new; the words of what changed, if anything a reader
    // would want to know did.
    changed(title, words) {
      resting = title;
      if (document.hidden && words) news = words.replace(/\.$/, "");
      show();
    },
  };

  const { worker } = document.documentElement.dataset;
  if (worker) navigator.serviceWorker?.register(worker).catch(() => {}); // a bonus: without it the page is whole
})();
