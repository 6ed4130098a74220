"""The person's side of a talk with a human: asked for, agreed to, waited for, talked, ended. Called from bot/turn.py.

While she waits or talks, her words go to the desk and nowhere else: Rasa is not called, and Noor answers nothing but the numbers
at the moment a rule sees danger. The database decides what state a talk is in; what the talk itself remembers may be behind it.
"""

from __future__ import annotations

import datetime
import secrets

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.answers import Answers
from bot.content.facts import ARABIC
from bot.conversation import Talk
from bot.handoff import notices
from bot.handoff.due import due
from bot.handoff.hours import hours_of
from bot.handoff.queue import Queue
from bot.handoff.rows import Handoff, Line
from bot.handoff.summary import summary
from bot.messages import Message, Reply
from bot.nlu.patterns import joined
from bot.safety import Safety
from bot.store.kept import Kept, key_for_memory
from bot.store.wire import Wire

log = structlog.get_logger()
HELD = ("waiting", "human")
SAID = 20_000  # characters of one message that a counsellor gets: all that a door takes
# What a person may always do about her own talk, whoever holds it.
CONTROLS = ("handoff:leave", "handoff:end", "handoff:place", "topic:delete_my_data", "topic:who_can_help")


class VisitorSide:
    """`queue` holds the rows, `wire` tells the desk."""

    def __init__(self, queue: Queue, wire: Wire) -> None:
        self.queue, self.wire = queue, wire

    @classmethod
    def in_memory(cls) -> VisitorSide:
        """For a talk without a server (`noor chat --jsonl`, tests): kept as long as the process lives, nobody answers."""
        return cls(Queue(Kept("sqlite://", key_for_memory())), Wire())

    # --- called by the turn ------------------------------------------------------------------------------------------

    def ask(self, answers: Answers, talk: Talk, at: datetime.datetime) -> Reply | None:
        """The answer to "I want to talk to someone"; None when no counsellors of this organisation answer here."""
        organisation = answers.content.organisation
        if not organisation.get("staffed"):
            return None
        if not hours_of(organisation).now(at):
            return notices.closed(answers, talk, at)
        # Kept as it was shown: what she agrees to is passed on, and nothing that came up since.
        talk.handoff["asked"] = summary(talk, answers)
        talk.handoff["asked_turn"] = talk.turns
        return notices.asked(answers, talk, talk.handoff["asked"], at)

    async def take(self, answers: Answers, safety: Safety, talk: Talk, message: Message) -> list[Reply] | None:
        """One message while a human holds the talk, or one of the buttons around it. None: it is for Noor."""
        try:
            return await self._take(answers, safety, talk, message)
        except SQLAlchemyError as error:
            # The numbers do not wait for a store, and nobody must believe that a word arrived which did not.
            log.error("a message to a human could not be kept", error=error.__class__.__name__)
            found = safety.danger(message.text, talk.language) if message.text else None
            numbers = [notices.danger(answers, talk, found.kind, message.at)] if found else []
            return [*numbers, answers.notice("handoff_not_arrived", talk)]

    async def _take(self, answers: Answers, safety: Safety, talk: Talk, message: Message) -> list[Reply] | None:
        talk.handoff["door"] = message.door  # only Telegram can be sent a reminder
        if talk.answered_by not in HELD:
            return self._about(answers, talk, message)
        handoff = self.queue.get(str(talk.handoff.get("id", "")))
        if handoff is None or handoff.state not in HELD:
            talk.answered_by = "bot"
            return None
        talk.answered_by = handoff.state
        tap = message.tap
        if message.text and (meant := talk.button(message.text.strip())) and meant.startswith(("handoff:", "erase:", "topic:delete")):
            tap = meant
        if tap and tap.startswith("erase:"):
            if tap == "erase:yes" and tap in talk.offered:
                self.erase(handoff.talk)
            return None  # her own talk: Noor erases, and Rasa is not needed for it
        missed = self._missed(talk, handoff)
        if tap in CONTROLS:
            return missed + self._control(answers, talk, handoff, tap, message.at)
        return missed + await self._pass_on(answers, safety, talk, handoff, message)

    def answered(self, answers: Answers, talk: Talk, message: Message, yes: bool) -> list[Reply]:
        """Her answer to "may I pass this on"."""
        items = talk.handoff.pop("asked", None)
        talk.handoff.pop("asked_turn", None)
        if not yes or items is None:
            return [answers.notice("handoff_declined", talk, answers.way_out(talk)[1:])]
        if not hours_of(answers.content.organisation).now(message.at):
            return [notices.closed(answers, talk, message.at)]
        at = message.at.timestamp()
        try:
            handoff = self.queue.join((message.door, message.talk), talk.language, items, bool(talk.danger), at)
        except SQLAlchemyError as error:
            log.error("nobody could be put in the queue", error=error.__class__.__name__)
            return [notices.with_routes(answers, talk, message.at, "handoff_not_arrived", [answers.say("handoff_not_arrived", talk)], [])]
        talk.answered_by = handoff.state
        talk.handoff.update({"id": handoff.id, "shown": 0})
        self.wire.publish("desk", {"kind": "offered", "handoff": handoff.id})
        return [notices.waiting(answers, talk, handoff, self.queue, message.at)]

    def standing(self, answers: Answers, talk: Talk, at: datetime.datetime) -> Reply | None:
        """How it stands with a talk that a human holds; None when Noor does."""
        handoff = self.queue.get(str(talk.handoff.get("id", ""))) if talk.answered_by in HELD else None
        if handoff is None or handoff.state not in HELD:
            return None
        if handoff.state == "waiting":
            return notices.waiting(answers, talk, handoff, self.queue, at)
        return notices.told(answers, talk, "handoff_claimed", at)

    def pass_time(self, answers: Answers, talk: Talk, at: datetime.datetime) -> list[Reply]:
        """What a person who waits is told as time passes, for a talk without a server (bot/handoff/watch.py does it with one)."""
        handoff = self.queue.get(str(talk.handoff.get("id", ""))) if talk.answered_by in HELD else None
        if handoff is None:
            return []
        is_open = hours_of(answers.content.organisation).now(at) is not None
        for what in due(handoff, is_open, bool(self.queue.present(at.timestamp())), at.timestamp()):
            if what == "hours" and self.queue.end(handoff.id, "hours", at.timestamp()):
                talk.answered_by = "bot"
                return [notices.ended(answers, talk, "hours", at, spoke=False)]
            if what in notices.STATES and self.queue.tell_once(handoff, what):
                return [notices.told(answers, talk, what, at)]
        return []

    def asking(self, talk: Talk) -> bool:
        """Whether the last thing said was "may I pass this on"."""
        return "asked" in talk.handoff and talk.turns == talk.handoff.get("asked_turn", -2) + 1

    def here(self, talk: str, at: datetime.datetime, away: bool) -> None:
        """The person's page was opened or has closed."""
        if self.queue.here(talk, at.timestamp(), away) and (handoff := self.queue.of(talk)):
            self.wire.publish("desk", {"kind": "here", "handoff": handoff.id})

    def typing(self, talk: str) -> None:
        """The person types."""
        if handoff := self.queue.of(talk):
            self.wire.publish("desk", {"kind": "typing", "handoff": handoff.id})

    def erase(self, talk: str) -> None:
        """Erases everything of one person here (the keyed hash of door and person), and tells the desk."""
        for handoff in self.queue.erase(talk):
            self.wire.publish("desk", {"kind": "erased", "handoff": handoff.id})

    # --- parts -------------------------------------------------------------------------------------------------------

    def _about(self, answers: Answers, talk: Talk, message: Message) -> list[Reply] | None:
        """Buttons and words around a talk with a human, while Noor answers."""
        if message.text and self.asking(talk):
            said = joined(message.text).strip()
            for code in answers.content.spoken():
                for yes, key in ((True, "words_yes"), (False, "words_no")):
                    if said in (joined(word).strip() for word in answers.content.say(key, code).split(",")):
                        return self.answered(answers, talk, message, yes)
        tap = talk.button(message.tap or (message.text or "").strip() or "-") or ""
        if tap == "erase:yes":
            self.erase(self.queue.kept.name(message.door, message.talk))
        if not tap.startswith("handoff:"):
            return None
        what = tap.removeprefix("handoff:")
        if what in ("yes", "no"):
            if "asked" not in talk.handoff and what == "yes":
                return None if (reply := self.ask(answers, talk, message.at)) is None else [reply]
            return self.answered(answers, talk, message, what == "yes")
        if what == "calendar":
            talk.handoff["calendar"] = True
            return [notices.calendar(answers, talk)]
        if what == "remind":
            return self._remind(answers, talk, message)
        if what in ("helped_yes", "helped_no"):
            if self.queue.helped(str(talk.handoff.get("id", "")), what == "helped_yes"):
                talk.handoff["helped"] = what
            return [answers.notice("handoff_thanks", talk, answers.starter_buttons(talk))]
        return [answers.notice("button_expired", talk, answers.way_out(talk))]

    def _missed(self, talk: Talk, handoff: Handoff) -> list[Reply]:
        """Words of the counsellor that a process which stopped had not brought yet: now, before the talk may end."""
        if handoff.lines <= handoff.brought:
            return []
        lines = self.queue.read(handoff.id, int(talk.handoff.get("shown", 0)))
        talk.handoff["shown"] = handoff.lines
        self.queue.brought(handoff.id, handoff.lines)
        return [human(line) for line in lines if line.sender == "human" and line.number <= handoff.lines]

    def _remind(self, answers: Answers, talk: Talk, message: Message) -> list[Reply]:
        opening = hours_of(answers.content.organisation).next(message.at)
        if message.door != "telegram" or opening is None:
            return [notices.closed(answers, talk, message.at)]
        self.queue.remind((message.door, message.talk), talk.language, opening.opens.timestamp())
        return [answers.notice("handoff_remind_set", talk, answers.way_out(talk)[1:])]

    def _control(self, answers: Answers, talk: Talk, handoff: Handoff, tap: str, at: datetime.datetime) -> list[Reply]:
        if tap.startswith("topic:"):
            return [answers.topic(tap.removeprefix("topic:"), talk, at)]
        if tap == "handoff:place":
            return [standing] if (standing := self.standing(answers, talk, at)) else []
        spoke = talk.answered_by == "human"
        self.queue.end(handoff.id, "left", at.timestamp())
        self.queue.settle(handoff.id)
        if not spoke:
            self.queue.forget(handoff.id)  # nobody read it and nobody will
        talk.answered_by = "bot"
        self.wire.publish("desk", {"kind": "ended", "handoff": handoff.id})
        return [notices.ended(answers, talk, "left", at, spoke)]

    async def _pass_on(self, answers: Answers, safety: Safety, talk: Talk, handoff: Handoff, message: Message) -> list[Reply]:
        text = (message.text or "").strip()[:SAID] if message.text is not None else talk.offered.get(message.tap or "", "")
        found = safety.danger(message.text, talk.language) if message.text else None
        if message.media:
            text = "media:" + message.media  # the console says in words that a photo came and was not opened
        if not text:
            return []
        language = "ar" if ARABIC.search(text) and talk.language != "ar" else talk.language
        line = self.queue.add(
            handoff.id, "noor" if message.media else "person", text, language=language, message_id=message.id or secrets.token_hex(8),
            at=message.at.timestamp(), danger=found.kind if found else "",
        )  # fmt: skip
        if line:
            self.wire.publish("desk", {"kind": "said", "handoff": handoff.id, "line": line.number, "counsellor": handoff.counsellor})
        if found and self.queue.mark_danger(handoff.id):
            self.wire.publish("desk", {"kind": "danger", "handoff": handoff.id})
        if found:
            talk.danger = found.kind
            return [notices.danger(answers, talk, found.kind, message.at)]
        if message.media and talk.answered_by == "waiting":
            return [answers.notice("media_refused", talk)]  # nobody else is there to say that it was not passed on
        return []


def human(line: Line) -> Reply:
    """A counsellor's words as a reply."""
    return Reply("human_message", line.text, line.language, sender="human")
