"""Talks in the console: the list, one talk, taking it, giving it on, ending it. What is said goes over the socket (line.py)."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.accounts.sessions import Session
from bot.accounts.users import User
from bot.clock import now
from bot.content.console_words import canned
from bot.doors.console.guard import Guard
from bot.handoff.desk import Desk
from bot.handoff.hours import hours_of
from bot.handoff.rows import Handoff
from bot.handoff.summary import in_words, language_name

ACTS = {
    "claim": "claimed", "ask": "asked", "withdraw": "withdrew", "accept": "transferred", "decline": "declined", "hand_back": "handed_back",
    "close": "closed",
}  # fmt: skip


class Talks:
    """Routes of talks, for counsellors."""

    def __init__(self, guard: Guard, desk: Desk) -> None:
        self._guard, self._desk, self._queue = guard, desk, guard.service.turn.handoff.queue

    def routes(self) -> list[Any]:
        needs = self._guard.needs
        return [
            Route("/console", needs(self.home)),
            Route("/console/list", needs(self.list, "counsellor")),
            Route("/console/strip", needs(self.strip, "counsellor")),
            Route("/console/talk/{id}", needs(self.talk, "counsellor")),
            Route("/console/talk/{id}/colleagues", needs(self.colleagues, "counsellor")),
            Route("/console/talk/{id}/{do}", needs(self.act, "counsellor"), methods=["POST"]),
        ]

    async def home(self, request: Request, user: User, session: Session) -> Response:
        """The list of talks for a counsellor; the figures for who sees no talks."""
        if user.role != "counsellor":
            return self._guard.go("/console/figures")
        return self._guard.page("talks.html", user, session, lost="lost" in request.query_params, **self._lists(user), **self._settings(user, session))

    async def list(self, request: Request, user: User, session: Session) -> Response:
        """The list alone, for a page that is open."""
        return self._guard.page("_list.html", user, session, **self._lists(user))

    async def strip(self, request: Request, user: User, session: Session) -> Response:
        """The counsellor's own talks, and how many wait, for beside an open talk."""
        return self._guard.page("_strip.html", user, session, here=request.query_params.get("here", ""), **self._lists(user))

    def _lists(self, user: User) -> dict[str, Any]:
        at = now()
        rows = [self._row(h, user, at.timestamp()) for h in self._queue.for_counsellor(user.name)]
        mine = [r for r in rows if r["counsellor"] == user.name]
        return {
            "waiting": [r for r in rows if r["state"] == "waiting"],
            "mine": sorted(mine, key=lambda r: float(r["claimed_at"])),  # a talk keeps its number on the keyboard
            "asked": [r for r in rows if r["asked_of"] == user.name],
            "others": self._queue.held() - len(mine),
            "is_open": hours_of(self._guard.service.turn.answers.content.organisation).now(at) is not None,
        }

    def _row(self, handoff: Handoff, user: User, seconds: float) -> dict[str, Any]:
        answers, language = self._guard.service.turn.answers, self._guard.language(user)
        return {
            "id": handoff.id, "state": handoff.state, "counsellor": handoff.counsellor, "asked_of": handoff.asked_of, "claimed_at": handoff.claimed_at, "danger": handoff.danger, "returned": handoff.returned, "away": handoff.away, "unanswered": bool(handoff.unanswered_at),
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
        content = guard.service.turn.answers.content
        return guard.page(
            "talk.html", user, session, row=self._row(handoff, user, at.timestamp()), over=handoff.state != "human", here=handoff.id,
            **self._lists(user), **self._passing(handoff, user), rtl=content.rtl(handoff.language), facts=canned(guard.service.settings.root, content, handoff.language),
            **self._settings(user, session),
        )  # fmt: skip

    def _settings(self, user: User, session: Session) -> dict[str, Any]:
        """What the scripts of a page need."""
        settings = {"csrf": session.csrf, "words": self._guard.words[self._guard.language(user)], "me": user.name}
        return {"settings": json.dumps(settings, ensure_ascii=False).replace("<", "\\u003c")}

    def _passing(self, handoff: Handoff, user: User) -> dict[str, Any]:
        """Whom this talk could be given to, and who is asked."""
        return {"colleagues": [c for c in self._queue.present(now().timestamp()) if c != user.name], "asked_of": handoff.asked_of}

    async def colleagues(self, request: Request, user: User, session: Session) -> Response:
        """The part of a talk's page where it is given on, as it stands now."""
        handoff = self._desk.get(request.path_params["id"])
        if handoff is None or handoff.counsellor != user.name:
            return self._guard.sentence(request, "not_yours", 403, user, session)
        return self._guard.page("_colleagues.html", user, session, row={"id": handoff.id}, **self._passing(handoff, user))

    async def act(self, request: Request, user: User, session: Session) -> Response:
        """Takes a talk, asks a colleague to take it over, answers such a question, or ends it. `ACTS` names what is noted."""
        handoff, do, at, desk, me = request.path_params["id"], request.path_params["do"], now(), self._desk, user.name
        done = False
        if do == "claim":
            done = await desk.claim(handoff, me, at)
        elif do == "ask":
            to = str((await request.form()).get("to", ""))
            done = to in self._queue.present(at.timestamp()) and to != me and desk.ask(handoff, me, to)
        elif do == "withdraw":
            done = desk.ask(handoff, me, "")
        elif do == "accept":
            done = await desk.accept(handoff, me, at)
        elif do == "decline":
            done = desk.decline(handoff, me)
        elif do == "hand_back":
            done = await desk.hand_back(handoff, me, at)
        elif do == "close":
            done = await desk.close(handoff, me, at)
        if done:
            self._guard.users.note(me, ACTS[do], handoff, at.timestamp())
        if do in ("ask", "withdraw"):  # a colleague who has just gone is no longer on the list that comes back
            return await self.colleagues(request, user, session)
        if not done:
            return self._guard.go("/console?lost=1")
        return self._guard.go(f"/console/talk/{handoff}" if do in ("claim", "accept") else "/console")
