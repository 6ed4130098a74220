"""Looks after open talks: nobody on duty, a counsellor who fell away or sleeps, the end of the hours, a stop in the middle.

`look` runs every few seconds in every process; the database lets one of them tell each thing once. A person knows within a minute.
"""

from __future__ import annotations

import asyncio
import datetime

import structlog

from bot.clock import now
from bot.handoff import notices
from bot.handoff.desk import Desk
from bot.handoff.due import due
from bot.handoff.hours import hours_of
from bot.handoff.rows import Handoff
from bot.messages import Reply
from bot.service import Service

log = structlog.get_logger()
EVERY = 5.0  # seconds between two looks
KEPT_DAYS = 30  # days that the words of a talk with a person are kept


async def look(service: Service, at: datetime.datetime, since: datetime.datetime | None = None) -> None:
    """One look at everything that is open, at the moment `at`. `since`: when this watch began, after a start or a store that was away."""
    desk, queue, seconds = Desk(service), service.turn.handoff.queue, at.timestamp()
    is_open = hours_of(service.turn.answers.content.organisation).now(at) is not None
    present = queue.present(seconds)
    for handoff in queue.open():
        for what in due(handoff, is_open, bool(present), seconds, since.timestamp() if since else 0.0):
            await _do(desk, service, handoff, what, at)
    for handoff in queue.unsettled():
        if seconds - handoff.ended_at > EVERY:  # not one that another process is just telling
            await desk.settle(handoff, handoff.ended, at)
    for handoff in queue.behind():
        await desk.bring(handoff)  # words that a stopped process had not brought
    for talk, language, address in queue.due(seconds):
        text = service.turn.answers.content.say("handoff_reminder", language)
        await service.deliver(talk, lambda _, text=text, language=language: [Reply("reminder", text, language)], address)  # type: ignore[misc]
    queue.erase_old(seconds - KEPT_DAYS * 86400)


async def _do(desk: Desk, service: Service, handoff: Handoff, what: str, at: datetime.datetime) -> None:
    queue = service.turn.handoff.queue
    if what == "hours":
        if queue.end(handoff.id, "hours", at.timestamp()):
            await desk.settle(handoff, "hours", at)
    elif what == "put_back":
        if queue.put_back(handoff.id, handoff.counsellor) and (waits := queue.get(handoff.id)):
            await desk.tell(waits, "handoff_gone", at)
            service.wire.publish("desk", {"kind": "offered", "handoff": handoff.id})
    elif what in notices.STATES and queue.tell_once(handoff, what):
        await desk.tell(handoff, what, at)


async def keep_watch(service: Service) -> None:
    """Runs for ever."""
    since = now()
    while True:
        try:
            await look(service, now(), since)
            service.counts.write()
        except Exception as error:  # a store that is away: the next look finds what this one missed
            log.error("open talks could not be looked after", error=error.__class__.__name__)
            since = now()
        await asyncio.sleep(EVERY)
