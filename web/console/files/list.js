// The list of talks: kept fresh, with a sound and a title that call a counsellor who looks elsewhere.
const list = document.getElementById("list");
const box = {duty: document.getElementById("duty"), sound: document.getElementById("sound")};
let known = new Set();

function look() {
  const cards = [...list.querySelectorAll("li[data-id]")].map((card) => card.dataset.id);
  document.title = (cards.length ? words.new_waiting.replace("<count>", cards.length) + " · " : "") + words.title;
  if (cards.some((id) => !known.has(id)) && box.sound.checked) beep();
  known = new Set(cards);
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

document.body.addEventListener("htmx:beforeSwap", () => { list.dataset.focus = document.activeElement?.id || ""; });
document.body.addEventListener("htmx:afterSwap", () => { document.getElementById(list.dataset.focus || "-")?.focus(); look(); });
box.duty.checked = duty();
const onDuty = () => { document.getElementById("off").hidden = box.duty.checked; sessionStorage.setItem("noor-break", box.duty.checked ? "" : "yes"); };
onDuty();
box.sound.checked = sessionStorage.getItem("noor-sound") === "yes";
box.sound.addEventListener("change", () => { sessionStorage.setItem("noor-sound", box.sound.checked ? "yes" : ""); if (box.sound.checked) beep(); });
addEventListener("keydown", (event) => {
  if (!event.altKey || !/^[1-9]$/.test(event.key)) return;
  const link = list.querySelector(`[data-key="${event.key}"]`);
  if (link) { event.preventDefault(); link.click(); }
});
look();

const line = new Line({
  open: (open) => { document.getElementById("state").textContent = open ? "" : words.lost; },
  over: () => {},
  event: (event) => { if (event.list) htmx.trigger(list, "refresh"); },
});
box.duty.addEventListener("change", () => { onDuty(); line.alive(true); });
