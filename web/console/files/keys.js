// The console by keyboard: what each key does stands in the dialog behind "?". All with Alt, so that no letter typed does anything.
const help = document.getElementById("help");
document.getElementById("help-open").addEventListener("click", () => help.showModal());

const press = (key) => document.querySelector(`[data-key="${key}"]`)?.click();
function unfold(key, inside) {
  const part = document.querySelector(`details[data-key="${key}"]`);
  if (!part) return;
  part.open = true;
  part.querySelector(inside)?.focus();
}
const KEYS = {
  KeyW: () => { const first = document.querySelector("#list .do"); if (first) first.focus(); else if (document.getElementById("talk")) location.assign("/console"); },
  KeyA: () => press("claim"),
  KeyS: () => document.getElementById("text")?.focus(),
  KeyK: () => unfold("canned", "button"),
  KeyN: () => unfold("note", "textarea"),
  KeyG: () => unfold("transfer", "select, button"),
  KeyB: () => press("hand_back"),
  KeyX: () => press("close"),
};
addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;  // with Ctrl it is AltGr, which types
  const own = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  const run = own ? () => document.querySelectorAll("[data-own]")[own[1] - 1]?.click() : event.key === "?" || event.code === "Slash" ? () => help.showModal() : KEYS[event.code];
  if (!run || help.open) return;
  event.preventDefault();
  run();
});
