"""The files of deploy/ name settings, addresses and commands that are there. Building and running them needs Docker, which tests do not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import yaml

from bench.servers import program
from bot.app import create_app
from bot.settings import NAMES, Settings
from tests.conftest import ROOT, opened

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


def containers() -> dict[str, dict[str, Any]]:
    """The containers of kubernetes.yml by name."""
    found = {}
    for document in yaml.safe_load_all((DEPLOY / "kubernetes.yml").read_text("utf-8")):
        spec = document["spec"]
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        found |= {one["name"]: {**one, "pod": spec["template"]["spec"]} for one in spec.get("template", {}).get("spec", {}).get("containers", [])}
    return found


def test_image_compose_and_kubernetes_agree_on_user_port_folder_and_version() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text("utf-8")
    uid, port = re.findall(r"^USER (\d+)$", dockerfile, re.M)[0], re.findall(r"^EXPOSE (\d+)$", dockerfile, re.M)[0]
    data = re.findall(r"NOOR_DATA=(\S+)", dockerfile)[0]
    assert f"--uid {uid} " in dockerfile
    assert int(port) == Settings.port
    compose = yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8"))
    assert data in compose["services"]["noor"]["tmpfs"]
    assert f"noor:{port}" in (DEPLOY / "nginx.conf").read_text("utf-8")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    for name, container in containers().items():
        assert container["image"] == f"noor:{version}", name
        assert container["pod"]["securityContext"]["runAsUser"] == int(uid), name
        assert data in [mount["mountPath"] for mount in container["volumeMounts"]], name
        assert {m["name"] for m in container["volumeMounts"]} == {v["name"] for v in container["pod"]["volumes"]}, name
        assert container["securityContext"]["allowPrivilegeEscalation"] is False, name
    assert containers()["noor"]["ports"] == [{"containerPort": int(port), "name": "http"}]


def test_probes_and_commands_are_there(settings: Settings) -> None:
    routes = {getattr(route, "path", "") for route in create_app(settings, opened(settings)).routes}
    noor = containers()["noor"]
    compose = (DEPLOY / "compose.yml").read_text("utf-8")
    probes = {noor[probe]["httpGet"]["path"] for probe in ("startupProbe", "readinessProbe", "livenessProbe")} | set(re.findall(r"8080(/\w+)'", compose))
    assert probes == {"/health", "/ready"}
    assert probes <= routes
    commands = set(re.findall(r"\bnoor (\w+)", " ".join(containers()["backup"]["command"]))) | set(re.findall(r"\.venv/bin/noor (\w+)", (DEPLOY / "Dockerfile").read_text("utf-8"))) | {"serve"}
    said = subprocess.run([sys.executable, "-m", "bot.cli", "--help"], cwd=ROOT, capture_output=True, text=True).stdout
    assert commands == {"serve", "backup", "content", "train"}
    assert all(re.search(rf"\b{command}\b", said) for command in commands)
    # SIGTERM comes after preStop; answers that are under way get 5 seconds more (bot/app.py) before the pod is ended.
    assert noor["pod"]["terminationGracePeriodSeconds"] > int(noor["lifecycle"]["preStop"]["exec"]["command"][1]) + 5


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
