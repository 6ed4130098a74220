"""The content check: what lies in the project is whole, and what breaks is named with its path and what to do."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest

from bot.content import ContentError, load_content
from bot.content.check import check, reading_ease
from bot.content.commands import new_language, translated
from tests.conftest import ROOT

TODAY = datetime.date(2026, 11, 21)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the words to break."""
    for folder in ("content", "organisations", "data/lexicon", "data/danger", "data/practice", "data/coach"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def faults_of(root: Path) -> list[str]:
    content, faults = load_content(root)
    return faults + check(content, root, TODAY)


def test_the_projects_own_words_have_no_fault() -> None:
    assert faults_of(ROOT) == []


@pytest.mark.parametrize(
    ("file", "change", "named"),
    [
        ("content/act_now/already_paid.nl.md", lambda s: s + "\nBel 0800-2000.", "a phone number in the text"),
        ("content/act_now/already_paid.nl.md", lambda s: s + "\nKijk op www.example.nl", "a web address"),
        ("content/act_now/already_paid.nl.md", lambda s: s + "\nBel {nobody.phone}.", "{nobody} is not in facts.yml"),
        ("content/act_now/already_paid.nl.md", lambda s: s + "\nZe is een slet.", "never repeat a slur"),
        ("content/act_now/already_paid.nl.md", lambda s: s.replace("title:", "titel:"), "has no title"),
        ("content/act_now/already_paid.nl.md", lambda s: s + "\n## extra\nx", "`## extra` is unknown"),
        (
            "content/act_now/already_paid.nl.md",
            lambda s: s.replace("## more", "Betaal nooit meer.\n\n## more"),
            "translates another Dutch text",
        ),
        ("content/act_now/already_paid.en.md", lambda s: "", "has no front matter"),
        ("content/act_now/already_paid.yml", lambda s: s.replace("risk: high", "risk: huge"), "risk is 'huge'"),
        ("content/act_now/already_paid.yml", lambda s: s.replace("next: [", "next: [no_such_topic, "), "no_such_topic, which is no topic"),
        ("content/act_now/already_paid.yml", lambda s: s + "\t- :", "is no YAML"),
        ("content/act_now/already_paid.yml", lambda s: s.replace("review_by: ", "review_by: 2020-01-01 #"), "review was due"),
        (
            "content/facts.yml",
            lambda s: s.replace('value: "0900-8844", status: S', 'value: "0900-8844", status: X'),
            "police.phone: status is 'X'",
        ),
        ("content/facts.yml", lambda s: s.replace("check_again: 2027-05-20", "check_again: 2026-01-01", 1), "was to be checked again"),
        ("content/facts.yml", lambda s: s.replace('value: "https://www.helpwanted.nl"', 'value: "http://www.helpwanted.nl"', 1), "begins with https://"),
        ("content/facts.yml", lambda s: s.replace('value: "https://www.helpwanted.nl"', 'value: "javascript:open()"', 1), "begins with https://"),
        ("content/interface.en.yml", lambda s: s.replace("ask_which:", "ask_witch:"), "ask_which is missing"),
        ("content/interface.en.yml", lambda s: s.replace("until <time>", "until then"), "must hold the same <words>"),
        ("organisations/qpido/organisation.yml", lambda s: "{", "is no YAML"),
    ],
)
def test_each_fault_is_named_with_its_path_and_what_to_do(copy: Path, file: str, change: object, named: str) -> None:
    path = copy / file
    path.write_text(change(path.read_text("utf-8")), "utf-8")  # type: ignore[operator]
    faults = faults_of(copy)
    assert any(named in fault for fault in faults), faults[:5]
    assert all(fault.split(":")[0].startswith(("content/", "organisations/", "data/")) for fault in faults)


def test_all_faults_come_at_once(copy: Path) -> None:
    (copy / "content/act_now/already_paid.nl.md").unlink()
    (copy / "content/danger/danger_honour.yml").write_text(":", "utf-8")
    (copy / "content/facts.yml").write_text("police: {phone: {value: '1'}}", "utf-8")
    assert len(faults_of(copy)) > 3


def test_no_words_at_all_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="folder is missing"):
        load_content(tmp_path)


def test_noting_a_translation_makes_it_current_again(copy: Path) -> None:
    path = copy / "content/act_now/already_paid.nl.md"
    path.write_text(path.read_text("utf-8").replace("## more", "Nog iets.\n\n## more"), "utf-8")
    content, _ = load_content(copy)
    assert content.topics["already_paid"].stale("en")
    assert translated(content, copy, "en", ["act_now/already_paid"]) == 0
    assert not load_content(copy)[0].topics["already_paid"].stale("en")


def test_a_new_language_is_a_skeleton_that_loads(copy: Path) -> None:
    assert new_language(copy, "pl") == 0
    content, faults = load_content(copy)
    assert not faults
    assert "pl" in content.languages
    assert content.answer_language("pl") == "nl"
    assert new_language(copy, "pl") == 2
    assert new_language(copy, "Polish!") == 2


def test_reading_ease_tells_easy_from_hard() -> None:
    easy = reading_ease("Blijf rustig. Luister naar je kind. Bel voor hulp.")
    hard = reading_ease("Slachtofferhulporganisaties adviseren desgevraagd betreffende strafrechtelijke vervolgingsmogelijkheden.")
    assert easy > 80 > 40 > hard
