"""What a helpdesk needs: the console is one, a Matrix room another. docs/helpdesk.md tells it to people who connect their own.

    1 offered     a talk waits, with the summary its person agreed to      `waiting`, `listen`
    2 claimed     one counsellor takes it; of two at once one wins         `claim`
    3 said        a message each way, each once and in order               `say`, `lines`
    4 ended       handed back to Noor, closed, or erased                   `hand_back`, `close`, `erase`

Events carry no words, only which talk changed: whoever hears one reads the new lines from the store by number. An event that is lost
costs a moment, never a message.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from bot.conversation import Talk
from bot.handoff import notices
from bot.handoff.rows import Handoff, Line
from bot.handoff.visitor import human
from bot.messages import Reply
from bot.service import Service

Heard = Callable[[dict[str, Any]], None]


class Desk:
    """Made of an opened Service. `counsellor` is a name of the helpdesk's own, the same one each time. Times have a time zone."""

    def __init__(self, service: Service) -> None:
        self._service, self._queue = service, service.turn.handoff.queue

    # --- 1 offered ---------------------------------------------------------------------------------------------------

    def listen(self, heard: Heard) -> None:
        """Calls `heard` with {"kind", "handoff"}: kind is offered, claimed, asked, said, typing, danger, here, ended or erased."""

        def event(name: str, what: dict[str, Any]) -> None:
            if name == "desk" or what.get("again"):
                heard(what)

        self._service.wire.listen(event)

    def waiting(self) -> list[Handoff]:
        """The talks that wait, in the order in which they should be taken: danger first."""
        return self._queue.waiting()

    def get(self, handoff: str) -> Handoff | None:
        """One talk, None when it is not there (any more)."""
        return self._queue.get(handoff)

    def on_duty(self, counsellor: str, at: datetime.datetime) -> None:
        """Somebody is there who can take a talk. Call it every ten seconds: otherwise people are told that nobody is there."""
        self._queue.on_duty(counsellor, at.timestamp())

    # --- 2 claimed ---------------------------------------------------------------------------------------------------

    async def claim(self, handoff: str, counsellor: str, at: datetime.datetime) -> bool:
        """Takes a talk and tells its person; False when somebody else has it, or she left."""
        if not self._queue.claim(handoff, counsellor, at.timestamp()):
            return False
        if found := self._queue.get(handoff):
            self._service.counts.add("handoff", "claimed", found.language, at)
            self._service.counts.add("waited", _minutes(at.timestamp() - found.asked_at), found.language, at)
        await self._taken(handoff, "handoff_claimed", at)
        return True

    def ask(self, handoff: str, counsellor: str, colleague: str) -> bool:
        """Asks a colleague to take a talk over; "" takes that back. Until she accepts nothing changes for the person. False when it is not this counsellor's."""
        return self._asked(handoff, self._queue.ask(handoff, counsellor, colleague))

    async def accept(self, handoff: str, colleague: str, at: datetime.datetime) -> bool:
        """The colleague takes it over, and the person is told; False when she is asked no longer."""
        if not self._queue.accept(handoff, colleague, at.timestamp()):
            return False
        await self._taken(handoff, "handoff_transferred", at)
        return True

    def decline(self, handoff: str, colleague: str) -> bool:
        """The colleague can't; False when she is asked no longer."""
        return self._asked(handoff, self._queue.decline(handoff, colleague))

    def _asked(self, handoff: str, done: bool) -> bool:
        if done:
            self._service.wire.publish("desk", {"kind": "asked", "handoff": handoff})
        return done

    async def _taken(self, handoff: str, key: str, at: datetime.datetime) -> None:
        found = self._queue.get(handoff)
        if found:
            await self.tell(found, key, at)
            self._service.wire.publish("desk", {"kind": "claimed", "handoff": handoff})

    # --- 3 said ------------------------------------------------------------------------------------------------------

    def lines(self, handoff: str, after: int = 0) -> list[Line]:
        """Everything said since line `after`, in order; `sender` person, human, note or noor."""
        return self._queue.read(handoff, after)

    async def say(self, handoff: str, counsellor: str, text: str, message_id: str, at: datetime.datetime, language: str = "") -> Line | None:
        """A counsellor's words to the person. None when this message id was said before, or the talk is not this counsellor's."""
        found = self._queue.get(handoff)
        if not found or not text.strip():
            return None
        line = self._queue.add(
            handoff, "human", text.strip(), language=language or found.language, message_id=message_id, at=at.timestamp(), by=counsellor
        )
        if line:
            await self.bring(found)
            self._service.wire.publish("desk", {"kind": "said", "handoff": handoff, "line": line.number, "counsellor": counsellor})
        return line

    def note(self, handoff: str, counsellor: str, text: str, message_id: str, at: datetime.datetime) -> Line | None:
        """A note for colleagues; the person never sees it."""
        line = self._queue.add(handoff, "note", text.strip(), language="", message_id=message_id, at=at.timestamp(), by=counsellor)
        if line:
            self._service.wire.publish("desk", {"kind": "said", "handoff": handoff, "line": line.number, "counsellor": counsellor})
        return line

    def alive(self, counsellor: str, at: datetime.datetime) -> None:
        """The counsellor is there for the talks she has. Call it every ten seconds."""
        self._queue.alive(counsellor, at.timestamp())

    def acted(self, handoff: str, counsellor: str, at: datetime.datetime) -> None:
        """The counsellor pressed a key in this talk: nobody believes that she sleeps, and the person sees that she types."""
        if self._queue.acted(handoff, counsellor, at.timestamp()) and (found := self._queue.get(handoff)):
            self._service.passing(found.talk, {"typing": True})

    async def bring(self, handoff: Handoff) -> None:
        """Brings the counsellor's lines that the person has not got yet: what was brought is written with her talk, so none comes twice."""

        last = handoff.lines

        def fresh(talk: Talk) -> list[Reply]:
            nonlocal last
            if talk.handoff.get("id") != handoff.id:
                return []
            lines = self._queue.read(handoff.id, int(talk.handoff.get("shown", 0)))
            if lines:
                last = talk.handoff["shown"] = lines[-1].number
            return [human(line) for line in lines if line.sender == "human"]

        await self._service.deliver(handoff.talk, fresh, handoff.address)
        self._queue.brought(handoff.id, last)

    async def tell(self, handoff: Handoff, key: str, at: datetime.datetime) -> None:
        """Tells the person what happened to her talk: a key of notices.STATES."""

        def state(talk: Talk) -> list[Reply]:
            if talk.handoff.get("id") != handoff.id:
                return []
            talk.answered_by = handoff.state
            return [notices.told(self._service.turn.answers, talk, key, at)]

        await self._service.deliver(handoff.talk, state, handoff.address)

    # --- 4 ended -----------------------------------------------------------------------------------------------------

    async def hand_back(self, handoff: str, counsellor: str, at: datetime.datetime) -> bool:
        """Noor answers again, and says that it is a computer; False when the talk is not this counsellor's."""
        return await self._end(handoff, "handed_back", counsellor, at)

    async def close(self, handoff: str, counsellor: str, at: datetime.datetime) -> bool:
        """The talk is over; False when it is not this counsellor's."""
        return await self._end(handoff, "closed", counsellor, at)

    def erase(self, handoff: str) -> None:
        """Erases every word of this talk's person at once. Her talk with Noor goes on."""
        if found := self._queue.get(handoff):
            self._service.turn.handoff.erase(found.talk)

    async def _end(self, handoff: str, how: str, counsellor: str, at: datetime.datetime) -> bool:
        found = self._queue.get(handoff)
        if not found or not self._queue.end(handoff, how, at.timestamp(), counsellor):
            return False
        await self.bring(found)
        await self.settle(found, how, at)
        return True

    async def settle(self, handoff: Handoff, how: str, at: datetime.datetime) -> None:
        """Tells the person that it ended and how, once; her address is forgotten after it."""

        def over(talk: Talk) -> list[Reply]:
            if talk.handoff.get("id") != handoff.id or talk.answered_by == "bot":
                return []
            talk.answered_by = "bot"
            return [notices.ended(self._service.turn.answers, talk, how, at, spoke=bool(handoff.claimed_at))]

        await self._service.deliver(handoff.talk, over, handoff.address)
        self._service.counts.add("handoff", how, handoff.language, at)
        self._queue.settle(handoff.id)
        if not handoff.claimed_at:
            self._queue.forget(handoff.id)
        self._service.wire.publish("desk", {"kind": "ended", "handoff": handoff.id})


def _minutes(seconds: float) -> str:
    """A span of waiting for the figures: groups, so that nobody's own waiting can be picked out."""
    return next((name for name, most in (("0-1", 60), ("1-5", 300), ("5-15", 900)) if seconds < most), "15+")
