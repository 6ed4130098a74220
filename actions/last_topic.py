"""Which topic was answered last, read from the tracker."""

from __future__ import annotations

from rasa_sdk import Tracker

# Small talk in between does not change what a talk is about.
PASSING = {
    "affirm",
    "deny",
    "thanks",
    "greet",
    "goodbye",
    "menu",
    "more_please",
    "simpler_please",
    "change_language",
    "nlu_fallback",
    "out_of_scope",
    "are_you_a_bot",
}


def last_topic(tracker: Tracker) -> str | None:
    """The name of the last topic answered, None at the start of a talk."""
    for event in reversed(tracker.events):
        if event.get("event") == "bot":
            topic = (event.get("data") or {}).get("custom", {}).get("topic")
            if topic and topic not in PASSING:
                return str(topic)
    return None
