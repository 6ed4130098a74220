"""A real Chromium on a real server. The server runs without a model: what is tested here is the page."""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from bot.app import create_app
from bot.settings import Settings
from tests.conftest import opened


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
def address(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    async def no_model(*args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr("bot.app.keep_model", no_model)
    service = opened(settings)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(settings, service), log_level="critical", ws="wsproto"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 760}, reduced_motion="reduce")
    made = context.new_page()
    made.faults = []  # type: ignore[attr-defined]
    made.on("console", lambda message: made.faults.append(message.text) if message.type == "error" else None)  # type: ignore[attr-defined]
    made.on("pageerror", lambda error: made.faults.append(str(error)))  # type: ignore[attr-defined]
    yield made
    context.close()
