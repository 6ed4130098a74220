"""The widget as a person meets it: what is said and tapped, who is speaking, what it shows and what it keeps."""

from __future__ import annotations

import gzip

import httpx
import pytest
from playwright.sync_api import Page, expect

from bot.messages import Button, File, Reply
from bot.service import Service
from tests.browser.conftest import opened, said, shown

FIRST = "Hallo, ik ben Noor"


def test_a_site_shows_the_button_and_opens_the_talk(page: Page, address: str) -> None:
    page.goto(address + "/demo")
    page.get_by_role("button", name="Open de chat").click()
    frame = page.frame_locator("iframe")
    expect(frame.locator("article.noor")).to_contain_text(FIRST)
    frame.get_by_role("button", name="Sluit de chat").click()
    expect(page.get_by_role("button", name="Open de chat")).to_be_focused()
    page.get_by_role("button", name="Open de chat").click()
    expect(frame.locator("article.noor")).to_have_count(1)
    assert page.faults == []  # type: ignore[attr-defined]


def test_what_was_typed_is_shown_once_and_as_text(page: Page, address: str) -> None:
    opened(page, address)
    said(page, "<b>menu</b><img src=x onerror=alert(1)>")
    expect(page.locator("article.noor")).to_have_count(2)
    expect(page.locator("article.person")).to_have_count(1)
    expect(page.locator("article.unsent")).to_have_count(0)
    assert page.locator("article.person b, article.person img").count() == 0


def test_a_button_answers_and_old_buttons_go(page: Page, address: str) -> None:
    opened(page, address)
    page.get_by_role("button", name="Ik ben ouder").click()
    expect(page.locator("article.noor")).to_have_count(2)
    expect(page.get_by_role("button", name="Ik ben ouder")).to_have_count(0)
    expect(page.locator("#choices button").first).to_be_visible()


def test_danger_stands_out_with_numbers_to_call(page: Page, address: str) -> None:
    opened(page, address)
    said(page, "ik wil niet meer leven")
    answer = page.locator("article.noor.urgent")
    expect(answer.get_by_role("heading", name="Eerst je veiligheid")).to_be_visible()
    expect(answer.locator("a[href='tel:113']")).to_be_visible()
    assert page.faults == []  # type: ignore[attr-defined]


def test_an_answer_has_easier_words_sources_and_a_date(page: Page, address: str) -> None:
    opened(page, address)
    page.evaluate("talk.say({tap: 'topic:already_paid'})")
    answer = page.locator("article[data-topic=already_paid]")
    answer.locator("summary").click()
    expect(answer.locator("details a").first).to_be_visible()
    expect(answer.locator("details p")).to_contain_text("Nagekeken tot")
    page.get_by_role("button", name="Makkelijker").click()
    expect(page.locator("article[data-topic=already_paid]")).to_have_count(2)


def test_a_human_and_a_played_role_are_never_taken_for_noor(page: Page, address: str, service: Service) -> None:
    opened(page, address)
    shown(page, service, Reply("human_message", "Ik lees je bericht **nu**.", "nl", sender="human"), 1000, "human")
    expect(page.locator("article.human .who")).to_have_text("Medewerker, een mens")
    expect(page.locator("article.human .who")).to_be_visible()
    expect(page.locator("#who")).to_have_text("Je praat nu met een mens.")
    shown(page, service, Reply("practice_line", "Mijn kind doet dat niet.", "nl", sender="practice"), 1001, "practice")
    expect(page.locator("article.practice .who")).to_have_text("Oefening: een gespeelde rol")
    expect(page.locator("#who")).to_contain_text("Je oefent")
    shown(page, service, Reply("handed_back", "Ik ben Noor, een computer.", "nl"), 1002)
    expect(page.locator("#who")).to_be_hidden()


def test_the_counsellor_is_seen_typing_and_it_passes(page: Page, address: str) -> None:
    opened(page, address)
    page.evaluate("talk.take({typing: true})")
    expect(page.locator("#typing")).to_contain_text("Er wordt getypt")
    page.evaluate("talk.take({typing: false})")
    expect(page.locator("#typing")).to_be_hidden()


def test_a_plan_is_shown_as_numbered_cards(page: Page, address: str, service: Service) -> None:
    opened(page, address)
    shown(page, service, Reply("report_plan", "**Je plan**\n\n1. Bel {x}.\n2. Bewaar namen.\n3. Vraag om weghalen.", "nl"))
    cards = page.locator("[data-topic=report_plan] li")
    expect(cards).to_have_count(3)
    assert cards.nth(1).evaluate("li => getComputedStyle(li, '::before').content") == "counter(step)"
    assert cards.first.evaluate("li => parseFloat(getComputedStyle(li).borderTopWidth)") >= 1


def test_a_file_is_asked_for_with_the_talk_and_saved_under_its_name(page: Page, address: str, service: Service) -> None:
    opened(page, address)
    page.route("**/api/file", lambda route: route.fulfill(body=b"%PDF-", content_type="application/pdf"))
    shown(page, service, Reply("report_sheet", "Hier is je blad.", "nl", file=File("sheet", "voorbereiding.pdf", "application/pdf")))
    with page.expect_request("**/api/file") as asked, page.expect_download() as download:
        page.get_by_role("button", name="Download: voorbereiding.pdf").click()
    assert asked.value.post_data_json["kind"] == "sheet"
    assert len(asked.value.post_data_json["talk"]) > 20
    assert download.value.suggested_filename == "voorbereiding.pdf"


def test_a_file_that_cannot_be_made_is_said(page: Page, address: str, service: Service) -> None:
    opened(page, address)
    page.route("**/api/file", lambda route: route.fulfill(status=404, body="{}"))
    shown(page, service, Reply("report_sheet", "Hier is je blad.", "nl", file=File("sheet", "voorbereiding.pdf", "application/pdf")))
    page.get_by_role("button", name="Download: voorbereiding.pdf").click()
    expect(page.locator("#state")).to_contain_text("downloaden lukt niet")


def test_the_menu_switches_language_and_letters_and_erases(page: Page, address: str) -> None:
    opened(page, address)
    menu = page.get_by_role("button", name="Menu")
    menu.click()
    page.get_by_role("button", name="Türkçe", exact=True).first.click()
    expect(page.locator("html")).to_have_attribute("lang", "tr")
    expect(page.get_by_label("Sorunu yaz")).to_be_visible()
    page.get_by_role("button", name="Menü").click()
    before = page.locator("#text").evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    page.get_by_role("button", name="Daha büyük yazı").click()
    assert page.locator("#text").evaluate("node => parseFloat(getComputedStyle(node).fontSize)") > before
    page.locator("[data-tap='topic:delete_my_data']").click()
    page.locator("#choices button").first.click()
    expect(page.locator("article")).to_have_count(1)
    page.reload()
    expect(page.locator("article")).to_have_count(1)
    expect(page.locator("article")).to_have_attribute("data-topic", "erase_done")


def test_a_text_that_is_there_in_dutch_only_does_not_turn_the_page_dutch(page: Page, address: str, service: Service) -> None:
    opened(page, address, "ar")
    page.evaluate(
        "talk.take({message: {seq: 1000, from: 'noor', topic: 'x', text: 'Bel.', html: '<p>Bel.</p>', language: 'nl', dir: 'ltr', talk_language: 'ar', buttons: [], links: []}})"
    )
    expect(page.locator("article").last).to_have_attribute("lang", "nl")
    expect(page.locator("article").last).to_have_attribute("dir", "ltr")
    expect(page.locator("html")).to_have_attribute("lang", "ar")


@pytest.mark.parametrize("how", ["paste", "drop"])
def test_files_are_refused_kindly_and_nothing_is_sent(page: Page, address: str, how: str) -> None:
    opened(page, address)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.evaluate(
        """how => { const data = new DataTransfer(); data.items.add(new File(["x"], "x.png", {type: "image/png"}));
      const event = how === "paste" ? new ClipboardEvent(how, {clipboardData: data, bubbles: true, cancelable: true})
        : new DragEvent(how, {dataTransfer: data, bubbles: true, cancelable: true});
      window.taken = !document.getElementById("text").dispatchEvent(event); }""",
        how,
    )
    expect(page.locator("#state")).to_contain_text("Er is niets verstuurd")
    assert page.evaluate("taken")
    assert sent == []


def test_read_aloud_is_hidden_without_a_voice_of_the_device(page: Page, address: str) -> None:
    page.add_init_script("speechSynthesis.getVoices = () => [{lang: 'nl-NL', localService: false, name: 'far away'}];")
    opened(page, address)
    expect(page.locator(".aloud")).to_be_hidden()


def test_read_aloud_speaks_with_the_voice_of_the_device(page: Page, address: str) -> None:
    page.add_init_script("""
      const near = {lang: 'nl-NL', localService: true, name: 'near'};
      speechSynthesis.getVoices = () => [{lang: 'nl-NL', localService: false, name: 'far away'}, near];
      window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
      speechSynthesis.speak = (said) => { window.spoken = said; };""")
    opened(page, address)
    page.get_by_role("button", name="Lees voor").click()
    assert page.evaluate("[spoken.voice.name, spoken.text.slice(0, 18), spoken.lang]") == ["near", FIRST, "nl-NL"]
    page.get_by_role("button", name="Stop met voorlezen").click()
    expect(page.get_by_role("button", name="Lees voor")).to_be_visible()


def test_nothing_is_kept_but_the_tab_and_nobody_else_is_asked(page: Page, address: str) -> None:
    others: list[str] = []
    page.context.on("request", lambda request: others.append(request.url) if not request.url.startswith((address, "data:")) else None)
    page.goto(address + "/demo")
    page.get_by_role("button", name="Open de chat").click()
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Ik ben ouder").click()
    expect(frame.locator("article.noor")).to_have_count(2)
    assert others == []
    assert page.context.cookies() == []
    inner = page.frames[1]
    assert inner.evaluate("[localStorage.length, Object.keys(sessionStorage).join()]") == [0, "noor-talk"]
    assert inner.evaluate("indexedDB.databases().then(found => found.length)") == 0
    assert inner.evaluate("caches.keys().then(found => found.length)") == 0
    assert len(inner.evaluate("sessionStorage['noor-talk']")) < 64  # a token, never a word


def test_all_scripts_together_are_under_8_kb(address: str) -> None:
    """As they come over the line; the loader with its words in four languages in it."""
    sizes = {}
    for name in ("loader", "frame"):
        with httpx.stream("GET", f"{address}/widget/{name}.js", headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.headers["content-encoding"] == "gzip"
            body = b"".join(answer.iter_raw())
            assert gzip.decompress(body)
            sizes[name] = len(body)
    assert sum(sizes.values()) < 8_000, sizes


def test_what_was_fetched_once_is_not_asked_for_again(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(address)))
    opened(page, address)
    assert [path.split("?")[0] for path in asked if path.startswith("/widget/")] == ["/widget/frame.css", "/widget/frame.js"]
    asked.clear()
    page.evaluate("location.reload()")
    expect(page.locator("article.noor")).to_have_count(1)
    for path in ("frame.js", "frame.css"):
        answer = httpx.get(f"{address}/widget/{path}")
        assert answer.headers["cache-control"] == "no-cache"
        named = httpx.get(f"{address}/widget/{path}", params={"v": answer.headers["etag"][3:-1]})
        assert "immutable" in named.headers["cache-control"]
        assert named.content == answer.content
        assert httpx.get(f"{address}/widget/{path}", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert "max-age=300" in httpx.get(f"{address}/widget/loader.js").headers["cache-control"]


def test_the_first_screen_is_there_before_the_socket_is(page: Page, address: str) -> None:
    page.add_init_script("window.WebSocket = class { constructor() { this.readyState = 0; } close() {} };")
    opened(page, address)
    expect(page.locator("#numbers")).to_be_hidden()


def test_buttons_of_a_reply_come_in_its_own_direction(page: Page, address: str, service: Service) -> None:
    opened(page, address)
    shown(page, service, Reply("menu", "اختاروا", "ar", buttons=(Button("menu", "القائمة"),)))
    expect(page.locator("#choices button")).to_have_attribute("dir", "rtl")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_the_card_is_shown_in_the_talk_and_opens_as_a_page_to_print(page: Page, address: str, language: str) -> None:
    opened(page, address, language)
    page.evaluate("talk.say({tap: 'card'})")
    image = page.locator("article[data-topic=overview_card] img")
    expect(image).to_be_visible()
    assert image.evaluate("async (node) => { await node.decode(); return node.naturalWidth; }") > 0
    with page.expect_popup() as popup:
        image.click()
    card = popup.value
    expect(card).to_have_url(f"{address}/card/{language}")
    expect(card.locator("html")).to_have_attribute("lang", language)
    expect(card.locator("li")).to_have_count(6)
    card.emulate_media(media="print")
    expect(card.locator("ol")).to_be_hidden()
    expect(card.locator("img")).to_be_visible()
    assert page.faults == []  # type: ignore[attr-defined]
