"""The pictures of docs/: the widget as people see it, taken from the running product.

    make screenshots
"""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Browser, Page, expect

from bench.browser import ROOT, chromium, serving

DOCS = ROOT / "docs" / "screenshots"
PHONE = {"width": 390, "height": 780}


def talk(browser: Browser, address: str, language: str, said: list[str], **options: Any) -> Page:
    """A page with a talk in which each line was answered; a line in square brackets taps the button of that name."""
    context = browser.new_context(viewport=options.pop("viewport", PHONE), device_scale_factor=2, reduced_motion="reduce", has_touch=True, is_mobile=True, **options)
    page = context.new_page()
    page.goto(f"{address}/widget?language={language}")
    expect(page.locator("article")).to_have_count(1)
    for line in said:
        answers = page.locator("article:not(.person)").count()
        if line.startswith("["):
            page.get_by_role("button", name=line[1:-1], exact=True).click()
        else:
            page.locator("#text").fill(line)
            page.locator("form button").click()
        expect(page.locator("article:not(.person)")).not_to_have_count(answers, timeout=30_000)
    page.mouse.move(0, 0)
    return page


def answered(page: Page, script: str) -> None:
    """Runs a script and waits for what it brings."""
    before = page.locator("article:not(.person)").count()
    page.evaluate(script)
    expect(page.locator("article:not(.person)")).not_to_have_count(before, timeout=30_000)


def plan(page: Page) -> Page:
    """Answers each question of the report conversation with its first button, until the plan is there."""
    answered(page, "talk.say({tap: 'report:start'})")
    for _ in range(20):
        if page.locator("article[data-topic=report_plan]").count():
            page.locator("article[data-topic=report_plan]").last.evaluate("node => node.scrollIntoView({block: 'start'})")
            return page
        answered(page, "document.querySelector('#choices button').click()")
    raise SystemExit("no plan after twenty answers; look at bot/report")


def take(page: Page, name: str) -> None:
    page.screenshot(path=DOCS / f"{name}.png")
    page.context.close()


def main() -> None:
    DOCS.mkdir(exist_ok=True)
    with serving() as (address, service), chromium() as browser:
        deadline = time.monotonic() + 120
        while not service.turn.understanding.ready:
            if time.monotonic() > deadline:
                raise SystemExit("there is no trained model; run `make train` first")
            time.sleep(0.5)
        page = browser.new_context(viewport={"width": 1280, "height": 820}, reduced_motion="reduce").new_page()
        page.goto(address + "/demo")
        page.get_by_role("button", name="Open de chat").click()
        frame = page.frame_locator("iframe")
        frame.locator("#text").fill("er gaat een foto van mijn dochter rond")
        frame.locator("form button").click()
        page.mouse.move(0, 0)
        expect(frame.locator("article.noor")).to_have_count(2)
        page.screenshot(path=ROOT / "docs" / "demo.png")
        page.context.close()
        page = browser.new_context(viewport={"width": 1280, "height": 820}, reduced_motion="reduce").new_page()
        page.goto(address + "/demo/ar")
        page.locator("body > button").click()
        expect(page.frame_locator("iframe").locator("article.noor")).to_have_count(1)
        take(page, "demo-ar")
        take(talk(browser, address, "nl", []), "phone-nl")
        take(talk(browser, address, "nl", ["er gaat een foto van mijn dochter rond in een groepsapp"]), "phone-answer")
        take(talk(browser, address, "ar", ["صورة بنتي تنتشر في مجموعة واتساب ماذا أفعل"]), "phone-ar")
        take(talk(browser, address, "tr", ["kızımın fotoğrafı dolaşıyor ne yapmalıyım"]), "phone-tr")
        take(talk(browser, address, "nl", ["ik wil niet meer leven"]), "danger")
        take(talk(browser, address, "nl", ["er gaat een foto van mijn dochter rond in een groepsapp"], color_scheme="dark"), "dark")
        take(talk(browser, address, "nl", ["ik wil niet meer leven"], forced_colors="active"), "forced-colours")
        take(talk(browser, address, "nl", ["wat is grooming"], viewport={"width": 320, "height": 256}), "tiny")
        page = talk(browser, address, "nl", [])
        answered(page, "talk.say({tap: 'card'})")
        page.locator(".card img").evaluate("node => node.decode()")
        page.locator(".card img").scroll_into_view_if_needed()
        take(page, "card")
        take(plan(talk(browser, address, "nl", [])), "plan")
        take(plan(talk(browser, address, "ar", [])), "plan-ar")
        page = talk(browser, address, "nl", [])
        answered(page, "talk.say({tap: 'report:start'})")
        answered(page, "document.querySelector('#choices button').click()")
        take(page, "question")
        page = talk(browser, address, "nl", [])
        page.locator("#menu-button").click()
        take(page, "menu")
        context = browser.new_context(viewport=PHONE, device_scale_factor=2, java_script_enabled=False)
        page = context.new_page()
        page.goto(address + "/widget?language=nl")
        take(page, "no-javascript")


if __name__ == "__main__":
    main()
