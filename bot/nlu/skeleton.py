"""The consonants of a word, one letter for each sound, whoever spells it: tswira, tessouira, teswiera and تصويرة are all "tsr".

Darija and Sarnami have no spelling of their own. Who learned to write in French types chnou, in Dutch sjnoe, on a phone chno; some use
Arabic letters. Words that sound alike are counted together, beside the words as they stand (docs/decisions/0004-topic-classifier.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from bot.nlu.ngrams import REMEMBERED, Numbered, letter_groups

_TOKEN = re.compile(r"\w+")
_ARABIC = str.maketrans("بتثجحخدذرزسشصضطظغفقكلمنه", "bttjhxddrzsSsdtdGfkklmnh")
# Letters that make one sound together: French ch, Dutch sj, English sh; kh, gh, dj.
_SOUNDS = {"tch": "tS", "tsj": "tS", "sch": "S", "sj": "S", "ch": "S", "sh": "S", "kh": "x", "gh": "G", "dj": "j", "ck": "k", "qu": "k", "ph": "f"}
_TOGETHER = re.compile("|".join(_SOUNDS))
_LATIN = str.maketrans("78596qgcpv", "hGxktkkkbf")  # the digits of Arabic in Latin letters; 2 and 3 are as mute as a vowel
_GLIDE = re.compile("(?<=[aeiou])j(?![aeiou])|(?<=[ei])j")  # Dutch j is a y: kajgoel, lieja
_MUTE = re.compile("[^b-df-hj-np-tvxzSG]")
_TWICE = re.compile(r"(.)\1+")


def skeleton(word: str) -> str:
    """The consonants of a word in folded spelling (normalise.py); "" for a number or a word of vowels alone."""
    if word.isdigit():
        return ""
    if word.isascii():
        sounds = _GLIDE.sub("", _TOGETHER.sub(lambda found: _SOUNDS[found[0]], word)).translate(_LATIN)
    else:
        sounds = (word[:-1] if word.endswith("ه") and len(word) > 3 else word).translate(_ARABIC)  # ه at the end is mostly a folded ة
    return _TWICE.sub(r"\1", _MUTE.sub("", sounds))


def skeletons(number: Numbered) -> Callable[[str], list[int]]:
    """Whole skeletons, and groups of three of their letters."""

    @lru_cache(REMEMBERED)
    def groups(word: str) -> list[int]:
        bones = skeleton(word)
        whole = f" {bones} "
        terms = [whole, *(group for group in letter_groups(bones, 3, 3) if group != whole)] if bones else []
        return [n for term in terms if (n := number(term)) is not None]

    return lambda text: [n for word in _TOKEN.findall(text) for n in groups(word)]
