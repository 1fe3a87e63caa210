// The device's own way to share, where it has one; copying works without.
(() => {
  "use strict";

  const button = document.querySelector("[data-share]");
  if (!button || !navigator.share) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.share({ title: button.dataset.shareTitle, url: button.dataset.share })
      .catch(() => {}); // changed their mind
  });
})();
