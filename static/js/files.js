// Files that go with a message: what is chosen is listed and can be taken out again, and how much
// of them has been sent is shown. Without it the field works as a field of the form.
window.notaFiles = (() => {
  "use strict";

  document.documentElement.dataset.talk = "";

  const input = (form) => form.querySelector("input[type=file]");
  const place = (form) => form.querySelector("[data-files]");

  const size = (bytes) => {
    const mega = bytes >= 1_000_000;
    const count = mega ? bytes / 1_000_000 : Math.max(bytes / 1_000, 1);
    const digits = { maximumFractionDigits: mega ? 1 : 0 };
    return `${count.toLocaleString(document.documentElement.lang || undefined, digits)} ${mega ? "MB" : "kB"}`;
  };

  function set(form, files) {
    const kept = new DataTransfer();
    for (const file of files) kept.items.add(file);
    input(form).files = kept.files;
    show(form);
  }

  function show(form) {
    const list = form.querySelector("[data-chosen]");
    if (!list) return;
    const rows = [...input(form).files].map((file, at) => {
      const row = document.createElement("li");
      const name = document.createElement("span");
      const off = document.createElement("button");
      name.textContent = `${file.name} · ${size(file.size)}`;
      off.type = "button";
      off.className = "btn small plain";
      off.textContent = "×";
      off.dataset.fileOff = String(at);
      off.setAttribute("aria-label", place(form).dataset.wordOff.replace("{name}", file.name));
      row.append(name, off);
      return row;
    });
    list.replaceChildren(...rows);
    list.hidden = !rows.length;
  }

  function progress(form, part) {
    const bar = form.querySelector("[data-progress]");
    if (!bar) return;
    bar.hidden = part === null;
    bar.value = part === null ? 0 : Math.round(part * 100);
  }

  // As fetch, with what fetch cannot say yet: how much has been sent. Rejects without a network.
  function post(form, body, headers) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) progress(form, event.loaded / event.total);
      };
      request.onload = () => {
        progress(form, null);
        resolve({
          status: request.status,
          type: request.responseURL === form.action ? "basic" : "opaqueredirect",
          headers: { get: (name) => request.getResponseHeader(name) },
          text: async () => request.responseText,
        });
      };
      request.onerror = request.ontimeout = () => {
        progress(form, null);
        reject(new Error("no connection"));
      };
      progress(form, 0);
      request.send(body);
    });
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-files] input[type=file]")) show(event.target.form);
  });

  document.addEventListener("click", (event) => {
    const off = event.target.closest?.("[data-file-off]");
    if (!off) return;
    const form = off.closest("form");
    set(form, [...input(form).files].filter((_file, at) => at !== Number(off.dataset.fileOff)));
    input(form).dispatchEvent(new Event("change", { bubbles: true }));
    input(form).focus();
  });

  return {
    chosen: (form) => [...(input(form)?.files ?? [])],
    clear: (form) => { if (input(form)) set(form, []); },
    post,
  };
})();
