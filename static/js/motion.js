// What a swap must not disturb (focus, scroll, opened details), and the movement that explains it:
// the sum counts to its new value once, new lines of the history arrive once, and what has to make
// room glides there. live.js calls it.
(() => {
  "use strict";

  const COUNT_MS = 420;
  const ARRIVED_MS = 2_000;
  const GLIDE = { duration: 420, easing: "cubic-bezier(.2, .8, .2, 1)" };

  const still = () => document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches;

  // How the server writes sums, learnt from its own text: 1 249,50 kr. Null when it does not fit.
  function writerLike(text, minor, earlier) {
    const found = text.match(/\d(?:[\d\s.,'’]*\d)?/);
    if (!found) return null;
    const cents = found[0].match(/[.,]\d\d$/)?.[0][0] ?? "";
    const whole = (sum) => (cents ? sum.slice(0, -3) : sum);
    const groups = (sum) => whole(sum.match(/\d(?:[\d\s.,'’]*\d)?/)?.[0] ?? "").match(/\D/)?.[0];
    const group = groups(text) ?? groups(earlier) ?? "";
    const head = text.slice(0, found.index);
    const tail = text.slice(found.index + found[0].length);
    const write = (value) => {
      const size = Math.abs(Math.round(value));
      const units = cents ? Math.floor(size / 100) : Math.round(size / 100);
      const digits = String(units).replace(/\B(?=(\d{3})+$)/g, group);
      return head + digits + (cents && cents + String(size % 100).padStart(2, "0")) + tail;
    };
    return write(minor) === text ? write : null;
  }

  function count(before, place) {
    const from = Number(before?.minor);
    const to = Number(place?.dataset.count);
    if (!place || !before || still() || !(from >= 0) || !(to >= 0) || from === to) return;
    if (before.kind !== place.tagName + place.className) return;
    const last = place.textContent;
    const write = writerLike(last, to, before.text);
    if (!write) return;
    const began = performance.now();
    const step = (now) => {
      const part = Math.min(1, Math.max(0, (now - began) / COUNT_MS));
      if (part === 1 || !place.isConnected || still()) {
        place.textContent = last;
        return;
      }
      place.textContent = write(from + (to - from) * (1 - (1 - part) ** 3));
      requestAnimationFrame(step);
    };
    place.textContent = write(from);
    requestAnimationFrame(step);
    // Frames stop in a tab that goes to the back: the true sum must stand there all the same.
    setTimeout(() => { place.textContent = last; }, COUNT_MS + 200);
  }

  // ------------------------------------------------------------------ before and after a swap

  const FOCUSABLE = "a[href], button, summary, [tabindex]";
  const panelNamed = (root, name) => root.querySelector(`[data-panel="${CSS.escape(name)}"]`);
  const keyOf = (node) => node.id || node.closest("[data-entry]")?.dataset.entry || "";

  function before(root) {
    const balance = panelNamed(root, "balance");
    const sum = balance?.querySelector("[data-count]");
    document.documentElement.style.overflowAnchor = "none"; // the browser's holding and ours would add up
    return {
      entries: new Set([...root.querySelectorAll("[data-entry]")].map((item) => item.dataset.entry)),
      left: balance?.dataset.leftMinor,
      sum: sum && { minor: sum.dataset.count, text: sum.textContent, kind: sum.tagName + sum.className },
      open: [...root.querySelectorAll("details[open]")].map(keyOf).filter(Boolean),
      focus: focused(root),
      anchor: anchored(root),
      places: places(root),
    };
  }

  function focused(root) {
    const active = document.activeElement;
    const panel = active?.closest("[data-panel]");
    if (!panel || !root.contains(panel)) return null;
    const place = [...panel.querySelectorAll(FOCUSABLE)].indexOf(active);
    return { active, name: panel.dataset.panel, id: active.id, place, says: active.textContent };
  }

  function refocus(root, focus) {
    if (!focus || focus.active.isConnected) return;
    const panel = panelNamed(root, focus.name);
    if (!panel || panel.contains(document.activeElement)) return;
    const byId = focus.id && document.getElementById(focus.id);
    const all = [...panel.querySelectorAll(FOCUSABLE)];
    const same = all[focus.place]?.textContent === focus.says ? all[focus.place] : null;
    const next = byId || same || all.find((node) => node.textContent === focus.says) || panel;
    if (next === panel && !panel.hasAttribute("tabindex")) panel.tabIndex = -1;
    next.focus({ preventScroll: true });
  }

  // The topmost thing the reader sees, and where it stands.
  function anchored(root) {
    if (scrollY <= 0) return null;
    let best = null;
    for (const node of root.querySelectorAll("[data-panel], [data-entry]")) {
      const { top, bottom } = node.getBoundingClientRect();
      if (bottom <= 0 || top >= innerHeight) continue;
      if (!best || Math.abs(top) < Math.abs(best.top)) best = { node, top };
    }
    if (!best) return null;
    const { entry, panel } = best.node.dataset;
    const at = entry ? `[data-entry="${CSS.escape(entry)}"]` : `[data-panel="${CSS.escape(panel)}"]`;
    return { at, top: best.top };
  }

  function hold(root, anchor) {
    const node = anchor && root.querySelector(anchor.at);
    if (!node) return;
    const moved = node.getBoundingClientRect().top - anchor.top;
    if (Math.abs(moved) >= 1) scrollBy({ top: moved, behavior: "instant" });
  }

  // Where columns, panels and what lies between and below them stand, under names that outlive a
  // swap. A column comes before what stands in it.
  function places(root) {
    const nodes = [...root.querySelectorAll(":scope > *, .column > *"), ...document.querySelectorAll("footer")];
    return new Map(nodes.map((node) => [node.dataset.panel ?? node, { node, top: node.getBoundingClientRect().top }]));
  }

  // A panel that grew or shrank moves others: they glide from where they stood, and nothing jumps.
  // The one that holds what the reader looks at is kept in its place already. A column that moves
  // glides as a whole (it is a box too, and on a phone it stands below the other), and what stands
  // in it glides only as far as it moved within.
  function glide(root, before, anchor) {
    if (still()) return;
    const held = anchor && root.querySelector(anchor.at);
    const carried = new Map();
    for (const [name, { node, top }] of places(root)) {
      if (held && node.contains(held)) continue;
      const whole = before.has(name) ? before.get(name).top - top : 0;
      const by = whole - (carried.get(node.parentNode) ?? 0);
      if (node.matches(".column")) carried.set(node, whole);
      if (Math.abs(by) >= 1) node.animate({ transform: [`translateY(${by}px)`, "none"] }, GLIDE);
    }
  }

  function arrivals(root, known) {
    const items = [...root.querySelectorAll("[data-entry]")];
    const last = items.findLastIndex((item) => known.has(item.dataset.entry));
    // What comes after the last known one is older: it slid in where something went away.
    const news = items.filter((item, place) => !known.has(item.dataset.entry) && (last < 0 || place < last));
    for (const item of news) {
      item.classList.add("arrived");
      setTimeout(() => item.classList.remove("arrived"), ARRIVED_MS);
    }
    return news;
  }

  function after(root, memory) {
    for (const details of root.querySelectorAll("details")) {
      if (memory.open.includes(keyOf(details))) details.open = true;
    }
    refocus(root, memory.focus);
    hold(root, memory.anchor);
    glide(root, memory.places, memory.anchor);
    requestAnimationFrame(() => { document.documentElement.style.overflowAnchor = ""; });
    const balance = panelNamed(root, "balance");
    count(memory.sum, balance?.querySelector("[data-count]"));
    const leftChanged = Boolean(balance) && balance.dataset.leftMinor !== memory.left;
    return { arrived: arrivals(root, memory.entries), leftChanged };
  }

  window.notaMotion = { before, after };
})();
