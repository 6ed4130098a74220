"""One spelling for what people type."""

import pytest

from bot.nlu.normalise import normalise, words
from bot.nlu.patterns import PatternError, PatternIndex, PatternSet, compile_pattern, group_expressions, joined


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("KIZIM", "kizim"),
        ("Kızımın", "kizimin"),
        ("İfşa", "ifsa"),
        ("أحمد", "احمد"),
        ("فضيحة", "فضيحه"),
        ("مـــرحبا", "مرحبا"),
        ("heeeeelp", "heelp"),
        ("٣ سنوات", "3 سنوات"),
        ("\u202eabc", "abc"),
    ],
)
def test_folding(typed: str, same: str) -> None:
    assert normalise(typed) == same


def test_words_keep_arabizi_whole() -> None:
    assert words("3afak 3awnouni, wa7ed!") == ["3afak", "3awnouni", "wa7ed"]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("wil|wilt niet meer leven", "Ik WIL niet meer leven!", True),
        ("wil ... dood", "ik wil echt heel erg graag dood", True),
        ("wil ... dood", "ik wil een twee drie vier vijf zes dood", False),
        ("dood*", "doodmoe", True),
        ("*moord", "zelfmoord", True),
        ("van+het+dak|trein springen", "van het dak springen", True),
        ("ze? komt", "komt", True),
        ("<child>|hij weg", "mijn zoon weg", True),
        ("dood", "doodmoe", False),
    ],
)
def test_patterns(pattern: str, text: str, found: bool) -> None:
    one = PatternSet((compile_pattern(pattern, group_expressions({"child": ["dochter", "zoon"]})),))
    assert PatternIndex({"it": one}).look(joined(text)).found("it") is found


def test_unless_cancels() -> None:
    one = PatternSet((compile_pattern("dood"),), (compile_pattern("dood van het lachen"),))
    assert not PatternIndex({"it": one}).look(joined("ik ga dood van het lachen")).found("it")


@pytest.mark.parametrize("pattern", ["...", "", "<nobody> x", "a|+"])
def test_an_unreadable_pattern_says_so(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern)
