"""The widget as a person meets it: by tap, by keyboard, on a broken line, and how it leaves."""

from __future__ import annotations

import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.conftest import ROOT

FIRST = "Hallo, ik ben Noor"


def opened(page: Page, address: str, language: str = "nl") -> Page:
    page.goto(f"{address}/widget?language={language}")
    expect(page.locator("article.noor")).to_have_count(1)
    return page


def test_a_site_shows_the_button_and_opens_the_talk(page: Page, address: str) -> None:
    page.goto(address + "/demo")
    page.get_by_role("button", name="Open de chat").click()
    frame = page.frame_locator("iframe")
    expect(frame.locator("article.noor")).to_contain_text(FIRST)
    assert page.faults == []  # type: ignore[attr-defined]


def test_danger_by_keyboard_alone_with_a_number_to_call(page: Page, address: str) -> None:
    opened(page, address)
    page.get_by_label("Typ je vraag").focus()
    page.keyboard.type("ik wil niet meer leven")
    page.keyboard.press("Enter")
    answer = page.locator("article.noor.urgent")
    expect(answer).to_contain_text("113")
    expect(answer.locator("a[href='tel:113']")).to_be_visible()
    assert page.faults == []  # type: ignore[attr-defined]


def test_what_was_typed_is_shown_once_and_as_text(page: Page, address: str) -> None:
    opened(page, address)
    page.locator("#text").fill("<b>menu</b><img src=x onerror=alert(1)>")
    page.locator("form button").click()
    expect(page.locator("article.noor")).to_have_count(2)
    expect(page.locator("article.person")).to_have_count(1)
    assert page.locator("article.person b, article.person img").count() == 0


def test_a_button_answers_and_old_buttons_go(page: Page, address: str) -> None:
    opened(page, address)
    page.get_by_role("button", name="Ik ben ouder").click()
    expect(page.locator("article.noor")).to_have_count(2)
    expect(page.get_by_role("button", name="Ik ben ouder")).to_have_count(0)
    expect(page.locator(".choices button").first).to_be_visible()


def test_a_broken_line_loses_and_doubles_nothing(page: Page, address: str) -> None:
    opened(page, address)
    page.evaluate("talk.socket.close()")
    page.locator("#text").fill("help")
    page.locator("form button").click()
    expect(page.locator("article.noor")).to_have_count(2, timeout=20_000)
    page.reload()
    expect(page.locator("article")).to_have_count(3)
    expect(page.locator("article.person")).to_have_count(1)


def test_without_sockets_it_polls(page: Page, address: str) -> None:
    page.add_init_script("window.WebSocket = class { static OPEN = 1; constructor() { setTimeout(() => this.onclose(), 10) } close() {} };")
    page.goto(address + "/widget?language=nl")
    expect(page.locator("article.noor")).to_have_count(1, timeout=20_000)
    page.locator("#text").fill("help")
    page.locator("form button").click()
    expect(page.locator("article.noor")).to_have_count(2, timeout=20_000)


@pytest.mark.parametrize("how", ["link", "shift"])
def test_leaving_blanks_the_page_and_goes_elsewhere(page: Page, address: str, how: str) -> None:
    page.route("https://www.google.nl/**", lambda route: route.fulfill(body="elsewhere"))
    opened(page, address)
    if how == "link":
        page.locator("#leave").click()
    else:
        page.locator("#text").focus()
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url("https://www.google.nl/**")
    assert page.evaluate("sessionStorage.length") == 0


def test_leaving_works_from_the_site_around_it(page: Page, address: str) -> None:
    page.route("https://www.google.nl/**", lambda route: route.fulfill(body="elsewhere"))
    page.goto(address + "/demo")
    expect(page.get_by_role("button", name="Open de chat")).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("https://www.google.nl/**")


def test_the_widget_is_small_and_asks_nobody_else(page: Page, address: str) -> None:
    others: list[str] = []
    page.on("request", lambda request: others.append(request.url) if not request.url.startswith(address) else None)
    opened(page, address)
    assert others == []
    files = [ROOT / "web" / "widget" / name for name in ("loader.js", "talk.js", "frame.js", "frame.css", "frame.html")]
    assert sum(len(gzip.compress(f.read_bytes())) for f in files) < 8_000


@pytest.mark.parametrize(("language", "direction"), [("nl", "ltr"), ("en", "ltr"), ("tr", "ltr"), ("ar", "rtl")])
def test_accessible_in_every_language(page: Page, address: str, language: str, direction: str) -> None:
    opened(page, address, language)
    expect(page.locator("html")).to_have_attribute("dir", direction)
    page.locator(".choices button").first.click()
    expect(page.locator("article.noor")).to_have_count(2)
    expect(page.locator("article.noor").last).to_have_attribute("lang", language)
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_it_fits_a_tiny_screen(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 256})
    opened(page, address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    expect(page.locator("#leave")).to_be_visible()
    expect(page.locator("#text")).to_be_visible()


def test_without_javascript_the_numbers_are_there(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/widget")
    expect(page.locator("noscript a[href='tel:112']").first).to_be_visible()
    context.close()


def test_pasted_files_are_refused_kindly(page: Page, address: str) -> None:
    opened(page, address)
    page.evaluate("""() => { const data = new DataTransfer(); data.items.add(new File(["x"], "x.png", {type: "image/png"}));
      document.getElementById("text").dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})); }""")
    expect(page.locator("#state")).not_to_be_empty()
