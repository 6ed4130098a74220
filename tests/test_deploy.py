"""The files of deploy/ name settings, addresses and commands that are there. Building and running them needs Docker, which tests do not."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path

import yaml

from bench.servers import program
from bot.settings import NAMES
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"


def test_only_settings_that_are_there() -> None:
    for name in ("compose.yml", "kubernetes.yml", "Dockerfile"):
        used = set(re.findall(r"\b(?:NOOR|TELEGRAM)_[A-Z_]+\b", (DEPLOY / name).read_text("utf-8")))
        assert used <= set(NAMES), name


def test_yaml_is_whole_and_probes_ask_addresses_that_are_there() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8"))
    assert {"noor", "postgres", "redis", "proxy"} == set(compose["services"])
    deployment, *_ = yaml.safe_load_all((DEPLOY / "kubernetes.yml").read_text("utf-8"))
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    assert container["startupProbe"]["httpGet"]["path"] == "/ready"
    assert container["readinessProbe"]["httpGet"]["path"] == container["livenessProbe"]["httpGet"]["path"] == "/health"


def test_the_image_copies_what_is_there() -> None:
    for line in (DEPLOY / "Dockerfile").read_text("utf-8").splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), source


def test_nginx_reads_its_file() -> None:
    # nginx older than 1.27 knows no "resolve", and Docker's names are not here.
    text = (DEPLOY / "nginx.conf").read_text("utf-8").replace("server noor:8080 resolve", "server 127.0.0.1:1").replace("events {", "error_log stderr; events {")
    with tempfile.TemporaryDirectory() as folder:
        text = f"pid {folder}/pid;\n" + text.replace("access_log off;", "access_log off; " + " ".join(f"{k}_temp_path {folder}/{k};" for k in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")), 1)
        Path(folder, "nginx.conf").write_text(text)
        done = subprocess.run([program("nginx"), "-t", "-c", f"{folder}/nginx.conf", "-p", folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_bill_of_materials_lists_what_is_installed() -> None:
    uv = (ROOT / ".venv").resolve().parent / ".tools" / "bin" / "uv"
    found = str(uv) if uv.exists() else program("uv")
    done = subprocess.run([found, "export", "--locked", "--offline", "--no-dev", "--format", "cyclonedx1.5", "-q"], cwd=ROOT, capture_output=True, text=True)
    bill = json.loads(done.stdout)
    names = {c["name"] for c in bill["components"]}
    assert bill["specVersion"] == "1.5"
    assert {"rasa", "starlette", "cryptography", "sqlalchemy"} <= names
    assert "pytest" not in names
