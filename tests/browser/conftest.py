"""A real Chromium on a real server. The server runs without a model: what is tested here is the page."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.app import create_app
from bot.conversation import Talk
from bot.doors import frames
from bot.doors.line import Line
from bot.messages import Reply
from bot.service import Service
from bot.settings import Settings
from tests import conftest


@pytest.fixture(scope="module")  # Playwright holds the event loop of its thread: it must end before other tests begin
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "the browser tests need Chromium (.ci/run installs it): apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
        )
        yield browser
        browser.close()


@pytest.fixture
def service(settings: Settings) -> Service:
    return conftest.opened(settings)


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr("bot.app.keep_model", never)


@contextlib.contextmanager
def listening(app: Any) -> Iterator[str]:
    """The address of an application while the block runs."""
    bound = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws=Line, ws_per_message_deflate=False, timeout_graceful_shutdown=3))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def address(settings: Settings, service: Service) -> Iterator[str]:
    with listening(create_app(settings, service)) as found:
        yield found


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 760}, reduced_motion="reduce")
    made = context.new_page()
    made.faults = []  # type: ignore[attr-defined]
    made.on("console", lambda message: made.faults.append(message.text) if message.type == "error" else None)  # type: ignore[attr-defined]
    made.on("pageerror", lambda error: made.faults.append(str(error)))  # type: ignore[attr-defined]
    yield made
    context.close()


def opened(page: Page, address: str, language: str = "nl") -> Page:
    """The widget's own page with Noor's first screen in it."""
    page.goto(f"{address}/widget?language={language}")
    expect(page.locator("article.noor")).to_have_count(1)
    return page


def said(page: Page, text: str) -> None:
    """Types and sends."""
    page.locator("#text").fill(text)
    page.locator("form button").click()


def shown(page: Page, service: Service, reply: Reply, seq: int = 1000, answered_by: str = "bot") -> None:
    """Hands the page a reply as the web door sends it; for replies that the words alone can't bring about."""
    talk = Talk("shown", language=reply.language, answered_by=answered_by, seq=seq)
    page.evaluate("event => talk.take({message: event})", frames.note(talk, frames.from_noor(reply, service.turn.answers.content)))
