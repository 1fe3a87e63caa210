// The biller's own answers, looked up while the customer writes; and the one tap that says how the
// conversation went. Without it the answers stand on a page before sending, and the tap is a form.
(() => {
  "use strict";

  const PAUSE_MS = 700;
  const WORDS_MIN = 2;

  const root = document.querySelector("[data-live]");
  if (!root || !window.fetch) return;

  let timer = 0;
  let asked = "";
  const place = (form) => form.querySelector("[data-answers]");

  function post(url, form, fields) {
    const body = new URLSearchParams(fields);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    return fetch(url, { method: "POST", body, headers: { "HX-Request": "true" }, redirect: "manual", cache: "no-store", keepalive: true });
  }

  async function lookUp(form) {
    const text = form.elements.text.value.trim();
    if (text === asked || !place(form)) return;
    asked = text;
    if (text.split(/\s+/).length < WORDS_MIN) return show(form, "");
    try {
      const answer = await post(place(form).dataset.answers, form, { text, message_id: form.elements.message_id.value });
      if (text === asked && [200, 204].includes(answer.status)) show(form, answer.status === 200 ? await answer.text() : "");
    } catch {
      // without a network there are no answers; the message waits all the same
    }
  }

  function show(form, html) {
    const here = place(form);
    const open = [...here.querySelectorAll("details[open]")].map((each) => each.dataset.answer);
    window.htmx.swap(here, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
    for (const each of here.querySelectorAll("details")) each.open = open.includes(each.dataset.answer);
  }

  root.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || event.target.name !== "text" || !place(form)) return;
    clearTimeout(timer);
    if (!event.target.value.trim()) {
      asked = "";
      show(form, "");
    } else timer = setTimeout(() => lookUp(form), PAUSE_MS);
  });

  // A toggle does not bubble, but can be caught on its way down.
  root.addEventListener("toggle", (event) => {
    const form = event.target.closest("form");
    if (!event.target.open || !event.target.dataset.answer || !form) return;
    post(event.target.dataset.answer, form, { message_id: form.elements.message_id.value }).catch(() => {});
  }, { capture: true });

  root.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-helped]");
    if (!button) return;
    const form = button.closest("form");
    const url = button.closest("[data-answer]").dataset.answer;
    try {
      await post(url, form, { message_id: form.elements.message_id.value, helped: "1" });
    } catch {
      return; // nothing was noted, and nothing is taken away
    }
    form.elements.text.value = "";
    form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
    form.elements.text.focus();
  });

  root.addEventListener("nota:sent", () => {
    clearTimeout(timer);
    asked = "";
    for (const here of root.querySelectorAll("[data-answers]")) here.replaceChildren();
  });

  root.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-rate]");
    if (!form) return;
    event.preventDefault();
    const words = form.querySelector("[data-error]");
    try {
      const answer = await post(form.action, form, new FormData(form, event.submitter));
      if (answer.status === 204) {
        form.reset();
        document.activeElement?.blur();
        root.dispatchEvent(new CustomEvent("nota:want", { detail: ["satisfaction", "history"] }));
      } else if (answer.status === 422) words.textContent = await answer.text();
      else location.reload();
    } catch {
      form.submit(); // the browser says what is wrong better than we can
    }
  });
})();
