"""A greeting of one word is answered in its own language."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from bot.nlu.own_words import OwnWords

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def own() -> OwnWords:
    return OwnWords.from_files(ROOT / "data" / "lexicon", ROOT / "data" / "greetings")


@pytest.mark.parametrize("text", ["slm", "SA", "s.a.", "mrb", "Merhaba!", "iyi akşamlar", "iyi aksamlar", "slm knk naber", "sa hocam", "eyw", "SAĞOL abla"])
def test_turkish_greetings_are_turkish(own: OwnWords, text: str) -> None:
    assert own.language(text) == "tr"


@pytest.mark.parametrize(
    "text", ["", "hoi abla", "salam", "slm kif dayra", "salam 3likom", "he", "hey", "sa va", "iyi dag", "ok", "selam wr wb", "merhaba mijn dochter"]
)
def test_a_word_of_another_language_leaves_it_to_the_letters(own: OwnWords, text: str) -> None:
    assert own.language(text) == ""


@pytest.mark.parametrize(("text", "language"), [("hoi", "nl"), ("goedemorgen", "nl"), ("hello there", "en"), ("مرحبا", "ar"), ("slm labas", "ary"), ("ram ram", "hns")])
def test_greetings_of_other_languages_are_theirs(own: OwnWords, text: str, language: str) -> None:
    assert own.language(text) == language


def test_a_word_that_two_languages_claim_says_nothing() -> None:
    own = OwnWords({"tr": ["slm", "knk"], "ary": ["slm", "labas"]})
    assert [own.language(text) for text in ("slm", "slm knk", "slm labas", "knk labas")] == ["", "tr", "ary", ""]


def test_no_word_is_claimed_by_two_languages(own: OwnWords) -> None:
    assert not [set(a) & set(b) for a, b in combinations(own.phrases.values(), 2) if set(a) & set(b)]
