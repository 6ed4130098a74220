"""A whole Noor in a process of its own, without a model, to be killed: python -m tests.doors.noor_alone. Settings as in docs/running.md."""

from __future__ import annotations

import asyncio
from typing import Any

import bot.app
from bot.settings import from_environment


async def no_model(*args: Any, **kwargs: Any) -> None:
    await asyncio.sleep(1e9)


if __name__ == "__main__":
    bot.app.keep_model = no_model
    bot.app.serve(from_environment())
