"""Builds the application that people talk to, and serves it: `noor serve`."""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import apart, logs, metrics
from bot.accounts.users import Users
from bot.cli import stop
from bot.doors.console import ConsoleDoor
from bot.doors.line import Line
from bot.doors.matrix import MatrixDoor
from bot.doors.pages import Pages
from bot.doors.telegram import TelegramDoor
from bot.doors.telegram_setup import TokenRefused
from bot.doors.telegram_setup import check as check_telegram
from bot.doors.terminal import loader
from bot.doors.web import WebDoor
from bot.handoff.watch import keep_watch
from bot.service import Service
from bot.settings import Settings
from bot.training import model_path, newest_model, train_apart
from bot.understand import Understanding

log = structlog.get_logger()
WEB = Path(__file__).resolve().parent.parent / "web"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "


class Headers:
    """Security headers on every answer; the sites of organisation.yml may frame the widget, nobody else anything."""

    def __init__(self, app: ASGIApp, origins: list[str]) -> None:
        self._app = app
        self._ancestors = " ".join(["'self'", *origins])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY + (self._ancestors if scope["path"].startswith("/widget") else "'self'")
                headers["Referrer-Policy"] = "no-referrer"
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
            await send(message)

        await self._app(scope, receive, with_headers)


def create_app(settings: Settings, service: Service, *, say: Any = lambda line: None) -> Starlette:
    """The application of an opened service. Loads or trains the model, keeps house and runs Telegram while it lives."""
    telegram = TelegramDoor(service, settings) if settings.telegram_token else None
    matrix = MatrixDoor(service, settings) if settings.matrix_url else None
    web = [*Pages(service, WEB).routes(), *WebDoor(service).routes()]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        practice = service.turn.practice
        tasks = [
            asyncio.create_task(t)
            for t in (
                keep_model(settings, service.turn.understanding, say),
                service.keep_house(),
                service.keep_in_touch(),
                service.turn.understanding.watch(),
                keep_watch(service),
                *([practice.ear.wake()] if practice else ()),
                *([matrix.run()] if matrix else ()),
            )
        ]
        if telegram:
            await telegram.start()
        yield
        if telegram:
            await telegram.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        service.close()

    service.metrics.gauge("noor_model_ready", "1 when the model answers", lambda: float(service.turn.understanding.ready))
    service.metrics.gauge("noor_model_loads", "models taken into use since the start", lambda: service.turn.understanding.loads)
    service.metrics.gauge("noor_store_away", "1 while the store fails", lambda: float(service.talks.away))
    service.metrics.gauge("noor_talks_held", "talks that wait in memory for the store", service.talks.held)
    service.metrics.gauge("noor_waiting", "talks that wait for a human", lambda: len(service.turn.handoff.queue.waiting()))

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(request: Request) -> Response:
        understanding = service.turn.understanding
        return JSONResponse({"model": understanding.ready, "words": not service.faults}, 200 if understanding.ready else 503)

    routes = [
        Route("/health", health),
        Route("/ready", ready),
        Route("/metrics", metrics.page(service.metrics, settings.metrics_token)),
        *web,
        *ConsoleDoor(service, WEB).routes(),
        *(telegram.routes() if telegram else []),
        *(matrix.routes() if matrix else []),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.add_middleware(Headers, origins=[str(o) for o in service.turn.answers.content.organisation.get("origins") or ()])
    return app


async def keep_model(settings: Settings, understanding: Understanding, say: Any, every: float = 3.0) -> None:
    """Runs for ever: loads the model of the present data, trained first when it is not there; the last good one serves until then."""
    root, tried = settings.root.resolve(), None
    models = root / settings.models
    if not model_path(root, models).exists() and (older := newest_model(models)):
        await understanding.use(older)
    while True:
        wanted = await asyncio.to_thread(model_path, root, models)  # reads some hundred files; people are answered meanwhile
        if wanted not in (understanding.model, tried):
            tried = wanted
            if not wanted.exists():
                process = train_apart(root, models)
                assert process.stdout
                for line in await asyncio.to_thread(process.stdout.readlines):
                    say(line.rstrip())
                if await asyncio.to_thread(process.wait):
                    log.error("training failed; the last good model stays")
                    continue
            say("Loading the model...")
            if await understanding.use(wanted):
                say("Noor is ready: she understands and answers.")
            else:
                # A damaged file is put aside, so that the next round trains anew.
                wanted.rename(wanted.with_suffix(".broken"))
                tried = None
        await asyncio.sleep(every)


def serve(settings: Settings) -> int:
    """Serves until stopped; returns the exit code. Exit code 2, with one line, for what a person can mend."""
    if not sys.stderr.isatty():
        logs.configure()
    try:
        listening = socket.create_server((settings.host, settings.port), reuse_port=False)
    except OSError as error:
        return stop(
            f"{settings.host}:{settings.port} can't be listened on ({error.strerror}); stop what runs there or set NOOR_PORT to another port"
        )
    apart.prepare()
    service = Service.open(settings, Understanding(loader(settings), settings.deadline))
    if settings.telegram_token:
        try:
            asyncio.run(check_telegram(settings))
        except TokenRefused as error:
            return stop(str(error))
    address = settings.public_url or f"http://{settings.host}:{listening.getsockname()[1]}"

    def say(line: str) -> None:
        print(line, flush=True)

    say(f"Noor's demo page with the widget: {address}/demo")
    say(f"Console for counsellors: {address}/console" + ("" if Users(service.kept).all() else "  (no account yet: noor user add NAME)"))
    say("Telegram: " + ("on" if settings.telegram_token else "off (set TELEGRAM_TOKEN to the token that BotFather gives)"))
    say("Matrix: " + (settings.matrix_url if settings.matrix_url else "off (docs/matrix.md)"))
    say("Danger and help lines work at once. To stop: Ctrl+C.")
    app = create_app(settings, service, say=say)
    config = uvicorn.Config(
        app, ws=Line, log_level="warning", log_config=None, access_log=False, ws_max_size=200_000, timeout_graceful_shutdown=5,
        server_header=False, forwarded_allow_ips=settings.proxies, timeout_keep_alive=15,
        ws_per_message_deflate=False,  # a few packed bytes would become thousands of messages in memory
    )  # fmt: skip
    gc.collect()
    gc.freeze()  # words and rules stay: looking through them for rubbish held everybody up for a tenth of a second
    uvicorn.Server(config).run(sockets=[listening])
    say("Noor has stopped.")
    return 0
