// The page inside the widget's iframe: shows a talk, sends what is typed and tapped, leaves quickly. Its words come from the server.
const at = (id) => document.getElementById(id);
const page = document.documentElement;
const [log, form, box, state, choices, menu, menuButton] = ["log", "write", "text", "state", "choices", "menu", "menu-button"].map(at);
let {words, language, leave_to: leaveTo} = JSON.parse(at("settings").textContent);
let voices = [];
let typing;

const talk = new Talk({
  message: (message, mine) => { if (!mine) show(message); if (message.from !== "person") settle(message); },
  event: (event) => {
    if (event.notice) say(event.notice);
    if (event.typing !== undefined) wait(event.typing && words.human_typing, 6000);
  },
  open: (open) => { if (page.classList.toggle("connected", open)) { if (state.dataset.lost) say(""); } else say(words.offline, true); },
  sent: (id) => log.querySelector(`[data-id="${CSS.escape(id)}"]`)?.classList.remove("unsent"),
});

function say(text, lost) {
  state.toggleAttribute("data-lost", !!lost);
  if (state.textContent !== (text || "")) state.textContent = text || "";
}

// Who answers, when it is not Noor: nobody should take a person for a machine, or a played role for a person.
function answers(by) {
  const text = words["state_" + by] || "";
  if (at("who").textContent !== text) at("who").textContent = text;
  at("who").hidden = !text;
  page.dataset.by = by;
}

function wait(text, least) {
  clearTimeout(typing);
  at("typing").hidden = !text;
  at("typing-text").textContent = text || "";
  if (text && least) typing = setTimeout(wait, least);
}

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) if (value) made.setAttribute(key, value);
  return made;
}

const away = (href) => ({href, rel: "noreferrer noopener", target: href.startsWith("tel:") ? "" : "_blank"});

function show(message) {
  const noor = message.from !== "person", sender = noor ? message.sender || "noor" : "person";
  const bubble = element("article", "", {class: sender, dir: message.dir || "auto", lang: message.language, "data-topic": message.topic, "data-id": noor ? "" : message.id});
  bubble.classList.toggle("urgent", !!message.urgent);
  bubble.append(element("h2", message.urgent ? words.danger : words[noor ? sender : "you"], {class: "who", lang: page.lang, dir: page.dir}));
  const body = element("div", "", {class: "body"});
  // Only Noor's side arrives as HTML, made by the server without any tag of a person's; what was typed here is shown as text.
  if (noor) body.innerHTML = message.html; else body.textContent = message.text;
  bubble.append(body);
  if (message.file) bubble.append(file(message));
  if (message.links?.length) {
    const list = element("div", "", {class: "links"});
    for (const link of message.links) {
      const anchor = element("a", "", away(link.href));
      // Name and number apart: each keeps its own direction, and the number its line.
      for (const part of link.title.split(/(?<=:) /)) anchor.append(element("bdi", part));
      list.append(anchor);
    }
    bubble.append(list);
  }
  if (noor && message.sender !== "practice") bubble.append(tools(message, body));
  if (!noor && !message.seq) { bubble.classList.add("unsent"); bubble.append(element("small", words.unsent)); }
  log.append(bubble);  // whole, so that a screen reader says it once
  if (noor) offer(message);
  bubble.scrollIntoView({block: noor ? "start" : "end"});
}

function tools(message, body) {
  const row = element("div", "", {class: "tools", lang: page.lang, dir: page.dir});
  const voice = element("button", words.read_aloud, {type: "button", class: "aloud"});
  voice.hidden = !speaker(message.language);
  voice.dataset.language = message.language;
  voice.onclick = () => aloud(voice, body.innerText, message.language);
  row.append(voice);
  if (message.sources?.length) {
    const details = element("details");
    details.append(element("summary", words.sources));
    for (const source of message.sources) details.append(element("a", source.title, away(source.url)));
    if (message.review_by) details.append(element("p", words.checked_until + " " + new Date(message.review_by).toLocaleDateString(page.lang + "-u-nu-latn", {dateStyle: "long"})));
    row.append(details);
  }
  return row;
}

function file({file: {kind, name}, language: code}) {
  const row = element("div", "", {class: "links"});
  if (kind === "card") {
    const anchor = element("a", "", {class: "card", ...away("/card/" + code)});
    anchor.append(element("img", "", {src: `/card/${code}.svg`, alt: words.card, width: "595", height: "842"}));
    row.append(anchor);
    return row;
  }
  const button = element("button", words.download + ": " + name, {type: "button", class: "file"});
  button.onclick = async () => {
    try {
      const answer = await talk.post("file", {kind});
      if (!answer.ok) throw answer;
      const href = URL.createObjectURL(await answer.blob());
      element("a", "", {href, download: name}).click();
      setTimeout(() => URL.revokeObjectURL(href), 10000);
    } catch { say(words.download_failed); }
  };
  row.append(button);
  return row;
}

function offer(message) {
  // The buttons of an older message would invite a tap on the wrong question.
  choices.replaceChildren(...(message.buttons || []).map((button) => {
    const made = element("button", button.title, {type: "button", lang: message.language, dir: message.dir});
    // Answers first; what only steers the talk stands back.
    if (/^part:|^report:(why|skip|back|pause|wrong)$/.test(button.id)) made.className = "part";
    made.onclick = () => { send({tap: button.id}, button.title); log.focus({preventScroll: true}); };
    return made;
  }));
}

function settle(message) {
  log.setAttribute("aria-busy", "false");
  wait();
  say("");
  if (message.topic === "erase_done") log.replaceChildren(log.lastChild);
  answers(message.answered_by);
  if (message.talk_language && message.talk_language !== language) speak(message.talk_language);
}

const held = () => /waiting|human/.test(page.dataset.by);

function send(part, text) {
  if (!held() || part.tap) choices.replaceChildren();  // who waits for a person can leave at any time
  const id = talk.say({...part, language});
  show({from: "person", text, id});
  log.setAttribute("aria-busy", "true");
  if (!held()) wait(words.typing);
}

form.onsubmit = (event) => {
  event.preventDefault();
  const text = box.value;
  if (text.trim()) { send({text}, text); box.value = ""; }
  box.focus();
};
box.onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
};
let typed = -3000;
box.oninput = ({timeStamp}) => {  // her counsellor sees that she types, never what
  if (page.dataset.by === "human" && box.value && timeStamp - typed > 3000) { typed = timeStamp; talk.send({typing: true}); }
};
for (const kind of ["paste", "drop"]) addEventListener(kind, (event) => {
  if ((event.clipboardData || event.dataTransfer)?.files.length) { event.preventDefault(); say(words.no_files); }
});
addEventListener("dragover", (event) => event.preventDefault());

// --- leave quickly ---

const framed = parent !== window;
const tell = (what) => parent.postMessage("noor:" + what, "*");

function leave(event) {
  // Blank first, before anything else: on a slow line the talk would stay readable while the next page loads. Hiding is one step; taking
  // the page apart comes when the blank one is on the screen.
  page.style.setProperty("display", "none", "important");
  event?.preventDefault();
  if (framed) tell("leave");
  talk.forget();
  if (self.speechSynthesis?.speaking) speechSynthesis.cancel();
  document.title = "";
  const go = () => { if (!framed) location.replace(leaveTo); page.replaceChildren(); };
  requestAnimationFrame(() => setTimeout(go));
  setTimeout(go, 100);  // a tab that is not in sight paints nothing
  // Without an answer of the page around us we take it along ourselves.
  if (framed) setTimeout(() => top.location.replace(leaveTo), 300);
}
at("leave").onclick = leave;
let shifts = [];
addEventListener("keyup", (event) => {
  if (event.key === "Escape") { if (!menu.hidden) return fold(true); if (framed) tell("close"); }
  if (event.key !== "Shift") return (shifts = []);
  shifts = [...shifts.filter((when) => event.timeStamp - when < 1500), event.timeStamp];
  if (shifts.length > 2) leave();
});
at("close").onclick = () => tell("close");
at("close").hidden = !framed;

// --- menu: language, size of text, erase ---

function fold(shut) {
  menu.hidden = shut;
  menuButton.setAttribute("aria-expanded", !shut);
  if (shut) menuButton.focus(); else menu.querySelector("button").focus();
}
menuButton.onclick = () => fold(!menu.hidden);
menu.onclick = ({target: {dataset}}) => {
  if (dataset.tap) { send({tap: dataset.tap}, dataset.shown || words.erase); fold(true); }
  if (dataset.size) size(+(kept.get("size") || 0) + +dataset.size);
};
function size(step) {
  step = Math.max(-1, Math.min(4, step));
  kept.set("size", step);
  page.dataset.size = step;
}
if (kept.get("size")) size(+kept.get("size"));

async function speak(code) {
  language = code;
  const data = await (await fetch("/api/words?language=" + encodeURIComponent(code))).json();
  ({words, leave_to: leaveTo} = data);
  answers(page.dataset.by);
  page.lang = data.language;
  page.dir = data.dir;
  document.querySelectorAll("[data-word]").forEach((node) => { node.textContent = words[node.dataset.word]; });
  document.querySelectorAll("[data-label]").forEach((node) => { node.setAttribute("aria-label", words[node.dataset.label]); });
  document.querySelectorAll("[data-tap^=language]").forEach((node) => { node.setAttribute("aria-pressed", node.dataset.tap.endsWith(code)); });
}

// --- read aloud: voices of the device alone, since others send the words to a company ---

const speaker = (code) => voices.find((voice) => voice.localService && voice.lang.slice(0, 2).toLowerCase() === code);
function look() {
  voices = self.speechSynthesis?.getVoices() || [];
  document.querySelectorAll(".aloud").forEach((button) => { button.hidden = !speaker(button.dataset.language); });
}
self.speechSynthesis?.addEventListener?.("voiceschanged", look);
look();
function aloud(button, text, code) {
  const stop = button.textContent === words.read_stop;
  speechSynthesis.cancel();
  document.querySelectorAll(".aloud").forEach((other) => { other.textContent = words.read_aloud; });
  if (stop) return;
  const said = new SpeechSynthesisUtterance(text);
  said.voice = speaker(code);
  said.lang = said.voice.lang;
  said.onend = () => { button.textContent = words.read_aloud; };
  button.textContent = words.read_stop;
  speechSynthesis.speak(said);
}

if (framed) tell("here");
talk.start(language);
// On a phone the keyboard would cover the first screen.
if (matchMedia("(hover: hover)").matches) box.focus();
