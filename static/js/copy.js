// Copy buttons: one listener for the whole page, so that swapped-in panels work at once.
// Says "Copied" in the button and in the page's polite region; where the clipboard is closed,
// it selects the text so that the reader's own copy command takes it.
(() => {
  "use strict";

  const REST_MS = 2500;

  function announce(words) {
    let region = document.querySelector("[data-announcer]");
    if (!region) {
      region = document.createElement("div");
      region.className = "visually-hidden";
      region.setAttribute("role", "status");
      region.dataset.announcer = "";
      document.body.append(region);
    }
    region.textContent = "";
    setTimeout(() => { region.textContent = words; }, 50);
  }

  function select(node) {
    const range = document.createRange();
    range.selectNodeContents(node);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  function show(button, word, done) {
    const place = button.querySelector("[data-copy-word]");
    button.dataset.rest ??= place.textContent;
    place.textContent = word;
    button.toggleAttribute("data-copied", done);
    clearTimeout(button.resting);
    button.resting = setTimeout(() => {
      place.textContent = button.dataset.rest;
      button.removeAttribute("data-copied");
    }, REST_MS);
  }

  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      show(button, button.dataset.wordCopied, true);
      announce(button.dataset.say);
    } catch {
      // Not allowed, or not a secure page: hand the text over to the reader's own copy command.
      const value = button.closest("dd")?.querySelector("[data-copy-value]");
      if (value) select(value);
      show(button, button.dataset.wordSelect, false);
      announce(button.dataset.wordSelect);
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
  document.documentElement.dataset.copyReady = "";
})();
