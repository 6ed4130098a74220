"""How soon the widget is there on a slow phone, how soon it is gone, and how much comes over the line.

    python -m bench.widget [rounds]

Chromium's own throttling: 400 kbit/s each way, 150 ms there and back, a processor six times slower than this one. The median of the rounds (7 when left
out). "blank" is the time from the key or tap until a frame without a single element was painted, on the page of a site with the talk open in it.
"""

from __future__ import annotations

import gzip
import statistics
import sys

import httpx
from playwright.sync_api import Browser, Page, expect

from bench.browser import chromium, serving

BITS_PER_SECOND, ROUND_TRIP, SLOWER = 400_000, 150, 6


def slow(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": ROUND_TRIP, "downloadThroughput": BITS_PER_SECOND / 8, "uploadThroughput": BITS_PER_SECOND / 8},
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def phone(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 360, "height": 640}, is_mobile=True, has_touch=True).new_page()


# When what is looked for has been on the screen: told by the page itself, after the frame that shows it was handed over.
SHOWN = """what => { new MutationObserver((_, observer) => { if (!document.querySelector(what)) return;
  observer.disconnect(); requestAnimationFrame(() => requestAnimationFrame(() => { window.shown = performance.now(); }));
}).observe(document, {childList: true, subtree: true}); }"""


def seconds(browser: Browser, address: str, what: str) -> tuple[float, float]:
    """(first paint, `what` on the screen) in seconds from the start of the page; `what` is a selector."""
    page = phone(browser)
    page.add_init_script(f"({SHOWN})({what!r})")
    slow(page)
    page.goto(address, wait_until="commit")
    while not page.evaluate("window.shown"):
        page.wait_for_timeout(100)
    paint, shown = page.evaluate("[performance.getEntriesByName('first-contentful-paint')[0].startTime, shown]")
    page.close()
    return paint / 1000, shown / 1000


def visible(browser: Browser, address: str) -> dict[str, float]:
    button = seconds(browser, address + "/demo", "body > button")[1]
    paint, first = seconds(browser, address + "/widget?language=nl", "article")
    return {"button on a site, s": button, "widget first painted, s": paint, "first message, s": first}


# In the page of the site: when it stood blank, after the frame that shows it was handed to the screen.
BLANK = """() => { const page = document.documentElement; new MutationObserver((_, observer) => {
  if (page.childElementCount && getComputedStyle(page).display !== "none") return;
  observer.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => console.log(performance.timeOrigin + performance.now() - struck)));
}).observe(page, {childList: true, attributes: true}); }"""
# When the browser got the tap or key; both clocks are of this machine, timeOrigin makes them comparable.
STRUCK = "name => addEventListener(name, (event) => { top.struck = performance.timeOrigin + event.timeStamp; }, true)"

IDLE = """() => { top.addEventListener("message", (event) => { if (event.data === "idle") top.requestAnimationFrame(() => top.requestAnimationFrame(
  () => top.console.log(top.performance.timeOrigin + top.performance.now() - top.struck))); });
  document.querySelector("h1").onclick = () => parent.postMessage("idle", "*"); }"""


def blank(browser: Browser, address: str) -> dict[str, float]:
    """Milliseconds from the finger that lifts, or the third key, until nothing is left to read; the next page never comes, so that only the blanking counts.

    "an idle tap" goes the same way, from the frame to the page of the site, and changes nothing: what this machine takes for that alone.
    """
    found = {}
    for how in ("tap", "shift", "idle tap"):
        page = phone(browser)
        page.route("https://**", lambda route: None)
        page.goto(address + "/demo")
        page.locator("body > button").tap()
        target = page.frame_locator("iframe").locator("h1" if how == "idle tap" else "#leave")
        expect(page.frame_locator("iframe").locator("article")).to_have_count(1)
        page.frames[1].evaluate(STRUCK, "keyup" if how == "shift" else "pointerup")
        page.evaluate(BLANK)
        if how == "idle tap":
            page.frames[1].evaluate(IDLE)
        box = target.bounding_box()
        assert box
        slow(page)
        page.wait_for_timeout(500)  # the line and the page are at rest
        session = page.context.new_cdp_session(page)
        with page.expect_console_message(timeout=60_000) as told:  # a page that is leaving answers no question of the tools any more
            if how != "shift":
                point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
                for touch, points in (("touchStart", [point]), ("touchEnd", [])):
                    session.send("Input.dispatchTouchEvent", {"type": touch, "touchPoints": points})
            else:
                for key in ("rawKeyDown", "keyUp") * 3:
                    session.send("Input.dispatchKeyEvent", {"type": key, "key": "Shift", "code": "ShiftLeft", "windowsVirtualKeyCode": 16})
        found["an idle tap, ms" if how == "idle tap" else f"blank after {how}, ms"] = float(told.value.text)
        page.unroute_all(behavior="ignoreErrors")
        page.close()
    return found


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with serving(model=False) as (address, _), chromium() as browser:
        sizes = {}
        for name in ("loader.js", "frame.js", "frame.css", ""):
            with httpx.stream("GET", f"{address}/widget/{name}".rstrip("/"), headers={"Accept-Encoding": "gzip"}) as answer:
                body = b"".join(answer.iter_raw())
                gzip.decompress(body)
                sizes[name or "page"] = len(body)
        scripts = sum(size for name, size in sizes.items() if name.endswith(".js"))
        print(f"bytes over the line: {sizes}; scripts together {scripts}", flush=True)
        rows = [{**visible(browser, address), **blank(browser, address)} for _ in range(rounds)]
        for name in rows[0]:
            values = sorted(row[name] for row in rows)
            print(f"{name}: median {statistics.median(values):.2f}, worst {values[-1]:.2f} of {rounds}")


if __name__ == "__main__":
    main()
