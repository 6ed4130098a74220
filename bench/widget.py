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


def seconds(page: Page, what: str) -> float:
    """Seconds from the start of the page until `what` (a selector) is there to be seen, as the page itself counts."""
    expect(page.locator(what).first).to_be_visible(timeout=60_000)
    return float(page.evaluate("performance.now()")) / 1000


def visible(browser: Browser, address: str) -> dict[str, float]:
    page = phone(browser)
    slow(page)
    page.goto(address + "/demo", wait_until="commit")
    button = seconds(page, "body > button")
    page.close()
    page = phone(browser)
    slow(page)
    page.goto(address + "/widget?language=nl", wait_until="commit")
    page.wait_for_load_state("load")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000
    first = seconds(page, "article")
    page.close()
    return {"button on a site, s": button, "widget first painted, s": paint, "first message, s": first}


def blank(browser: Browser, address: str) -> dict[str, float]:
    """Milliseconds until nothing is left to read; the next page never comes, so that only the blanking counts."""
    found = {}
    for how in ("tap", "shift"):
        page = phone(browser)
        page.route("https://**", lambda route: None)
        page.goto(address + "/demo")
        page.locator("body > button").tap()
        frame = page.frame_locator("iframe")
        expect(frame.locator("article")).to_have_count(1)
        slow(page)
        session = page.context.new_cdp_session(page)
        # In the page of the site: note the moment when it stands empty, after the frame that shows it was handed to the screen.
        page.evaluate(
            """() => { window.start = 0; new MutationObserver(() => { if (!document.documentElement.childElementCount)
              requestAnimationFrame(() => requestAnimationFrame(() => { window.gone = performance.timeOrigin + performance.now(); }));
            }).observe(document.documentElement, {childList: true}); }"""
        )
        inner = page.frames[1]
        if how == "tap":
            # Both clocks are of this machine: timeOrigin makes them comparable.
            start = inner.evaluate("() => { const now = performance.timeOrigin + performance.now(); setTimeout(() => document.getElementById('leave').click(), 0); return now; }")
        else:
            start = page.evaluate(
                """() => { const now = performance.timeOrigin + performance.now();
                  setTimeout(() => { for (let i = 0; i < 3; i++) dispatchEvent(new KeyboardEvent("keyup", {key: "Shift"})); }, 0); return now; }"""
            )
        gone = session.send("Runtime.evaluate", {"expression": "new Promise((d) => { const t = setInterval(() => { if (window.gone) { clearInterval(t); d(window.gone); } }, 5); })", "awaitPromise": True})
        found[f"blank after {how}, ms"] = gone["result"]["value"] - start
        page.unroute_all(behavior="ignoreErrors")
        page.close()
    return found


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with serving(model=False) as (address, _), chromium() as browser:
        sizes = {}
        for name in ("loader.js", "talk.js", "frame.js", "frame.css", ""):
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
