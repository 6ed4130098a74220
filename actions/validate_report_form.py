"""The report form: takes over what bot/report knows of the case, and asks what its table says comes next."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.content import load_content
from bot.report.book import ReportBook, load_book
from bot.report.case import facts, merge

ROOT = Path(__file__).resolve().parent.parent


class ValidateReportForm(Action):
    def name(self) -> str:
        return "validate_report_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        state = dict(tracker.get_slot("report_case") or {})
        case = dict(state.get("case") or {})
        message = tracker.latest_message or {}
        carried = any(e.get("entity") == "report_case" for e in message.get("entities") or ())
        led = "speaks" in state  # the door listens and leads; a message without the case is a question in between
        if not carried and led:
            return []
        if not carried and message.get("text"):  # plain `rasa shell`
            merge(case, book(changed_at(ROOT)).listener.hear(str(message["text"])))
            state["case"] = case
        rules = book(changed_at(ROOT)).rules
        known = facts(case, {"pro": "pro", "young": "young"}.get(str(state.get("speaks")), ""), str(state.get("language") or "nl"))
        slot = rules.next_slot(case, known, len(state.get("asked") or ()), int(state.get("told") or 0), bool(state.get("precise")))
        changed = [SlotSet(f"report_{q.slot}", case.get(q.slot)) for q in rules.questions if case.get(q.slot) != tracker.get_slot(f"report_{q.slot}")]
        if carried or changed:  # else the message was no answer: the form steps aside and the rules answer it
            changed.append(SlotSet("report_case", state))
        return [*changed, SlotSet("requested_slot", f"report_{slot}" if slot else None)]


@lru_cache(maxsize=1)
def book(stamp: tuple[int, float]) -> ReportBook:
    """The table and patterns of the project's folder; read again when a file of them changed."""
    return load_book(ROOT, load_content(ROOT)[0])[0]


def changed_at(root: Path) -> tuple[int, float]:
    """How many files the table and patterns are, and when the last changed."""
    stamps = [p.stat().st_mtime for p in (root / "data" / "report").rglob("*.yml")]
    return len(stamps), max(stamps, default=0.0)
