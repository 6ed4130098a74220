"""Darija between Dutch words: two words of Darija make a message Darija, however Dutch its letters are on the whole; so does one that is a fifth of it,
or one that Darija uses often in a message of a dozen words.

Whom it serves: who writes "leerling kwam met dik oog, gal rajel mama" or "wach is dat strafbaar". Letters average, so eight Dutch words drown two. A word is
Darija when only Darija messages hold it or, since everybody spells it another way, when no other language holds it and its own letters say so ("met3assab").
A single word in a long Dutch message says nothing, and `loan_words` (data/lexicon/ary.yml: wallah, hchouma), which Dutch people say too, don't count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

from bot.nlu.language_model import spelled

GUEST = "ary"
MIX = {GUEST, "nl"}  # languages that one message mixes: what a Sarnami or Turkish message holds too is not enough by itself
ENOUGH, SHARE = 2, 0.12  # different words of Darija, and their share of the message, so that a long story in Dutch stays Dutch
ALONE, HEARD = 0.2, 0.1  # the share that one word needs, and the probability that the letters of the whole message give Darija
OFTEN, TELLING = 3, 0.08  # Darija messages that hold a word which is enough by itself (chno, wach, benti, 3afak), and the share of the message it needs
OWN = 0.85  # of a word's use that must be Darija, each language weighed alike
LETTERS = 0.9  # what the letters of a word that no message held must give Darija
LEANS = 0.7  # and those of a word that is enough by itself
SHORTEST = 3  # letters of a word that no message held
LONGER = 4  # letters of a word that is enough by itself: "ana" is Turkish too
SURE = 0.6  # decides a first message; a talk that goes on in another language stays there (bot/language.py)

OfWord = Callable[[str], Mapping[str, float]]  # a word -> {language: probability}


class MixedWords:
    """weigh() gives the probabilities of a message once more, Darija at SURE or above where its words say so.

    `words` are those of Darija, `often` those of them that many of its messages hold and `listed` those that somebody wrote down as its own;
    `others` those that other languages hold, and those that decide nothing.
    """

    def __init__(self, words: Collection[str], others: Collection[str] = (), often: Collection[str] = (), listed: Collection[str] = ()) -> None:
        self.words, self.others, self.often, self.listed = frozenset(words), frozenset(others), frozenset(often), frozenset(listed)

    @classmethod
    def fit(cls, texts: Sequence[str], languages: Sequence[str], loans: Collection[str], listed: Collection[str] = ()) -> MixedWords:
        """The words that at least two Darija messages hold and next to none of another language; `listed` are `own_words` of Darija."""
        messages, found = Counter(languages), defaultdict[str, Counter[str]](Counter)
        for text, language in zip(texts, languages, strict=True):
            for word in set(spelled(text).split()):
                found[word][language] += 1
        left_out = {word for loan in loans for word in spelled(loan).split()}
        own, others = set(), set(left_out)
        for word, by in found.items():
            rate = {language: count / messages[language] for language, count in by.items()}
            if by[GUEST] >= 2 and word not in left_out and not word.isdigit() and rate[GUEST] / sum(rate.values()) > OWN:
                own.add(word)
            elif len(by) > 1 or GUEST not in by:
                others.add(word)
        often = {word for word in own if found[word][GUEST] >= OFTEN and len(word) >= LONGER and not found[word].keys() - MIX}
        known = {word for line in listed for word in spelled(line).split()}
        return cls(own | known, others - known, often, known)

    def weigh(self, text: str, probabilities: Mapping[str, float], of_word: OfWord) -> dict[str, float]:
        """`of_word` is the model of the letters, asked about single words."""
        before = probabilities.get(GUEST, 0.0)
        if before >= SURE or GUEST not in probabilities:
            return dict(probabilities)
        said = spelled(text).split()
        own = {word for word in said if self._darija(word, of_word)}
        heard = (
            (len(own) >= ENOUGH and len(own) >= SHARE * len(said))
            or (before >= HEARD and any(len(word) >= SHORTEST for word in own) and len(own) >= ALONE * len(said))
            or (len(own) >= TELLING * len(said) and any(self._telling(word, of_word) for word in own))
        )
        if not heard:
            return dict(probabilities)
        rest = (1 - SURE) / (1 - before)
        return {code: SURE if code == GUEST else p * rest for code, p in probabilities.items()}

    def _darija(self, word: str, of_word: OfWord) -> bool:
        if word in self.words:
            return True
        if word in self.others or len(word) < SHORTEST or word.isdigit() or not word.isascii():
            return False
        return of_word(word).get(GUEST, 0.0) > LETTERS

    def _telling(self, word: str, of_word: OfWord) -> bool:
        return word in self.listed or (word in self.often and word.isascii() and of_word(word).get(GUEST, 0.0) > LEANS)
