"""Which language a talk is in: it follows the person, sticks, and never flips on one word. Says nothing about culture or faith."""

from __future__ import annotations

from collections.abc import Mapping

from bot.content import Content
from bot.conversation import Talk
from bot.nlu.normalise import words

# How sure a message must be to change the talk's language, by its number of words; a language chosen by tap asks for more.
FIRST = {0: 2.0, 1: 0.80, 2: 0.60}
LATER = {0: 2.0, 1: 2.0, 2: 0.97, 3: 0.92, 4: 0.92, 5: 0.92}
CHOSEN = {0: 2.0, 1: 2.0, 2: 2.0, 3: 0.97}
HOME = 12.0
OTHERWISE = {"first": 0.45, "later": 0.70, "chosen": 0.92}


def recognise(talk: Talk, text: str, probabilities: Mapping[str, float], content: Content) -> str:
    """The code of the language understood ("ary"), the talk's present one when the message is not sure enough. Changes nothing."""
    present = talk.understood or talk.language
    if not probabilities:
        return present
    if not talk.turns and len(words(text)) < 2:
        # A greeting is the same word in half the world: the language of the house weighs double.
        home = str(content.organisation.get("default_language", "nl"))
        weighed = {code: p * (HOME if code == home else 1.0) for code, p in probabilities.items()}
        probabilities = {code: p / sum(weighed.values()) for code, p in weighed.items()}
    best = max(probabilities, key=lambda code: probabilities[code])
    if talk.language_chosen and content.answer_language(best) != best and content.answer_language(best) != talk.language:
        return present  # who chose Dutch and goes on in Darija is not answered in Arabic, which she may not read
    # Close kin answer each other's messages: Arabic and Darija together speak for Arabic.
    sure = sum(p for code, p in probabilities.items() if content.answer_language(code) == content.answer_language(best))
    count = len(words(text))
    kind, table = ("chosen", CHOSEN) if talk.language_chosen else ("later", LATER) if talk.turns else ("first", FIRST)
    needed = table.get(count, OTHERWISE[kind])
    if content.answer_language(best) == talk.language:
        return best if not talk.turns or probabilities[best] >= needed else present  # "شكرا" and "أنا طالبة" are said by Syrians and Moroccans alike
    return best if sure >= needed else present


def set_language(talk: Talk, code: str, content: Content, *, chosen: bool = False) -> None:
    """Answers go on in the language of `code`; the language understood is kept beside it."""
    talk.language = content.answer_language(code)
    talk.understood = code if code != talk.language else ""
    talk.language_chosen = talk.language_chosen or chosen


def told(talk: Talk, content: Content) -> str:
    """That she is answered in another language than the one understood, in both; said once in a talk, "" after that or when there is no need."""
    sentence = str(content.languages.get(talk.understood, {}).get("told", ""))
    if not sentence or talk.details.get("told") == talk.understood:
        return ""
    talk.details["told"] = talk.understood
    return sentence
