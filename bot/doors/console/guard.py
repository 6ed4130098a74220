"""Who may see which page of the console: a session of the server, the second factor, the role, and a word against forged forms."""

from __future__ import annotations

import datetime
import hmac
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import jinja2
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.accounts.sessions import Session, Sessions
from bot.accounts.users import User, Users
from bot.clock import now
from bot.content.console_words import console_words, filled
from bot.handoff.hours import hours_of
from bot.service import Service

COOKIE = "noor_console"
LANGUAGES = {"nl": "Nederlands", "en": "English"}
Handler = Callable[[Request, User, Session], Awaitable[Response]]


class Guard:
    """Sessions, users, words and templates of the console; made once, from an opened service and the folder of plain files."""

    def __init__(self, service: Service, web: Path) -> None:
        self.service, self.users, self.sessions = service, Users(service.kept), Sessions(service.kept)
        self.words = console_words(service.settings.root)
        self.templates = jinja2.Environment(loader=jinja2.FileSystemLoader(web / "console" / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
        self.secure = urlsplit(service.settings.public_url).scheme == "https"

    # --- who asks ----------------------------------------------------------------------------------------------------

    def who(self, connection: HTTPConnection, stage: str = "full") -> tuple[User, Session] | None:
        """The user and session of a request, at this stage of logging in; None when there is none."""
        word = connection.cookies.get(COOKIE, "")
        session = self.sessions.find(word, now().timestamp()) if word else None
        user = self.users.get(session.user) if session and session.stage == stage else None
        return (user, session) if user and session else None

    def needs(self, handler: Handler, *roles: str) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint for users with one of these roles (all when none is named); a POST must carry the session's word."""

        async def endpoint(request: Request) -> Response:
            found = self.who(request)
            if found is None:
                return RedirectResponse("/console/login", 303)
            user, session = found
            if roles and user.role not in roles:
                return self.sentence(request, "forbidden", 403, user, session)
            if request.method == "POST" and not await self.is_ours(request, session):
                return self.sentence(request, "csrf", 400, user, session)
            return await handler(request, user, session)

        return endpoint

    async def is_ours(self, request: Request, session: Session) -> bool:
        """Whether a form was made by this session."""
        given = str((await request.form()).get("csrf") or request.headers.get("x-csrf") or "")
        return hmac.compare_digest(given.encode(), session.csrf.encode())

    def same_origin(self, connection: HTTPConnection) -> bool:
        """Whether a socket was opened by a page of this very address."""
        own = {connection.headers.get("host", ""), urlsplit(self.service.settings.public_url).netloc}
        return urlsplit(connection.headers.get("origin", "")).netloc in own - {""}

    # --- what is shown -----------------------------------------------------------------------------------------------

    def language(self, user: User | None) -> str:
        return user.language if user and user.language in self.words else "nl"

    def page(self, template: str, user: User | None = None, session: Session | None = None, status: int = 200, **values: Any) -> Response:
        """A page nobody may keep: a shared computer must not show it again."""
        language = self.language(user)
        words = self.words[language]
        text = self.templates.get_template(template).render(
            words=words, say=lambda key, **more: filled(words, key, **more), user=user, csrf=session.csrf if session else "", language=language,
            languages=LANGUAGES, clock=self.clock, **values,
        )  # fmt: skip
        return HTMLResponse(text, status, {"Cache-Control": "no-store"})

    def sentence(self, request: Request, key: str, status: int, user: User | None = None, session: Session | None = None) -> Response:
        """A page with one sentence."""
        return self.page("sentence.html", user, session, status, sentence=self.words[self.language(user)][key])

    def go(self, where: str, word: str | None = None) -> Response:
        """On to another page; `word` starts a session, "" ends it."""
        response = RedirectResponse(where, 303, {"Cache-Control": "no-store"})
        if word == "":
            response.delete_cookie(COOKIE, path="/console")
        elif word:
            response.set_cookie(COOKIE, word, path="/console", httponly=True, samesite="lax", secure=self.secure)
        return response

    def clock(self, seconds: float, form: str = "%H:%M") -> str:
        """A moment as the organisation's clock shows it."""
        zone = ZoneInfo(hours_of(self.service.turn.answers.content.organisation).timezone)
        return datetime.datetime.fromtimestamp(seconds, zone).strftime(form)
