"""Facts in texts: filled in the reader's language, isolated in right-to-left text, and unverified ones not shown as certain."""

from __future__ import annotations

import pytest

from bot.answers import Answers
from bot.content.facts import UnknownFact
from bot.safety import Safety


def fill(words: tuple[Answers, Safety], text: str, language: str = "nl", high_risk: bool = True, rtl: bool = False) -> str:
    return words[0].content.facts.fill(text, language, high_risk=high_risk, rtl=rtl)


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("{emergency}", "nl", "112"),
        ("{police.phone}", "en", "0900-8844"),
        ("{veilig_thuis}", "nl", "Veilig Thuis (0800-2000)"),
        ("{law_252.maximum}", "nl", "6 jaar"),
        ("{law_252.maximum}", "en", "6 years"),
        ("{figure.helped_2023}", "nl", "10.454"),
        ("{figure.helped_2023}", "en", "10,454"),
        ("{figure.sent_boys_2017}", "nl", "13%"),
        ("{veilig_thuis.hours}", "nl", "dag en nacht"),
    ],
)
def test_facts_are_said_in_the_readers_language(words: tuple[Answers, Safety], text: str, language: str, shown: str) -> None:
    assert fill(words, text, language).startswith(shown) or shown in fill(words, text, language).replace("\xa0", "")


def test_an_unverified_number_is_never_in_a_high_risk_text(words: tuple[Answers, Safety]) -> None:
    assert "0900-0101" not in fill(words, "{slachtofferhulp} {slachtofferhulp.phone}")
    assert "kijk op de site" in fill(words, "{slachtofferhulp.phone}", high_risk=False)


def test_numbers_stand_in_direction_isolates_in_right_to_left_text(words: tuple[Answers, Safety]) -> None:
    assert fill(words, "{police.phone}", "ar", rtl=True) == "\u20660900-8844\u2069"


def test_an_unknown_fact_is_an_error(words: tuple[Answers, Safety]) -> None:
    with pytest.raises(UnknownFact):
        fill(words, "{nobody}")
