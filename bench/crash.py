"""Kills a real Noor at random moments while people talk with it, and starts it again: nothing acknowledged lost, nothing answered twice.

    uv run python -m bench.crash --kills 1000      prints {"kills", "in a turn", "messages", "reconnects", "faults", "seconds"}

SQLite in a temporary folder. A nursery process reads words and rules once and forks each Noor, so that a start takes a fraction of a second.
No model is loaded: whether a message is kept does not depend on it. Every other kill falls a few milliseconds after a message was sent;
"in a turn" counts the kills while a message was under way.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import os
import random
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.talker import Talker, faults

ROOT = Path(__file__).resolve().parent.parent
TALKS, KILLS_A_BATCH = 6, 16  # a talk keeps its newest 200 messages, so each batch begins new ones
SAY = ("menu", "ik wil niet meer leven", "help")


def nursery(orders: int, answers: int, port: int, data: Path) -> None:
    """Forks a Noor for each byte that comes; answers with its process id. When nobody orders any more it ends the last and never returns."""
    import alembic.command  # read once here and not by each Noor
    import uvicorn

    import bot.app
    from bot.practice.ear import Ear
    from bot.service import Service, load_words
    from bot.settings import Settings
    from bot.store import limits
    from bot.understand import Understanding

    async def no_model(*args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(1e9)

    bot.app.keep_model = no_model
    Ear.wake = no_model  # type: ignore[method-assign]
    limits.Limit._here = lambda self, name, cost: True  # type: ignore[method-assign]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    answers_, safety, found = load_words(ROOT, "qpido")
    assert not found
    settings = Settings(root=ROOT, data=data, port=port, key="crash")
    assert alembic.command
    gc.freeze()
    child = 0
    while os.read(orders, 1):
        child = os.fork()
        if child == 0:
            service = Service.open(settings, Understanding(lambda path: None), (answers_, safety))  # type: ignore[arg-type, return-value]
            app = bot.app.create_app(settings, service)
            uvicorn.run(app, host="127.0.0.1", port=port, ws="wsproto", log_level="error", access_log=False)
            os._exit(0)
        os.write(answers, f"{child}\n".encode())
    if child:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    os._exit(0)


async def run(kills: int, port: int, orders: int, answers: Any, seed: int) -> dict[str, Any]:
    """Batches of talks and kills; see `faults` for what is looked for."""
    dice, begun = random.Random(seed), time.monotonic()
    base, found, messages, reconnects, done, inside = f"http://127.0.0.1:{port}", [], 0, 0, 0, 0

    def start() -> int:
        os.write(orders, b"x")
        return int(answers.readline())

    async def chatter(talker: Talker) -> None:
        while True:
            if len(talker.outbox) < 3:
                await talker.say(SAY[len(talker.said) % len(SAY)])
            await asyncio.sleep(dice.uniform(0.05, 0.2))

    pid = start()
    while done < kills:
        talkers = [Talker(base) for _ in range(TALKS)]
        await asyncio.gather(*(t.start() for t in talkers))
        chatters = [asyncio.create_task(chatter(t)) for t in talkers]
        for _ in range(min(KILLS_A_BATCH, kills - done)):
            acknowledged = sum(len(t.acked) for t in talkers)
            while sum(len(t.acked) for t in talkers) == acknowledged:  # it is up again
                await asyncio.sleep(0.01)
            if done % 2:
                await dice.choice(talkers).say("menu")
                await asyncio.sleep(dice.uniform(0, 0.02))
            else:
                await asyncio.sleep(dice.uniform(0, 0.3))
            inside += any(t.under_way() for t in talkers)
            os.kill(pid, signal.SIGKILL)
            pid = start()
            done += 1
        for task in chatters:
            task.cancel()
        await asyncio.gather(*(t.settled() for t in talkers))
        for talker in talkers:
            found += faults(talker, await talker.kept())
            messages += len(talker.said)
            reconnects += talker.reconnects
            await talker.stop()
    return {"kills": done, "in a turn": inside, "messages": messages, "reconnects": reconnects, "faults": found, "seconds": round(time.monotonic() - begun, 1)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="noor-crash-") as data:
        (orders_out, orders_in), (answers_out, answers_in) = os.pipe(), os.pipe()
        if os.fork() == 0:
            os.close(orders_in)
            nursery(orders_out, answers_in, port, Path(data))
        os.close(orders_out)
        result = asyncio.run(run(args.kills, port, orders_in, os.fdopen(answers_out), args.seed))
        os.close(orders_in)  # the nursery ends, and its Noor with it
        time.sleep(0.2)
    print(json.dumps(result))
    sys.exit(1 if result["faults"] else 0)


if __name__ == "__main__":
    main()
