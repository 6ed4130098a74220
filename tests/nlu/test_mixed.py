"""Darija between Dutch words is heard; one word of it in a long message, or words that Dutch people say too, leave a Dutch message Dutch."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.examples import language_examples
from bot.nlu.mixed import GUEST, SURE, MixedWords
from bot.nlu.own_words import loan_words, own_words

ROOT = Path(__file__).parents[2]
DUTCH = {"nl": 0.95, "ary": 0.05}


def by_digits(word: str) -> dict[str, float]:
    """Stands for the model of the letters: 3, 7 and 9 are Darija."""
    return {"ary": float(any(c in "379" for c in word))}


def all_darija(word: str) -> dict[str, float]:
    """The letters of every word look like Darija: what stays Dutch does so by its words."""
    return {"ary": 0.8}


@pytest.fixture(scope="module")
def mixed() -> MixedWords:
    texts, languages = language_examples(ROOT / "data" / "nlu", ROOT / "content")
    return MixedWords.fit(texts, languages, loan_words(ROOT / "data" / "lexicon"), own_words(ROOT / "data" / "lexicon", GUEST))


@pytest.mark.parametrize(
    "text",
    [
        "leerling kwam met een blauwe plek, gal rajel mama",
        "de buurvrouw heeft het ook gezien, chno ndir nu",
        "bghit graag een afspraak maken met iemand, 3afak",
        "is mijn zoon nu strafbaar, huwa li sift foto",
    ],
)
def test_two_words_of_darija_are_heard(mixed: MixedWords, text: str) -> None:
    assert mixed.weigh(text, DUTCH, by_digits) == pytest.approx({"ary": SURE, "nl": 1 - SURE})


def test_words_that_no_message_held_are_heard_by_their_letters(mixed: MixedWords) -> None:
    line = "gedwongen trouwen, hoe stop ik dat, zawjha met3assabin bze9z9aqo"
    assert mixed.weigh(line, DUTCH, by_digits)["ary"] == SURE
    assert mixed.weigh(line, DUTCH, lambda word: {"ary": 0.5}) == DUTCH


def test_one_word_is_heard_where_it_is_a_fifth_of_the_message_and_the_letters_lean_to_it(mixed: MixedWords) -> None:
    leaning = {"nl": 0.8, "ary": 0.2}
    assert mixed.weigh("haal mijn berichten weg 3ndkoem", leaning, by_digits)["ary"] == SURE
    assert mixed.weigh("haal mijn berichten weg 3ndkoem", DUTCH, by_digits) == DUTCH
    assert mixed.weigh("haal al mijn oude berichten nu weg 3ndkoem", leaning, by_digits) == leaning
    assert mixed.weigh("wallah haal dat weg", leaning, by_digits) == leaning


@pytest.mark.parametrize(
    "text",
    [
        "wach is dat strafbaar als je het alleen doorstuurt",
        "benti wil niet meer naar school sinds die foto rondgaat",
        "hoe meld ik een account bij instagram 3afak",
        "de politie zegt kom volgende week maar terug, chno nu",
    ],
)
def test_one_word_that_darija_uses_often_is_enough_in_a_dozen_words(mixed: MixedWords, text: str) -> None:
    assert mixed.weigh(text, DUTCH, all_darija)["ary"] == SURE


def test_a_word_that_nobody_listed_is_heard_by_its_letters_too(mixed: MixedWords) -> None:
    line = "ze durft niet meer naar buiten, kaynchro tsawrha"
    assert mixed.weigh(line, DUTCH, all_darija)["ary"] == SURE
    assert mixed.weigh("ze durft niet meer naar de school, temchi", DUTCH, lambda word: {"nl": 1.0}) == DUTCH


def test_a_word_that_arabic_has_too_does_not_make_arabic_darija(mixed: MixedWords) -> None:
    arabic = {"ar": 0.7, "ary": 0.09}
    assert mixed.weigh("ما هي العقوبة في القانون الهولندي على نشر صور بنتي", arabic, all_darija) == arabic


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mijn moeder zegt hchouma, wallah ik weet het niet meer",
        "hij zegt steeds safi, het is haram en klaar",
        "ewa sahbi wat moet ik nu doen met die foto",
        "drerries van school hebben mijn flous en mijn nummer",
        "ze heeft gisteren een foto gestuurd naar die jongen en daba weet de hele klas het",
        "mijn dochter is boos en ik ook",
        "er was eens een lange dag met veel gedoe op school waarop mijn zoon thuis kwam en zei walo tegen mij, en daarna dagenlang niets meer, tot de mentor belde en daba zit ik hier",
    ],
)
def test_one_word_loans_and_long_dutch_stories_stay_as_they_are(mixed: MixedWords, text: str) -> None:
    assert mixed.weigh(text, DUTCH, by_digits) == DUTCH
    assert mixed.weigh(text, DUTCH, all_darija) == DUTCH


def test_who_is_sure_already_is_not_made_less_sure(mixed: MixedWords) -> None:
    assert mixed.weigh("chno ndir daba", {"ary": 0.98, "nl": 0.02}, by_digits) == {"ary": 0.98, "nl": 0.02}
    assert mixed.weigh("شنو ندير دابا", {"ar": 1.0}, by_digits) == {"ar": 1.0}


def test_next_to_no_dutch_turkish_english_or_sarnami_example_becomes_darija(mixed: MixedWords) -> None:
    texts, languages = language_examples(ROOT / "data" / "nlu", ROOT / "content")
    for code in ("nl", "tr", "en", "hns"):
        own = [t for t, language in zip(texts, languages, strict=True) if language == code]
        most = 0.003 if code == "nl" else 0.001  # some lines among the Dutch ones are in two languages: "weldi heeft gedeeld"
        for letters in (by_digits, all_darija):
            taken = [t for t in own if mixed.weigh(t, DUTCH, letters) != DUTCH]
            assert len(taken) <= most * len(own), taken
