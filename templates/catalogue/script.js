// Search, filter and sort the table. Without it the page is whole: all rows, all links.
"use strict";
(() => {
  const table = document.querySelector("table");
  const body = table.tBodies[0];
  const form = document.querySelector("#filter");
  const { q, state, type } = form.elements;
  const hits = document.querySelector("#treffer");
  const words = document.querySelector("#auswahl");
  const heads = Array.from(table.tHead.rows[0].cells);
  const names = heads.map((head) => head.textContent.trim().replace(/\s+/g, " "));
  // In the order of the file, which is the German order of the names.
  const rows = Array.from(body.rows, (row) => ({
    row,
    key: row.dataset.key,
    state: row.cells[1].textContent,
    type: row.cells[2].textContent,
  }));
  let sorted = { column: 0, down: false };

  // As the program folds names: case, accents and signs ignored, "ue" for "ü".
  const spelled = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };
  const folded = (text) =>
    text
      .normalize("NFC")
      .toLowerCase()
      .replace(/[äöüß]/g, (letter) => spelled[letter])
      .normalize("NFD")
      .replace(/[\u0300-\u036f]/g, "")
      .replace(/[^\p{Alphabetic}\p{N}]/gu, "");

  const count = (n) => n.toLocaleString("de-DE");

  const filter = () => {
    const wanted = q.value.split(/\s+/).map(folded).filter(Boolean);
    let found = 0;
    for (const one of rows) {
      const hit =
        (!state.value || one.state === state.value) &&
        (!type.value || one.type === type.value) &&
        wanted.every((word) => one.key.includes(word));
      one.row.hidden = !hit;
      found += hit ? 1 : 0;
    }
    hits.textContent = `${count(found)} von ${count(rows.length)} Kommunen`;
  };

  // Unknown values come last, whichever way; equal ones stay in the order of their names.
  const sort = () => {
    const { column, down } = sorted;
    const values = rows.map(({ row }) => ({ row, value: row.cells[column].dataset.value }));
    values.sort((a, b) => {
      const unknown = (a.value === undefined) - (b.value === undefined);
      return unknown || (a.value === undefined ? 0 : (a.value - b.value) * (down ? -1 : 1));
    });
    for (const { row } of values) body.append(row);
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
  };

  // What the table shows, in words: for the eye, the ear and paper.
  const say = () => {
    const chosen = [
      q.value.trim() && `Suche „${q.value.trim()}“`,
      state.value && `Land ${state.value}`,
      type.value && `Art ${type.value}`,
    ].filter(Boolean);
    const order = `sortiert nach ${names[sorted.column]}, ${sorted.down ? "absteigend" : "aufsteigend"}`;
    words.textContent = [...chosen, order].join("; ");
  };

  // The state stands behind # in the address, so that a link to it can be sent.
  const remember = () => {
    const parts = new URLSearchParams();
    for (const field of [q, state, type]) {
      if (field.value.trim()) parts.set(field.name, field.value.trim());
    }
    if (sorted.column || sorted.down) parts.set("sort", (sorted.down ? "-" : "") + heads[sorted.column].dataset.key);
    history.replaceState(null, "", `#${parts}`);
    say();
  };

  const restore = () => {
    const parts = new URLSearchParams(location.hash.slice(1));
    if (location.hash.length > 1 && !location.hash.includes("=")) return; // A place on the page.
    for (const field of [q, state, type]) field.value = parts.get(field.name) || "";
    for (const field of [state, type]) if (field.selectedIndex < 0) field.value = "";
    const wanted = parts.get("sort") || "";
    const key = wanted.replace(/^-/, "");
    const column = heads.findIndex((head) => head.dataset.key === key);
    sorted = column < 0 ? { column: 0, down: false } : { column, down: key !== wanted };
    filter();
    sort();
    say();
  };

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      // Numbers begin with the highest, names with A.
      const down = sorted.column === column ? !sorted.down : head.classList.contains("number");
      sorted = { column, down };
      sort();
      remember();
    });
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    filter();
    remember();
  });
  document.querySelector("#alles").addEventListener("click", () => {
    form.reset();
    sorted = { column: 0, down: false };
    filter();
    sort();
    remember();
    q.focus();
  });
  addEventListener("hashchange", restore);
  form.hidden = false;
  restore();
})();
