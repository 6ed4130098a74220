"""One talk: whose turn it is, in which language, what was asked and answered. A plain record that a store can keep.

The id is random and is all that Rasa ever gets; a door keeps the keyed hash with which it finds its talk again.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field
from typing import Any

from bot.nlu.normalise import words

ID = re.compile(r"menu|languages|perspectives|retry|none|source|card|(?:topic|role|perspective|language|part|erase|practice):[a-z_]{1,50}|(?:report|risk):[a-z_0-9.]{1,50}")
# Small talk in between does not change what a talk is about.
PASSING = frozenset(
    ["affirm", "are_you_a_bot", "change_language", "deny", "follow_up", "goodbye", "greet", "menu", "more_please", "nlu_fallback", "out_of_scope", "simpler_please", "start_over", "thanks"]
)
MANY = 60  # how many offered buttons and seen messages a talk remembers


@dataclass
class Talk:
    """`answered_by` is bot, waiting, human or practice. `details` holds entities taken from what was typed (age, relation ...)."""

    id: str
    language: str = "nl"
    language_chosen: bool = False
    understood: str = ""  # language last recognised, as "ary", when it is not the language answered in
    turns: int = 0
    role: str = ""
    perspective: str = ""
    door: str = ""  # where the person is: web, telegram, terminal
    answered_by: str = "bot"
    topic: str = ""
    danger: str = ""
    last: str = ""  # the topic of the last reply, small talk too
    asked: str = ""  # the danger whose question was the last thing said
    said: list[str] = field(default_factory=list)  # the topics answered last; asked again they are not repeated
    not_understood: int = 0
    pending: str = ""  # a message that Rasa could not read; "again" sends it once more
    details: dict[str, str] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)  # the report conversation (bot/report)
    handoff: dict[str, Any] = field(default_factory=dict)  # the place in the queue or the counsellor (bot/handoff)
    practice: dict[str, Any] = field(default_factory=dict)  # the scene in play (bot/practice)
    offered: dict[str, str] = field(default_factory=dict)  # button id -> title
    shown: list[str] = field(default_factory=list)  # the buttons under the last replies, in order: "2" is the second
    seen: dict[str, int] = field(default_factory=dict)  # the door's message id -> number of the reply to it
    log: list[dict[str, Any]] = field(default_factory=list)  # said since the talk was read; written beside it, a row each
    seq: int = 0

    def offer(self, buttons: dict[str, str]) -> None:
        """Remembers the buttons of a reply; the oldest are forgotten."""
        for button, title in buttons.items():
            self.offered.pop(button, None)
            self.offered[button] = title
        while len(self.offered) > MANY:
            self.offered.pop(next(iter(self.offered)))

    def button(self, tap: str) -> str | None:
        """The id of a button, found by id or by the title it was offered under; None when it is not known.

        Old buttons stay good, since they ask for nothing but a text. Only erasing must have been offered a moment ago.
        """
        if tap in self.offered or (ID.fullmatch(tap) and not tap.startswith("erase")):
            return tap
        return next((button for button, title in reversed(self.offered.items()) if title == tap), None)

    def shown_as(self, text: str) -> str | None:
        """The id of a button under the last reply, by its number or its title in any spelling: "2", "een gratis advocaat"; None when it is none."""
        said = words(text)
        if len(said) == 1 and said[0].isdigit():
            number = int(said[0])
            return self.shown[number - 1] if 0 < number <= len(self.shown) else None
        return next((button for button in self.shown if said and said == words(self.offered.get(button, ""))), None)

    def to_dict(self) -> dict[str, Any]:
        """The fields as they are, not copied: whoever gets them writes them down at once."""
        return {name: getattr(self, name) for name in WRITTEN}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Talk:
        """A talk as it was kept; fields that this version does not know are left out."""
        return cls(**{k: v for k, v in data.items() if k in WRITTEN})


WRITTEN = dict.fromkeys(f.name for f in dataclasses.fields(Talk) if f.name != "log")  # fields of a talk's row
