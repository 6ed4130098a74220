// The page with the list of talks.
const box = {duty: document.getElementById("duty"), sound: document.getElementById("sound")};
box.duty.checked = duty();
const onDuty = () => { document.getElementById("off").hidden = box.duty.checked; sessionStorage.setItem("noor-break", box.duty.checked ? "" : "yes"); };
onDuty();
box.sound.checked = sessionStorage.getItem("noor-sound") === "yes";
box.sound.addEventListener("change", () => { sessionStorage.setItem("noor-sound", box.sound.checked ? "yes" : ""); if (box.sound.checked) beep(); });

const line = new Line({
  open: (open) => { document.getElementById("state").textContent = open ? "" : words.lost; },
  event: (event) => { if (event.list) refresh(); },
});
box.duty.addEventListener("change", () => { onDuty(); line.alive(true); });
