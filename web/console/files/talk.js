// One talk: what is said, typing, whether the person is there, notes and facts.
const at = (id) => document.getElementById(id);
const [lines, form, box, note] = ["lines", "write", "text", "note"].map(at);
const waiting = new Map();
let typing, over = false, open = false, here = "";

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) if (value) made.setAttribute(key, value);
  return made;
}

function bubble(sender, text, {name, when, language, alarm}) {
  const made = element("div", "", {class: "line " + sender + (alarm ? " alarm" : "")});
  made.append(element("h2", [name, alarm ? words.danger : "", when].filter(Boolean).join(" · ")));
  // What people typed is only ever text.
  made.append(element("p", text, {dir: "auto", lang: sender === "note" || sender === "noor" ? "" : language}));
  lines.append(made);
  lines.scrollTop = lines.scrollHeight;
  return made;
}

function show(line) {
  waiting.get(line.id)?.remove();
  waiting.delete(line.id);
  const when = new Date(line.at * 1000).toLocaleTimeString(document.documentElement.lang, {hour: "2-digit", minute: "2-digit", hour12: false});
  const name = {person: words.visitor, human: line.by === settings.me ? words.you : line.by, note: words.note + " · " + line.by, noor: words.noor}[line.sender];
  const text = line.text.startsWith("media:") && line.sender === "noor" ? words.media.replace("<kind>", line.text.slice(6)) : line.text;
  bubble(line.sender, text, {name, when, language: line.language, alarm: line.danger});
  if (line.sender === "person") { at("typing").textContent = ""; if (document.hidden) document.title = "● " + document.title.replace(/^● /, ""); }
}

function state() { at("state").textContent = over || (open ? words["visitor_" + here] || "" : words.lost); }
function end(key) { over = words[key]; form.hidden = true; document.querySelectorAll(".ends, aside details:not(:first-child)").forEach((part) => { part.hidden = true; }); state(); }

const line = new Line({
  open: (now) => { open = now; state(); },
  over: end,
  sent: (id) => waiting.get(id)?.classList.remove("unsent"),
  event: (event) => {
    if (event.line) show(event.line);
    if (event.typing) { at("typing").textContent = words.visitor_typing; clearTimeout(typing); typing = setTimeout(() => { at("typing").textContent = ""; }, 5000); }
    if (event.here) { here = event.here; state(); }
    if (event.over) end("ended");
    if (event.lost) end("not_yours");
    if (event.erased) { lines.replaceChildren(); end("erased"); }
  },
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (text) {
    const id = line.say({say: text});
    const made = bubble("human", text, {name: words.you + " · " + words.sent_not});
    made.classList.add("unsent");
    waiting.set(id, made);
    box.value = "";
  }
  box.focus();
});
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
});
let told = 0;
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
addEventListener("focus", () => { document.title = document.title.replace(/^● /, ""); });
addEventListener("keydown", (event) => { if (event.key === "Escape" && document.activeElement === box) at("lines").focus(); });
if (!form.hidden) box.focus();
