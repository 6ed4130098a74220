"""What stays old in uv.lock cannot be reached from outside: the doors import none of it, and the serving process listens with Noor's server alone.

docs/security.md lists the packages. Rasa imports many of them, in a process of its own; the second test looks at whom the two processes speak to.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx

from bench.servers import LOCAL, free_port
from tests.conftest import ROOT

OLD = (
    "sanic", "websockets", "tensorflow", "keras", "aiohttp", "aiogram", "aio_pika", "twilio", "slack_sdk", "socketio", "engineio", "fbmessenger", "webexteamssdk",
    "boto3", "botocore", "dask", "questionary", "prompt_toolkit", "pykwalify", "joblib", "rasa", "rasa_sdk",
)  # fmt: skip


def test_what_people_reach_imports_none_of_it() -> None:
    """Doors, console, stores and rules: everything that sees a byte from outside before it is checked."""
    code = f"import sys, bot.app; print([name for name in {OLD!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def sockets(pid: int) -> tuple[list[str], list[str]]:
    """(addresses the process listens on, far ends of its open TCP lines), IPv4 and IPv6, as in /proc: hex address:port."""
    held = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            held.add(os.readlink(descriptor))
        except OSError:
            continue
    listening, connected = [], []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if f"socket:[{fields[9]}]" in held:
                (listening if fields[3] == "0A" else connected).append(fields[1] if fields[3] == "0A" else fields[2])
    return listening, connected


def test_a_serving_noor_with_its_model_listens_once_and_calls_nobody(model: Path, tmp_path: Path) -> None:
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("NOOR_", "TELEGRAM_"))} | {"NOOR_PORT": str(port), "NOOR_DATA": str(tmp_path), "NOOR_KEY": "reach"}
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "bot.cli", "serve"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(timeout=30) as client:
            for _ in range(1200):
                try:
                    if client.get(f"http://{LOCAL}:{port}/ready").status_code == 200:
                        break
                except httpx.HTTPError:
                    assert process.poll() is None
                time.sleep(0.1)
            else:
                raise AssertionError("the model was not loaded")
            talk = client.post(f"http://{LOCAL}:{port}/api/talk").json()["talk"]
            said = client.post(f"http://{LOCAL}:{port}/api/say", json={"talk": talk, "id": "1", "text": "wat is grooming"}).json()["messages"]
            assert said[-1]["topic"] == "what_is_grooming"
            listening, connected = sockets(process.pid)
            children = [int(pid) for task in Path(f"/proc/{process.pid}/task").iterdir() for pid in (task / "children").read_text().split()]
            assert children, "Rasa has a process of its own"
            assert all(sockets(pid) == ([], []) for pid in children)  # it is spoken to over a socket pair alone
        ours = "0100007F"
        assert listening == [f"{ours}:{port:04X}"]
        assert all(far.startswith(ours) for far in connected)  # this test itself
    finally:
        process.terminate()
        process.wait(30)
