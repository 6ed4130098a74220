"""Talks in the console: the list, one talk, taking it, giving it on, ending it. What is said goes over the socket (line.py)."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.accounts.sessions import Session
from bot.accounts.users import User
from bot.content.console_words import canned
from bot.doors.console.guard import Guard
from bot.handoff.desk import Desk
from bot.handoff.hours import hours_of
from bot.handoff.queue import Handoff
from bot.handoff.summary import in_words, language_name
from bot.service import now


class Talks:
    """Routes of talks, for counsellors."""

    def __init__(self, guard: Guard, desk: Desk) -> None:
        self._guard, self._desk, self._queue = guard, desk, guard.service.turn.handoff.queue

    def routes(self) -> list[Any]:
        needs = self._guard.needs
        return [
            Route("/console", needs(self.home)),
            Route("/console/list", needs(self.list, "counsellor")),
            Route("/console/talk/{id}", needs(self.talk, "counsellor")),
            Route("/console/talk/{id}/{do}", needs(self.act, "counsellor"), methods=["POST"]),
        ]

    async def home(self, request: Request, user: User, session: Session) -> Response:
        """The list of talks for a counsellor; the figures for who sees no talks."""
        if user.role != "counsellor":
            return self._guard.go("/console/figures")
        return self._guard.page("talks.html", user, session, lost="lost" in request.query_params, **self._lists(user))

    async def list(self, request: Request, user: User, session: Session) -> Response:
        """The list alone, for a page that is open."""
        return self._guard.page("_list.html", user, session, **self._lists(user))

    def _lists(self, user: User) -> dict[str, Any]:
        at = now()
        every = self._queue.open()
        answers = self._guard.service.turn.answers
        rows = [self._row(h, user, at.timestamp()) for h in every if h.state == "waiting" or h.counsellor == user.name]
        return {
            "waiting": [r for r in rows if r["state"] == "waiting"],
            "mine": [r for r in rows if r["state"] == "human"],
            "others": sum(h.state == "human" and h.counsellor != user.name for h in every),
            "is_open": hours_of(answers.content.organisation).now(at) is not None,
        }

    def _row(self, handoff: Handoff, user: User, seconds: float) -> dict[str, Any]:
        answers, language = self._guard.service.turn.answers, self._guard.language(user)
        return {
            "id": handoff.id, "state": handoff.state, "danger": handoff.danger, "returned": handoff.returned, "unanswered": bool(handoff.unanswered_at),
            "language": language_name(handoff.language, language, str(answers.content.languages[handoff.language]["name"])), "code": handoff.language, "asked_at": handoff.asked_at,
            "minutes": str(max(0, int((seconds - handoff.asked_at) // 60))), "summary": in_words(handoff.summary, language, answers),
        }  # fmt: skip

    async def talk(self, request: Request, user: User, session: Session) -> Response:
        """One talk that this counsellor has, or had; every look is noted."""
        guard, handoff = self._guard, self._desk.get(request.path_params["id"])
        if handoff is None:
            return guard.sentence(request, "missing", 404, user, session)
        if handoff.counsellor != user.name:
            return guard.sentence(request, "not_yours", 403, user, session)
        at = now()
        guard.users.note(user.name, "looked", handoff.id, at.timestamp())
        content, colleagues = guard.service.turn.answers.content, [c for c in self._queue.present(at.timestamp()) if c != user.name]
        settings = {"talk": handoff.id, "csrf": session.csrf, "words": guard.words[guard.language(user)], "me": user.name}
        return guard.page(
            "talk.html", user, session, row=self._row(handoff, user, at.timestamp()), over=handoff.state != "human", colleagues=colleagues,
            rtl=content.rtl(handoff.language), facts=canned(guard.service.settings.root, content, handoff.language),
            settings=json.dumps(settings, ensure_ascii=False).replace("<", "\\u003c"),
        )  # fmt: skip

    async def act(self, request: Request, user: User, session: Session) -> Response:
        """Takes a talk, gives it on, or ends it."""
        handoff, do, at = request.path_params["id"], request.path_params["do"], now()
        done = False
        if do == "claim":
            done = await self._desk.claim(handoff, user.name, at)
        elif do == "transfer":
            to = str((await request.form()).get("to", ""))
            done = to in self._queue.present(at.timestamp()) and await self._desk.transfer(handoff, user.name, to, at)
        elif do == "hand_back":
            done = await self._desk.hand_back(handoff, user.name, at)
        elif do == "close":
            done = await self._desk.close(handoff, user.name, at)
        if not done:
            return self._guard.go("/console?lost=1")
        self._guard.users.note(user.name, {"claim": "claimed", "transfer": "transferred", "hand_back": "handed_back", "close": "closed"}[do], handoff, at.timestamp())
        return self._guard.go(f"/console/talk/{handoff}" if do == "claim" else "/console")
