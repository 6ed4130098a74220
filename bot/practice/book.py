"""All that practice is made of, read from data/practice and content/practice: scenes, trust table, words of feedback and report, patterns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.practice.feedback import FeedbackWords, load_feedback
from bot.practice.outside import Outside, load_outside
from bot.practice.report import ReportWords, load_report_words
from bot.practice.scene import Scene, load_scenes
from bot.practice.trust import Trust, load_trust


@dataclass(frozen=True)
class PracticeBook:
    """`scenes[language][name]`; `feedback` and `report` by language, nl and en."""

    scenes: Mapping[str, Mapping[str, Scene]]
    trust: Trust
    feedback: Mapping[str, FeedbackWords]
    report: Mapping[str, ReportWords]
    outside: Outside

    def scene(self, language: str, name: str) -> Scene | None:
        return self.scenes.get(language, {}).get(name)

    def spoken(self, language: str) -> str:
        """The language of scenes and feedback for somebody who reads `language`: Dutch unless both are written in it."""
        return language if language in self.scenes and language in self.feedback else "nl"


def load_book(root: Path, faults: list[str]) -> PracticeBook | None:
    """Reads everything; None and faults when practice can't be offered."""
    trust = load_trust(root, faults)
    scenes = load_scenes(root, faults)
    outside = load_outside(root, faults)
    feedback, report = load_feedback(root, trust, faults), load_report_words(root, faults)
    if trust is None or outside is None or "nl" not in feedback or "nl" not in report or not scenes.get("nl"):
        return None
    return PracticeBook(scenes, trust, feedback, report, outside)
