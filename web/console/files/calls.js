// Calls a counsellor: the list or the strip of talks is kept fresh, and a sound and the title say that somebody waits or wrote.
const list = document.getElementById("list");
let known = new Set(), title = document.title, soon;

// Many events in a moment ask for the list once.
function refresh() { soon ||= setTimeout(() => { soon = 0; htmx.trigger(list, "refresh"); }, 300); }

function look(first) {
  const ids = (what) => [...list.querySelectorAll(what)].map((node) => node.dataset.id || "new" + node.dataset.own);
  const calls = [...ids("[data-id]"), ...ids("[data-unanswered]")];
  document.title = (calls.length ? words.new_waiting.replace("<count>", calls.length) + " · " : "") + title;
  const open = "new" + document.getElementById("talk")?.dataset.talk;  // she sees it in front of her
  if (!first && sessionStorage.getItem("noor-sound") === "yes" && calls.some((id) => !known.has(id) && (document.hidden || id !== open))) beep();
  known = new Set(calls);
}

function beep() {
  const audio = new AudioContext(), tone = audio.createOscillator(), loud = audio.createGain();
  tone.frequency.value = 660;
  loud.gain.setValueAtTime(0.15, audio.currentTime);
  loud.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.6);
  tone.connect(loud).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.6);
  tone.onended = () => audio.close();
}

// Whoever is on a button of the list by keyboard stays there when the list changes.
document.body.addEventListener("htmx:beforeSwap", () => { list.dataset.focus = list.contains(document.activeElement) ? document.activeElement.id : ""; });
document.body.addEventListener("htmx:afterSwap", () => { document.getElementById(list.dataset.focus || "-")?.focus(); look(); });
document.body.addEventListener("htmx:configRequest", (event) => { if (event.target === list) event.detail.parameters.here = document.getElementById("talk")?.dataset.talk || ""; });
look(true);
