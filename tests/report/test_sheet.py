"""The sheet: one tagged A4 in the person's language with Dutch beside it, holding nothing that was typed."""

from __future__ import annotations

import io

import pypdf
import pytest
import typst

from bot.answers import Answers
from bot.conversation import Talk
from bot.files import NoFile, make_file
from bot.report import sheet
from bot.report.words import known_facts, step_words
from bot.safety import Safety

CASE = {"person": "child", "relation": "daughter", "years": "14", "age": "from_12", "what": ["spread", "threat", "fake"], "platform": "telegram",
        "money": "paid", "family": "unsafe", "by": "classmate", "done": ["saved"], "wants": "report", "papers": "none", "abroad": "doer", "danger": "calm",
        "meeting": "planned", "ongoing": "going_on", "disability": "mild"}  # fmt: skip


def talk(language: str, case: dict[str, object] | None = None) -> Talk:
    return Talk("x", language=language, report={"case": dict(case or CASE), "state": "planned"})


@pytest.mark.parametrize("language", ["nl", "en", "tr", "ar"])
@pytest.mark.parametrize("person", ["child", "pupil", "self"])
def test_one_a4_tagged_even_with_the_longest_plan(words: tuple[Answers, Safety], language: str, person: str) -> None:
    made = pypdf.PdfReader(io.BytesIO(sheet.pdf(words[0], talk(language, {**CASE, "person": person}))))
    assert len(made.pages) == 1
    assert [round(float(x)) for x in made.pages[0].mediabox[2:]] == [595, 842]
    assert made.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_the_steps_stand_in_both_languages(words: tuple[Answers, Safety]) -> None:
    data = sheet.contents(words[0], talk("tr"))
    assert [s["lang"] for s in data["sides"]] == ["tr", "nl"]
    mine, dutch = (s["steps"] for s in data["sides"])
    assert len(mine) == len(dutch) > 5
    known = known_facts(talk("tr"))
    first = words[0].report.rules.plan(known)[0]
    assert dutch[0] in step_words(words[0], first, talk("nl"))


def test_numbers_are_not_turned_round_in_arabic(words: tuple[Answers, Safety]) -> None:
    text = pypdf.PdfReader(io.BytesIO(sheet.pdf(words[0], talk("ar")))).pages[0].extract_text()
    assert text.count("0900-8844") >= 2  # Dutch and Arabic
    assert "8844-0900" not in text


def test_empty_lines_for_names_and_none_of_them_filled_in(words: tuple[Answers, Safety]) -> None:
    page = sheet.page(words[0], talk("nl")).decode()
    assert page.count("____") >= len(sheet.FILL)
    assert "http" not in page


def test_the_page_says_the_same_and_names_its_languages(words: tuple[Answers, Safety]) -> None:
    page = sheet.page(words[0], talk("ar")).decode()
    assert '<section lang="ar" dir="rtl">' in page
    assert '<section lang="nl" dir="ltr">' in page
    for side in sheet.contents(words[0], talk("ar"))["sides"]:
        for step in side["steps"]:
            assert step.split("‘")[0][:20] in page


@pytest.mark.parametrize(("language", "own"), [("nl", "mijn dochter"), ("en", "my daughter"), ("tr", "kızım"), ("ar", "ابنتي")])
def test_the_sheet_speaks_as_the_person_who_carries_it(words: tuple[Answers, Safety], language: str, own: str) -> None:
    side = sheet.contents(words[0], talk(language))["sides"][0]
    assert own in side["told"]
    assert words[0].say("known_relation_daughter", talk(language)) not in side["told"]


@pytest.mark.parametrize("language", ["nl", "en", "tr", "ar"])
def test_a_number_is_never_broken_over_two_lines(words: tuple[Answers, Safety], language: str) -> None:
    for side in sheet.contents(words[0], talk(language))["sides"]:
        assert not [line for line in (*side["steps"], *side["numbers"]) if "261 52" in line]
        assert any("020-261\u00a052\u00a075" in line for line in side["numbers"])


def test_each_line_of_the_page_has_the_direction_of_its_language(words: tuple[Answers, Safety]) -> None:
    page = sheet.page(words[0], talk("ar")).decode()
    dutch = words[0].say("sheet_no_image", talk("nl"))
    assert f'<p lang="nl" dir="ltr">{dutch}</p>' in page


def test_who_passed_it_on_gets_no_empty_heading_for_the_desk(words: tuple[Answers, Safety]) -> None:
    made = talk("nl", {"person": "child", "relation": "son", "age": "from_12", "what": ["did_it"], "family": "safe"})
    assert words[0].say("sheet_for_desk", made) not in sheet.page(words[0], made).decode()
    assert sheet.pdf(words[0], made)


def test_when_typst_fails_the_page_is_given_and_it_is_said(words: tuple[Answers, Safety], monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object, **more: object) -> bytes:
        raise typst.TypstError("no")

    monkeypatch.setattr(typst, "compile", fails)
    replies = sheet.offer(words[0], talk("nl"))
    assert [r.topic for r in replies] == ["report_sheet_failed"]
    assert replies[0].file is not None
    assert replies[0].file.kind == "sheet_page"
    with pytest.raises(NoFile):
        make_file(words[0], talk("nl"), "sheet")
    assert make_file(words[0], talk("nl"), "sheet_page")[1]


def test_no_sheet_of_a_talk_without_a_case(words: tuple[Answers, Safety]) -> None:
    with pytest.raises(NoFile):
        make_file(words[0], Talk("x"), "sheet")
