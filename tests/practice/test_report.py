"""The report: check-lists ticked by what was heard, signs missed, a page and a PDF that hold it; nobody else's."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from bot.files import NoFile, make_file
from bot.practice.report import report_of
from tests.conftest import Person
from tests.practice.test_scenes import start

pytestmark = pytest.mark.anyio


async def played(professional: Person) -> Person:
    await start(professional, "nl", "mother_ashamed")
    for text in (
        "Ik hoor hoe zwaar dit is.",
        "Hoe gaat het nu met je dochter?",
        "Waarom deed je dat dan ook?",
        "Heb je het al aan iemand verteld?",
        "Ik beloof dat ik het aan niemand vertel.",
        "Wat er gebeurd is, is niet jullie schuld.",
        "Fijn weer buiten.",
        "Ik hoor hoe zwaar dit is.",
    ):
        await professional.says(text)
    return professional


async def test_without_a_session_there_is_no_file(professional: Person) -> None:
    for kind in ("practice_report", "practice_report_page"):
        with pytest.raises(NoFile):
            make_file(professional.turn.answers, professional.talk, kind)


async def test_lists_are_ticked_by_what_was_heard_and_crossed_by_what_went_against_it(professional: Person) -> None:
    made = report_of((await played(professional)).turn.answers.practice, professional.talk.practice)
    assert made
    state = dict(made.lists["victim"])
    assert state["Ontschuldigen"] == "against"  # taken away once, but laid on once as well
    assert state["Geen geheimhouding beloven"] == "against"
    assert state["Aangifte of melding als keuze"] == "not_yet"
    assert state["Vlaggensysteem gebruiken (met je team)"] == "self"
    assert set(made.lists) == {"victim", "steps"}
    assert (made.open_questions, made.closed_questions) == (1, 1)
    assert len(made.trust) == made.turns + 1 == 9


async def test_signs_of_danger_are_caught_or_missed(professional: Person) -> None:
    await played(professional)
    made = report_of(professional.turn.answers.practice, professional.talk.practice)
    assert made and len(made.missed) == 2 and not made.caught
    assert made.next[0][0] == "doorvragen bij een teken van gevaar"

    await start(professional, "nl", "mother_ashamed")
    for text in ("Ik hoor hoe zwaar dit is.", "Hoe gaat het nu met je dochter?", "Fijn weer buiten.", "Is het veilig thuis, als iemand het hoort?"):
        await professional.says(text)
    made = report_of(professional.turn.answers.practice, professional.talk.practice)
    assert made and len(made.caught) == 1 and not made.missed


async def test_three_things_for_next_time_and_none_twice(professional: Person) -> None:
    await played(professional)
    made = report_of(professional.turn.answers.practice, professional.talk.practice)
    assert made and len(made.next) == 3 == len({what for what, _ in made.next})
    assert all(example for _, example in made.next)


async def test_the_pdf_and_the_page_hold_it(professional: Person) -> None:
    await played(professional)
    media_type, file = make_file(professional.turn.answers, professional.talk, "practice_report")
    assert media_type == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages)
    for words in ("Oefenverslag", "Een moeder die zich schaamt", "Ontschuldigen", "Waarom deed je dat dan ook"):
        assert words in " ".join(text.split())
    _, page = make_file(professional.turn.answers, professional.talk, "practice_report_page")
    shown = page.decode()
    assert '<svg role="img" aria-label="Het vertrouwen ging van' in shown
    assert shown.count("<tr>") == 10 and "Stappenplan sexting" in shown


async def test_what_was_typed_is_text_on_the_page_never_markup(professional: Person) -> None:
    from tests.practice import players

    text = "Ik hoor <script>alert(1)</script> #let x = 1 hoe zwaar dit is"
    with players.also_heard(text, "reflection"):
        await start(professional, "nl", "mother_ashamed")
        await professional.says(text)
    _, page = make_file(professional.turn.answers, professional.talk, "practice_report_page")
    assert b"<script>" not in page and b"&lt;script&gt;" in page
    assert make_file(professional.turn.answers, professional.talk, "practice_report")[1].startswith(b"%PDF")
