// The conversation, for both sides: sends without leaving the page, keeps the draft, sends once when
// the network is back, tells what was seen, and shows that the other one is writing.
// Without it the forms work as forms.
(() => {
  "use strict";

  const RETRY_MS = 5_000;
  const TYPING_EVERY_MS = 3_000;
  const TYPING_FOR_MS = 6_000;
  const HERE_EVERY_MS = 20_000;
  const HERE_FOR_MS = 45_000;
  const SEEN_MS = 1_000;
  const SAVE_MS = 800;

  const root = document.querySelector("[data-live]");
  if (!root?.querySelector("[data-composer], [data-panel=queue]") || !window.fetch) return;

  const composer = () => root.querySelector("[data-composer]");
  const isStaff = composer()?.dataset.composer === "staff";
  const want = (...names) => root.dispatchEvent(new CustomEvent("nota:want", { detail: names }));
  const sign = (what) => root.dispatchEvent(new CustomEvent("nota:say", { detail: what }));
  const announce = (words) => {
    const place = document.querySelector("[data-announcer]");
    if (place && words) place.textContent = words;
  };

  // crypto.randomUUID is for secure pages only; this works on any.
  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  // ------------------------------------------------------------------ the draft

  // The customer's words are kept by the server, for the link they came by: a browser's store is
  // read by whoever uses that machine next. An agent's stay in the tab, and go with it; inbox.js
  // keeps them on the server besides, for the agent.
  const keyOf = (form) => `nota.draft.${form.dataset.draft}`;
  const kindOf = (form) => form.elements.kind?.value ?? "message";
  let saving = 0;
  let saved = null;

  function keep(form, waiting) {
    if (form.dataset.draftUrl) return saveSoon(form);
    const text = form.elements.text.value;
    try {
      if (!text) sessionStorage.removeItem(keyOf(form));
      else {
        const id = form.elements.message_id.value;
        sessionStorage.setItem(keyOf(form), JSON.stringify({ text, id, kind: kindOf(form), waiting }));
      }
    } catch {
      // a browser that keeps nothing: the text stands in the field all the same
    }
  }

  function saveSoon(form) {
    clearTimeout(saving);
    saving = setTimeout(() => save(form), SAVE_MS);
  }

  function save(form) {
    clearTimeout(saving);
    saving = 0;
    const { text, about, message_id: id, csrfmiddlewaretoken: token } = form.elements;
    if (sending || text.value === (saved ?? text.defaultValue)) return;
    saved = text.value;
    const body = new URLSearchParams({ text: text.value, about: about.value, message_id: id.value });
    const headers = { "HX-Request": "true", "X-CSRFToken": token.value };
    fetch(form.dataset.draftUrl, { method: "POST", body, headers, redirect: "manual", keepalive: true })
      .catch(() => { saved = null; }); // kept with the next word
  }

  function restore(form) {
    if (form.dataset.draftUrl) return; // it came with the page
    let kept;
    try {
      kept = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "null");
    } catch {
      kept = null;
    }
    if (!kept?.text || form.elements.text.value) return;
    form.elements.text.value = kept.text;
    if (kept.kind === "note") choose(form, "note");
    if (kept.waiting) {
      form.elements.message_id.value = kept.id;
      send(form);
    }
  }

  function choose(form, kind) {
    for (const radio of form.querySelectorAll("[name=kind]")) radio.checked = radio.value === kind;
    show(form);
  }

  function show(form) {
    const text = form.elements.text;
    if (!text.dataset.placeholderNote) return;
    text.dataset.placeholderMessage ??= text.placeholder;
    text.placeholder = kindOf(form) === "note" ? text.dataset.placeholderNote : text.dataset.placeholderMessage;
  }

  // ------------------------------------------------------------------ sending

  let sending = false;
  let retry = 0;
  let tried = false;

  const tell = (form, words) => {
    const place = form.querySelector("[data-error]");
    if (place && place.textContent !== words) place.textContent = words;
  };

  // Without files the fields travel as any form's do; the empty choice of files is none.
  function plain(body) {
    body.delete("files");
    return new URLSearchParams(body);
  }

  async function send(form) {
    const files = notaFiles.chosen(form);
    if (sending || !(form.elements.text.value.trim() || files.length)) return;
    sending = tried = true;
    clearTimeout(retry);
    clearTimeout(saving);
    const text = form.elements.text;
    if (form.elements.seen_no) form.elements.seen_no.value = String(newest() || form.elements.seen_no.value);
    const body = new FormData(form);
    const headers = { "HX-Request": "true" };
    text.readOnly = true;
    let answer = null;
    try {
      answer = files.length ? await notaFiles.post(form, body, headers) : await fetch(form.action, {
        method: "POST", body: plain(body), headers, redirect: "manual", cache: "no-store",
      });
    } catch {
      answer = null; // no network: kept, and sent below
    }
    sending = text.readOnly = false;
    const lead = answer?.headers.get("HX-Redirect");
    if (lead) {
      keep(form, false);
      location.assign(lead);
    } else if (answer?.status === 204) sent(form);
    else if (answer?.status === 422) {
      waits(form, false);
      tell(form, await answer.text());
      if (isStaff) want("talk", "queue");
      text.focus();
    } else if (answer && (answer.type === "opaqueredirect" || answer.status < 500)) {
      keep(form, false);
      location.reload(); // the door is closed: the page says why, the draft stays
    } else {
      waits(form, true);
      tell(form, answer ? form.dataset.wordFailed : form.dataset.wordWaiting);
      retry = setTimeout(() => send(composer() ?? form), RETRY_MS);
    }
  }

  function waits(form, waiting) {
    form.toggleAttribute("data-waiting", waiting);
    keep(form, waiting);
  }

  function sent(form) {
    tried = false;
    form.elements.text.value = form.elements.text.defaultValue = "";
    saved = "";
    root.dispatchEvent(new CustomEvent("nota:sent"));
    notaFiles.clear(form);
    form.elements.message_id.value = newId();
    if (form.elements.about) form.elements.about.value = "";
    form.querySelector("[data-about]")?.remove();
    forgetAbout();
    form.removeAttribute("data-waiting");
    if (isStaff) keep(form, false);
    tell(form, "");
    if (isStaff) want("talk", "queue", "heed");
    else want("history", "messages");
  }

  function forgetAbout() {
    const url = new URL(location.href);
    if (!url.searchParams.has("about")) return;
    url.searchParams.delete("about");
    history.replaceState(history.state, "", url);
  }

  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-composer]")) {
      event.preventDefault();
      send(form);
    } else if (form.matches("[data-act]")) {
      event.preventDefault();
      act(form, event.submitter);
    }
  });

  root.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.matches("[data-composer]") || event.target.name !== "text") return;
    another(form);
    typing(form);
  });

  // Another text or other files than what may have arrived: it is another message.
  function another(form) {
    if (tried) {
      tried = false;
      form.elements.message_id.value = newId();
    }
    tell(form, "");
    clearTimeout(retry);
    waits(form, false);
  }

  root.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form?.matches("[data-composer]")) return;
    if (event.target.name === "files") another(form);
    if (event.target.name !== "kind") return;
    show(form);
    keep(form, false);
  });

  root.addEventListener("click", (event) => {
    const off = event.target.closest("[data-about-off]");
    if (!off) return;
    event.preventDefault();
    const form = off.closest("form");
    form.elements.about.value = "";
    off.closest("[data-about]").remove();
    forgetAbout();
    form.elements.text.focus();
  });

  root.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.form;
    if (form?.matches("[data-composer]")) form.requestSubmit();
  });

  addEventListener("online", () => {
    const form = composer();
    if (form?.hasAttribute("data-waiting")) send(form);
  });

  // ------------------------------------------------------------------ small acts on a thread

  async function act(form, button) {
    const body = new URLSearchParams(new FormData(form, button));
    const place = (form.closest("[data-card]") ?? form.closest("[data-panel]")).querySelector("[data-error]");
    let words = "";
    try {
      const answer = await fetch(form.action, {
        method: "POST", body, headers: { "HX-Request": "true" }, redirect: "manual", cache: "no-store",
      });
      const lead = answer.headers.get("HX-Redirect");
      if (lead) return location.assign(lead);
      if (answer.status === 422) words = await answer.text();
      else if (answer.status !== 204) return location.reload();
    } catch {
      return form.submit(); // the browser says what is wrong better than we can
    }
    form.reset();
    form.closest("details")?.removeAttribute("open");
    if (document.activeElement?.form === form) document.activeElement.blur();
    if (words && place) place.textContent = words;
    else want("talk", "queue", "history", "proposals", "balance");
  }

  // ------------------------------------------------------------------ what was seen

  const bubbles = () => [...root.querySelectorAll(".bubble.them[data-no]")];
  const newest = () => Math.max(0, ...[...root.querySelectorAll(".bubble[data-no]")].map((b) => Number(b.dataset.no)));
  const place = () => root.querySelector("[data-seen-url]");
  let got = Number(place()?.dataset.read ?? 0);
  let read = got;
  let looking = 0;

  function inSight() {
    if (document.hidden) return 0;
    const box = flow()?.getBoundingClientRect() ?? { top: 0, bottom: innerHeight };
    const [above, below] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
    const numbers = bubbles().filter((bubble) => {
      const { top, bottom, height } = bubble.getBoundingClientRect();
      return height > 0 && bottom > above && top < below;
    });
    return Math.max(0, ...numbers.map((bubble) => Number(bubble.dataset.no)));
  }

  async function tellSeen(gotNo, readNo) {
    const url = place()?.dataset.seenUrl;
    const token = root.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (!url || !token || (gotNo <= got && readNo <= read)) return;
    got = Math.max(got, gotNo);
    read = Math.max(read, readNo);
    const body = new URLSearchParams({ got, read });
    await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token }, keepalive: true })
      .catch(() => { got = read = 0; }); // told again with the next look
  }

  function look() {
    clearTimeout(looking);
    const shown = Math.max(0, ...bubbles().map((bubble) => Number(bubble.dataset.no)));
    if (shown > got) tellSeen(shown, 0);
    if (inSight() > read) looking = setTimeout(() => tellSeen(shown, inSight()), SEEN_MS);
  }

  // ------------------------------------------------------------------ signs

  let typedAt = 0;
  let typingUntil = 0;
  const others = new Map(); // name -> what they do, and until when we believe it

  function typing(form) {
    const now = Date.now();
    if (now - typedAt < TYPING_EVERY_MS) return;
    typedAt = now;
    sign(kindOf(form) === "note" ? "noting" : "typing");
  }

  root.addEventListener("nota:sign", ({ detail }) => {
    if (detail.at && detail.at !== root.dataset.thread) return; // of another row of the list
    const now = Date.now();
    if (detail.side === (isStaff ? "customer" : "staff") && ["typing", "gone"].includes(detail.sign)) {
      typingUntil = detail.sign === "typing" ? now + TYPING_FOR_MS : 0;
    }
    if (isStaff && !(detail.side === "staff" && detail.name === root.dataset.me)) {
      const name = detail.side === "staff" ? detail.name : "";
      if (detail.sign === "gone") others.delete(name);
      else others.set(name, { busy: detail.sign !== "here", until: now + HERE_FOR_MS });
    }
    showSigns();
  });

  function showSigns() {
    const now = Date.now();
    const mark = root.querySelector("[data-typing-sign]");
    if (mark) {
      mark.hidden = typingUntil <= now;
      const words = mark.hidden ? "" : mark.dataset.word;
      if (mark.textContent !== words) mark.textContent = words;
    }
    const line = root.querySelector("[data-others]");
    if (!line) return;
    const words = [];
    for (const [name, seen] of others) {
      if (seen.until <= now) others.delete(name);
      else if (!name) words.push(line.dataset.wordCustomer);
      else words.push(`${name} ${seen.busy ? line.dataset.wordTyping : line.dataset.wordHere}`);
    }
    const said = words.map((each) => ` · ${each}`).join("");
    if (line.textContent !== said) line.textContent = said;
  }

  setInterval(showSigns, 1_000);
  const here = () => { if (!document.hidden && composer()) sign("here"); };
  setInterval(here, HERE_EVERY_MS);
  setTimeout(here, 1_500);
  document.addEventListener("visibilitychange", () => { if (document.hidden) sign("gone"); else { here(); look(); } });
  addEventListener("pagehide", () => {
    sign("gone");
    const form = composer();
    if (saving && form) save(form);
  });

  // ------------------------------------------------------------------ after the page changed

  let known = new Set();
  let atEnd = true;
  let stood = 0;
  const ids = () => bubbles().map((bubble) => bubble.dataset.message);
  const flow = () => root.querySelector("[data-flow]");

  root.addEventListener("scroll", (event) => {
    if (!event.target.matches?.("[data-flow]")) return;
    const { scrollTop, scrollHeight, clientHeight } = event.target;
    stood = scrollTop;
    atEnd = scrollHeight - scrollTop - clientHeight < 40;
  }, { capture: true, passive: true });

  function settle() {
    const stream = flow();
    if (stream) stream.scrollTop = atEnd ? stream.scrollHeight : stood;
  }

  const title = document.title;
  function badge() {
    const list = root.querySelector("[data-waiting-count]");
    const waiting = Number(list?.dataset.waitingCount ?? 0);
    if (list) document.title = waiting ? `(${waiting}) ${title}` : title;
  }

  function changed() {
    const news = bubbles().filter((bubble) => !known.has(bubble.dataset.message));
    if (news.length) typingUntil = 0;
    // The story announces what arrives in it; the flow grows at its end, and is announced here.
    if (flow() && known.size) announce(news.map((bubble) => bubble.closest("[data-say]")?.dataset.say).join(" "));
    known = new Set(ids());
    settle();
    badge();
    showSigns();
    look();
  }

  root.addEventListener("nota:swapped", changed);
  addEventListener("scroll", look, { passive: true });
  const form = composer();
  if (form) {
    show(form);
    restore(form);
    if (new URL(location.href).searchParams.has("about")) form.elements.text.focus();
  }
  changed();
})();
