"""The overview card: drawn in every language, sent when asked, the same words beside it."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from bot import card
from bot.answers import Answers
from bot.files import make_file
from bot.safety import Safety
from tests.conftest import Person


@pytest.mark.parametrize("language", ["nl", "en", "tr", "ar"])
def test_it_is_one_page_with_the_numbers_on_it(words: tuple[Answers, Safety], language: str) -> None:
    content = words[0].content
    page = PdfReader(io.BytesIO(card.draw(content, language, "pdf")))
    assert len(page.pages) == 1
    drawn = page.pages[0].extract_text()
    for fact in ("emergency", "suicide_113", "helpwanted", "veilig_thuis", "police"):
        assert str(content.facts.phone(fact, True)) in drawn
    assert card.draw(content, language, "png").startswith(b"\x89PNG")
    assert b"<svg" in card.draw(content, language, "svg")[:200]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("said", "language"), [("laat zien", "nl"), ("show me", "en"), ("bana göster", "tr"), ("أروني", "ar"), ("werrini", "ar"), ("dikhao", "nl")]
)
async def test_it_comes_when_asked_for_without_a_model(without_model: Person, said: str, language: str) -> None:
    replies = await without_model.says(said)
    assert replies[0].topic == "overview_card"
    assert replies[0].language == language
    assert replies[0].file is not None
    assert replies[0].file.kind == "card"
    _, made = make_file(without_model.turn.answers, without_model.talk, "card")
    assert made.startswith(b"\x89PNG")


@pytest.mark.anyio
async def test_a_button_offers_it_where_it_helps_and_its_words_say_the_same(without_model: Person) -> None:
    first = (await without_model.taps("topic:first_steps"))[0]
    assert "card" in [b.id for b in first.buttons]
    shown = (await without_model.taps("card"))[0]
    for step in card.words(without_model.turn.answers.content, "nl")["steps"]:
        assert step["title"] in shown.text
        assert step["text"] in shown.text
    assert any(link.href == "tel:08002000" for link in shown.links)


@pytest.mark.anyio
async def test_danger_goes_before_the_card(without_model: Person) -> None:
    assert (await without_model.says("laat zien ik wil niet meer leven"))[0].topic == "danger_suicide"
