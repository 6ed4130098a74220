"""The plain pages and files beside the talk: the widget's, the demo's, the widget's words, and "leave quickly" without JavaScript."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.content import Content
from bot.service import Service

PAGES = {"": "demo/index.html", "demo": "demo/index.html", "widget": "widget/frame.html"}


class Pages:
    """Routes of the pages. `web` is the folder of plain files."""

    def __init__(self, service: Service, web: Path) -> None:
        self._service, self._web = service, web

    def routes(self) -> list[Any]:
        return [
            *[Route("/" + name, self._page(file)) for name, file in PAGES.items()],
            Route("/widget/{name:path}", self._file("widget")),
            Route("/demo/{name:path}", self._file("demo")),
            Route("/api/words", self.words),
            Route("/leave", self.leave),
        ]

    @property
    def _content(self) -> Content:
        return self._service.turn.answers.content

    def _page(self, file: str) -> Any:
        async def page(request: Request) -> Response:
            return FileResponse(self._web / file, headers={"Cache-Control": "no-cache"})

        return page

    def _file(self, folder: str) -> Any:
        async def file(request: Request) -> Response:
            path = (self._web / folder / request.path_params["name"]).resolve()
            if not path.is_relative_to((self._web / folder).resolve()) or not path.is_file():
                return Response("not here", 404)
            return FileResponse(path, headers={"Cache-Control": "no-cache"})

        return file

    async def words(self, request: Request) -> Response:
        """The widget's own words in one language, and where "leave quickly" goes."""
        content, language = self._content, request.query_params.get("language", "")
        if language not in content.spoken():
            language = str(content.organisation.get("default_language", "nl"))
        words = {k.removeprefix("widget_"): content.say(k, language) for k in content.interface["nl"] if k.startswith("widget_")}
        languages = {c: {"name": content.languages[c]["name"], "dir": content.languages[c]["direction"]} for c in content.spoken()}
        return JSONResponse(
            {
                "language": language,
                "dir": content.languages[language]["direction"],
                "words": words,
                "languages": languages,
                "leave_to": content.organisation["leave_to"],
            }
        )

    async def leave(self, request: Request) -> Response:
        """Quick exit without JavaScript."""
        return RedirectResponse(str(self._content.organisation["leave_to"]), 303, {"Clear-Site-Data": '"cache", "storage"'})
