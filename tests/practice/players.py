"""Players of scenes, and a coach that hears only their sentences: the label stands beside each line, so that trust and lines are tested
apart from the phrase coach."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.practice.ear import Ear

# One sentence of each kind; what the words say matters little here, the label does.
LINES: dict[str, dict[str, tuple[str, ...]]] = {
    "nl": {
        "Wat goed dat je het vertelt, dat is niet makkelijk.": ("affirmation",),
        "Wat er gebeurd is, is niet jullie schuld.": ("remove_blame",),
        "Je hoeft je hier niet te schamen.": ("reduce_shame",),
        "Ik hoor hoe zwaar dit is.": ("reflection",),
        "Hoe gaat het nu met je dochter?": ("open_question",),
        "Wat houdt je het meest bezig?": ("open_question",),
        "Is het veilig thuis, als iemand het hoort?": ("ask_safety",),
        "Denk je er weleens aan om er niet meer te zijn?": ("ask_safety",),
        "Hoe kijk je er vanuit je geloof naar?": ("connect_values", "open_question"),
        "Zullen we samen kijken hoe het weggehaald kan worden?": ("ask_removal", "leave_control"),
        "Ik kan niet beloven dat ik het geheim houd.": ("honest_about_secrecy",),
        "Wat dacht je toen je op verzenden drukte?": ("explore_motive", "open_question"),
        "Waarom deed je dat dan ook?": ("blame",),
        "Hoe kon je zo dom zijn?": ("blame",),
        "Je moet nu meteen aangifte doen.": ("pressure",),
        "Laat die foto eens zien.": ("ask_to_see",),
        "Zo erg is het toch niet.": ("minimise",),
        "In jullie cultuur gaat dat zo.": ("stereotype",),
        "Ik bel straks je vader even.": ("tell_family_unsafe",),
        "Ik beloof dat ik het aan niemand vertel.": ("promise_secrecy",),
        "Dit blijft echt tussen ons, beloofd.": ("promise_secrecy",),
        "Je kunt ook aangifte doen, als je dat wilt.": ("mention_reporting",),
        "Heb je het al aan iemand verteld?": ("closed_question",),
        "Fijn weer buiten.": ("small_talk",),
    },
    "en": {
        "I am glad you told me, that is not easy.": ("affirmation",),
        "What happened is not your fault.": ("remove_blame",),
        "I hear how heavy this is.": ("reflection",),
        "How are things at home now?": ("open_question",),
        "Is it safe if somebody at home finds out?": ("ask_safety",),
        "How could you be so stupid?": ("blame",),
        "Why did you do that?": ("blame",),
        "You must go to the police today.": ("pressure",),
        "Show me the photo.": ("ask_to_see",),
        "I promise I will tell nobody.": ("promise_secrecy",),
        "You could report it, if you want to.": ("mention_reporting",),
        "Did you tell anyone?": ("closed_question",),
        "Nice weather.": ("small_talk",),
    },
}  # fmt: skip
QUIET = ("...", "hm", "ok", "ja", "tja", "")
HELPS = {"affirmation", "remove_blame", "reduce_shame", "reflection", "open_question", "ask_safety", "connect_values", "ask_removal", "leave_control", "honest_about_secrecy", "explore_motive"}  # fmt: skip
PLAYERS = ("kind", "blaming", "silent", "chaotic", "secret-promising")


@dataclass(frozen=True)
class FoundLabel:
    name: str
    start: int
    end: int


@dataclass(frozen=True)
class FoundHeard:
    labels: tuple[FoundLabel, ...]
    unsure: tuple[str, ...] = ()


def hears(text: str, with_whom: str, language: str, before: str = "") -> FoundHeard:
    """The labels of a line of LINES; nothing for other text."""
    return FoundHeard(tuple(FoundLabel(name, 0, len(text)) for name in LINES.get(language, {}).get(text, ())))


@contextmanager
def also_heard(text: str, *labels: str) -> Iterator[None]:
    """For a while `text` is a Dutch line that is heard with these labels."""
    LINES["nl"][text] = labels
    try:
        yield
    finally:
        del LINES["nl"][text]


def ear() -> Ear:
    return Ear(lambda: hears)


def player(kind: str, language: str, seed: int) -> Iterator[str]:
    """Endless sentences of one kind of player; the same for the same seed."""
    dice = random.Random(f"{kind} {language} {seed}")
    lines = LINES[language]

    def those(fits: Callable[[set[str]], bool]) -> list[str]:
        return [text for text, labels in lines.items() if fits(set(labels))]

    kindly, blaming = those(lambda x: bool(x & HELPS)), those(lambda x: bool(x & {"blame", "pressure", "ask_to_see"}))
    secret = those(lambda x: bool(x & {"promise_secrecy", "mention_reporting", "open_question"}))
    pools = {"kind": kindly, "blaming": blaming, "silent": list(QUIET), "chaotic": [*lines, *QUIET, "gfdsgfd ???", "🙂", "1234"], "secret-promising": secret}
    while True:
        yield dice.choice(pools[kind])
