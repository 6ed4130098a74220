"""The figures of an organisation: tables with a picture beside each, and the same as CSV. Counts only; for editors and managers."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.accounts.sessions import Session
from bot.accounts.users import User
from bot.clock import day_of, now
from bot.doors.console.guard import Guard
from bot.figures import Table, as_csv, tables
from bot.plots import bars

SPANS = (7, 30, 90, 365)  # days that can be asked for
MAY = ("editor", "manager")


class Dashboard:
    """Routes of the figures."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def routes(self) -> list[Any]:
        needs = self._guard.needs
        return [Route("/console/figures", needs(self.page, *MAY)), Route("/console/figures.csv", needs(self.csv, *MAY))]

    def _found(self, request: Request) -> tuple[int, list[Table]]:
        asked = request.query_params.get("days", "30")
        days = int(asked) if asked.isdigit() and int(asked) in SPANS else 30
        counts, today = self._guard.service.counts, day_of(now())
        counts.write()
        return days, tables(counts.rows(today - datetime.timedelta(days=days - 1), today))

    async def page(self, request: Request, user: User, session: Session) -> Response:
        """The tables of the last days."""
        days, found = self._found(request)
        language = self._guard.language(user)
        shown = [{"name": t.name, "rows": [(self._label(t, k, language), n) for k, n in t.rows]} for t in found]
        for table in shown:
            if table["rows"]:
                labels, numbers = zip(*table["rows"], strict=True)
                table["picture"] = await asyncio.to_thread(bars, [lb if len(lb) < 34 else lb[:33] + "…" for lb in labels], numbers)
        return self._guard.page("figures.html", user, session, tables=shown, days=days, spans=SPANS)

    async def csv(self, request: Request, user: User, session: Session) -> Response:
        """The same tables as a file."""
        _, found = self._found(request)
        self._guard.users.note(user.name, "exported", "", now().timestamp())
        headers = {"Content-Disposition": 'attachment; filename="noor.csv"', "Cache-Control": "no-store"}
        return Response(as_csv(found), media_type="text/csv; charset=utf-8", headers=headers)

    def _label(self, table: Table, key: str, language: str) -> str:
        """A group's name in words."""
        content, words = self._guard.service.turn.answers.content, self._guard.words[language]
        if table.by == "day":
            return str(format_date(datetime.date.fromisoformat(key), "d MMM", locale=language))
        if table.by == "language":
            return str(content.languages.get(key, {}).get("name", key))
        if topic := content.topics.get(key):
            return (topic.texts.get(language) or topic.texts["nl"]).title
        return words.get(f"figure_{table.name}_{key}") or words.get(f"figure_{key}") or key
