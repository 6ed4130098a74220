"""The pages around the talk: the loader, the widget's frame, its words and colours, the demo sites, and "leave quickly" without JavaScript."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import jinja2
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot import card
from bot.content import Content
from bot.content.colours import HEX, palette
from bot.content.facts import host, isolated
from bot.doors.widget_files import FRESH, WidgetFiles, answer, version
from bot.service import Service

DEMOS = {"": "index.html", "demo": "index.html", "demo/ar": "ar.html"}
NUMBERS = ("emergency", "suicide_113", "veilig_thuis", "helpwanted", "kindertelefoon", "police")  # those of a page without a talk
# The site's every page asks for the loader: for five minutes from what the browser has, and then an older one shows the button once more
# while the new one comes. The button never waits for the line again.
SOON = {"Cache-Control": "public, max-age=300, stale-while-revalidate=3600", "Cross-Origin-Resource-Policy": "cross-origin"}


class Pages:
    """Routes of the pages. `web` is the folder of plain files."""

    def __init__(self, service: Service, web: Path) -> None:
        self._service, self._web, self._files = service, web, WidgetFiles(web / "widget")
        self._templates = jinja2.Environment(loader=jinja2.FileSystemLoader(web), autoescape=True, trim_blocks=True)

    def routes(self) -> list[Any]:
        # Nothing here is secret, so that compressing it gives nothing away; talks are never compressed.
        small = [Middleware(GZipMiddleware, minimum_size=500)]
        return [
            *[Route("/" + path, self._demo(file), middleware=small) for path, file in DEMOS.items()],
            Route("/widget", self.frame, middleware=small),
            Route("/widget/loader.js", self.loader, middleware=small),
            Route("/widget/frame.js", self.script, middleware=small),
            Route("/widget/frame.css", self.style, middleware=small),
            Route("/widget/plain.css", self.plain, middleware=small),
            Mount("/demo", _Files(directory=self._web / "demo"), middleware=small),
            Mount("/card/files", _Files(directory=self._web / "card"), middleware=small),
            Route("/card/{language}.{form}", self.card, middleware=small),
            Route("/card/{language}", self.card_page, middleware=small),
            Route("/api/words", self.words),
            Route("/leave", self.leave),
        ]

    @property
    def _content(self) -> Content:
        return self._service.turn.answers.content

    def _demo(self, file: str) -> Any:
        async def page(request: Request) -> Response:
            return HTMLResponse((self._web / "demo" / file).read_text("utf-8"), headers=FRESH)

        return page

    async def frame(self, request: Request) -> Response:
        """The page inside the iframe; `language` and `accent` (six hexadecimal digits) come from the script tag."""
        content, code = self._content, self._language(request)
        accent = self._accent(request)
        every = {c: spoken(content, c) for c in content.spoken()}
        page = self._templates.get_template("widget/frame.html").render(
            here=every[code],
            others=[e for c, e in every.items() if c != code],
            languages=list(every.values()),
            style=f"v={version(self._style(accent))}" + (f"&accent={accent}" if accent else ""),
            script=f"v={version(self._files.script())}",
            settings=self._settings(code),
        )
        # Never from a cache: "back" must not bring a talk's page to the screen again.
        return HTMLResponse(page, headers={"Cache-Control": "no-store"})

    async def loader(self, request: Request) -> Response:
        """The script tag's file, with all that it needs written into it: one request, and none to another address."""
        content = self._content
        colours = palette(content.organisation)
        settings = {
            "language": self._default(),
            "leave_to": content.organisation["leave_to"],
            "accent": colours["--accent"],
            "accent_text": colours["--accent-text"],
            "words": {
                code: {
                    "code": code,
                    "dir": content.languages[code]["direction"],
                    **{key: content.say("widget_" + key, code) for key in ("open", "title", "close", "no_connection", "open_apart")},
                    "numbers": [[': '.join(filter(None, (n['name'], n['phone']))), n["href"]] for n in spoken(content, code)["numbers"][:3] if n["phone"]],
                }
                for code in content.spoken()
            },
        }
        filled = self._files.loader(json.dumps(settings, ensure_ascii=False, separators=(",", ":")))
        return answer(request, filled, "text/javascript", SOON)

    async def script(self, request: Request) -> Response:
        """The frame's script."""
        return answer(request, self._files.script(), "text/javascript")

    async def style(self, request: Request) -> Response:
        """The frame's style sheet with the organisation's colours, or the site's own accent."""
        return answer(request, self._style(self._accent(request)), "text/css")

    async def plain(self, request: Request) -> Response:
        """What the style sheet adds when there is no JavaScript."""
        return answer(request, self._files.plain(), "text/css")

    def _style(self, accent: str) -> str:
        return self._files.style(palette(self._content.organisation, accent))

    @staticmethod
    def _accent(request: Request) -> str:
        accent = request.query_params.get("accent", "")
        return accent if HEX.fullmatch("#" + accent) else ""

    async def words(self, request: Request) -> Response:
        """The widget's own words in one language, and where "leave quickly" goes."""
        content, code = self._content, self._language(request)
        languages = {c: {"name": content.languages[c]["name"], "dir": content.languages[c]["direction"]} for c in content.spoken()}
        return JSONResponse({**self._settings(code), "dir": content.languages[code]["direction"], "languages": languages})

    async def card(self, request: Request) -> Response:
        """The overview card as a picture or to print: /card/nl.svg, .png, .pdf."""
        code, form = request.path_params["language"], request.path_params["form"]
        if code not in self._content.spoken() or form not in card.TYPES:
            return Response("not here", 404)
        try:
            made = await asyncio.to_thread(card.draw, self._content, code, form)
        except card.CardFailed:
            return Response("can't be drawn now", 503)
        return Response(made, media_type=card.TYPES[form], headers=FRESH)

    async def card_page(self, request: Request) -> Response:
        """The card with its words beside it, to read, print or save."""
        code = request.path_params["language"]
        if code not in self._content.spoken():
            return Response("not here", 404)
        page = self._templates.get_template("card/page.html").render(card=card.words(self._content, code))
        return HTMLResponse(page, headers=FRESH)

    async def leave(self, request: Request) -> Response:
        """Quick exit without JavaScript."""
        return RedirectResponse(str(self._content.organisation["leave_to"]), 303, {"Clear-Site-Data": '"cache", "storage"'})

    def _settings(self, code: str) -> dict[str, Any]:
        content = self._content
        words = {k.removeprefix("widget_"): content.say(k, code) for k in content.interface["nl"] if k.startswith("widget_")}
        return {"language": code, "leave_to": content.organisation["leave_to"], "words": words}

    def _language(self, request: Request) -> str:
        asked = request.query_params.get("language", "")
        return asked if asked in self._content.spoken() else self._default()

    def _default(self) -> str:
        return str(self._content.organisation.get("default_language", "nl"))


class _Files(StaticFiles):
    """Plain files, asked for anew each time: a site must not show last month's widget."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(FRESH)
        return response


def spoken(content: Content, code: str) -> dict[str, Any]:
    """One language for a template: code, name, direction, the widget's words, and whom to call with number and hours."""
    words = {k.removeprefix("widget_"): content.say(k, code) for k in content.interface["nl"] if k.startswith("widget_")}
    language = content.languages[code]
    own = [str(content.organisation["fact"])] if content.organisation.get("fact") else []
    numbers = [_number(content, fact, code) for fact in (*NUMBERS, *own) if fact in content.facts]
    return {"code": code, "name": language["name"], "dir": language["direction"], "words": words, "numbers": [n for n in numbers if n["href"]]}


def _number(content: Content, fact: str, code: str) -> dict[str, str]:
    facts, rtl = content.facts, content.rtl(code)
    phone, site = facts.phone(fact, high_risk=True) or "", facts.site(fact) or ""
    entry = facts.field(fact, "phone")
    if entry and entry["status"] == "S-old":  # seen long ago: the site knows better
        phone = ""
    hours = facts.fill(f"{{{fact}.hours}}", code, high_risk=True, rtl=rtl) if facts.field(fact, "hours") else ""
    name = facts.name(fact, code)
    return {
        "name": "" if name == phone else name,
        "phone": isolated(phone, rtl) if phone else "",
        "site": host(site),
        "href": "tel:" + phone.replace(" ", "").replace("-", "") if phone else site,
        "hours": hours,
        "about": facts.about(fact, code),
    }
