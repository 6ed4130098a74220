"""A real Chromium and a real Noor for the measurements of the widget: on a port of its own, with data of its own."""

from __future__ import annotations

import contextlib
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, sync_playwright

import bot.app
from bot.app import create_app
from bot.doors.terminal import loader
from bot.service import Service
from bot.settings import Settings
from bot.training import newest_model
from bot.understand import Understanding

ROOT = Path(__file__).resolve().parent.parent


async def _none(*args: Any, **kwargs: Any) -> None:
    return


async def _newest(settings: Settings, understanding: Understanding, say: Any, every: float = 3.0) -> None:
    if path := newest_model(settings.root / settings.models):
        await understanding.use(path)


@contextlib.contextmanager
def serving(model: bool = True) -> Iterator[tuple[str, Service]]:
    """The address of a Noor that runs in this process until the block ends, and its service. `model`: the newest trained one is loaded; none is trained."""
    bot.app.keep_model = _newest if model else _none  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(root=ROOT, data=Path(folder), port=0, key="a key for measurements")
        service = Service.open(settings, Understanding(loader(settings), 20))
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(settings, service), log_level="critical", ws="wsproto", timeout_graceful_shutdown=3))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", service
        finally:
            server.should_exit = True
            thread.join(15)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium of this machine. Raises SystemExit with what to install when there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        raise SystemExit("Chromium is missing; install it: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
        )
        yield browser
        browser.close()
