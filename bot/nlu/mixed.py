"""Darija between Dutch words: two words that only Darija has make a message Darija, however Dutch its letters are on the whole.

Whom it serves: who writes "leerling kwam met dik oog, gal rajel mama". Letters average, so eight Dutch words drown two; one Darija word in a Dutch message
("mijn moeder zegt hchouma") says nothing, and `loan_words` (data/lexicon/ary.yml), which Dutch people say too, don't count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from bot.nlu.language_model import spelled

GUEST = "ary"
ENOUGH = 2  # different words of Darija
SHARE = 0.12  # of all words of the message, so that a long story in Dutch stays Dutch
OWN = 0.85  # of a word's use that must be Darija, each language weighed alike
SURE = 0.6  # decides a first message; a talk that goes on in another language stays there (bot/language.py)


class MixedWords:
    """weigh() gives the probabilities of a message once more, Darija at SURE or above where its words say so."""

    def __init__(self, words: Collection[str]) -> None:
        self.words = frozenset(words)

    @classmethod
    def fit(cls, texts: Sequence[str], languages: Sequence[str], loans: Collection[str]) -> MixedWords:
        """The words that at least two Darija messages hold and next to none of another language."""
        messages, found = Counter(languages), defaultdict[str, Counter[str]](Counter)
        for text, language in zip(texts, languages, strict=True):
            for word in set(spelled(text).split()):
                found[word][language] += 1
        left_out = {word for loan in loans for word in spelled(loan).split()}
        own = set()
        for word, by in found.items():
            rate = {language: count / messages[language] for language, count in by.items()}
            if by[GUEST] >= 2 and word not in left_out and not word.isdigit() and rate[GUEST] / sum(rate.values()) > OWN:
                own.add(word)
        return cls(own)

    def weigh(self, text: str, probabilities: Mapping[str, float]) -> dict[str, float]:
        said = spelled(text).split()
        own = self.words.intersection(said)
        before = probabilities.get(GUEST, 0.0)
        if len(own) < ENOUGH or len(own) < SHARE * len(said) or before >= SURE or GUEST not in probabilities:
            return dict(probabilities)
        rest = (1 - SURE) / (1 - before)
        return {code: SURE if code == GUEST else p * rest for code, p in probabilities.items()}
