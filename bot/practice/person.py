"""The simulated person: chooses the next line of a scene. Same session and same words, same line; no line is ever said twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bot.nlu.normalise import words
from bot.practice.scene import Asked, Line, Scene
from bot.practice.trust import BANDS, Trust

TELLS_OTHERS = {"mention_reporting", "involve_network", "refer_to_help", "tell_family_unsafe"}
TAKES_OVER = {"pressure", "tell_family_unsafe"}
QUESTIONS = {"question", "closed", "safety"}
HURTS = {"told", "blame", "stereotype", "see", "pressure", "minimise", "jargon"}
SOON = 3  # turns in which a hint must be picked up
SHORTEST = 4  # letters from which a word of `about` may be the beginning of a longer one


@dataclass(frozen=True)
class Heard:
    """What one message was to the person: its labels, whether hardly anything was said, and the words."""

    labels: tuple[str, ...]
    text: str

    @property
    def quiet(self) -> bool:
        return len(words(self.text)) < 2 and not self.labels

    @property
    def asks(self) -> bool:
        return self.text.rstrip(" \"'”’)").endswith("?")


@dataclass(frozen=True)
class Memory:
    """What the person remembers: labels heard at earlier turns and lines said (their ids)."""

    labels: Collection[str]
    last: Collection[str]  # labels of the turn before
    used: Collection[str]

    def broken(self, heard: Heard) -> bool:
        """Whether others are to be told after secrecy was promised, and nobody is honest about it."""
        return "promise_secrecy" in self.labels and bool(TELLS_OTHERS & set(heard.labels)) and "honest_about_secrecy" not in heard.labels


def next_line(scene: Scene, trust: Trust, band: str, heard: Heard, memory: Memory) -> Line | None:
    """The line that fits best and was not said yet; None when the scene has nothing left to say."""
    return next((line for line in _candidates(scene, trust, band, heard, memory) if line.id not in memory.used), None)


def _candidates(scene: Scene, trust: Trust, band: str, heard: Heard, memory: Memory) -> Iterable[Line]:
    pools = scene.pools
    order = trust.gravest_first(heard.labels)
    key = trust.heard[order[0]] if order else "closed" if heard.asks else "other"
    yield from _remembered(scene, key, heard, memory)
    if heard.quiet:
        yield from pools["quiet"][band]
    elif key in HURTS:
        yield from pools[key][band]
        yield from pools["hurt"][band]
    elif key == "secrecy":
        yield from pools["secrecy"][band]
    else:
        if key in QUESTIONS or key == "step" or heard.asks:
            # A question about safety is never answered with small things when the scene has more to say.
            yield from _about(reversed(scene.asked) if key == "safety" else scene.asked, band, heard.text)
        if key in ("safety", "step", "warmth", "values", "honest"):
            yield from pools[key][band]
        if key in QUESTIONS or heard.asks:
            yield from _from(pools["tells"], band)
    for name in ("anyway", "tells"):
        yield from _from(pools[name], band)
    for subject in scene.asked:  # tells it unasked
        yield from subject.lines[band]
    yield from pools["quiet"][band]


def _remembered(scene: Scene, key: str, heard: Heard, memory: Memory) -> Iterable[Line]:
    if memory.broken(heard):
        yield from scene.pools["remembers_promise"]["open"]
    if "leave_control" in memory.labels and TAKES_OVER & set(heard.labels):
        yield from scene.pools["remembers_control"]["open"]
    if key == "warmth" and "blame" in memory.labels and "blame" not in memory.last:
        yield from scene.pools["remembers_blame"]["open"]
    if key == "other" and "honest_about_secrecy" in memory.labels and not heard.quiet:
        yield from scene.pools["remembers_honest"]["open"]


def _from(pool: object, band: str) -> Iterable[Line]:
    """Lines of this band, then what was left unsaid while trust was lower."""
    for name in reversed(BANDS[: BANDS.index(band) + 1]):
        yield from pool[name]  # type: ignore[index]


def _about(asked: Iterable[Asked], band: str, text: str) -> Iterable[Line]:
    said = words(text)
    hits = [(sum(matches(a, said) for a in subject.about), subject) for subject in asked]
    for count, subject in sorted(hits, key=lambda h: -h[0]):
        if count:
            yield from subject.lines[band]


def matches(phrase: str, said: Sequence[str]) -> bool:
    """Whether the words hold a phrase of the scene's writer; a single word may be the beginning of a longer one, unless it is short."""
    if " " in phrase:
        return f" {phrase} " in f" {' '.join(said)} "
    return any(word == phrase or (len(phrase) >= SHORTEST and word.startswith(phrase)) for word in said)


def picks_up(pick_up: Iterable[str], heard: Heard) -> bool:
    """Whether a message goes into a hint: it asks about safety, or holds one of the hint's words."""
    said = words(heard.text)
    return "ask_safety" in heard.labels or any(matches(p, said) for p in pick_up)
