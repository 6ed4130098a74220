"""Real PostgreSQL and Redis, started in a temporary folder on a free port, and stopped: for tests and measures."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

LOCAL = "127.0.0.1"


def free_port() -> int:
    with socket.create_server((LOCAL, 0)) as taken:
        return int(taken.getsockname()[1])


def program(name: str) -> str:
    """Where a program is; Debian keeps PostgreSQL's off the path."""
    found = shutil.which(name) or next((str(p) for p in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), "")
    assert found, f"{name} is not installed: apt-get install postgresql redis-server nginx"
    return found


class Postgres:
    """A server of its own; `stop` and `start` play a database that goes away. It refuses to run as root."""

    def __init__(self) -> None:
        self.folder, self.port = Path(tempfile.mkdtemp(prefix="noor-postgres-")), free_port()  # not pytest's folder: that is its owner's alone
        self._as: list[str] = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        if self._as:
            shutil.chown(self.folder, "postgres", "postgres")
        self._run("initdb", "-D", str(self.folder), "-A", "trust", "-U", "noor", "--no-sync", "-E", "UTF8", "--locale", "C")
        self.start()
        self.made = 0

    def start(self) -> None:
        # Not with --no-sync: what was committed must be there after a kill.
        self._run(
            "pg_ctl", "-D", str(self.folder), "-w", "-l", str(self.folder / "log"),
            "-o", f"-p {self.port} -c listen_addresses={LOCAL} -c unix_socket_directories={self.folder}", "start",
        )  # fmt: skip

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder), "-m", "immediate", "-w", "stop")

    def database(self) -> str:
        """The address of a new empty database."""
        self.made += 1
        name = f"noor{self.made}"
        self._run("createdb", "-h", LOCAL, "-p", str(self.port), "-U", "noor", name)
        return f"postgresql://noor@{LOCAL}:{self.port}/{name}"

    def _run(self, name: str, *args: str) -> None:
        done = subprocess.run([*self._as, program(name), *args], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", timeout=60)
        assert done.returncode == 0, done.stderr.decode()


class Redis:
    """A server of its own, which keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://{LOCAL}:{self.port}/0"
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [program("redis-server"), "--port", str(self.port), "--bind", LOCAL, "--save", "", "--appendonly", "no", "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection((LOCAL, self.port), 1):
                return
            time.sleep(0.05)
        raise AssertionError("redis-server did not start")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    try:
        yield server
    finally:
        with contextlib.suppress(AssertionError):
            server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[Redis]:
    server = Redis(folder)
    try:
        yield server
    finally:
        server.stop()


NGINX = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; {user} worker_processes 1;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
  upstream noor {{ {servers} }}
  server {{
    listen {local}:{port};
    location / {{
      proxy_pass http://noor; proxy_http_version 1.1; proxy_next_upstream error timeout non_idempotent; proxy_connect_timeout 1s;
      proxy_set_header Host $http_host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
      proxy_set_header X-Forwarded-For $remote_addr;
    }}
  }}
}}
"""


def nginx(folder: Path, port: int, behind: list[int]) -> subprocess.Popen[bytes]:
    """A real proxy on `port` in front of the given ports; as root its workers stay root, so that they reach the folder."""
    config = folder / "nginx.conf"
    servers = " ".join(f"server {LOCAL}:{one} max_fails=1 fail_timeout=2s;" for one in behind)
    user = "user root;" if os.getuid() == 0 else ""
    config.write_text(NGINX.format(folder=folder, local=LOCAL, servers=servers, port=port, user=user))
    return subprocess.Popen([program("nginx"), "-c", str(config), "-p", str(folder), "-e", f"{folder}/error.log"])
