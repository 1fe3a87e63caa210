// The living page: hears which panels changed, fetches them, and shows what is new, once.
// The socket says only names; content comes over the panels' own URL, with the reader's own rights.
// When the socket is gone a slow poll takes over, and the sign on the page says so.
(() => {
  "use strict";

  const POLL_MS = 20_000;
  const BACK_MIN_MS = 500;
  const BACK_MAX_MS = 15_000;
  const FETCH_MS = 15_000;
  const PING_MS = 50_000;
  const PONG_MS = 8_000;
  const ASLEEP_MS = 20_000;
  const LOST_MS = 5_000; // the same, for all pages of a server that lost its bell
  const CLOSED = 4410;
  const UPDATED_MS = 4_000;
  const SENTENCES = 3;

  const root = document.querySelector("[data-live]");
  if (!root || !root.dataset.panelsUrl || !window.fetch) return;

  // Rung for many pages at once, they do not all ask in the same moment; desks are few.
  const CROWD_MS = root.dataset.viewer === "customer" ? 1_500 : 300;

  // Without motion.js the page is as true, only less gentle.
  const motion = window.notaMotion ?? { before() {}, after: () => ({ arrived: [] }) };
  const tab = window.notaTab ?? { changed(title) { document.title = title; } };

  const panelNamed = (name) => root.querySelector(`[data-panel="${CSS.escape(name)}"]`);
  const within = (ms) => Math.random() * ms;

  // ------------------------------------------------------------------ the sign

  const sign = (() => {
    let resting = "off";
    let timer = 0;
    const show = (state) => {
      const place = document.querySelector("[data-live-sign]");
      if (!place) return;
      const word = place.dataset[`word${state[0].toUpperCase()}${state.slice(1)}`];
      if (word === undefined || place.textContent === word) {
        place.dataset.state = state;
        return;
      }
      const fresh = place.cloneNode(); // a longer word beside the edge would push the dot about
      fresh.dataset.state = state;
      fresh.textContent = word;
      place.replaceWith(fresh);
    };
    return {
      rest(state) {
        if (resting === state) return;
        resting = state;
        clearTimeout(timer);
        show(state);
      },
      updated() {
        if (resting !== "live") return;
        clearTimeout(timer);
        show("updated");
        timer = setTimeout(() => show(resting), UPDATED_MS);
      },
    };
  })();

  // ------------------------------------------------------------------ what is being typed into

  const TYPED = "input:not([type=button], [type=submit], [type=reset], [type=hidden]), textarea, select, [contenteditable=true]";

  function changed(field) {
    if (field.matches("[type=hidden], [type=submit], [type=button], [type=reset]")) return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) {
      const options = [...field.options];
      const chosen = options.filter((option) => option.defaultSelected);
      // A list with nothing marked begins at its first option.
      if (!field.multiple && !chosen.length) return field.selectedIndex > 0;
      return options.some((option) => option.selected !== option.defaultSelected);
    }
    return "defaultValue" in field && field.value !== field.defaultValue;
  }

  function isTypedInto(panel) {
    if (panel.matches("[data-open-form]")) return true; // opened on purpose; closed the same way
    const active = document.activeElement;
    if (active && panel.contains(active) && active.matches(TYPED)) return true;
    return [...panel.querySelectorAll("input, textarea, select")].some(changed);
  }

  const stale = new Set(); // names of panels kept back while they are typed into

  function fetchReleased() {
    const free = [...stale].filter((name) => {
      const panel = panelNamed(name);
      return !panel || !isTypedInto(panel);
    });
    for (const name of free) stale.delete(name);
    if (free.length) want(free);
  }

  // ------------------------------------------------------------------ the swap

  const say = (() => {
    let timer = 0;
    return (words) => {
      const place = document.querySelector("[data-announcer]");
      if (!place || !words) return;
      clearTimeout(timer);
      place.textContent = words;
      // Emptied without a sound, so that the same words can be said again later.
      timer = setTimeout(() => { if (place.textContent === words) place.textContent = ""; }, 5_000);
    };
  })();

  let swapping = false;

  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const panel = event.target.closest?.("[data-panel]");
    if (!swapping || !panel || !isTypedInto(panel)) return;
    event.preventDefault();
    stale.add(panel.dataset.panel);
  });

  function swap(html) {
    if (!window.htmx) return;
    const before = motion.before(root);
    swapping = true;
    try {
      window.htmx.swap(root, html, { swapStyle: "none", swapDelay: 0, settleDelay: 0, ignoreTitle: true });
    } finally {
      swapping = false;
    }
    const { arrived, leftChanged } = motion.after(root, before);
    const balance = panelNamed("balance");
    const words = arrived.slice(0, SENTENCES).reverse().map((item) => item.dataset.say);
    if (leftChanged) words.push(balance.dataset.say);
    tab.changed(balance?.dataset.title || document.title, arrived[0]?.dataset.say ?? words[0]);
    say(words.filter(Boolean).join(" "));
    root.dispatchEvent(new CustomEvent("nota:swapped"));
  }

  // ------------------------------------------------------------------ fetching: one under way, one waiting

  let ended = false;
  let closed = false;
  let fetching = false;
  let failures = 0;
  let waiting = { all: false, names: new Set(), rung: [] };
  let due = Infinity;
  let timer = 0;
  const done = new Set(); // versions whose rings have been followed

  function want(names, version = 0, delay = 0) {
    for (const name of names) if (panelNamed(name)) waiting.names.add(name);
    if (version) waiting.rung.push(version);
    if (waiting.names.size) soon(delay);
  }

  function catchUp(delay = 0) {
    waiting.all = true;
    soon(delay);
  }

  function soon(delay) {
    const at = performance.now() + delay;
    if (ended || at >= due) return;
    due = at;
    clearTimeout(timer);
    if (!fetching) timer = setTimeout(run, delay);
  }

  async function run() {
    const asked = waiting;
    waiting = { all: false, names: new Set(), rung: [] };
    due = Infinity;
    fetching = true;
    let answered = false;
    try {
      answered = await ask(asked);
    } catch {
      answered = false; // the network, or the time allowed: asked again below
    }
    fetching = false;
    if (ended) return;
    let pause = due === Infinity ? 0 : Math.max(0, due - performance.now());
    if (answered) {
      failures = 0;
      if (open) sign.rest("live");
    } else {
      sign.rest("reconnecting");
      failures += 1;
      pause = Math.max(pause, backoff(failures));
      waiting.all ||= asked.all;
      for (const name of asked.names) waiting.names.add(name);
      waiting.rung.push(...asked.rung);
    }
    due = Infinity;
    if (waiting.all || waiting.names.size) soon(pause);
  }

  async function ask(asked) {
    const url = new URL(root.dataset.panelsUrl, location.href);
    // What the reader looks at (a search, an earlier part of the story) stays what is looked at.
    for (const [name, value] of new URLSearchParams(location.search)) url.searchParams.set(name, value);
    if (asked.all) {
      url.searchParams.set("v", root.dataset.v ?? "");
      url.searchParams.set("on", root.dataset.on ?? "");
    } else {
      url.searchParams.set("names", [...asked.names].join(","));
    }
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), FETCH_MS);
    try {
      const answer = await fetch(url, {
        headers: { "HX-Request": "true" }, redirect: "manual", cache: "no-store", signal: stop.signal,
      });
      if (answer.type === "opaqueredirect" || [401, 403, 404, 410].includes(answer.status)) {
        end();
        return true;
      }
      if (answer.status !== 200 && answer.status !== 204) return false;
      const html = await answer.text();
      if (answer.status === 200) {
        swap(html);
        sign.updated();
      }
      note(asked, Number(answer.headers.get("X-Nota-Version")), answer.headers.get("X-Nota-On"));
      return true;
    } finally {
      clearTimeout(limit);
    }
  }

  // The version may move on only where every entry up to it has been shown. After some panels that
  // is so when the rings came without a gap; else the next catch-up simply brings all panels once.
  function note(asked, version, on) {
    for (const rung of asked.rung) done.add(rung);
    let seen = Number(root.dataset.v) || 0;
    if (asked.all) {
      seen = Math.max(seen, version || 0);
      if (on) root.dataset.on = on;
    } else {
      while (seen < version && done.has(seen + 1)) seen += 1;
    }
    for (const rung of done) if (rung <= seen) done.delete(rung);
    root.dataset.v = String(seen);
  }

  const backoff = (tries) => {
    const most = Math.min(BACK_MAX_MS, 4 * BACK_MIN_MS * 2 ** Math.min(tries, 10));
    return BACK_MIN_MS + within(most - BACK_MIN_MS);
  };

  // ------------------------------------------------------------------ the socket

  let socket = null;
  let open = false;
  let tries = 0;
  let reconnecting = 0;
  let polling = 0;
  let pong = 0;

  function connect() {
    clearTimeout(reconnecting);
    if (ended || socket || !root.dataset.token) return;
    const url = new URL("/ws/page/", location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("token", root.dataset.token);
    try {
      socket = new WebSocket(url.href);
    } catch {
      lost();
      return;
    }
    socket.onopen = () => {
      open = true;
      clearTimeout(polling);
      sign.rest("live");
      catchUp();
    };
    socket.onmessage = (event) => hear(event.data);
    socket.onclose = (event) => {
      lost();
      if (event.code !== CLOSED) return;
      closed = true; // somebody closed the link; the panels' answer says whether another leads here
      catchUp();
    };
  }

  function hear(text) {
    clearTimeout(pong);
    tries = 0;
    let ring;
    try {
      ring = JSON.parse(text);
    } catch {
      return; // not ours; nothing to follow
    }
    if (ring.sign) root.dispatchEvent(new CustomEvent("nota:sign", { detail: ring }));
    else if (ring.catch_up) catchUp(within(LOST_MS));
    else if (ring.panels?.length) want(ring.panels, ring.v, ring.v ? 0 : within(CROWD_MS));
  }

  function drop() {
    clearTimeout(pong);
    clearTimeout(reconnecting);
    open = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
  }

  function lost() {
    drop();
    if (ended) return;
    sign.rest("reconnecting");
    tries += 1;
    reconnecting = setTimeout(connect, backoff(tries));
    poll();
  }

  function poll() {
    clearTimeout(polling);
    if (ended || open) return;
    polling = setTimeout(() => {
      if (!document.hidden && !open) catchUp();
      poll();
    }, POLL_MS * (0.9 + within(0.2)));
  }

  // A socket can be dead without knowing it, after sleep above all.
  function probe() {
    if (!open || socket.readyState !== WebSocket.OPEN) return;
    socket.send("ping");
    clearTimeout(pong);
    pong = setTimeout(lost, PONG_MS);
  }

  function again() {
    if (ended) return;
    tries = 0;
    if (open) probe();
    else {
      drop();
      reconnecting = setTimeout(connect, within(BACK_MIN_MS));
      poll();
    }
    catchUp(within(BACK_MIN_MS));
  }

  // Access is over (signed out, link withdrawn): no more asking; the page keeps what it last knew.
  function end() {
    ended = true;
    drop();
    for (const clock of [timer, polling]) clearTimeout(clock);
    sign.rest("off");
    if (closed) location.reload(); // what a closed link showed does not stay on the screen
  }

  // ------------------------------------------------------------------ when to look again

  let hiddenAt = 0;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hiddenAt = Date.now();
    else if (!open || Date.now() - hiddenAt > ASLEEP_MS) again();
  });
  addEventListener("pagehide", drop); // an open socket would keep the page out of the back cache
  addEventListener("pageshow", (event) => { if (event.persisted) again(); });
  addEventListener("online", () => again());
  addEventListener("offline", lost);
  setInterval(() => { if (!document.hidden) probe(); }, PING_MS);

  // "Due in 6 days" is wrong tomorrow: look once soon after midnight, not all in the same second.
  (function tomorrow() {
    const now = new Date();
    const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
    setTimeout(() => { catchUp(); tomorrow(); }, midnight - now + 5_000 + within(120_000));
  })();

  for (const name of ["focusout", "submit", "reset", "change", "htmx:afterRequest", "htmx:afterSettle"]) {
    document.addEventListener(name, () => { if (stale.size) setTimeout(fetchReleased); });
  }

  // What other scripts of the page ask for: panels they know to have changed, a sign to the others.
  root.addEventListener("nota:want", (event) => want(event.detail));
  root.addEventListener("nota:say", (event) => {
    if (open && socket.readyState === WebSocket.OPEN) socket.send(event.detail);
  });

  connect();
  poll();
})();
