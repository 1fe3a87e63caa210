// The review by the keyboard alone. Everything it does is a link or a button that stands on the page;
// without it they are clicked.
(() => {
  "use strict";

  const root = document.querySelector("[data-review]");
  if (!root) return;
  const one = (selector) => root.querySelector(selector);
  const sheet = one("[data-keys]");

  // ------------------------------------------------------------------ the list

  function step(by) {
    const rows = [...root.querySelectorAll(".rows .row a")];
    const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
    const wanted = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by];
    if (wanted) wanted.click();
  }

  function undo() {
    const last = one("[data-undo]");
    if (last) return last.click();
    const form = one("[data-undo-form]");
    if (!form) return;
    form.open = true;
    form.querySelector("select").focus();
  }

  function split() {
    const fold = one("[data-split]");
    if (!fold) return;
    fold.open = true;
    fold.querySelector("input[name=amount]").focus();
  }

  function find() {
    const field = one("[data-find]") ?? one("#review-query");
    if (!field) return;
    field.focus();
    field.select();
  }

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    1: () => one("[data-proposal='1']")?.focus(),
    2: () => one("[data-proposal='2']")?.focus(),
    3: () => one("[data-proposal='3']")?.focus(),
    u: undo,
    s: split,
    b: () => one("[data-bulk]")?.click(),
    "/": find,
    "?": () => sheet?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select");
    if (field) {
      if (event.key === "Escape") field.blur();
      return;
    }
    if (sheet?.open) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  const button = one("[data-show-keys]");
  if (button && sheet) button.hidden = false;
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-show-keys]")) sheet?.showModal();
  });

  // ------------------------------------------------------------------ a form is sent once

  root.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => {
    for (const form of root.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  });

  // ------------------------------------------------------------------ the split adds up

  const minor = (text) => {
    const plain = text.replace(/[\s\u00a0]/g, "").replace(",", ".");
    return /^\d+(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : plain ? NaN : 0;
  };

  function addUp() {
    const form = one("[data-adds-up]");
    const place = form?.querySelector("[data-rest]");
    if (!place) return;
    const parts = [...form.querySelectorAll("[name=amount]")].map((field) => minor(field.value));
    const rest = parts.reduce((sum, part) => sum - part, Number(form.dataset.addsUp));
    const { word, wordDone } = place.dataset;
    const words = Number.isNaN(rest) ? "" : rest ? `${word} ${(rest / 100).toFixed(2).replace(".", ",")}` : wordDone;
    if (place.textContent !== words) place.textContent = words;
  }
  root.addEventListener("input", addUp);

  // ------------------------------------------------------------------ after the page changed

  let held = "";
  root.addEventListener("focusin", (event) => { held = event.target.dataset?.proposal ?? ""; });
  root.addEventListener("nota:swapped", () => {
    const shown = one("[data-show-keys]");
    if (shown) shown.hidden = !sheet;
    if (held && document.activeElement === document.body) one(`[data-proposal="${held}"]`)?.focus();
    addUp();
  });

  addUp();
  one("[data-refused]")?.focus();
  one(".row [aria-current]")?.scrollIntoView({ block: "nearest" });
})();
