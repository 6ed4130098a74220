"""Who can help: the helplines of the last answer when the question is short and leans on it, else the whole choice."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.last_topic import last_topic

LEANING = 9  # words: "en wie moet ik daarvoor dan bellen"; a longer message tells its own story


class ActionWhoCanHelp(Action):
    def name(self) -> str:
        return "action_who_can_help"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        typed = str((tracker.latest_message or {}).get("text") or "")
        leaning = 0 < len(typed.split()) <= LEANING and last_topic(tracker) not in (None, "who_can_help")
        dispatcher.utter_message(json_message={"topic": "who_can_help", **({"as": "helplines"} if leaning else {})})
        return []
