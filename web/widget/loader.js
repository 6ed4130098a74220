// The one script tag that a site puts on its page. It adds a button and, when tapped, an iframe on Noor's own origin, so that the
// scripts of the site can't read the talk. Stores nothing.
(() => {
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const language = script.dataset.language || document.documentElement.lang.slice(0, 2) || "";
  let frame = null;

  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "…";
  button.setAttribute("aria-expanded", "false");
  const place = "position:fixed;inset-block-end:16px;inset-inline-end:16px;z-index:2147483000;";
  button.style.cssText = place + "min-width:56px;min-height:56px;padding:0 18px;border:2px solid #fff;border-radius:28px;font:600 16px/1.2 system-ui,sans-serif;cursor:pointer;" +
    "color:" + (script.dataset.text || "#fff") + ";background:" + (script.dataset.accent || "#1f5f8b");

  function open() {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.src = origin + "/widget?language=" + encodeURIComponent(language);
      frame.title = button.textContent;
      frame.style.cssText = place + "inline-size:min(420px,100vw);block-size:min(680px,100dvh);max-inline-size:100vw;max-block-size:100dvh;border:0;border-radius:12px;box-shadow:0 4px 24px #0006;background:#fff";
      if (innerWidth < 480 || innerHeight < 480) frame.style.cssText += ";inset:0;inline-size:100vw;block-size:100dvh;border-radius:0";
      document.body.append(frame);
    }
    frame.hidden = false;
    button.hidden = true;
    button.setAttribute("aria-expanded", "true");
    frame.focus();
  }

  function close() {
    if (frame) frame.hidden = true;
    button.hidden = false;
    button.setAttribute("aria-expanded", "false");
    button.focus();
  }

  function leave(to) {
    // Blank the page first: on a slow line the talk would stay readable while the next page loads.
    document.documentElement.replaceChildren();
    location.replace(to);
  }

  let leaveTo = "https://www.google.nl";
  let shifts = [];
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift") return (shifts = []);
    shifts = [...shifts.filter((at) => event.timeStamp - at < 1500), event.timeStamp];
    if (shifts.length >= 3) leave(leaveTo);
  });
  addEventListener("message", (event) => {
    if (event.origin !== origin || !frame || event.source !== frame.contentWindow) return;
    if (event.data === "noor:close") close();
    if (event.data === "noor:leave") leave(leaveTo);
  });
  button.addEventListener("click", open);
  fetch(origin + "/api/words?language=" + encodeURIComponent(language)).then((answer) => answer.json()).then((data) => {
    button.textContent = data.words.open;
    button.lang = data.language;
    leaveTo = data.leave_to;
  }).catch(() => { button.textContent = "Noor"; });
  document.body.append(button);
})();
