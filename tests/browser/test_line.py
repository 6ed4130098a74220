"""A bad line, a sleeping phone, two tabs: nothing lost, nothing twice, and the numbers when nothing comes through."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.browser.conftest import opened, said

SLOW = 25_000  # ms that a test waits for what the page tries again by itself


def test_a_broken_line_loses_and_doubles_nothing(page: Page, address: str) -> None:
    opened(page, address)
    page.evaluate("talk.socket.close()")
    said(page, "help")
    expect(page.locator("article.noor")).to_have_count(2, timeout=SLOW)
    page.reload()
    expect(page.locator("article")).to_have_count(3)
    expect(page.locator("article.person")).to_have_count(1)


def test_what_is_typed_without_a_line_goes_when_it_is_back(page: Page, address: str) -> None:
    opened(page, address)
    page.context.set_offline(True)
    page.evaluate("talk.lost()")
    said(page, "help")
    expect(page.locator("article.unsent")).to_have_count(1)
    expect(page.locator("#state")).to_contain_text("Geen verbinding")
    page.context.set_offline(False)
    expect(page.locator("article.noor")).to_have_count(2, timeout=SLOW)
    expect(page.locator("article.person")).to_have_count(1)
    expect(page.locator("article.unsent")).to_have_count(0)
    expect(page.locator("#state")).to_be_empty()


def test_without_sockets_it_polls(page: Page, address: str) -> None:
    page.add_init_script("window.WebSocket = class { constructor() { setTimeout(() => this.onclose(), 10) } close() {} };")
    opened_slowly(page, address)
    said(page, "help")
    expect(page.locator("article.noor")).to_have_count(2, timeout=SLOW)
    expect(page.locator("article.person")).to_have_count(1)


def test_a_socket_that_opens_and_then_swallows_everything_counts_as_blocked(page: Page, address: str) -> None:
    def swallow(route: WebSocketRoute) -> None:
        route.on_message(lambda message: None)

    page.route_web_socket("**/api/socket", swallow)
    opened_slowly(page, address)
    said(page, "help")
    expect(page.locator("article.noor")).to_have_count(2, timeout=SLOW)


def opened_slowly(page: Page, address: str) -> None:
    page.goto(address + "/widget?language=nl")
    expect(page.locator("article.noor")).to_have_count(1, timeout=SLOW)


def test_a_line_that_died_in_sleep_is_noticed_on_waking(page: Page, address: str) -> None:
    dead: list[bool] = []

    def relay(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        route.on_message(lambda message: None if dead else server.send(message))

    page.route_web_socket("**/api/socket", relay)
    opened(page, address)
    dead.append(True)  # from here the old line says nothing, and does not say that it is closed
    said(page, "help")
    expect(page.locator("article.person")).to_have_count(1)
    assert page.locator("article.noor").count() == 1
    page.unroute_all()
    page.evaluate("window.dispatchEvent(new Event('pageshow'))")
    dead.clear()
    expect(page.locator("article.noor")).to_have_count(2, timeout=SLOW)
    expect(page.locator("article.person")).to_have_count(1)


def test_two_tabs_of_one_talk_show_the_same(page: Page, address: str) -> None:
    opened(page, address)
    with page.expect_popup() as popup:
        page.evaluate("window.open(location.href)")  # a tab opened from a tab takes its session along
    other = popup.value
    expect(other.locator("article.noor")).to_have_count(1)
    said(page, "help")
    expect(other.locator("article.noor")).to_have_count(2)
    expect(other.locator("article.person .body")).to_have_text("help")
    said(other, "menu")
    expect(page.locator("article.noor")).to_have_count(3)
    for tab in (page, other):
        expect(tab.locator("article.person")).to_have_count(2)


def test_two_tabs_opened_apart_are_two_talks(page: Page, address: str) -> None:
    opened(page, address)
    said(page, "help")
    other = page.context.new_page()
    opened(other, address)
    expect(page.locator("article.noor")).to_have_count(2)
    assert other.locator("article").count() == 1


def test_the_numbers_come_when_nothing_connects_within_five_seconds(page: Page, address: str) -> None:
    page.route("**/api/**", lambda route: route.abort())
    page.goto(address + "/widget?language=nl")
    expect(page.locator("#numbers > ul a[href='tel:112']")).to_be_hidden()
    expect(page.locator("#numbers > ul a[href='tel:112']")).to_be_visible(timeout=SLOW)
    expect(page.locator("#numbers")).to_contain_text("0800-2000")
    expect(page.locator("#state")).to_contain_text("Geen verbinding")
    page.unroute_all()
    expect(page.locator("article.noor")).to_have_count(1, timeout=SLOW)
    expect(page.locator("#numbers")).to_be_hidden()


def test_the_numbers_come_even_when_the_scripts_never_do(page: Page, address: str) -> None:
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(address + "/widget?language=tr")
    expect(page.locator("#numbers a[href='tel:112']").first).to_be_visible(timeout=SLOW)


def test_the_site_shows_the_numbers_when_the_chat_itself_cannot_be_reached(page: Page, address: str) -> None:
    page.goto(address + "/demo")
    page.route("**/widget?**", lambda route: route.abort())
    page.get_by_role("button", name="Open de chat").click()
    panel = page.get_by_role("alert")
    expect(panel.locator("a[href='tel:112']")).to_be_visible(timeout=SLOW)
    panel.get_by_role("button", name="Sluit de chat").click()
    expect(page.get_by_role("button", name="Open de chat")).to_be_focused()


def test_without_javascript_it_is_a_page_with_numbers_and_hours_in_four_languages(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/widget?language=en")
    expect(page.locator("h2")).to_have_text("Help is here")
    expect(page.locator("#numbers > ul a[href='tel:112']")).to_be_visible()
    expect(page.locator("#numbers > ul")).to_contain_text("day and night")
    expect(page.locator("form")).to_be_hidden()
    for language in ("nl", "tr", "ar"):
        other = page.locator(f"details[lang={language}]")
        other.locator("summary").click()
        expect(other.locator("a[href='tel:08002000']")).to_be_visible()
    context.close()
