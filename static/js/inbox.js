// The inbox for whoever works in it all day: keys, drafts kept on the server, replies by a slash,
// answers that can be taken back, who else is where, and a sound. Without it the forms work as forms.
(() => {
  "use strict";

  const DRAFT_MS = 900;
  const ATTEND_MS = 60_000;
  const HERE_FOR_MS = 45_000;

  const root = document.querySelector("main.inbox");
  if (!root || !window.fetch) return;

  const composer = () => root.querySelector("[data-composer]");
  const text = () => composer()?.elements.text;
  const token = () => root.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const want = (...names) => root.dispatchEvent(new CustomEvent("nota:want", { detail: names }));
  const post = (url, fields) => fetch(url, {
    method: "POST", body: new URLSearchParams(fields), keepalive: true,
    headers: { "X-CSRFToken": token(), "HX-Request": "true" }, redirect: "manual", cache: "no-store",
  });

  // ------------------------------------------------------------------ drafts, kept on the server

  let draftTimer = 0;
  let kept = text()?.value ?? "";

  function keepDraft() {
    clearTimeout(draftTimer);
    const form = composer();
    if (!form || form.elements.text.value === kept) return;
    kept = form.elements.text.value;
    const began = kept.trim() !== "";
    post(form.dataset.answerDraftUrl, {
      text: kept, kind: form.elements.kind.value, seen_no: form.elements.seen_no.value,
    }).then(() => { if (began) want("heed"); }).catch(() => { kept = ""; }); // with the next key
  }

  root.addEventListener("input", (event) => {
    if (event.target !== text()) return;
    clearTimeout(draftTimer);
    draftTimer = setTimeout(keepDraft, DRAFT_MS);
    offerReplies();
  });

  // What was sent is no draft any more: the server forgets it with the sending.
  root.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-composer]")) return;
    clearTimeout(draftTimer);
    kept = event.target.elements.text.value;
  }, true);

  addEventListener("pagehide", keepDraft);

  // "Send and close" is told by a hidden field, since the sending reads the form without its button.
  root.addEventListener("click", (event) => {
    const form = composer();
    if (!form || !form.contains(event.target)) return;
    const button = event.target.closest("button");
    if (button) setThen(form, button.matches("[data-then]"));
  }, true);

  function setThen(form, closes) {
    form.querySelector("input[name=then]")?.remove();
    if (!closes) return;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "then", value: "close" });
    form.append(field);
  }

  // ------------------------------------------------------------------ what to heed

  const state = () => {
    const newest = [...root.querySelectorAll(".bubble[data-no]")].at(-1)?.dataset.no ?? "";
    return `${newest} ${root.querySelector("[data-panel=balance]")?.textContent.replace(/\s+/g, " ") ?? ""}`;
  };
  let stateSeen = state();

  function heedAgain() {
    const now = state();
    if (now === stateSeen) return;
    stateSeen = now;
    if (text()?.value.trim()) want("heed");
  }

  // ------------------------------------------------------------------ answers that can be taken back

  const ends = new Map(); // an answer on its way -> when it goes

  function countDown() {
    for (const box of root.querySelectorAll("[data-held]")) {
      const form = box.querySelector("form");
      if (!ends.has(form.action)) ends.set(form.action, Date.now() + Number(box.dataset.left) * 1_000);
      const left = Math.max(0, Math.ceil((ends.get(form.action) - Date.now()) / 1_000));
      const place = box.querySelector("[data-left-words]");
      const words = place.dataset.word.replace("{count}", String(left));
      if (place.textContent !== words) place.textContent = words;
      if (!left && !box.dataset.gone) {
        box.dataset.gone = "1";
        heldDo(form, "send");
      }
    }
  }

  async function heldDo(form, what) {
    try {
      const answer = await post(form.action, { do: what });
      if (what === "undo" && answer.status === 204) return location.reload(); // it stands in the composer again
    } catch {
      return; // the server sends it by itself
    }
    want("talk", "queue", "heed");
  }

  root.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-held-form]")) return;
    event.preventDefault();
    heldDo(event.target, event.submitter?.value ?? "undo");
  });

  setInterval(countDown, 250);

  // ------------------------------------------------------------------ replies by a slash

  const list = root.querySelector("#ready-replies");
  let chosen = -1;
  let asked = "";

  const slash = () => {
    const field = text();
    const before = field.value.slice(0, field.selectionStart);
    return /(?:^|\s)\/([\p{L}\p{N}-]*)$/u.exec(before);
  };

  async function offerReplies() {
    const found = slash();
    if (!list || !found) return hideReplies();
    if (asked === found[1] && !list.hidden) return;
    asked = found[1];
    const url = new URL(composer().dataset.repliesUrl, location.href);
    url.searchParams.set("q", asked);
    let html = "";
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, cache: "no-store" });
      if (answer.status !== 200) return;
      html = await answer.text();
    } catch {
      return; // no network: the slash stays what was typed
    }
    if (slash()?.[1] !== asked) return;
    list.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    list.hidden = false;
    text().setAttribute("aria-controls", list.id);
    pick(0);
  }

  function hideReplies() {
    if (!list || list.hidden) return;
    list.hidden = true;
    asked = "";
    text()?.removeAttribute("aria-activedescendant");
  }

  const options = () => [...list.querySelectorAll("[data-text]")];

  function pick(no) {
    const all = options();
    chosen = all.length ? (no + all.length) % all.length : -1;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
    if (chosen < 0) return;
    text().setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  }

  function put(option) {
    const field = text();
    const found = slash();
    const end = field.selectionStart;
    const start = found ? end - found[1].length - 1 : end;
    field.setRangeText(option.dataset.text, start, end, "end");
    hideReplies();
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  list?.addEventListener("click", (event) => {
    const option = event.target.closest("[data-text]");
    if (!option) return;
    event.preventDefault();
    put(option);
  });

  root.addEventListener("keydown", (event) => {
    if (event.target !== text() || !list || list.hidden) return;
    if (event.key === "Escape") hideReplies();
    else if (event.key === "ArrowDown") pick(chosen + 1);
    else if (event.key === "ArrowUp") pick(chosen - 1);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && chosen >= 0) put(options()[chosen]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  // ------------------------------------------------------------------ keys

  const rows = () => [...root.querySelectorAll(".row > a")];

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const here = all.indexOf(document.activeElement);
    const from = here >= 0 ? here : all.findIndex((row) => row.matches("[aria-current]"));
    all[Math.min(all.length - 1, Math.max(0, from + step))].focus();
  }

  function choose() {
    const row = document.activeElement?.closest?.(".row") ?? root.querySelector(".row.on");
    row?.querySelector(".pick")?.click();
  }

  function write(kind) {
    const form = composer();
    if (!form) return;
    const radio = form.querySelector(`[name=kind][value=${kind}]`);
    if (!radio.checked) radio.click();
    form.elements.text.focus();
  }

  function press(key) {
    const target = root.querySelector(`[aria-keyshortcuts="${CSS.escape(key)}"]`);
    if (!target) return false;
    target.click();
    if (target.matches("summary")) target.parentElement.querySelector("select, input:not([type=hidden])")?.focus();
    return true;
  }

  const KEYS = {
    j: () => move(1), k: () => move(-1), x: choose, r: () => write("message"), n: () => write("note"),
    "/": () => root.querySelector("#inbox-query")?.focus(),
    "?": () => document.getElementById("keys")?.togglePopover?.(),
  };
  const PRESSED = ["t", "a", "s", "l", "m", "u", "e", "z"];

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      const open = root.querySelector("details.give[open]");
      open?.removeAttribute("open");
      if (typing || open) (open?.querySelector("summary") ?? event.target).focus();
      if (typing && !open) event.target.blur();
      return;
    }
    if (typing && event.key === "Enter" && event.shiftKey && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      root.querySelector("[data-then]")?.click();
      return;
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = KEYS[event.key];
    if (act) act();
    else if (!PRESSED.includes(event.key) || !press(event.key)) return;
    event.preventDefault();
  }, true);

  // ------------------------------------------------------------------ how many are chosen

  function countChosen() {
    const place = root.querySelector("[data-chosen]");
    if (place) place.textContent = String(root.querySelectorAll(".pick:checked").length || "");
  }
  root.addEventListener("change", (event) => { if (event.target.matches(".pick")) countChosen(); });

  // ------------------------------------------------------------------ who else is where

  const eyes = new Map(); // thread -> name -> what they do, and until when we believe it

  root.addEventListener("nota:sign", ({ detail }) => {
    if (!detail.at || detail.side !== "staff" || detail.name === root.dataset.me) return;
    const here = eyes.get(detail.at) ?? new Map();
    if (detail.sign === "gone") here.delete(detail.name);
    else here.set(detail.name, { busy: detail.sign !== "here", until: Date.now() + HERE_FOR_MS });
    eyes.set(detail.at, here);
    showEyes();
  });

  function showEyes() {
    const now = Date.now();
    for (const row of root.querySelectorAll(".row[data-thread]")) {
      const eye = row.querySelector("[data-eye]");
      const here = [...(eyes.get(row.dataset.thread) ?? [])].filter(([, seen]) => seen.until > now);
      const words = here.map(([name, seen]) => `${name} ${seen.busy ? eye.dataset.wordTyping : eye.dataset.wordHere}`).join(", ");
      eye.hidden = !words;
      const place = eye.querySelector("[data-eye-words]");
      if (place.textContent !== words) place.textContent = words;
    }
  }
  setInterval(showEyes, 5_000);

  // ------------------------------------------------------------------ being there, and hearing it

  const attend = () => { if (!document.hidden) post(root.dataset.attendUrl, {}).catch(() => {}); };
  setTimeout(attend, 2_000);
  setInterval(attend, ATTEND_MS);

  const waiting = () => Number.parseInt(root.querySelector("[data-waiting-count]")?.dataset.waitingCount ?? "0", 10);
  let waited = waiting();

  // Two soft tones made here: no file to fetch.
  function ring() {
    const Sound = window.AudioContext;
    if (!Sound) return;
    const sound = new Sound();
    for (const [at, pitch] of [[0, 660], [0.14, 880]]) {
      const [tone, volume] = [sound.createOscillator(), sound.createGain()];
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, sound.currentTime + at);
      volume.gain.exponentialRampToValueAtTime(0.08, sound.currentTime + at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, sound.currentTime + at + 0.22);
      tone.connect(volume).connect(sound.destination);
      tone.start(sound.currentTime + at);
      tone.stop(sound.currentTime + at + 0.25);
    }
    setTimeout(() => sound.close(), 1_000);
  }

  root.addEventListener("nota:swapped", () => {
    const now = waiting();
    if (now > waited && root.hasAttribute("data-sound")) ring();
    waited = now;
    heedAgain();
    countDown();
    countChosen();
    showEyes();
  });
  countDown();
})();
