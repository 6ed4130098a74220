"""Leaving quickly: from the widget, from the site around it, by tap and by key, without a trace in the talk or the history."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.service import Service
from tests.browser.conftest import opened

ELSEWHERE = "https://www.google.nl/"


@pytest.fixture(autouse=True)
def elsewhere(page: Page) -> None:
    page.context.route(ELSEWHERE + "**", lambda route: route.fulfill(body="elsewhere", content_type="text/html"))


@pytest.mark.parametrize("how", ["link", "shift"])
def test_leaving_goes_elsewhere_and_forgets_the_talk(page: Page, address: str, how: str) -> None:
    opened(page, address)
    token = page.evaluate("sessionStorage['noor-talk']")
    assert token
    if how == "link":
        page.locator("#leave").click()
    else:
        page.locator("#text").focus()
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url(ELSEWHERE)
    page.goto(f"{address}/leave-nothing")
    assert page.evaluate("sessionStorage.length") == 0


def test_the_page_is_blank_before_the_next_one_comes(page: Page, address: str) -> None:
    opened(page, address)
    left = page.evaluate("""() => { document.getElementById("leave").click();
      return [document.title, getComputedStyle(document.documentElement).display]; }""")
    assert left == ["", "none"]


def test_blank_comes_first_and_then_nothing_is_left_of_the_talk_or_the_site(page: Page, address: str) -> None:
    page.context.unroute(ELSEWHERE + "**")
    page.context.route(ELSEWHERE + "**", lambda route: None)  # the next page never comes
    page.goto(address + "/demo")
    page.get_by_role("button", name="Open de chat").click()
    expect(page.frame_locator("iframe").locator("article.noor")).to_have_count(1)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.evaluate("""() => { const page = document.documentElement;
      new MutationObserver(() => console.log(`${getComputedStyle(page).display} ${page.childElementCount}`)).observe(page, {childList: true, attributes: true}); }""")
    page.frame_locator("iframe").locator("#leave").click(no_wait_after=True)
    for _ in range(500):
        if len(told) > 1:
            break
        page.wait_for_timeout(20)
    assert told == ["none 2", "none 0"]
    page.context.unroute(ELSEWHERE + "**")


def test_the_talk_is_not_in_the_history(page: Page, address: str) -> None:
    page.goto(address + "/demo")
    before = page.evaluate("history.length")
    opened(page, address)
    page.locator("#leave").click()
    page.wait_for_url(ELSEWHERE)
    assert page.evaluate("history.length") == before + 1  # its own place was taken over
    page.go_back()
    expect(page).to_have_url(address + "/demo")


def test_three_times_shift_on_the_site_before_the_chat_is_opened(page: Page, address: str) -> None:
    page.goto(address + "/demo")
    expect(page.get_by_role("button", name="Open de chat")).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(ELSEWHERE)


@pytest.mark.parametrize("how", ["link", "shift in the chat"])
def test_leaving_from_the_chat_takes_the_site_along(page: Page, address: str, how: str) -> None:
    page.goto(address + "/demo")
    page.get_by_role("button", name="Open de chat").click()
    frame = page.frame_locator("iframe")
    expect(frame.locator("article.noor")).to_have_count(1)
    if how == "link":
        frame.locator("#leave").click()
    else:
        frame.locator("#text").focus()
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url(ELSEWHERE)


def test_capitals_are_typed_without_leaving(page: Page, address: str) -> None:
    opened(page, address)
    page.locator("#text").focus()
    for letter in "HELP":
        page.keyboard.press(f"Shift+{letter}")
    expect(page.locator("#text")).to_have_value("HELP")
    expect(page.locator("#leave")).to_be_visible()


def test_leaving_works_without_javascript(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    context.route(ELSEWHERE + "**", lambda route: route.fulfill(body="elsewhere"))
    page = context.new_page()
    page.goto(address + "/widget")
    page.locator("#leave").click()
    page.wait_for_url(ELSEWHERE)
    context.close()


def test_the_way_out_is_the_organisations_choice(page: Page, address: str, service: Service) -> None:
    assert ELSEWHERE.startswith(str(service.turn.answers.content.organisation["leave_to"]))
    page.goto(address + "/demo")
    assert str(service.turn.answers.content.organisation["leave_to"]) in page.evaluate("fetch('/widget/loader.js').then(a => a.text())")
