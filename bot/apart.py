"""A loaded model in a process of its own: a line of JSON each way over a socket pair.

Beside the doors in one process, Rasa shared one interpreter with them: half of a turn's time everybody else stood still, and one that hung
could not be ended. The process that people reach imports no Rasa (docs/decisions/0015-rasa-in-its-own-process.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import structlog

from bot import logs

log = structlog.get_logger()
LONGEST_LINE = 4_000_000  # bytes
PATIENCE = 5  # seconds that a process gets to finish what it was asked before it is ended


class Failed(Exception):
    """The model can't be loaded, gave an error, or its process is gone."""


_ready: list[tuple[socket.socket, subprocess.Popen[bytes]]] = []


def prepare() -> None:
    """Starts a process for the first model to come: it imports Rasa, which takes seconds, while the doors are made."""
    _ready.append(_started())


def _started() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """(the line, the process at its other end)."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-W", "ignore", "-m", "bot.apart", str(theirs.fileno())]
    process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)  # noqa: S603  our own interpreter and module
    theirs.close()
    return ours, process


class Apart:
    """One loaded model (bot.nlu.engine.Engine) in its own process. May be asked from any event loop."""

    def __init__(self, model: Path, database: str, key: bytes) -> None:
        """Waits until the model is loaded. Raises Failed."""
        self._line, self._process = _ready.pop() if _ready else _started()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._asked = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._opening: asyncio.Task[asyncio.StreamWriter] | None = None
        self._reading: asyncio.Task[None] | None = None
        try:
            with self._line.makefile("rwb") as line:
                line.write(_packed({"model": str(model), "database": database, "key": key.decode()}))
                line.flush()
                answer = json.loads(line.readline() or "{}")
        except OSError as error:
            answer = {"error": error.__class__.__name__}
        if "answer" not in answer:
            self.close()
            raise Failed(answer.get("error", "its process ended"))

    async def parse(self, text: str) -> dict[str, Any]:
        """Engine.parse. Raises Failed."""
        found: dict[str, Any] = await self._ask("parse", text)
        return found

    async def names(self, talk: str, text: str, parsed: dict[str, Any]) -> list[dict[str, Any]]:
        """Engine.names: only what rules, stories and actions look at of `parsed`; the rest would be kept in the tracker. Raises Failed."""
        said: list[dict[str, Any]] = await self._ask("names", talk, text, parsed["intent"], parsed.get("entities") or [])
        return said

    def close(self) -> None:
        """What was asked is still answered; then the process ends, by force when it hangs."""
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_WR)
        threading.Thread(target=self._end, name="rasa ends").start()

    def _end(self) -> None:
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._line.close()

    async def _ask(self, what: str, *told: Any) -> Any:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._waiting, self._opening = loop, {}, loop.create_task(self._open())
        assert self._opening
        writer = await asyncio.shield(self._opening)
        if self._reading and self._reading.done():
            raise Failed("its process ended")
        self._asked += 1
        number, answer = self._asked, loop.create_future()
        self._waiting[number] = answer
        try:
            writer.write(_packed({"number": number, "ask": what, "told": told}))
            return await answer
        finally:
            self._waiting.pop(number, None)

    async def _open(self) -> asyncio.StreamWriter:
        """The line as the running loop reads and writes it."""
        reader, writer = await asyncio.open_connection(sock=self._line.dup(), limit=LONGEST_LINE)
        self._reading = asyncio.create_task(self._read(reader, writer))
        return writer

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hands out what is answered until the process ends."""
        try:
            while line := await reader.readline():
                said = json.loads(line)
                answer = self._waiting.get(said["number"])
                if answer is None or answer.done():
                    continue  # nobody waits for it any more
                if "error" in said:
                    answer.set_exception(Failed(said["error"]))
                else:
                    answer.set_result(said["answer"])
        finally:
            writer.close()
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(Failed("its process ended"))


def _packed(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"


def main(descriptor: int) -> int:
    """The process itself: loads what the first line names, then answers line after line until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the doors, which then close the line
    if not sys.stderr.isatty():
        logs.configure()
    with socket.socket(fileno=descriptor) as end, end.makefile("rwb") as line:

        def say(value: dict[str, Any]) -> None:
            line.write(_packed(value))
            line.flush()

        from bot.nlu.engine import Engine

        told = json.loads(line.readline() or "{}")
        if not told:
            return 0  # the doors were never opened
        try:
            engine = Engine(Path(told["model"]), told["database"], told["key"].encode())
        except Exception as error:
            say({"error": error.__class__.__name__})
            return 1
        gc.collect()
        gc.freeze()  # what is loaded stays: looking through it for rubbish again and again cost time
        say({"answer": "loaded"})
        ask: dict[str, Any] = {"parse": engine.parse, "names": engine.names}
        for asked in line:
            question = json.loads(asked)
            try:
                say({"number": question["number"], "answer": ask[question["ask"]](*question["told"])})
            except BrokenPipeError:
                return 0
            except Exception as error:
                log.error("rasa failed at a message", exc_info=True)
                say({"number": question["number"], "error": error.__class__.__name__})
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
