// One talk at a time: what is said, typing, whether the person is there, notes and facts. Another talk of hers opens in its place.
const at = (id) => document.getElementById(id);
const drafts = new Map();   // what she was writing in each talk
const waiting = new Map();  // bubbles that are not acknowledged yet, by id
let typing, over = "", open = false, here = "", asked = "", told = 0;

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) if (value) made.setAttribute(key, value);
  return made;
}

function bubble(sender, text, {name, when, language, alarm, unsent}) {
  const lines = at("lines");
  const made = element("div", "", {class: "line " + sender + (alarm ? " alarm" : "") + (unsent ? " unsent" : "")});
  made.append(element("h2", [name, alarm ? words.danger : "", when].filter(Boolean).join(" · ")));
  // What people typed is only ever text.
  made.append(element("p", text, {dir: "auto", lang: sender === "note" || sender === "noor" ? "" : language}));
  lines.insertBefore(made, unsent ? null : lines.querySelector(".unsent"));
  lines.scrollTop = lines.scrollHeight;
  return made;
}

function unsent(id, text) { waiting.set(id, bubble("human", text, {name: words.you + " · " + words.sent_not, unsent: true})); }

function show(line) {
  waiting.get(line.id)?.remove();
  waiting.delete(line.id);
  const when = new Date(line.at * 1000).toLocaleTimeString(document.documentElement.lang, {hour: "2-digit", minute: "2-digit", hour12: false});
  const name = {person: words.visitor, human: line.by === settings.me ? words.you : line.by, note: words.note + " · " + line.by, noor: words.noor}[line.sender];
  const text = line.text.startsWith("media:") && line.sender === "noor" ? words.media.replace("<kind>", line.text.slice(6)) : line.text;
  bubble(line.sender, text, {name, when, language: line.language, alarm: line.danger});
  if (line.sender === "person") at("typing").textContent = "";
}

function state() { at("state").textContent = over || (open ? words["visitor_" + here] || "" : words.lost); }
function end(key) {
  over = words[key];
  at("write").hidden = true;
  document.querySelectorAll(".ends, aside details:not(:first-child)").forEach((part) => { part.hidden = true; });
  state();
}

const line = new Line({
  open: (now) => { open = now; state(); },
  sent: (id) => waiting.get(id)?.classList.remove("unsent"),
  event: (event) => {
    if (event.list) refresh();
    if (event.line) show(event.line);
    if (event.typing) { at("typing").textContent = words.visitor_typing; clearTimeout(typing); typing = setTimeout(() => { at("typing").textContent = ""; }, 5000); }
    if (event.here) { here = event.here; state(); }
    if (event.asked !== undefined && event.asked !== asked) { asked = event.asked; htmx.trigger(at("colleagues"), "refresh"); }
    if (event.over) end("ended");
    if (event.lost) end("not_yours");
    if (event.erased) { at("lines").replaceChildren(); end("erased"); }
  },
});

function begin() {
  const [form, box, note] = ["write", "text", "note"].map(at), {talk} = at("talk").dataset;
  over = here = asked = "";
  clearTimeout(typing);
  waiting.clear();
  line.show(talk);
  for (const frame of line.outbox) if (frame.talk === talk && frame.say) unsent(frame.id, frame.say);
  box.value = drafts.get(talk) || "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (text) { unsent(line.say({say: text}), text); box.value = ""; }
    box.focus();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  box.addEventListener("input", () => { line.acted = true; if (Date.now() - told > 3000) { told = Date.now(); line.alive(true); } });
  note?.addEventListener("submit", (event) => {
    event.preventDefault();
    const field = at("note-text");
    if (field.value.trim()) line.say({note: field.value.trim()});
    field.value = "";
  });
  document.querySelectorAll(".canned button").forEach((button) => button.addEventListener("click", () => {
    box.value = (box.value ? box.value.trimEnd() + "\n" : "") + button.dataset.text;
    line.acted = true;
    box.focus();
  }));
  document.querySelectorAll("form[data-sure]").forEach((ending) => ending.addEventListener("submit", (event) => { if (!confirm(ending.dataset.sure)) event.preventDefault(); }));
  document.querySelector("details[data-key=transfer]")?.addEventListener("toggle", () => htmx.trigger(at("colleagues"), "refresh"));
  state();
  if (!form.hidden && matchMedia("(hover: hover)").matches) box.focus();  // on a phone the keyboard would cover the talk
}

// Another talk in the place of this one, without a new page: the line stays open, and what she was writing waits for her.
async function go(href, back) {
  drafts.set(line.talk, at("text").value);
  const answer = await fetch(href).catch(() => null);
  if (!answer?.ok || answer.redirected) return location.assign(href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  at("talk").replaceWith(page.getElementById("talk"));
  htmx.process(at("talk"));
  if (!back) history.pushState({}, "", href);
  title = page.title;
  begin();
  refresh();
}
list.addEventListener("click", (event) => {
  const link = event.target.closest("[data-own]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.dataset.own !== at("talk").dataset.talk) go(link.href);
});
addEventListener("popstate", () => { if (/talk/.test(location.pathname)) go(location.href, true); else location.reload(); });
addEventListener("keydown", (event) => { if (event.key === "Escape" && document.activeElement === at("text")) at("lines").focus(); });
begin();
