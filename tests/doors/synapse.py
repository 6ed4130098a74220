"""A real Synapse (Matrix homeserver) on a free port with SQLite, in an environment of its own: Noor's has other versions of its parts."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from bench.servers import LOCAL, free_port
from tests.conftest import ROOT

VERSION = "1.163.2"
HOME = ROOT / ".tools" / "synapse" / VERSION
NAME, SECRET = "noor.test", "secret of the tests"


def python() -> Path:
    """The Python of Synapse's environment, installed the first time. Skips where the package registry can't be reached."""
    made = HOME / "bin" / "python"
    if not (HOME / "installed").exists():
        beside = Path(sys.prefix).parent / ".tools" / "bin" / "uv"  # where make puts it
        uv = str(beside) if beside.exists() else shutil.which("uv") or "uv"
        for command in (["venv", "--clear", "--python", sys.executable, str(HOME)], ["pip", "install", "--python", str(made), f"matrix-synapse=={VERSION}"]):
            done = subprocess.run([uv, *command], capture_output=True, text=True, timeout=600)
            if done.returncode and any(word in done.stderr for word in ("Failed to fetch", "error sending request", "dns error")):
                pytest.skip("Synapse is not installed and the package registry can't be reached")
            assert done.returncode == 0, done.stderr
        (HOME / "installed").touch()
    return made


class Synapse:
    """`url` for clients; `pushes` is the port on which it looks for Noor."""

    def __init__(self, folder: Path, registration: dict[str, Any], pushes: int) -> None:
        self.folder, self.pushes, port = folder, pushes, free_port()
        self.url = f"http://{LOCAL}:{port}"
        (folder / "noor.yaml").write_text(yaml.safe_dump(registration | {"url": f"http://{LOCAL}:{pushes}"}))
        (folder / "log.yaml").write_text("version: 1\nhandlers: {f: {class: logging.FileHandler, filename: log}}\nroot: {level: WARNING, handlers: [f]}\n")
        often = {"per_second": 1000, "burst_count": 1000}
        config = {
            "server_name": NAME, "listeners": [{"port": port, "bind_addresses": [LOCAL], "type": "http", "tls": False, "resources": [{"names": ["client"]}]}],
            "database": {"name": "sqlite3", "args": {"database": str(folder / "db")}}, "log_config": str(folder / "log.yaml"), "media_store_path": str(folder / "media"),
            "signing_key_path": str(folder / "key"), "macaroon_secret_key": "m", "form_secret": "f", "registration_shared_secret": SECRET, "report_stats": False,
            "trusted_key_servers": [], "caches": {"sync_response_cache_duration": 0}, "app_service_config_files": [str(folder / "noor.yaml")], "pid_file": str(folder / "pid"),
            "rc_message": often, "rc_registration": often, "rc_joins": {"local": often}, "rc_presence": {"per_user": often}, "rc_login": {"address": often, "account": often},
        }  # fmt: skip
        (folder / "hs.yaml").write_text(yaml.safe_dump(config))
        self._binary = [str(python()), "-m", "synapse.app.homeserver", "-c", str(folder / "hs.yaml")]
        self._environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH" and "proxy" not in k.lower()}
        subprocess.run([*self._binary, "--generate-keys"], cwd=folder, env=self._environment, check=True, capture_output=True, timeout=300)
        self.start()

    def start(self) -> None:
        """Starts, or starts again with what it has on disk."""
        with (self.folder / "out").open("wb") as out:
            self._process = subprocess.Popen(self._binary, cwd=self.folder, env=self._environment, stdout=out, stderr=out)
        for _ in range(2400):
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(self.url + "/health", timeout=5).is_success:
                    return
            assert self._process.poll() is None, (self.folder / "out").read_text()
            time.sleep(0.05)
        self.stop()
        raise AssertionError("synapse did not start")

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def stored(self, word: str) -> int:
        """In how many events of its database a word stands."""
        with sqlite3.connect(f"file:{self.folder / 'db'}?mode=ro", uri=True) as database:
            return int(database.execute("SELECT count(*) FROM event_json WHERE json LIKE ?", (f"%{word}%",)).fetchone()[0])

    def user(self, name: str, admin: bool = False) -> Client:
        """A new user, logged in."""
        nonce = httpx.get(self.url + "/_synapse/admin/v1/register").json()["nonce"]
        parts = [nonce, name, "password", "admin" if admin else "notadmin"]
        mac = hmac.new(SECRET.encode(), "\0".join(parts).encode(), hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": "password", "admin": admin, "mac": mac}
        return Client(self.url, httpx.post(self.url + "/_synapse/admin/v1/register", json=body, timeout=60).raise_for_status().json())


class Client:
    """What a counsellor's app does."""

    def __init__(self, url: str, login: dict[str, Any]) -> None:
        self.id, self._url, self._login = str(login["user_id"]), url, login
        self.http = httpx.AsyncClient(base_url=url + "/_matrix/client/v3", headers={"Authorization": "Bearer " + login["access_token"]}, timeout=60)
        self._sent = 0  # the newest id of a message

    def again(self) -> Client:
        """The same user in another event loop."""
        return Client(self._url, self._login)

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None, **query: Any) -> dict[str, Any]:
        answer = await self.http.request(method, path, json={} if body is None and method != "GET" else body, params=query)
        return dict(answer.raise_for_status().json())

    async def rooms(self) -> dict[str, dict[str, str]]:
        """{"invite": {room: its name}, "join": {...}, "leave": {room: why}}"""
        seen = await self.call("GET", "/sync", full_state="true", filter='{"room":{"include_leave":true}}', set_presence="online")
        found: dict[str, dict[str, str]] = {"invite": {}, "join": {}, "leave": {}}
        for kind in found:
            for room, data in seen.get("rooms", {}).get(kind, {}).items():
                events = data.get("invite_state", data.get("state", {})).get("events", []) + data.get("timeline", {}).get("events", [])
                if kind == "leave":
                    words = [e["content"].get("reason", "") for e in events if e["type"] == "m.room.member" and e["state_key"] == self.id]
                else:
                    words = [e["content"].get("name", "") for e in events if e["type"] == "m.room.name"]
                found[kind][room] = words[-1] if words else ""
        return found

    async def said(self, room: str) -> list[tuple[str, str]]:
        """(sender, words) of every message that this user may read, oldest first."""
        chunk = (await self.call("GET", f"/rooms/{room}/messages", dir="f", limit=100))["chunk"]
        return [(e["sender"], e["content"].get("body", "")) for e in chunk if e["type"] == "m.room.message"]

    async def typing(self, room: str) -> list[str]:
        """Who types in a room, as this user's app shows it."""
        seen = (await self.call("GET", "/sync", full_state="true"))["rooms"]["join"].get(room, {}).get("ephemeral", {}).get("events", [])
        return [user for event in seen if event["type"] == "m.typing" for user in event["content"]["user_ids"]]

    async def join(self, room: str) -> None:
        await self.call("POST", f"/rooms/{room}/join")

    async def leave(self, room: str) -> None:
        await self.call("POST", f"/rooms/{room}/leave")

    async def say(self, room: str, text: str, msgtype: str = "m.text") -> None:
        self._sent = time.time_ns()
        await self.call("PUT", f"/rooms/{room}/send/m.room.message/t{self._sent}", {"msgtype": msgtype, "body": text})


@contextlib.contextmanager
def synapse(registration: dict[str, Any]) -> Iterator[Synapse]:
    folder = Path(tempfile.mkdtemp(prefix="noor-synapse-"))
    server = None
    try:
        server = Synapse(folder, registration, free_port())
        yield server
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
