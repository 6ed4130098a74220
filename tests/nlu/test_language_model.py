"""A message in two scripts is read by the words of the one that it is written in."""

from __future__ import annotations

import pytest

from bot.nlu.language_model import LanguageModel, in_one_script, spelled


@pytest.mark.parametrize(
    ("text", "line", "arabic"),
    [
        ("شو يعني vlaggensysteem", "شو يعني", True),
        ("exposegroep شنو؟", "شنو", True),
        ("wat betekent نميمة", "wat betekent", False),
        ("chno ndir daba", "chno ndir daba", False),
    ],
)
def test_half_of_the_words_decide_the_script(text: str, line: str, arabic: bool) -> None:
    assert in_one_script(spelled(text)) == (line, arabic)


def test_a_long_dutch_word_does_not_make_an_arabic_question_dutch() -> None:
    dutch, arabic = ["wat betekent vlaggensysteem", "hoe vraag ik dat op school"], ["شو يعني هذا الكلام", "كيف أسأل المدرسة عن هذا"]
    darija = ["شنو هادشي", "كيفاش نسول المدرسة"]
    model = LanguageModel.fit(dutch * 3 + arabic * 3 + darija * 3, ["nl"] * 6 + ["ar"] * 6 + ["ary"] * 6)
    assert model.probabilities("شو يعني vlaggensysteem")["nl"] == 0
    assert model.probabilities("wat betekent يعني")["ar"] == 0
    assert model.probabilities("!?") == {}
