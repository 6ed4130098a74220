""" "And if he is 16?": the last answer once more, with what changed said above it by bot/turn.py."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.last_topic import last_topic


class ActionFollowUp(Action):
    def name(self) -> str:
        return "action_follow_up"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        topic = last_topic(tracker)
        dispatcher.utter_message(json_message={"topic": topic, "as": "follow_up"} if topic else {"topic": "nlu_fallback"})
        return []
