"""Which topic was answered last, read from the tracker."""

from __future__ import annotations

from rasa_sdk import Tracker

from bot.conversation import PASSING


def last_topic(tracker: Tracker) -> str | None:
    """The name of the last topic answered, None at the start of a talk."""
    for event in reversed(tracker.events):
        if event.get("event") == "bot":
            topic = (event.get("data") or {}).get("custom", {}).get("topic")
            if topic and topic not in PASSING:
                return str(topic)
    return None
