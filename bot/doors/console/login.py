"""Logging in to the console: name and password, then the code of the second factor; or at the organisation's own provider (OIDC)."""

from __future__ import annotations

from typing import Any

import pyotp
import segno
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.accounts.oidc import Oidc, OidcFailed
from bot.accounts.sessions import Session
from bot.accounts.users import AccountError, User
from bot.clock import now
from bot.doors import frames
from bot.doors.console.guard import LANGUAGES, Guard

HOME = "/console"


class Login:
    """Routes of logging in and out, and of one's own account."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._limit = guard.service.limit("login", 10, 0.2)
        self._oidc = Oidc.of(guard.service.settings, guard.service.kept)

    def routes(self) -> list[Any]:
        return [
            Route("/console/login", self.login, methods=["GET", "POST"]),
            Route("/console/code", self.code, methods=["GET", "POST"]),
            Route("/console/logout", self._guard.needs(self.logout), methods=["POST"]),
            Route("/console/me", self._guard.needs(self.me), methods=["GET", "POST"]),
            *([Route("/console/oidc", self.away), Route("/console/oidc/back", self.back)] if self._oidc else []),
        ]

    async def login(self, request: Request) -> Response:
        """Name and password."""
        guard, wrong = self._guard, ""
        if request.method == "POST":
            form = await request.form()
            # Our pages send no referrer, so a form of theirs carries no origin; the browser itself says that it is ours.
            if request.headers.get("sec-fetch-site") != "same-origin" and not guard.same_origin(request):
                return guard.sentence(request, "csrf", 400)
            if not await self._limit.allows(frames.address(request)):
                return self._form("login_too_fast", 429)
            name, at = str(form.get("name", ""))[:64], now().timestamp()
            user = await guard.users.check_password(name, str(form.get("password", ""))[:200], at)
            if user:
                return guard.go("/console/code", guard.sessions.start(user.name, "password", at))
            guard.users.note("", "login_failed", name, at)
            wrong = "login_wrong"
        return self._form(wrong, 403 if wrong else 200)

    def _form(self, wrong: str, status: int = 200) -> Response:
        guard = self._guard
        return guard.page("login.html", status=status, wrong=guard.words["nl"][wrong] if wrong else "", oidc=bool(self._oidc))

    async def code(self, request: Request) -> Response:
        """The code of the second factor; the first time, setting it up."""
        guard, at = self._guard, now().timestamp()
        found = guard.who(request, "password")
        if found is None:
            return guard.go("/console/login")
        user, session = found
        kept = guard.service.kept
        wrong, secret = "", ""
        if not user.enrolled:
            row = kept.get("enrol", session.id)  # shown once, kept encrypted until the phone has shown that it has it
            secret = str(row["secret"]) if row else guard.users.new_secret()
            if row is None:
                kept.put("enrol", session.id, {"secret": secret})
        if request.method == "POST":
            if not await guard.is_ours(request, session):
                return guard.sentence(request, "csrf", 400, user, session)
            code = str((await request.form()).get("code", ""))[:12]
            right = guard.users.enrol(user.name, secret, code, at) if secret else guard.users.check_code(user.name, code, at)
            if right:
                kept.erase("enrol", session.id)
                guard.sessions.end(session.id)  # a new word: one that was seen before the second step is worth nothing
                guard.users.note(user.name, "login", "", at)
                return guard.go(HOME, guard.sessions.start(user.name, "full", at))
            wrong = guard.words[guard.language(user)]["code_wrong"]
        picture = segno.make(pyotp.TOTP(secret).provisioning_uri(name=user.name, issuer_name="Noor")).svg_data_uri(scale=5) if secret else ""
        return guard.page("code.html", None, session, 403 if wrong else 200, wrong=wrong, secret=secret, picture=picture)

    async def logout(self, request: Request, user: User, session: Session) -> Response:
        self._guard.sessions.end(session.id)
        self._guard.service.turn.handoff.queue.off_duty(user.name)
        return self._guard.go("/console/login", "")

    async def me(self, request: Request, user: User, session: Session) -> Response:
        """One's own password and language."""
        guard, said, at = self._guard, "", now().timestamp()
        if request.method == "POST":
            form = await request.form()
            if (language := str(form.get("language", ""))) in LANGUAGES:
                guard.users.set_language(user.name, language)
                return guard.go("/console/me")
            try:
                if await guard.users.check_password(user.name, str(form.get("now", ""))[:200], at) is None:
                    said = "login_wrong"
                else:
                    guard.users.set_password(user.name, str(form.get("password", ""))[:200])
                    guard.sessions.end_all(user.name)
                    return guard.go(HOME, guard.sessions.start(user.name, "full", at))
            except AccountError as error:
                said = str(error)
        return guard.page("me.html", user, session, said=guard.words[guard.language(user)][said] if said else "")

    # --- at the organisation -----------------------------------------------------------------------------------------

    async def away(self, request: Request) -> Response:
        """Off to the organisation's provider."""
        assert self._oidc
        try:
            return self._guard.go(await self._oidc.begin(self._back(request)))
        except OidcFailed:
            return self._form("login_oidc_failed", 502)

    async def back(self, request: Request) -> Response:
        """Back from it, with proof of who this is. The second factor is the provider's own."""
        assert self._oidc
        guard, at = self._guard, now().timestamp()
        try:
            subjects = await self._oidc.finish(str(request.url.query), self._back(request))
        except OidcFailed:
            return self._form("login_oidc_failed", 403)
        user = guard.users.by_subject(subjects)
        if user is None:
            return self._form("login_oidc_unknown", 403)
        guard.users.note(user.name, "login", "", at)
        return guard.go(HOME, guard.sessions.start(user.name, "full", at))

    def _back(self, request: Request) -> str:
        base = self._guard.service.settings.public_url or str(request.base_url).rstrip("/")
        return base + "/console/oidc/back"
