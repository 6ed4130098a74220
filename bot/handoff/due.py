"""What is to be done about an open talk as time passes. Decided from its row and the clock alone, so that anybody can read and try it."""

from __future__ import annotations

from bot.handoff.queue import PRESENT
from bot.handoff.rows import Handoff

NOBODY = 45.0  # seconds in the queue while nobody is on duty, after which she is told
ASLEEP = 50.0  # seconds without a word or key from the counsellor after her message, after which she is told
ABANDONED = 300.0  # seconds of the same, after which she is first in the queue again


def due(handoff: Handoff, is_open: bool, anybody: bool, seconds: float, since: float = 0.0) -> list[str]:
    """What is to be done about one talk: keys of notices.STATES, and "hours" or "put_back".

    `since` is when the watch began: before it nobody could give a sign, so that no silence counts against her.
    """
    if handoff.state == "waiting":
        if not is_open:
            return ["hours"]
        told = handoff.returned  # she was told when her counsellor fell away
        return ["handoff_nobody"] if not anybody and not told and seconds - max(handoff.asked_at, since) >= NOBODY else []
    found = []
    if seconds - max(handoff.alive_at, since) > PRESENT:
        return ["put_back"]
    if handoff.unanswered_at:
        silent = seconds - max(handoff.unanswered_at, handoff.acted_at, since)
        if silent >= ABANDONED:
            return ["put_back"]
        if silent >= ASLEEP:
            found.append("handoff_asleep")
    if not is_open:
        found.append("handoff_over_time")
    return found
