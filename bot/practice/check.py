"""Faults of practice for `noor content check`: scenes that a writer must mend before somebody meets the gap."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bot.content.check import PHONE, STATISTIC, URL, slurs
from bot.nlu.normalise import words
from bot.practice.book import load_book
from bot.practice.feedback import FeedbackWords
from bot.practice.person import Heard, Memory, next_line
from bot.practice.scene import Scene
from bot.practice.session import LENGTHS
from bot.practice.trust import BANDS, LEVELS, Trust

LONGEST_LINE, LONGEST_TITLE = 45, 38  # words; characters of a button
FEWEST_HINTS, FEWEST_SUBJECTS, FEWEST_TRAINS = 2, 5, 3
QUOTED = re.compile(r"[{}<>]")


def check_practice(root: Path, sources: Iterable[str]) -> list[str]:
    """Every fault in data/practice and content/practice, as `path: what is wrong; what to do`."""
    faults: list[str] = []
    book = load_book(root, faults)
    if book is None:
        return faults or ["content/practice: can't be read; put the last good one back"]
    bad = slurs(root)
    for scenes in book.scenes.values():
        for scene in scenes.values():
            faults += _scene(scene, book.trust, bad)
    known = set(sources)
    for language, feedback in book.feedback.items():
        faults += _feedback(language, feedback, known, bad)
    for language, report in book.report.items():
        for items in report.lists.values():
            for label in {x for i in items for x in (*i.ticks, *i.against)} - set(book.trust.change):
                faults.append(f"content/practice/report/{language}.yml: {label} is no label of data/practice/trust.yml; correct its spelling")
    for language in book.scenes.keys() - book.feedback.keys():
        faults.append(f"content/practice/scenes/{language}: has scenes but no content/practice/feedback/{language}.yml; write it, or take the scenes out")
    return faults


def _scene(scene: Scene, trust: Trust, bad: frozenset[str]) -> Iterable[str]:
    where = scene.path
    if len(scene.title) > LONGEST_TITLE:
        yield f"{where}: the title has {len(scene.title)} characters; a button holds {LONGEST_TITLE}"
    for label in scene.trains:
        if not trust.helps(label):
            yield f"{where}: trains names {label}, which is no helping label of data/practice/trust.yml; correct its spelling"
    if len(scene.trains) < FEWEST_TRAINS:
        yield f"{where}: trains names {len(scene.trains)} labels; name at least {FEWEST_TRAINS}"
    if len(scene.hints) < FEWEST_HINTS:
        yield f"{where}: has {len(scene.hints)} hints of danger; write at least {FEWEST_HINTS}"
    if len(scene.asked) < FEWEST_SUBJECTS:
        yield f"{where}: asked has {len(scene.asked)} subjects; write at least {FEWEST_SUBJECTS}"
    for text, count in Counter(scene.said()).items():
        if count > 1:
            yield f"{where}: {text!r} stands there {count} times; a person never says the same twice"
        if len(words(text)) > LONGEST_LINE:
            yield f"{where}: {text[:40]!r}... has {len(words(text))} words; keep a line under {LONGEST_LINE}"
    for text in scene.everything():
        for pattern, what in ((URL, "a web address"), (PHONE, "a phone number"), (STATISTIC, "a figure"), (QUOTED, "a sign of < > { }")):
            if found := pattern.search(text):
                yield f"{where}: {what} in {text[:40]!r} ({found[0].strip()}); leave it out"
        if hit := bad & set(words(text)):
            yield f"{where}: holds {', '.join(sorted(hit))}; never repeat a slur, not even quoted"
    yield from _runs_dry(scene, trust)


def _runs_dry(scene: Scene, trust: Trust) -> Iterable[str]:
    """Plays the longest session of each kind of message at each level: a scene must not fall silent before its end."""
    longest, told = max(LENGTHS.values()), set()
    for label in (*trust.change, ""):
        for level in LEVELS:
            value, used = trust.start[level], list[str]()
            for turn in range(1, longest):
                heard = Heard((label,) if label else (), "" if not label else "x y")
                value = trust.moved(value, heard.labels, level, quiet=heard.quiet)
                line = next_line(scene, trust, trust.band(value), heard, Memory((), (), used))
                if line is None:
                    told.add((label or "silence", turn, trust.band(value)))
                    break
                used.append(line.id)
    if told:
        label, turn, band = min(told, key=lambda t: t[1])
        yield f"{scene.path}: after {turn} turns of {label} nothing is left to say; write more lines under anyway: {band} ({BANDS[0]} lines serve every band)"


def _feedback(language: str, feedback: FeedbackWords, sources: set[str], bad: frozenset[str]) -> Iterable[str]:
    where = f"content/practice/feedback/{language}.yml"
    for name, about in feedback.labels.items():
        if about.source not in sources:
            yield f"{where}: {name}: the source {about.source} is not in sources.yml; add it there"
        texts = (about.name, about.say, about.why, *about.parent, *about.young)
        if not about.young or not about.parent:
            yield f"{where}: {name}: better needs a sentence for parent and one for young; write both"
        if hit := bad & {w for t in texts for w in words(t)}:
            yield f"{where}: {name}: holds {', '.join(sorted(hit))}; never repeat a slur, not even quoted"


