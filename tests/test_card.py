"""The overview card: drawn in every language, sent when asked, the same words beside it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import yaml
from pypdf import PdfReader

from bot import card
from bot.answers import Answers
from bot.files import make_file
from bot.safety import Safety
from tests.conftest import ROOT, Person


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
    ("said", "language"),
    [
        ("laat zien", "nl"), ("show me", "en"), ("bana göster", "tr"), ("أروني", "ar"), ("werrini", "ar"), ("dikhao", "nl"),
        ("Kun je laten zien wat ik moet doen?", "nl"), ("heb je daar een plaatje van", "nl"), ("kan ik dit uitprinten?", "nl"),
        ("Can you show me what to do?", "en"), ("could I print this out", "en"), ("Resim olarak göster", "tr"), ("bunu yazdırabilir miyim?", "tr"),
        ("هل يمكنني أن أطبعها؟", "ar"), ("وريني شنو ندير", "ar"), ("wach n9der nimprimi hadchi", "ar"),
    ],
)
async def test_it_comes_when_asked_for_without_a_model(without_model: Person, said: str, language: str) -> None:
    replies = await without_model.says(said)
    assert replies[0].topic == "overview_card"
    assert replies[0].language == language
    assert replies[0].file is not None
    assert replies[0].file.kind == "card"
    _, made = make_file(without_model.turn.answers, without_model.talk, "card")
    assert made.startswith(b"\x89PNG")


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "commands").glob("*.yml")), ids=lambda path: path.stem)
def test_each_file_finds_its_examples_and_leaves_its_counter_examples(words: tuple[Answers, Safety], path: Path) -> None:
    safety, rules = words[1], yaml.safe_load(path.read_text("utf-8"))["show_card"]
    found = {said: safety.command(said, path.stem) for said in rules["examples"] + rules["counter_examples"]}
    assert [said for said in rules["examples"] if not found[said] or found[said].kind != "show_card"] == []
    assert [said for said in rules["counter_examples"] if found[said] and found[said].kind == "show_card"] == []
    assert len(rules["examples"]) >= 15


def test_what_people_ask_about_other_subjects_is_no_request_for_the_card(words: tuple[Answers, Safety]) -> None:
    """Of all examples of all topics a few ask for an overview in passing; a rule that takes many has grown too wide."""
    said = [line.strip()[2:] for path in (ROOT / "data" / "nlu").rglob("*.yml") for line in path.read_text("utf-8").splitlines() if line.startswith("    - ")]
    taken = [one for one in said if (found := words[1].command(one, "nl")) and found.kind == "show_card"]
    assert len(said) > 20_000
    assert len(taken) < 20, taken


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
