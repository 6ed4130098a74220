"""Accounts and the audit log: for managers, who see no talks."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.accounts.sessions import Session
from bot.accounts.users import ROLES, AccountError, User
from bot.clock import now
from bot.content.console_words import filled
from bot.doors.console.guard import Guard


class Accounts:
    """Routes of accounts and audit."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def routes(self) -> list[Any]:
        needs = self._guard.needs
        return [
            Route("/console/accounts", needs(self.accounts, "manager"), methods=["GET", "POST"]),
            Route("/console/audit", needs(self.audit, "manager")),
        ]

    async def accounts(self, request: Request, user: User, session: Session) -> Response:
        """The list; adding, resetting, switching off and on."""
        said, users, words = "", self._guard.users, self._guard.words[self._guard.language(user)]
        if request.method == "POST":
            form = {k: str(v) for k, v in (await request.form()).items()}
            try:
                said = self._change(form, user, words)
            except AccountError as error:
                said = words[str(error)]
        return self._guard.page(
            "accounts.html", user, session, accounts=users.all(), roles=ROLES, said=said, oidc=bool(self._guard.service.settings.oidc_issuer)
        )

    def _change(self, form: dict[str, str], user: User, words: dict[str, str]) -> str:
        users, sessions, at, name = self._guard.users, self._guard.sessions, now().timestamp(), form.get("name", "").strip().lower()
        what = form.get("do", "")
        if what == "add":
            subject = form.get("subject", "").strip()
            password = users.add(name, form.get("role", ""), at, subject)
            users.note(user.name, "account_added", name, at)
            return filled(words, "account_made" if password else "account_made_oidc", name=name, password=password)
        if users.get(name) is None and what != "on":
            return words["missing"]
        if what == "reset":
            password = users.reset(name)
            users.note(user.name, "account_reset", name, at)
            sessions.end_all(name)
            return filled(words, "account_made", name=name, password=password)
        if what in ("off", "on"):
            users.switch(name, what == "off")
            users.note(user.name, "account_" + what, name, at)
            sessions.end_all(name)
        return ""

    async def audit(self, request: Request, user: User, session: Session) -> Response:
        """The newest lines."""
        return self._guard.page("audit.html", user, session, notes=self._guard.users.notes())
