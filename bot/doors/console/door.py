"""All routes of the console together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles

from bot.doors.console.accounts import Accounts
from bot.doors.console.guard import Guard
from bot.doors.console.line import Lines
from bot.doors.console.login import Login
from bot.doors.console.talks import Talks
from bot.doors.dashboard import Dashboard
from bot.handoff.desk import Desk
from bot.service import Service


class ConsoleDoor:
    """`web` is the folder of plain files."""

    def __init__(self, service: Service, web: Path) -> None:
        self._web, self.guard, desk = web, Guard(service, web), Desk(service)
        self._parts: list[Any] = [Login(self.guard), Accounts(self.guard), Talks(self.guard, desk), Dashboard(self.guard)]
        self._lines = Lines(self.guard, desk)

    def routes(self) -> list[Any]:
        return [
            *[route for part in self._parts for route in part.routes()],
            WebSocketRoute("/console/socket", self._lines.socket),
            Mount("/console/files", StaticFiles(directory=self._web / "console" / "files")),
        ]
