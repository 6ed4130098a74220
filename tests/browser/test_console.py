"""A person in the widget and a counsellor in the console, each in a browser of their own, on a desk and on a phone."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.accounts.users import Users
from bot.clock import now
from bot.service import Service
from bot.settings import Settings
from tests import conftest
from tests.browser.conftest import opened, said

LOOK = os.environ.get("NOOR_LOOK")  # a folder for pictures of every page, to be looked at
SIZES = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 360, "height": 740}}
ASK = {"nl": ("ik wil een mens", "Ja, verbind me door"), "ar": ("أريد أن أتحدث مع إنسان", "نعم، حوّلوني")}


@pytest.fixture
def service(settings: Settings) -> Service:
    """A Noor whose chat is always open."""
    made = conftest.opened(settings)
    answers = made.turn.answers
    organisation = {**answers.content.organisation, "hours": {"mon-sun": ["00:00-24:00"]}, "holidays": [], "dates": {}}
    made.turn.answers = copy.copy(answers)
    made.turn.answers.content = replace(answers.content, organisation=organisation)
    return made


@pytest.fixture
def browser_of(chromium: Browser) -> Iterator[Callable[[str], Page]]:
    contexts = []

    def new(size: str) -> Page:
        context = chromium.new_context(viewport=SIZES[size], reduced_motion="reduce")  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.faults = []  # type: ignore[attr-defined]
        page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.faults.append(str(error)))  # type: ignore[attr-defined]
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    yield new
    for context in contexts:
        context.close()


def checked(page: Page, name: str) -> None:
    """No fault of WCAG, none of the content policy, nothing wider than the screen."""
    if LOOK:
        page.screenshot(path=f"{LOOK}/{name}-{page.viewport_size['width']}.png", full_page=True)  # type: ignore[index]
    assert page.faults == []  # type: ignore[attr-defined]
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    session = page.context.new_cdp_session(page)
    session.send("Page.setBypassCSP", {"enabled": True})
    results = Axe().run(page)
    session.detach()
    assert results.violations_count == 0, results.generate_report()


def log_in(page: Page, address: str, service: Service, name: str, role: str = "counsellor") -> None:
    password = Users(service.kept).add(name, role, now().timestamp())
    page.goto(address + "/console")
    checked(page, "login")
    page.get_by_label("Naam").fill(name)
    page.get_by_label("Wachtwoord").fill(password)
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_alt_text("QR-code")).to_be_visible()
    checked(page, "enrol")
    page.get_by_label("Code van zes cijfers").fill(pyotp.TOTP(page.locator("code").inner_text()).now())
    page.get_by_role("button", name="Verder").click()
    expect(page).to_have_url(re.compile("/console(/figures)?$"))


def asks(page: Page, address: str, language: str) -> None:
    """A person who asks for a human, and agrees."""
    opened(page, address, language)
    said(page, ASK[language][0])
    page.get_by_role("button", name=ASK[language][1]).click()
    expect(page.locator("article.noor").last).to_contain_text("112")


@pytest.mark.parametrize(("language", "size"), [("nl", "desk"), ("ar", "phone")])
def test_a_whole_talk(browser_of: Callable[[str], Page], address: str, service: Service, language: str, size: str) -> None:
    desk, person = browser_of(size), browser_of("phone")
    log_in(desk, address, service, "els")
    expect(desk.get_by_text("Er wacht niemand.")).to_be_visible()
    checked(desk, "list-empty")
    asks(person, address, language)
    expect(desk.get_by_role("button", name="Neem aan")).to_be_visible()
    expect(desk).to_have_title(re.compile(r"^\(1\) wacht"))
    checked(desk, f"list-{language}")
    desk.get_by_role("button", name="Neem aan").click()
    expect(desk.locator("#state")).to_have_text("Bezoeker is er")
    expect(person.locator("#who")).to_be_visible()
    words = {"nl": "Mijn dochter durft niet naar school.", "ar": "بنتي تخاف من المدرسة، رقمي 06-12345678"}[language]
    said(person, words)
    line = desk.locator(".line.person").last
    expect(line).to_contain_text(words)
    assert line.locator("p").evaluate("node => getComputedStyle(node).direction") == ("rtl" if language == "ar" else "ltr")
    desk.get_by_label("Schrijf aan de bezoeker").fill("Dag, fijn dat u er bent. <b>Vertelt u maar.</b>")
    desk.keyboard.press("Enter")
    expect(person.locator("article.human")).to_contain_text("<b>Vertelt u maar.</b>")
    desk.get_by_role("heading", name="Feiten en links").click()
    desk.get_by_role("button", name="Veilig Thuis").click()
    expect(desk.locator("#text")).to_have_value(re.compile("0800-2000"))
    desk.keyboard.press("Enter")
    expect(person.locator("article.human").last).to_contain_text("0800-2000")
    desk.get_by_role("heading", name="Notitie").click()
    desk.get_by_label("Schrijf een notitie").fill("School nog vragen")
    desk.get_by_role("button", name="Bewaar notitie").click()
    expect(desk.locator(".line.note")).to_contain_text("School nog vragen")
    expect(desk.locator(".line.unsent")).to_have_count(0)
    checked(desk, f"talk-{language}")
    checked(person, f"widget-{language}")
    desk.keyboard.press("Alt+?")
    expect(desk.get_by_role("dialog", name="Sneltoetsen")).to_contain_text("Alt + K")
    checked(desk, f"keys-{language}")
    desk.keyboard.press("Escape")
    desk.get_by_role("button", name="Terug naar Noor").click()
    expect(person.locator("article.noor").last).to_contain_text({"nl": "computer", "ar": "كمبيوتر"}[language])
    expect(desk.get_by_text("Je hebt geen gesprek.")).to_be_visible()
    assert person.locator("article", has_text="School nog vragen").count() == 0


def test_a_broken_line_loses_nothing_a_counsellor_typed(browser_of: Callable[[str], Page], address: str, service: Service) -> None:
    desk, person = browser_of("desk"), browser_of("phone")
    log_in(desk, address, service, "els")
    asks(person, address, "nl")
    desk.get_by_role("button", name="Neem aan").click()
    expect(desk.locator("#state")).to_have_text("Bezoeker is er")
    desk.evaluate("line.socket.close()")
    desk.locator("#text").fill("eerste")
    desk.keyboard.press("Enter")
    desk.locator("#text").fill("tweede")
    desk.keyboard.press("Enter")
    expect(person.locator("article.human")).to_have_count(2, timeout=20_000)
    assert person.locator("article.human .body").all_inner_texts() == ["eerste", "tweede"]
    expect(desk.locator(".line.human")).to_have_count(2)
    desk.reload()
    expect(desk.locator(".line.human")).to_have_count(2)
    person.close()
    expect(desk.locator("#state")).to_contain_text("heeft de pagina dicht")


def test_several_talks_by_keyboard_without_a_new_page(browser_of: Callable[[str], Page], address: str, service: Service) -> None:
    desk, people = browser_of("desk"), [browser_of("phone") for _ in range(2)]
    log_in(desk, address, service, "els")
    for person in people:
        asks(person, address, "nl")
    expect(desk.get_by_role("button", name="Neem aan")).to_have_count(2)
    desk.keyboard.press("Alt+w")
    expect(desk.get_by_role("button", name="Neem aan").first).to_be_focused()
    desk.keyboard.press("Alt+a")
    expect(desk.locator("#state")).to_have_text("Bezoeker is er")
    desk.keyboard.press("Alt+a")  # the next one, from inside a talk
    expect(desk.locator("[data-own]")).to_have_count(2)
    expect(desk.locator("#text")).to_be_focused()
    expect(people[1].locator("#who")).to_be_visible()
    desk.evaluate("window.same = true")
    desk.keyboard.type("half geschreven")
    people[0].locator("#text").fill("nog een vraag")
    expect(people[1].locator("#typing")).to_be_visible()  # the counsellor types
    people[0].keyboard.press("Enter")
    expect(desk.locator("[data-own]").first).to_contain_text("Nieuw bericht")
    expect(desk).to_have_title(re.compile(r"^\(1\) wacht"))
    checked(desk, "several")
    desk.keyboard.press("Alt+1")
    expect(desk.locator(".line.person")).to_have_text(re.compile("nog een vraag"))
    assert desk.locator("#text").input_value() == ""
    desk.keyboard.type("Antwoord aan de eerste")
    desk.keyboard.press("Enter")
    expect(people[0].locator("article.human")).to_contain_text("Antwoord aan de eerste")
    desk.keyboard.press("Alt+2")
    expect(desk.locator("#text")).to_have_value("half geschreven")
    people[1].locator("#text").press_sequentially("ik typ")
    expect(desk.locator("#typing")).to_have_text("Bezoeker typt")
    desk.keyboard.press("Enter")
    expect(people[1].locator("article.human")).to_contain_text("half geschreven")
    desk.go_back()
    expect(desk.locator(".line.human")).to_have_text(re.compile("Antwoord aan de eerste"))
    assert desk.evaluate("window.same")
    desk.keyboard.press("Alt+n")
    expect(desk.get_by_label("Schrijf een notitie")).to_be_focused()
    desk.keyboard.press("Alt+k")
    expect(desk.locator(".canned button").first).to_be_focused()
    desk.keyboard.press("Alt+x")
    expect(people[0].locator("article.noor").last).to_contain_text("computer")
    assert people[1].locator("article", has_text="Antwoord aan de eerste").count() == 0


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_colleague_takes_over_when_she_accepts(browser_of: Callable[[str], Page], address: str, service: Service, size: str) -> None:
    els, omar, person = browser_of("desk"), browser_of(size), browser_of("phone")
    log_in(els, address, service, "els")
    log_in(omar, address, service, "omar")
    asks(person, address, "nl")
    els.get_by_role("button", name="Neem aan").click()
    els.locator("#text").fill("Een ogenblik")
    els.keyboard.press("Enter")
    els.keyboard.press("Alt+g")
    expect(els.get_by_label("Geef door aan")).to_be_focused()
    els.get_by_role("button", name="Geef door").click()
    expect(els.get_by_role("status").filter(has_text="omar heeft de vraag gekregen")).to_be_visible()
    expect(omar.get_by_role("heading", name="Een collega vraagt of jij dit overneemt")).to_be_visible()
    expect(omar).to_have_title(re.compile(r"^\(1\) wacht"))
    checked(omar, "asked")
    omar.get_by_role("button", name="Neem over").click()
    expect(els.locator("#state")).to_have_text("Dit gesprek is niet meer van jou.")
    expect(omar.locator(".line.human")).to_contain_text("Een ogenblik")
    expect(person.locator("article.noor").last).to_contain_text("collega")
    omar.locator("#text").fill("Dag, ik ben er nu")
    omar.keyboard.press("Enter")
    expect(person.locator("article.human").last).to_contain_text("Dag, ik ben er nu")
    checked(els, "given")


def test_who_waits_can_leave_after_typing(browser_of: Callable[[str], Page], address: str, service: Service) -> None:
    person = browser_of("phone")
    asks(person, address, "nl")
    said(person, "ik typ alvast")
    person.get_by_role("button", name="Uit de rij").click()
    expect(person.locator("article.noor").last).to_contain_text("computer")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_pages_of_a_manager(browser_of: Callable[[str], Page], address: str, service: Service, size: str) -> None:
    for number in range(9):
        for key in ("already_paid", "image_spread"):
            service.counts.add("topic", key, "nl", now(), number)
        service.counts.add("talks", "web", "ar", now(), 1)
        service.counts.add("talks", "web", "nl", now(), 2)
    page = browser_of(size)
    log_in(page, address, service, "baas", "manager")
    expect(page.get_by_role("img").first).to_be_visible()
    page.get_by_text("Tabel").first.click()
    checked(page, "figures")
    page.get_by_role("link", name="Accounts").click()
    page.get_by_label("Naam").fill("omar")
    page.get_by_role("button", name="Account toevoegen").click()
    expect(page.get_by_role("alert")).to_contain_text("omar is gemaakt")
    checked(page, "accounts")
    page.get_by_role("link", name="Logboek").click()
    checked(page, "audit")
    page.get_by_role("link", name="Mijn account").click()
    page.get_by_label("Taal van de console").select_option("en")
    page.get_by_role("button", name="Verder").first.click()
    expect(page.get_by_role("heading")).to_contain_text("My account")
    checked(page, "me")


def test_a_password_manager_and_a_keyboard_can_log_in(browser_of: Callable[[str], Page], address: str, service: Service, tmp_path: Path) -> None:
    page = browser_of("desk")
    page.goto(address + "/console/login")
    expect(page.get_by_label("Naam")).to_be_focused()
    page.keyboard.type("nobody")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    fields: Any = page.evaluate("[...document.querySelectorAll('input')].map(field => field.autocomplete)")
    assert fields == ["username", "current-password"]
