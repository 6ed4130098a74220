"""A Bot API server of our own, over HTTP, that refuses what Telegram refuses: the door is tested against it, not against a mock."""

from __future__ import annotations

import asyncio
import itertools
import json
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
ALLOWED_TAGS = ("b", "/b", "i", "/i", "u", "/u", "s", "/s")


class BotApi:
    """`sent` holds every accepted message; push() brings an update to the bot by polling or webhook."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._updates: list[dict[str, Any]] = []
        self._hook: tuple[str, str] | None = None
        self._numbers = itertools.count(1)
        self._wait = 0
        app = Starlette(routes=[Route("/bot{token}/{method}", self._call, methods=["GET", "POST"])])
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

    async def _call(self, request: Request) -> JSONResponse:
        if request.path_params["token"] != TOKEN:
            return _error(401, "Unauthorized")
        method = request.path_params["method"]
        if method == "sendDocument":
            return await self._document(request)
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
        if method in ("deleteWebhook", "answerCallbackQuery", "setMyCommands", "leaveChat"):
            return _ok(True)
        return _error(404, f"Not Found: {method}")

    async def _document(self, request: Request) -> JSONResponse:
        """A document as a multipart upload; kept as {"document": name, "bytes": ...} in `sent`."""
        form = await request.form()
        file = next((v for v in form.values() if not isinstance(v, str)), None)
        if file is None:
            return _error(400, "Bad Request: there is no document in the request")
        made = await file.read()
        chat = {"id": int(str(form["chat_id"])), "type": "private", "first_name": "U"}
        message = {"message_id": next(self._numbers), "date": int(time.time()), "chat": chat}
        self.sent.append({**message, "document": file.filename, "bytes": made})
        document = {"file_id": "1", "file_unique_id": "1", "file_name": file.filename, "file_size": len(made)}
        return _ok({**message, "document": document})

    async def _poll(self, offset: int, seconds: float) -> list[dict[str, Any]]:
        end = time.monotonic() + seconds
        while True:
            self._updates = [u for u in self._updates if u["update_id"] >= offset]
            if self._updates or time.monotonic() > end:
                return self._updates
            await asyncio.sleep(0.02)

    def _send(self, given: dict[str, Any]) -> JSONResponse:
        if len(given["text"]) > 4096:
            return _error(400, "Bad Request: message is too long")
        if given.get("parse_mode") == "HTML":
            tags = [t.split(">")[0] for t in given["text"].split("<")[1:]]
            if any(t not in ALLOWED_TAGS for t in tags):
                return _error(400, f"Bad Request: can't parse entities: {tags}")
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
        self.sent.append({**message, "reply_markup": markup})
        return _ok(message)


def _ok(result: Any) -> JSONResponse:
    return JSONResponse({"ok": True, "result": result})


def _error(code: int, why: str) -> JSONResponse:
    return JSONResponse({"ok": False, "error_code": code, "description": why}, status_code=code)


async def _arguments(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(await request.json())
    return {**dict(request.query_params), **dict(parse_qsl((await request.body()).decode()))}
