"""The widget on somebody else's site: another origin, a strict policy of its own, its own colour, or not allowed at all."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.app import create_app
from bot.service import Service
from bot.settings import Settings
from tests.browser.conftest import listening

ELSEWHERE = "https://www.google.nl/"


@pytest.fixture
def site() -> Iterator[str]:
    """A site with a strict policy; ?noor= says where Noor is, ?more= gives attributes of the script tag."""

    async def page(request: Request) -> Response:
        noor, more = request.query_params["noor"], request.query_params.get("more", "")
        direction = request.query_params.get("dir", "ltr")
        body = (
            f'<!doctype html><html lang="nl" dir="{direction}"><meta name="viewport" content="width=device-width"><title>Een school</title><h1>Een school</h1>'
            f'<p id="secret">tekst van de school</p><script src="{noor}/widget/loader.js" {more} defer></script></html>'
        )
        policy = f"default-src 'none'; script-src {noor}; frame-src {noor}"
        return HTMLResponse(body, headers={"Content-Security-Policy": policy})

    with listening(Starlette(routes=[Route("/", page)])) as found:
        yield found.replace("127.0.0.1", "localhost")  # another site than Noor's, as browsers count sites


@pytest.fixture
def noor(settings: Settings, service: Service, site: str) -> Iterator[str]:
    """A Noor that allows this site."""
    answers = copy.copy(service.turn.answers)
    answers.content = dataclasses.replace(answers.content, organisation={**answers.content.organisation, "origins": [site]})
    service.turn.answers = answers
    with listening(create_app(settings, service)) as found:
        yield found


def test_it_works_under_the_sites_own_strict_policy(page: Page, site: str, noor: str) -> None:
    others: list[str] = []
    page.on("request", lambda request: others.append(request.url) if not request.url.startswith((site, noor, "data:")) else None)
    page.goto(f"{site}/?noor={noor}")
    page.get_by_role("button", name="Open de chat").click()
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Ik ben ouder").click()
    expect(frame.locator("article.noor")).to_have_count(2)
    assert others == []
    assert page.faults == []  # type: ignore[attr-defined]
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, document.title]") == [0, 0, "", "Een school"]


def test_the_sites_scripts_cannot_read_the_talk(page: Page, site: str, noor: str) -> None:
    page.goto(f"{site}/?noor={noor}")
    page.get_by_role("button", name="Open de chat").click()
    expect(page.frame_locator("iframe").locator("article.noor")).to_have_count(1)
    read = page.evaluate("""() => { try { return document.querySelector("iframe").contentWindow.document.body.textContent; } catch (error) { return error.name; } }""")
    assert read in ("SecurityError", "TypeError")


def test_a_message_from_the_site_itself_steers_nothing(page: Page, site: str, noor: str) -> None:
    page.goto(f"{site}/?noor={noor}")
    page.get_by_role("button", name="Open de chat").click()
    expect(page.frame_locator("iframe").locator("article.noor")).to_have_count(1)
    page.evaluate("window.postMessage('noor:leave', '*'); window.postMessage('noor:close', '*')")
    page.evaluate("new Promise((go) => setTimeout(go, 50))")
    expect(page.locator("#secret")).to_be_visible()
    expect(page.locator("iframe")).to_be_visible()


@pytest.mark.parametrize("how", ["button", "shift on the site"])
def test_leaving_takes_the_other_site_along(page: Page, site: str, noor: str, how: str) -> None:
    page.set_viewport_size({"width": 1000, "height": 760})
    page.context.route(ELSEWHERE + "**", lambda route: route.fulfill(body="elsewhere", content_type="text/html"))
    page.goto(f"{site}/?noor={noor}")
    page.get_by_role("button", name="Open de chat").click()
    frame = page.frame_locator("iframe")
    expect(frame.locator("article.noor")).to_have_count(1)
    if how == "button":
        frame.locator("#leave").click()
    else:
        page.locator("#secret").click()
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url(ELSEWHERE)
    page.go_back()  # the talk is gone, and the site is not where it was: its place was taken over
    assert not page.url.startswith(site)


@pytest.mark.parametrize(("accent", "text"), [("ffe08a", "rgb(17, 17, 17)"), ("3b1d5e", "rgb(255, 255, 255)")])
def test_the_sites_own_colour_stays_readable(page: Page, site: str, noor: str, accent: str, text: str) -> None:
    page.goto(f"{site}/?noor={noor}&more=data-accent={accent}")
    button = page.get_by_role("button", name="Open de chat")
    assert button.evaluate("node => getComputedStyle(node).color") == text
    button.click()
    frame = page.frame_locator("iframe")
    expect(frame.locator("article.noor")).to_have_count(1)
    assert frame.locator("form button").evaluate("node => getComputedStyle(node).color") == text
    ink = frame.locator("#choices button").first.evaluate("node => getComputedStyle(node).color")
    assert ink != "rgb(255, 224, 138)"  # a yellow can't be read on white: the text colour stands in


def test_it_stands_at_the_end_of_the_line_of_a_right_to_left_site(page: Page, site: str, noor: str) -> None:
    for direction, left in (("ltr", False), ("rtl", True)):
        page.goto(f"{site}/?noor={noor}&dir={direction}")
        box = page.get_by_role("button", name="Open de chat").bounding_box()
        assert box is not None
        assert (box["x"] < 100) is left


def test_a_site_that_is_not_allowed_gets_the_numbers_and_a_link(page: Page, site: str, address: str) -> None:
    page.goto(f"{site}/?noor={address}")
    page.get_by_role("button", name="Open de chat").click()
    panel = page.get_by_role("alert")
    expect(panel.locator("a[href='tel:112']")).to_be_visible(timeout=25_000)
    expect(panel.get_by_role("link", name="Open de chat op een eigen pagina")).to_have_attribute("href", f"{address}/widget?language=nl")


def test_on_a_phone_it_fills_the_screen(chromium: Browser, site: str, noor: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{site}/?noor={noor}")
    page.get_by_role("button", name="Open de chat").tap()
    expect(page.frame_locator("iframe").locator("article.noor")).to_have_count(1)
    width = page.evaluate("visualViewport.width")
    box = page.locator("iframe").bounding_box()
    assert box is not None
    assert abs(box["width"] - width) < 2
    expect(page.frame_locator("iframe").locator("#text")).not_to_be_focused()  # the keyboard would cover the first screen
    context.close()
