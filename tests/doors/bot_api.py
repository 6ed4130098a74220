"""A Bot API server of our own, over HTTP, that refuses what Telegram refuses: the door is tested against it, not against a mock."""

from __future__ import annotations

import asyncio
import html
import itertools
import json
import re
import threading
import time
from typing import Any
from urllib.parse import parse_qsl

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

TOKEN = "42:good-token"
ALLOWED_TAG = re.compile(r"</?[bius]>|</a>|<a href=\"https://[^\"<>]+\">")
LONGEST = {"name": 64, "short_description": 120, "description": 512}


class BotApi:
    """`sent` holds every accepted message; push() brings an update to the bot by polling or webhook.

    flood() asks to wait a number of times and counts in `too_early` who does not; `blocked` are chats that take nothing (a person who
    blocked the bot, a group that it left); `profile` is what setMy... wrote, as {(what, language code): value}. While `holding`, messages
    get no answer and are not taken; `held` counts them. `take` lets so many through before that.
    """

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._updates: list[dict[str, Any]] = []
        self._hook: tuple[str, str] | None = None
        self._numbers = itertools.count(1)
        self._floods, self._pause, self._not_before = 0, 0, 0.0
        self.too_early = 0
        self.blocked: set[int] = set()
        self.holding, self.held, self.take = False, 0, 0
        self.profile: dict[tuple[str, str], Any] = {}
        self.confirmed = 0  # updates below this number were taken by the bot
        routes = [
            Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
            Route("/file/{path:path}", self._file, methods=["GET"]),
        ]
        app = Starlette(routes=routes)
        config = uvicorn.Config(app, port=0, log_level="critical", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> BotApi:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(5)

    def push(self, **update: Any) -> int:
        """Queues an update, or posts it to the webhook; returns its id."""
        update["update_id"] = 1000 + next(self._numbers)
        self.deliver(update)
        return int(update["update_id"])

    def deliver(self, update: dict[str, Any]) -> int:
        if self._hook:
            return httpx.post(self._hook[0], json=update, headers={"X-Telegram-Bot-Api-Secret-Token": self._hook[1]}).status_code
        self._updates.append(update)
        return 200

    def flood(self, times: int, seconds: int) -> None:
        """The next `times` messages are refused with retry_after."""
        self._floods, self._pause = times, seconds

    async def _file(self, request: Request) -> JSONResponse:
        self.calls.append(("file", {"path": request.path_params["path"]}))
        return _error(404, "Not Found")

    async def _call(self, request: Request) -> JSONResponse:
        if request.path_params["token"] != TOKEN:
            return _error(401, "Unauthorized")
        method = request.path_params["method"]
        if method.startswith("send") and (refused := await self._held() or self._flooded()):
            return refused
        if method in ("sendDocument", "sendPhoto"):
            return await self._document(request, method[4:].lower())
        given = await _arguments(request)
        self.calls.append((method, given))
        if method == "getMe":
            return _ok({"id": 42, "is_bot": True, "first_name": "Noor", "username": "noorbot"})
        if method == "getUpdates":
            return _ok(await self._poll(int(given.get("offset") or 0), min(float(given.get("timeout") or 0), 1.0)))
        if method == "setWebhook":
            self._hook = (given["url"], given.get("secret_token", ""))
            return _ok(True)
        if method == "sendMessage":
            return self._send(given)
        if method.startswith("setMy"):
            return self._profile(method[5:], given)
        if method == "leaveChat":
            self.blocked.add(int(given["chat_id"]))
        if method in ("deleteWebhook", "answerCallbackQuery", "answerInlineQuery", "leaveChat"):
            return _ok(True)
        return _error(404, f"Not Found: {method}")

    async def _held(self) -> JSONResponse | None:
        """Keeps the caller waiting, as a Telegram that is slow while the caller is killed."""
        if not self.holding:
            return None
        if self.take:
            self.take -= 1
            return None
        self.held += 1
        while self.holding:
            await asyncio.sleep(0.02)
        return _error(500, "Internal Server Error")

    def _flooded(self) -> JSONResponse | None:
        now = time.monotonic()
        if now < self._not_before:
            self.too_early += 1
        elif self._floods:
            self._floods -= 1
            self._not_before = now + self._pause
        else:
            return None
        body = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": self._pause}}
        return JSONResponse(body, 429)

    def _profile(self, what: str, given: dict[str, Any]) -> JSONResponse:
        what = {"ShortDescription": "short_description"}.get(what, what.lower())
        value = given.get(what)
        if what == "commands":
            value = json.loads(value) if isinstance(value, str) else value
            if not all(re.fullmatch(r"[a-z0-9_]{1,32}", c["command"]) and 1 <= len(c["description"]) <= 256 for c in value or []):
                return _error(400, "Bad Request: BOT_COMMAND_INVALID")
        elif len(str(value)) > LONGEST[what]:
            return _error(400, f"Bad Request: {what} is too long")
        self.profile[what, given.get("language_code", "")] = value
        return _ok(True)

    async def _document(self, request: Request, kind: str) -> JSONResponse:
        """A document or photo as a multipart upload; kept as {"document": name, "bytes": ...} in `sent`."""
        form = await request.form()
        file = next((v for v in form.values() if not isinstance(v, str)), None)
        if file is None:
            return _error(400, "Bad Request: there is no document in the request")
        made = await file.read()
        chat = {"id": int(str(form["chat_id"])), "type": "private", "first_name": "U"}
        message = {"message_id": next(self._numbers), "date": int(time.time()), "chat": chat}
        self.sent.append({**message, kind: file.filename, "bytes": made})
        if kind == "photo":
            return _ok({**message, "photo": [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]})
        document = {"file_id": "1", "file_unique_id": "1", "file_name": file.filename, "file_size": len(made)}
        return _ok({**message, "document": document})

    async def _poll(self, offset: int, seconds: float) -> list[dict[str, Any]]:
        end = time.monotonic() + seconds
        self.confirmed = max(self.confirmed, offset)
        while True:
            self._updates = [u for u in self._updates if u["update_id"] >= offset]
            if self._updates or time.monotonic() > end:
                return self._updates
            await asyncio.sleep(0.02)

    def _send(self, given: dict[str, Any]) -> JSONResponse:
        if int(given["chat_id"]) in self.blocked:
            return _error(403, "Forbidden: bot was blocked by the user")
        bare = ALLOWED_TAG.sub("", given["text"])
        if given.get("parse_mode") == "HTML" and ("<" in bare or ">" in bare):
            return _error(400, "Bad Request: can't parse entities")
        if not 1 <= len(html.unescape(bare).strip()) <= 4096:  # Telegram counts what is left after parsing
            return _error(400, "Bad Request: message is too long or empty")
        markup = (
            json.loads(given.get("reply_markup") or "{}") if isinstance(given.get("reply_markup"), str) else given.get("reply_markup") or {}
        )
        for button in (b for row in markup.get("inline_keyboard", []) for b in row):
            if not 1 <= len(button["callback_data"].encode()) <= 64:
                return _error(400, "Bad Request: BUTTON_DATA_INVALID")
        message = {
            "message_id": next(self._numbers),
            "date": int(time.time()),
            "chat": {"id": int(given["chat_id"]), "type": "private", "first_name": "U"},
            "text": given["text"],
        }
        self.sent.append({**message, "reply_markup": markup, "quiet": str(given.get("disable_notification")).lower() == "true"})
        return _ok(message)


def _ok(result: Any) -> JSONResponse:
    return JSONResponse({"ok": True, "result": result})


def _error(code: int, why: str) -> JSONResponse:
    return JSONResponse({"ok": False, "error_code": code, "description": why}, status_code=code)


async def _arguments(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(await request.json())
    return {**dict(request.query_params), **dict(parse_qsl((await request.body()).decode()))}
