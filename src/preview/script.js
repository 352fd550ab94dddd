// Receives messages from the program, and shows the pages with the problems over them.
"use strict";
(() => {
  const part = (id) => document.getElementById(id);
  const [pages, wrong, chooser] = [part("seiten"), part("fehler"), part("dokument")];
  let listed = [];
  let list = 0;
  let news = { path: "", version: "", sheets: [] };

  const element = (name, text, kind) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const counted = (n, one, many) => `${n.toLocaleString("de-DE")} ${n === 1 ? one : many}`;

  // The line of a problem, cut to the part near the mark.
  const excerpt = ([number, line, start, end]) => {
    const signs = Array.from(line);
    const [from, to] = [Math.max(0, start - 60), Math.min(signs.length, end + 60)];
    const text = (a, b) => signs.slice(a, b).join("");
    const made = element("pre", `${number} | ${from > 0 ? "…" : ""}${text(from, start)}`);
    made.append(element("mark", text(start, end)), text(end, to) + (to < signs.length ? "…" : ""));
    return made;
  };

  const problem = (told) => {
    const made = document.createElement("li");
    made.append(element("p", told.message, "meldung"), element("p", `${told.id}: ${told.title}`, "kennung"));
    if (told.place) made.append(element("p", told.place, "ort"));
    if (told.excerpt) made.append(excerpt(told.excerpt));
    if (told.hints.length) {
      const hints = element("ul", "", "rat");
      hints.append(...told.hints.map((hint) => element("li", hint)));
      made.append(hints);
    }
    return made;
  };

  const fold = (id, problems, title) => {
    const box = part(id);
    box.hidden = problems.length === 0;
    box.querySelector("summary").textContent = title;
    box.querySelector("ol").replaceChildren(...problems.map(problem));
  };

  const state = (name, words) => {
    part("stand").dataset.stand = name;
    if (part("stand").textContent !== words) part("stand").textContent = words;
  };

  const errors = () => {
    const key = JSON.stringify(news.errors);
    if (wrong.dataset.key === key) return;
    wrong.dataset.key = key;
    const title = element("h2", counted(news.errors.length, "Fehler", "Fehler"));
    title.id = "fehler-titel";
    const below = news.sheets.length ? "Die Seiten darunter zeigen den Stand davor." : "Noch gibt es keine Seiten.";
    const all = document.createElement("ol");
    all.append(...news.errors.map(problem));
    wrong.replaceChildren(title, element("p", below), all);
  };

  const near = (image) => {
    const box = image.getBoundingClientRect();
    return box.bottom > -innerHeight && box.top < 2 * innerHeight;
  };

  // A visible page is replaced only when the new page is loaded, so that nothing flickers or moves.
  const lay = (at) => {
    const address = `/page/${news.version}/${at + 1}.svg`;
    const [width, height] = news.sheets[at];
    const old = pages.children[at];
    if (old?.dataset.address === address) return;
    const image = new Image(Math.round(width), Math.round(height));
    image.alt = `Seite ${at + 1} von ${news.sheets.length}: ${news.title}`;
    image.dataset.address = address;
    // A page that failed to load is requested again with the next message.
    image.onerror = () => { if (image.dataset.address === address) delete image.dataset.address; };
    if (old && near(old)) {
      old.dataset.address = address;
      image.src = address;
      const put = () => old.dataset.address === address && old.isConnected && old.replaceWith(image);
      image.decode().then(put, put);
      return;
    }
    if (at > 0) image.loading = "lazy";
    image.src = address;
    if (old) old.replaceWith(image);
    else pages.append(image);
  };

  const show = (told) => {
    const other = told.path !== news.path;
    news = told;
    if (other) {
      pages.replaceChildren();
      scrollTo(0, 0);
    }
    pages.querySelectorAll(":scope > :not(img)").forEach((note) => note.remove());
    while (pages.children.length > news.sheets.length) pages.lastElementChild.remove();
    if (news.version) news.sheets.forEach((_, at) => lay(at));
    const is_wrong = news.status === "wrong";
    pages.classList.toggle("veraltet", is_wrong);
    state(news.status, { setting: "wird gesetzt …", current: "aktuell", wrong: "Fehler" }[news.status]);
    // While the document is being typeset again, the problems stay visible.
    wrong.hidden = news.errors.length === 0;
    if (!wrong.hidden) errors();
    else delete wrong.dataset.key;
    part("umfang").textContent = news.sheets.length ? counted(news.sheets.length, "Seite", "Seiten") : "";
    const others = is_wrong ? [] : news.others;
    fold("andere", others, `${counted(others.length, "Fehler", "Fehler")} beim Schreiben der Dokumente`);
    fold("warnungen", news.warnings, counted(news.warnings.length, "Hinweis", "Hinweise"));
    const build = { off: "", waiting: "", running: "Dokumente werden geschrieben …", done: "Dokumente geschrieben" };
    part("bau").textContent = is_wrong ? "" : others.length ? "Dokumente nicht alle geschrieben" : build[news.build];
    document.title = `${is_wrong ? "Fehler: " : ""}${news.title || "kreisblatt"} – Vorschau`;
    if (document.activeElement !== chooser || other) chooser.value = news.title;
    if (news.list !== list) read(news.list);
  };

  const read = async (number) => {
    list = number;
    listed = await (await fetch("/documents.json")).json();
    part("dokumente").replaceChildren(
      ...listed.map(({ title }) => Object.assign(document.createElement("option"), { value: title })),
    );
  };

  const choose = (one) => {
    part("hinweis").textContent = one ? "" : `Kein Dokument heißt „${chooser.value}“.`;
    if (one && one.path !== news.path) fetch(`/show/${one.path}`);
  };

  // The same folding of names as in the program: case and accents are ignored, "ue" equals "ü".
  const spelled = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };
  const folded = (text) =>
    text.normalize("NFC").toLowerCase().replace(/[äöüß]/g, (letter) => spelled[letter]).normalize("NFD").replace(/[\u0300-\u036f]/g, "");

  const named = () => {
    const words = folded(chooser.value).split(/\s+/).filter(Boolean);
    const hit = ({ title }) => words.every((word) => folded(title).includes(word));
    return listed.find(({ title }) => title === chooser.value) ?? (words.length ? listed.find(hit) : undefined);
  };
  const step = (by) => {
    const at = listed.findIndex(({ path }) => path === news.path);
    if (listed.length) choose(listed[(at + by + listed.length) % listed.length]);
  };
  chooser.addEventListener("focus", () => chooser.select());
  chooser.addEventListener("change", () => choose(named()));
  chooser.addEventListener("blur", () => { if (!part("hinweis").textContent) chooser.value = news.title; });
  part("wahl").addEventListener("submit", (event) => { event.preventDefault(); choose(named()); });
  part("zurueck").addEventListener("click", () => step(-1));
  part("vor").addEventListener("click", () => step(1));

  const listen = () => {
    const source = new EventSource("/events");
    source.onmessage = (event) => show(JSON.parse(event.data));
    source.onerror = () => {
      state("gone", "getrennt");
      list = 0;
      // After a refusal, a browser does not connect again by itself.
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
    };
  };
  listen();
})();
