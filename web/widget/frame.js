// The page inside the widget's iframe: shows a talk, sends what is typed and tapped, leaves quickly.
const log = document.getElementById("log");
const form = document.getElementById("write");
const box = document.getElementById("text");
const state = document.getElementById("state");
const asked = new URLSearchParams(location.search).get("language") || "";
let words = {};
let leaveTo = "https://www.google.nl";
let language = asked;

const talk = new Talk({
  message: (message, mine) => { if (!(mine && message.from === "person")) show(message); if (message.from === "noor") settle(message); },
  state: (now) => say(now === "lost" ? words.offline : ""),
  notice: (text) => say(text),
});

function say(text) { if (state.textContent !== (text || "")) state.textContent = text || ""; }

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function show(message) {
  const bubble = element("article", "", {class: message.from, dir: message.dir || "auto"});
  if (message.language) bubble.lang = message.language;
  bubble.append(element("h2", message.from === "noor" ? words.noor : words.you, {class: "who"}));
  if (message.urgent) bubble.classList.add("urgent");
  const body = element("div", "", {class: "body"});
  // Only Noor's reviewed texts arrive as HTML; what a person typed is shown as text.
  if (message.from === "noor") body.innerHTML = message.html; else body.textContent = message.text;
  bubble.append(body);
  if (message.links?.length) {
    const list = element("p", "", {class: "links"});
    for (const link of message.links) {
      const anchor = element("a", "", {href: link.href, rel: "noreferrer noopener"});
      anchor.append(element("bdi", link.title));
      if (link.href.startsWith("http")) anchor.target = "_blank";
      list.append(anchor);
    }
    bubble.append(list);
  }
  if (message.sources?.length) {
    const details = element("details");
    details.append(element("summary", words.sources));
    for (const source of message.sources) details.append(element("a", source.title, {href: source.url, rel: "noreferrer noopener", target: "_blank"}));
    if (message.review_by) details.append(element("time", message.review_by, {datetime: message.review_by}));
    bubble.append(details);
  }
  log.append(bubble);
  if (message.file) bubble.append(download(message.file, message.language));
  if (message.buttons?.length) choices(message);
  bubble.scrollIntoView({block: message.from === "noor" ? "start" : "end"});
}

// Made when asked for: the address holds no secret, so that a shared screen or history shows nothing.
function download(file, language) {
  const made = element("button", words.download, {type: "button", class: "file", lang: language});
  made.onclick = async () => {
    const answer = await fetch("/api/file", {method: "POST", body: JSON.stringify({talk: talk.token, kind: file.kind})}).catch(() => null);
    if (!answer?.ok) return say(words.no_file);
    const address = URL.createObjectURL(await answer.blob());
    element("a", "", {href: address, download: file.name}).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  };
  return made;
}

function choices(message) {
  // The buttons of an older message would invite a tap on the wrong question.
  document.querySelectorAll(".choices").forEach((old) => old.remove());
  const group = element("div", "", {class: "choices", role: "group", dir: message.dir});
  for (const button of message.buttons) {
    const made = element("button", button.title, {type: "button", lang: message.language});
    made.addEventListener("click", () => { send({tap: button.id}, button.title); group.remove(); });
    group.append(made);
  }
  log.append(group);
}

async function settle(message) {
  log.setAttribute("aria-busy", "false");
  say("");
  if (message.topic === "erase_done") { [...log.children].slice(0, -1).forEach((old) => old.remove()); }
  if (message.language !== language) await speak(message.language);
}

function send(part, shown) {
  show({from: "person", text: shown});
  log.setAttribute("aria-busy", "true");
  say(words.typing);
  talk.say({...part, language});
  log.focus({preventScroll: true});
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = box.value;
  if (!text.trim()) return box.focus();
  document.querySelectorAll(".choices").forEach((old) => old.remove());
  send({text}, text);
  box.value = "";
  box.focus();
});
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
});
for (const kind of ["paste", "drop"]) addEventListener(kind, (event) => {
  if ((event.clipboardData || event.dataTransfer)?.files.length) { event.preventDefault(); say(words.no_files); }
});
addEventListener("dragover", (event) => event.preventDefault());

function leave(event) {
  event?.preventDefault();
  // Blank first: on a slow line the talk would stay readable while the next page loads.
  document.documentElement.replaceChildren();
  talk.forget();
  if (parent !== window) parent.postMessage("noor:leave", "*");
  else location.replace(leaveTo);
}
document.getElementById("leave").addEventListener("click", leave);
document.getElementById("close").addEventListener("click", () => parent.postMessage("noor:close", "*"));
document.getElementById("close").hidden = parent === window;
let shifts = [];
addEventListener("keyup", (event) => {
  if (event.key !== "Shift") return (shifts = []);
  shifts = [...shifts.filter((at) => event.timeStamp - at < 1500), event.timeStamp];
  if (shifts.length >= 3) leave();
});

async function speak(code) {
  const answer = await fetch("/api/words?language=" + encodeURIComponent(code));
  const data = await answer.json();
  ({words, leave_to: leaveTo, language} = data);
  document.documentElement.lang = data.language;
  document.documentElement.dir = data.dir;
  document.querySelectorAll("[data-word]").forEach((node) => { node.textContent = words[node.dataset.word]; });
  document.querySelectorAll("[data-label]").forEach((node) => { node.setAttribute("aria-label", words[node.dataset.label]); });
}

(async () => {
  const patience = setTimeout(() => { if (!talk.seen) say(words.no_connection || "112"); }, 5000);
  try { await speak(asked); say(words.connecting); } catch { /* the numbers come after five seconds */ }
  await talk.start(language);
  await patience;
  box.focus();
})();
