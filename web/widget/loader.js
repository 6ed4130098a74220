// The one script tag that a site puts on its page. It adds a button and, when tapped, an iframe on Noor's own origin, so that the
// scripts of the site can't read the talk. Stores nothing, asks for nothing until the button is tapped. The server writes its
// settings (words, where "leave quickly" goes, colours) in place of the empty object at the end.
((settings) => {
  const script = document.currentScript, data = script.dataset, origin = new URL(script.src).origin;
  const language = (data.language || document.documentElement.lang || "").slice(0, 2);
  const words = settings.words[language] || settings.words[settings.language];
  const accent = /^#?[0-9a-f]{6}$/i.test(data.accent) ? data.accent.replace("#", "") : "";
  // Where a line of the site ends, whatever language the button is in.
  const side = (getComputedStyle(document.documentElement).direction === "rtl") === (data.side === "start") ? "right" : "left";
  const place = "all:initial;position:fixed;z-index:2147483000;bottom:16px;" + side + ":16px;";
  const font = "font:600 17px/1.3 system-ui,'Noto Sans Arabic',sans-serif;";
  let frame, panel, patience;

  const make = (name, style, more) => Object.assign(document.createElement(name), {style, ...more});
  const dress = (node) => { node.lang = words.code; node.dir = words.dir; return node; };

  // Black or white, whichever is read more easily on a colour of the site's own choice.
  const readable = (hex) => {
    const [r, g, b] = [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b > .179 ? "#111" : "#fff";
  };

  const button = dress(make("button", place + font + "box-sizing:border-box;min-inline-size:56px;min-block-size:56px;padding:10px 22px;border:2px solid #fff;border-radius:28px;cursor:pointer;" +
    "box-shadow:0 2px 12px #0004;color:" + (accent ? readable(accent) : settings.accent_text) + ";background:" + (accent ? "#" + accent : settings.accent), {type: "button", textContent: words.open}));
  button.onfocus = () => { if (button.matches(":focus-visible")) button.style.outline = "3px solid #b35c00"; };
  button.onblur = () => { button.style.outline = "none"; };

  function open() {
    if (!frame) {
      const query = new URLSearchParams({language: words.code, ...(accent && {accent})});
      frame = make("iframe", "", {src: origin + "/widget?" + query, title: words.title});
      fit();
      document.body.append(frame);
      // A site that may not show the widget, or a server that is down: the numbers all the same.
      patience = setTimeout(numbers, 5000);
    }
    frame.style.display = "block";
    button.style.display = "none";
    frame.focus();
  }

  function fit() {
    if (!frame) return;
    const shown = frame.style.display, view = visualViewport, small = innerWidth < 480 || innerHeight < 480;
    // On a phone the keyboard covers the page without making it smaller; the frame keeps to what can be seen.
    frame.style = place + "color-scheme:light dark;border:0;background:#fff;" + (small
      ? "bottom:auto;top:" + view.offsetTop + "px;" + side + ":0;inline-size:100%;block-size:" + view.height + "px"
      : "inline-size:420px;block-size:min(720px,calc(100vh - 32px));border-radius:20px;box-shadow:0 8px 40px #0005");
    frame.style.display = shown || "block";
  }
  visualViewport.onresize = visualViewport.onscroll = fit;

  function close() {
    if (frame) frame.style.display = "none";
    panel?.remove();
    button.style.display = "block";
    button.focus();
  }

  function numbers() {
    frame.remove();
    frame = null;
    panel = dress(make("div", place + font + "max-inline-size:320px;padding:18px;border:2px solid #9c1c15;border-radius:16px;box-shadow:0 8px 40px #0005;color:#1c2730;background:#fff", {role: "alert"}));
    panel.append(make("p", "all:revert;margin:0 0 12px;font-weight:400", {textContent: words.no_connection}));
    for (const [title, href] of [...words.numbers, [words.open_apart, origin + "/widget?language=" + words.code]]) {
      const call = href.startsWith("tel:");
      panel.append(make("a", "all:revert;display:block;margin-block-end:8px;padding:11px " + (call ? "16px;border-radius:12px;color:#fff;background:#9c1c15;text-decoration:none;" : "0;color:#9c1c15;") + font,
        {href, textContent: title, target: call ? "" : "_blank", rel: "noopener"}));
    }
    const shut = make("button", "all:revert;min-block-size:44px;padding:0 18px;border:1.5px solid #57626a;border-radius:22px;color:inherit;background:#fff;" + font, {type: "button", textContent: words.close, onclick: close});
    panel.append(shut);
    document.body.append(panel);
  }

  function leave() {
    // Blank first: on a slow line the page would stay readable while the next one loads. Hiding it is one step, where taking it apart
    // would cost a slow phone a tenth of a second before anything is gone; that comes when the blank page is on the screen.
    const page = document.documentElement;
    page.style.setProperty("display", "none", "important");
    const go = () => { location.replace(settings.leave_to); page.replaceChildren(); };
    requestAnimationFrame(() => setTimeout(go));
    setTimeout(go, 100);  // a tab that is not in sight paints nothing
  }

  let shifts = [];
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift") return (shifts = []);
    shifts = [...shifts.filter((at) => event.timeStamp - at < 1500), event.timeStamp];
    if (shifts.length > 2) leave();
  });
  addEventListener("message", (event) => {
    if (event.origin !== origin || event.source !== frame?.contentWindow) return;
    if (event.data === "noor:here") clearTimeout(patience);
    if (event.data === "noor:close") close();
    if (event.data === "noor:leave") leave();
  });
  button.onclick = open;
  // With `async` in the head it may run before there is a body.
  const show = () => document.body.append(button);
  if (document.body) show(); else addEventListener("DOMContentLoaded", show);
})({});
