"""Feedback on one message: what worked, what may hurt, the words, why, and one better wording. Never a grade; silent on what is not heard surely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.practice.trust import Trust

FRAME = ("worked", "plain", "worked_again", "hurts", "instead", "try_now", "unsure", "nothing", "closed_in_a_row", "source", "own", "hint_step", "hint_danger", "wording", "quote", "no_words")  # fmt: skip
LANGUAGES = ("nl", "en")  # a professional who reads Turkish or Arabic gets the Dutch
LONGEST_QUOTE = 90  # characters
TOLD = 2  # times that a label is explained; after that its name is enough
CLOSED = 3  # closed questions in a row that are worth a word


@dataclass(frozen=True)
class About:
    """What is said of one label: its name in plain words, what it does, why, the source (a key of sources.yml), and example wordings."""

    name: str
    say: str
    why: str
    source: str
    parent: tuple[str, ...]
    young: tuple[str, ...]
    spreader: tuple[str, ...] = ()

    def wordings(self, with_whom: str) -> tuple[str, ...]:
        """Example sentences that fit the person: "it is not your fault" is not for who spread it, "what you did is not all right" not for a victim."""
        if with_whom == "parent":
            return self.parent or self.young
        return (self.spreader if with_whom == "spreader" else ()) or self.young or self.parent


@dataclass(frozen=True)
class FeedbackWords:
    """The words of one language."""

    frame: Mapping[str, str]
    labels: Mapping[str, About]


@dataclass(frozen=True)
class Feedback:
    """`text` in Markdown; `focus` the label that its example is of, "" for none."""

    text: str
    focus: str


@dataclass(frozen=True)
class Given:
    """What feedback looks at: labels with their words, doubts, how often each label was heard before, questions, what the scene still asks for."""

    labels: Mapping[str, str]
    unsure: Sequence[str]
    before: Mapping[str, int]
    with_whom: str
    closed_in_a_row: int = 0
    wanted: Sequence[str] = ()
    shown: Mapping[str, int] | None = None  # label -> wordings already shown


def feedback(given: Given, words: FeedbackWords, trust: Trust, sources: Mapping[str, Mapping[str, Any]]) -> Feedback:
    """Feedback on one message, three short paragraphs at most."""
    frame = words.frame
    hurt = next((label for label in trust.gravest_first(given.labels) if trust.hinders(label) and label in words.labels), "")
    helped = [label for label in given.labels if trust.helps(label) and label in words.labels]
    helped = [label for label in helped if not hurt or given.labels[label] != given.labels[hurt]]  # the same words are not praised and blamed at once
    worked = min(helped, key=lambda label: (given.before.get(label, 0), -trust.change[label][1]), default="")
    parts, focus = [], ""
    if worked:
        told = given.before.get(worked, 0) >= TOLD
        parts.append(_about(frame["worked_again" if told else "worked"], words.labels[worked], given.labels[worked], frame, sources))
    if hurt:
        parts.append(_about(frame["hurts"], words.labels[hurt], given.labels[hurt], frame, sources))
        if example := wording(hurt, given, words):
            parts.append(frame["instead"].replace("<example>", example))
            focus = hurt
    elif doubt := next((d for d in given.unsure if trust.hinders(d) and d in words.labels), ""):
        parts.append(frame["unsure"].replace("<name>", words.labels[doubt].name))
    if not parts:
        plain = next((label for label in given.labels if label in words.labels and label in trust.change), "")
        parts.append(_about(frame["plain"], words.labels[plain], given.labels[plain], frame, sources) if plain else frame["nothing"])
    if not hurt:
        if given.closed_in_a_row >= CLOSED:
            parts.append(frame["closed_in_a_row"])
        focus = next((label for label in given.wanted if label not in given.labels and label in words.labels), worked)
        if example := wording(focus, given, words):
            parts.append(frame["try_now"].replace("<example>", example).replace("<name>", words.labels[focus].name))
    return Feedback("\n\n".join(parts), focus)


def wording(label: str, given: Given, words: FeedbackWords) -> str:
    """The next example sentence for a label, another one each time; "" when there is none."""
    if label not in words.labels or not (examples := words.labels[label].wordings(given.with_whom)):
        return ""
    return examples[(given.shown or {}).get(label, 0) % len(examples)]


def _about(template: str, about: About, quote: str, frame: Mapping[str, str], sources: Mapping[str, Mapping[str, Any]]) -> str:
    source = ""
    if about.source in sources:
        source = frame["source"].replace("<source>", str(sources[about.source]["title"])) if sources[about.source].get("url") else frame["own"]
    quoted = frame["quote"].replace("<words>", shortened(quote)) if quote else frame["no_words"]
    filled = template.replace("<quote>", quoted).replace("<name>", about.name).replace("<say>", about.say)
    return filled.replace("<why>", about.why).replace("<source>", source).strip()


def shortened(text: str) -> str:
    """A quote on one line that ends at a word."""
    line = " ".join(text.split())
    line = line.rstrip(" .,;")
    return line if len(line) <= LONGEST_QUOTE else line[:LONGEST_QUOTE].rsplit(" ", 1)[0] + "…"


def load_feedback(root: Path, trust: Trust | None, faults: list[str]) -> dict[str, FeedbackWords]:
    """Reads content/practice/feedback/<language>.yml; every label of the trust table must have its words in each language."""
    found = {}
    for language in LANGUAGES:
        shown = f"content/practice/feedback/{language}.yml"
        try:
            raw = yaml.load((root / shown).read_text("utf-8"), Loader=yaml.CSafeLoader)
            labels = {
                str(name): About(
                    str(e["name"]),
                    str(e["say"]),
                    str(e["why"]),
                    str(e["source"]),
                    *(tuple(e["better"].get(who) or ()) for who in ("parent", "young", "spreader")),
                )
                for name, e in raw["labels"].items()
            }
            found[language] = FeedbackWords({str(k): str(v) for k, v in raw["frame"].items()}, labels)
        except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            faults.append(f"{shown}: can't be read ({error.__class__.__name__}: {str(error).splitlines()[0]}); each label needs name, say, why, source, better")
            continue
        for key in sorted(set(FRAME) ^ found[language].frame.keys()):
            faults.append(f"{shown}: frame: {key} is {'missing; add it' if key in FRAME else 'unknown; take it out'}")
        if trust:
            for label in sorted(set(trust.change) - labels.keys()):
                faults.append(f"{shown}: {label} is missing; write what is said of it")
            for label in sorted(labels.keys() - set(trust.change)):
                faults.append(f"{shown}: {label} is no label of data/practice/trust.yml; correct its spelling")
    return found
