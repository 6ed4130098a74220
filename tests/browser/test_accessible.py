"""WCAG 2.2 AA, as far as a machine can see it: axe under the strict policy, keyboard, announcements, zoom, colours, sizes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.content.colours import contrast
from bot.messages import Link, Reply
from bot.service import Service
from tests.browser.conftest import opened, said, shown
from tests.conftest import ROOT

LANGUAGES = [("nl", "ltr"), ("en", "ltr"), ("tr", "ltr"), ("ar", "rtl")]


def no_violations(page: Page) -> None:
    """axe is put in over the debugger, which passes the page's policy by; the page itself stays under it."""
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
    results = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("language", "direction"), LANGUAGES)
def test_axe_finds_nothing_in_a_talk(page: Page, address: str, service: Service, language: str, direction: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    opened(page, address, language)
    expect(page.locator("html")).to_have_attribute("dir", direction)
    page.locator("#choices button").first.click()
    expect(page.locator("article.noor")).to_have_count(2)
    expect(page.locator("article.noor").last).to_have_attribute("lang", language)
    text = service.turn.answers.content.say("leave", language)
    for seq, (topic, sender) in enumerate([("report_plan", "noor"), ("human_message", "human"), ("practice_line", "practice")], 1000):
        shown(page, service, Reply(topic, f"1. {text}\n2. {text}", language, sender=sender), seq, sender if sender != "noor" else "bot")
    urgent = Reply("danger_suicide", text, language, links=(Link("113", "tel:113"),), urgent=True)
    shown(page, service, urgent, 1010)
    page.locator("#menu-button").click()
    assert page.faults == []  # type: ignore[attr-defined]
    no_violations(page)


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_axe_finds_nothing_on_the_page_without_javascript_and_the_sites(chromium: Browser, address: str, language: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(address + ("/demo" if language == "nl" else "/demo/ar"))
    expect(page.locator("body > button")).to_be_visible()
    no_violations(page)
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(f"{address}/widget?language={language}")
    page.evaluate("document.querySelector('noscript').outerHTML")
    expect(page.locator("#numbers")).to_be_visible(timeout=20_000)
    no_violations(page)
    context.close()


def test_a_whole_talk_by_keyboard_alone(page: Page, address: str) -> None:
    page.goto(address + "/demo")
    button = page.get_by_role("button", name="Open de chat")
    button.focus()
    page.keyboard.press("Enter")
    frame = page.frame_locator("iframe")
    expect(frame.locator("article.noor")).to_have_count(1)
    expect(frame.locator("#text")).to_be_focused()
    page.keyboard.type("help")
    page.keyboard.press("Enter")
    expect(frame.locator("article.noor")).to_have_count(2)
    page.keyboard.press("Shift+Tab")
    expect(frame.locator("#choices button").last).to_be_focused()
    page.keyboard.press("Enter")
    expect(frame.locator("article.noor")).to_have_count(3)
    expect(frame.locator("#log")).to_be_focused()
    inner = page.frames[1]
    order = []
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        order.append(inner.evaluate("document.activeElement.id"))
        if order[-1] == "leave":
            break
    assert order[-1] == "leave"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(frame.locator("#menu button").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(frame.locator("#menu-button")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()


def test_every_reply_is_announced_once_and_whole(page: Page, address: str) -> None:
    opened(page, address)
    page.evaluate("""() => { window.said = []; new MutationObserver((changes) => {
      for (const change of changes) for (const node of change.addedNodes) said.push(node.nodeType === 1 ? node.className : "#text");
    }).observe(document.getElementById("log"), {childList: true, subtree: true}); }""")
    said(page, "ik wil niet meer leven")
    expect(page.locator("article.noor")).to_have_count(2)
    expect(page.locator("article.unsent")).to_have_count(0)
    assert page.evaluate("said") == ["person unsent", "noor urgent"]
    log = page.locator("[role=log]")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_have_attribute("aria-busy", "false")
    assert page.locator("[role=log] [aria-live], [role=log] [role=status], [role=log] #choices").count() == 0


def test_a_screen_reader_meets_things_in_their_order(page: Page, address: str) -> None:
    opened(page, address)
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {n["nodeId"]: n for n in nodes}
    seen: list[tuple[str, str]] = []

    def walk(node: dict[str, Any]) -> None:
        if not node["ignored"]:
            seen.append((node["role"]["value"], node.get("name", {}).get("value", "")))
        for child in node.get("childIds", ()):
            if child in by_id:
                walk(by_id[child])

    walk(nodes[0])
    wanted = [("heading", "Noor"), ("link", "Snel weg"), ("button", "Menu"), ("log", "Gesprek"), ("heading", "Noor"), ("group", "Kies of typ"),
              ("button", "Ik ben ouder"), ("status", ""), ("textbox", "Typ je vraag"), ("button", "Stuur")]  # fmt: skip
    places = []
    for one in wanted:
        places.append(seen.index(one, places[-1] + 1 if places else 0))
    assert places == sorted(places)


@pytest.mark.parametrize(("width", "height"), [(320, 256), (320, 568), (390, 320)])
@pytest.mark.parametrize("language", ["nl", "ar"])
def test_it_fits_a_tiny_screen_and_400_percent_zoom(page: Page, address: str, language: str, width: int, height: int) -> None:
    """1280 x 1024 at 400 % is 320 x 256."""
    page.set_viewport_size({"width": width, "height": height})
    opened(page, address, language)
    said(page, "wat is grooming")
    expect(page.locator("article.noor")).to_have_count(2)
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [width, height]
    assert page.evaluate("document.getElementById('scroll').scrollWidth <= document.getElementById('scroll').clientWidth")
    for part in ("#leave", "#menu-button", "#text", "form button"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    assert page.locator("#scroll").bounding_box()["height"] >= 120  # type: ignore[index]
    page.locator("#menu-button").click()
    page.locator("[data-tap='topic:delete_my_data']").scroll_into_view_if_needed()
    expect(page.locator("[data-tap='topic:delete_my_data']")).to_be_in_viewport(ratio=0.95)


def test_letters_twice_as_large_fit(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 760})
    opened(page, address)
    page.locator("#menu-button").click()
    for _ in range(6):
        page.get_by_role("button", name="Grotere letters").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.locator("#leave")).to_be_in_viewport(ratio=1)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-size", "4")


def test_everything_to_tap_is_at_least_44_pixels(page: Page, address: str) -> None:
    opened(page, address)
    page.evaluate("talk.say({tap: 'topic:already_paid'})")
    expect(page.locator("article.noor")).to_have_count(2)
    page.locator("#menu-button").click()
    page.locator("article summary").last.click()
    small = page.evaluate("""[...document.querySelectorAll("a, button, summary, textarea")].filter((node) => node.checkVisibility())
      .map((node) => [node.textContent.trim() || node.id, node.getBoundingClientRect()])
      .filter(([name, box]) => box.height < 43.9 || box.width < 24).map(([name, box]) => `${name}: ${box.width} x ${box.height}`)""")
    assert small == []


def test_motion_only_for_those_who_want_it(page: Page, address: str) -> None:
    moving = "[...document.getAnimations()].filter((one) => one.effect.getTiming().duration > 0).length"
    opened(page, address)
    page.evaluate("talk.take({typing: true})")
    assert page.evaluate(moving) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) > 0


def test_in_forced_colours_messages_and_buttons_keep_an_edge(page: Page, address: str) -> None:
    page.emulate_media(forced_colors="active")
    opened(page, address)
    said(page, "ik wil niet meer leven")
    expect(page.locator("article.urgent")).to_be_visible()
    for part in ("article.person", "article.urgent", ".links a", "#leave", "form button", "#choices button", "textarea"):
        assert page.locator(part).first.evaluate("node => parseFloat(getComputedStyle(node).borderTopWidth)") >= 1, part


def test_each_message_has_its_language_and_direction_and_numbers_keep_their_order(page: Page, address: str, service: Service) -> None:
    opened(page, address, "ar")
    page.evaluate("talk.say({tap: 'topic:already_paid'})")
    answer = page.locator("article[data-topic=already_paid]")
    expect(answer).to_have_attribute("dir", "rtl")
    expect(answer).to_have_attribute("lang", "ar")
    number = answer.locator(".links bdi").last
    left, right = number.evaluate("""node => { const text = node.firstChild, all = text.data.replace(/[^0-9]/g, ""), range = document.createRange();
      const at = (i) => { range.setStart(text, i); range.setEnd(text, i + 1); return range.getBoundingClientRect().left; };
      return [at(text.data.indexOf(all[0])), at(text.data.lastIndexOf(all.at(-1)))]; }""")
    assert left < right  # the first digit stands left of the last, as it is dialled


def test_the_style_sheets_own_colours_can_be_read() -> None:
    css = (ROOT / "web" / "widget" / "frame.css").read_text("utf-8")
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", part)) for part in css.split("@media (prefers-color-scheme: dark)")[:2])
    for colours in (light, {**light, **dark}):
        full = {name: "#" + "".join(c * 2 for c in value[1:]) if len(value) == 4 else value for name, value in colours.items()}
        for text, backs in {
            "text": ("back", "noor", "human", "practice", "urgent"), "quiet": ("back", "noor"), "accent-ink": ("back", "noor"), "accent-text": ("accent",),
            "you-text": ("you",), "human-ink": ("human",), "practice-ink": ("practice",), "urgent-ink": ("urgent",), "urgent-text": ("urgent-ink",),
        }.items():  # fmt: skip
            for back in backs:
                assert contrast(full[text], full[back]) >= 4.5, (text, back)
        for edge in ("field", "focus"):  # what shows where a field or the focus is: 3 is the least
            assert contrast(full[edge], full["back"]) >= 3, edge
