"""What a session comes to: check-lists ticked or not, questions, balance, trust, signs missed, three things for next time. Never a grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from babel.numbers import format_decimal

from bot.practice.feedback import LANGUAGES, FeedbackWords
from bot.practice.scene import Scene
from bot.practice.session import Session
from bot.practice.trust import Trust

if TYPE_CHECKING:
    from bot.practice.book import PracticeBook

LISTS = ("victim", "spreader", "steps")
STATES = ("done", "not_yet", "against", "self")
QUESTIONS_OPEN = ("open_question", "explore_motive")
QUESTIONS_CLOSED = ("closed_question", "leading_question")
WORDS = (
    "title", "scene", "level", "date", "turns", "about", "questions", "questions_open", "questions_closed", "questions_said", "balance", "balance_you", "balance_other", "balance_said",
    "trust", "trust_said", "trust_turn", "trust_points", "trust_heard", "trust_start", "hints", "hints_caught", "hints_missed", "hints_none", "next", "next_hint", "next_instead", "next_open",
    "worked", "hurt", "hides", "background", "checklists", "list_victim", "list_spreader", "list_steps", "state_done", "state_not_yet", "state_against", "state_self",
    "level_easy", "level_normal", "level_hard", "nothing", "note", "summary", "page", "history", "history_line", "closed", "guarded", "open",
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One item of a check-list; without `ticks` nobody but the professional can judge it."""

    text: str
    ticks: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True)
class ReportWords:
    """The words of one language."""

    words: Mapping[str, str]
    lists: Mapping[str, tuple[Item, ...]]


@dataclass(frozen=True)
class Report:
    """Everything a page or a message shows. `lists[name]` holds (item, state); `trust` one number a turn, the start first."""

    language: str
    day: str
    title: str
    level: str
    turns: int
    lists: Mapping[str, tuple[tuple[str, str], ...]]
    open_questions: int
    closed_questions: int
    typed: int
    heard: int
    trust: tuple[float, ...]
    bands: tuple[float, ...]  # where guarded and open begin
    names: tuple[str, ...]  # what was heard in each turn, in plain words
    caught: tuple[str, ...]
    missed: tuple[tuple[str, str], ...]  # what was said, what it means
    worked: tuple[tuple[str, str], ...]  # label's name, the masked words
    hurt: tuple[tuple[str, str, str], ...]  # label's name, the masked words, a better wording
    next: tuple[tuple[str, str], ...]  # what to practise, an example
    hides: str
    background: str

    @property
    def share(self) -> int:
        """Per cent of the words that the professional said."""
        return round(100 * self.typed / max(1, self.typed + self.heard))


def report(session: Session, scene: Scene, trust: Trust, feedback: FeedbackWords, words: ReportWords) -> Report:
    """The report on a session, whole or broken off."""
    heard = session.labels()
    lists = {name: tuple((i.text, _state(i, heard)) for i in words.lists[name]) for name in LISTS if name == "steps" or name == _list_of(scene)}
    hints = {h.id: h for h in scene.hints}
    dropped = [hints[i] for i in session.hints if i in hints]
    missed = tuple((h.say, h.means) for h in dropped if h.id not in session.picked)
    quotes = [(label, said.labels[label]) for said in session.turns for label in said.labels]
    hurt = list(dict.fromkeys((label, quote) for label, quote in quotes if trust.hinders(label)))
    worked = list(dict.fromkeys((label, quote) for label, quote in quotes if trust.helps(label)))
    opened = sum(any(q in s.labels for q in QUESTIONS_OPEN) for s in session.turns)
    closed = sum(any(q in s.labels for q in QUESTIONS_CLOSED) and not any(q in s.labels for q in QUESTIONS_OPEN) for s in session.turns)
    about = feedback.labels
    return Report(
        session.language, session.started, scene.title, words.words["level_" + session.level], len(session.turns), lists, opened, closed,
        sum(s.typed for s in session.turns), sum(s.heard for s in session.turns), (session.first_trust, *(s.trust for s in session.turns)),
        (float(trust.bands["guarded"]), float(trust.bands["open"])),
        tuple(", ".join(about[label].name for label in s.labels if label in about) for s in session.turns),
        tuple(h.say for h in dropped if h.id in session.picked), missed,
        tuple((about[label].name, quote) for label, quote in worked if label in about)[:8],
        tuple((about[label].name, quote, _example(about[label].wordings(scene.with_whom))) for label, quote in hurt if label in about)[:8],
        _next(session, scene, trust, feedback, words, missed, opened, closed), scene.texts["hides"], scene.texts["background"],
    )  # fmt: skip


def report_of(book: PracticeBook, practice: Mapping[str, Any]) -> Report | None:
    """The report on the session that lies in Talk.practice; None when nothing was played or its scene is gone."""
    session = Session.from_dict(dict(practice))
    scene = book.scene(session.language, session.scene)
    if scene is None or not session.turns:
        return None
    return report(session, scene, book.trust, book.feedback[session.language], book.report[session.language])


def trust_said(made: Report, words: ReportWords) -> str:
    """How trust went, in one sentence: what the plot shows to who can't see it."""
    first, last = (number(value, made.language) for value in (made.trust[0], made.trust[-1]))
    return words.words["trust_said"].replace("<first>", first).replace("<last>", last)


def number(value: float, language: str) -> str:
    """Trust in the language's own writing: 3,5 in Dutch."""
    return str(format_decimal(round(value, 1), locale=language))


def _list_of(scene: Scene) -> str:
    return "spreader" if scene.with_whom == "spreader" else "victim"


def _state(item: Item, heard: set[str]) -> str:
    if any(label in heard for label in item.against):
        return "against"
    if not item.ticks:
        return "self"
    return "done" if any(label in heard for label in item.ticks) else "not_yet"


def _next(
    session: Session, scene: Scene, trust: Trust, feedback: FeedbackWords, words: ReportWords, missed: tuple[tuple[str, str], ...], opened: int, closed: int
) -> tuple[tuple[str, str], ...]:
    """Three things, gravest first: signs missed, what hurt most often, what this scene asked for and was not heard."""
    about, found = feedback.labels, []
    if missed:
        found.append((words.words["next_hint"], _example(about["ask_safety"].wordings(scene.with_whom)) if "ask_safety" in about else ""))
    hurt = [label for label in trust.gravest_first(session.labels()) if trust.hinders(label) and label in about]
    found += [(words.words["next_instead"].replace("<name>", about[label].name), _example(about[label].wordings(scene.with_whom))) for label in hurt[:2]]
    if closed > opened and "open_question" in about:
        found.append((words.words["next_open"], _example(about["open_question"].wordings(scene.with_whom))))
    wanted = [*scene.trains, *(label for label in trust.change if trust.helps(label) and label not in scene.trains)]
    for label in wanted:
        if label not in session.labels() and label in about and about[label].wordings(scene.with_whom):
            found.append((about[label].name, _example(about[label].wordings(scene.with_whom))))
    return tuple(dict(found).items())[:3]


def _example(wordings: tuple[str, ...]) -> str:
    return wordings[0] if wordings else ""


def load_report_words(root: Path, faults: list[str]) -> dict[str, ReportWords]:
    """Reads content/practice/report/<language>.yml."""
    found = {}
    for language in LANGUAGES:
        shown = f"content/practice/report/{language}.yml"
        try:
            raw: dict[str, Any] = yaml.load((root / shown).read_text("utf-8"), Loader=yaml.CSafeLoader)
            lists = {
                name: tuple(Item(str(i["item"]), tuple(i.get("ticks") or ()), tuple(i.get("against") or ())) for i in raw["lists"][name]) for name in LISTS
            }
            texts = {str(k): str(v) for k, v in raw["words"].items()}
        except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            faults.append(f"{shown}: can't be read ({error.__class__.__name__}: {str(error).splitlines()[0]}); put the last good one back")
            continue
        missing = sorted(set(WORDS) ^ texts.keys())
        faults += [f"{shown}: words: {key} is {'missing; add it' if key in WORDS else 'unknown; take it out'}" for key in missing]
        if not missing:
            found[language] = ReportWords(texts, lists)
    return found
