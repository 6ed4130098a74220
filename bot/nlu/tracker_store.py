"""Rasa's trackers as one encrypted row per talk: the newest events, with the slots of what was cut off.

Rasa's own SQL store reads a talk's whole history at every message (31 ms at turn 10, 1,735 ms at turn 5,000); its
max_event_history has no effect. A window keeps the cost flat.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

from bot.store.kept import Kept, Unreadable, key_from

WINDOW = 40  # events: about eight turns, more than any story here looks back


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

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The newest events of a talk, None for a new one. A row that can't be opened counts as new: the talk goes on."""
        try:
            row = self._kept.get("tracker", sender_id)
        except Unreadable:
            return None
        if row is None:
            return None
        tracker = self.init_tracker(sender_id)
        for event in deserialise_events(row["events"]):
            tracker.update(event, self.domain)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps the newest events of a talk."""
        await self.stream_events(tracker)
        self._kept.put("tracker", tracker.sender_id, {"events": [e.as_dict() for e in window(list(tracker.events))]})

    async def keys(self) -> list[str]:
        """Never lists talks: no part of Noor needs it, and a list would be a list of people."""
        return []


def window(events: list[Any]) -> list[Any]:
    """The newest events from a person's message on, preceded by the last value of each slot and loop set before."""
    if len(events) <= WINDOW:
        return events
    cut = next((i for i in range(len(events) - WINDOW, len(events)) if isinstance(events[i], UserUttered)), len(events) - WINDOW)
    slots: dict[str, Any] = {}
    loop = None
    for event in events[:cut]:
        if isinstance(event, SlotSet):
            slots[event.key] = event
        elif isinstance(event, ActiveLoop):
            loop = event
    return [*slots.values(), *([loop] if loop and loop.name else []), ActionExecuted("action_listen"), *events[cut:]]
