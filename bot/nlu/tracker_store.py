"""Rasa's trackers as one encrypted row per talk: the newest events, with the slots of what was cut off.

Rasa's own SQL store reads a talk's whole history at every message (31 ms at turn 10, 1,735 ms at turn 5,000); its
max_event_history has no effect. A window keeps the cost flat.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

from bot.store.kept import Kept, Unreadable, key_from

TURNS = 4  # messages of the person: more than any story of data/stories/ looks back (a test counts)
END = 32  # bytes of an encrypted row that tell it from any other: its seal
AT_HAND = 2_000  # trackers kept in memory beside the database


class KeptTrackerStore(TrackerStore):
    """`tracker_store: {type: bot.nlu.tracker_store.KeptTrackerStore, url: ..., data_dir: ...}` in endpoints.yml."""

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: Any = None,
        kept: Kept | None = None,
        url: str = "",
        data_dir: str = "var",
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        if kept is None:
            folder = Path(os.environ.get("NOOR_DATA", data_dir))
            folder.mkdir(parents=True, exist_ok=True)
            kept = Kept(url or f"sqlite:///{folder}/rasa.db", key_from(os.environ.get("NOOR_KEY", ""), folder))
        self._kept = kept
        # Making events of JSON costs more than all else; a tracker is taken from here while its row is the one written last (no two are
        # encrypted to the same end).
        self._at_hand: OrderedDict[str, tuple[bytes, DialogueStateTracker]] = OrderedDict()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The newest events of a talk, None for a new one. A row that can't be opened counts as new: the talk goes on."""
        end, tracker = self._at_hand.pop(sender_id, (b"", None))  # a turn that fails must not leave half of itself here
        data = self._kept.sealed("tracker", sender_id)
        if data is None:
            return None
        if tracker is not None and data[-END:] == end:
            return tracker
        try:
            row = self._kept.unseal(data, f"tracker {sender_id[:8]}...")
        except Unreadable:
            return None
        tracker = self.init_tracker(sender_id)
        for event in deserialise_events(row["events"]):
            tracker.update(event, self.domain)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps the newest events of a talk."""
        await self.stream_events(tracker)
        events = window(list(tracker.events))
        data = self._kept.put("tracker", tracker.sender_id, {"events": [e.as_dict() for e in events]})
        tracker.events = tracker._create_events(events)  # its slots and loop stay as they are
        self._at_hand[tracker.sender_id] = (data[-END:], tracker)
        if len(self._at_hand) > AT_HAND:
            self._at_hand.popitem(last=False)

    async def keys(self) -> list[str]:
        """Never lists talks: no part of Noor needs it, and a list would be a list of people."""
        return []


def window(events: list[Any]) -> list[Any]:
    """The events of the newest messages, preceded by the last value of each slot and loop set before."""
    messages = [i for i, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(messages) <= TURNS:
        return events
    cut = messages[-TURNS]
    slots: dict[str, Any] = {}
    loop = None
    for event in events[:cut]:
        if isinstance(event, SlotSet):
            slots[event.key] = event
        elif isinstance(event, ActiveLoop):
            loop = event
    return [*slots.values(), *([loop] if loop and loop.name else []), ActionExecuted("action_listen"), *events[cut:]]
