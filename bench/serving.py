"""Noor as `noor serve` starts it, but without a model: for tests and measures of several processes, floods and crashes. `python -m bench.serving`."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import bot.app
from bot.settings import from_environment
from bot.store import limits


async def no_model(*args: Any, **kwargs: Any) -> None:
    """Whether messages are kept, ordered and passed on does not depend on a model, and two of them would cost a minute."""
    await asyncio.sleep(1e9)


if __name__ == "__main__":
    bot.app.keep_model = no_model
    bot.app.apart.prepare = lambda: None  # type: ignore[attr-defined]
    if "--unlimited" in sys.argv:
        limits.Limit._here = lambda self, name, cost: True  # type: ignore[method-assign]
        limits._TAKE = "return 1"
    sys.exit(bot.app.serve(from_environment()))
