"""`noor content check` names what a writer of scenes must mend."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from bot.practice.check import check_practice
from tests.conftest import ROOT

SCENE = "content/practice/scenes/nl/mother_ashamed.yml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("content/practice", "data/practice"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "content" / "slurs.txt", tmp_path / "content")
    return tmp_path


def sources() -> list[str]:
    return list(yaml.safe_load((ROOT / "content" / "sources.yml").read_text("utf-8")))


def test_the_projects_own_scenes_have_no_fault() -> None:
    assert check_practice(ROOT, sources()) == []


@pytest.mark.parametrize(
    ("file", "change", "named"),
    [
        (SCENE, lambda s: s.replace("with: parent", "with: aunt"), "with is 'aunt'; write one of parent, victim, spreader"),
        (SCENE, lambda s: s.replace("hides:", "hidden:"), "`hides` is missing"),
        (SCENE, lambda s: s.replace("Moet dit lang duren?", "Schrijft u dit op?"), "a person never says the same twice"),
        (SCENE, lambda s: s.replace("Moet dit lang duren?", "Bel 0800-2000 maar."), "a phone number"),
        (SCENE, lambda s: s.replace("Moet dit lang duren?", "Ze is een slet."), "never repeat a slur"),
        (SCENE, lambda s: s.replace("trains: [reduce_shame,", "trains: [blame,"), "trains names blame"),
        (SCENE, lambda s: s.replace("  closed: [\"Ik weet het niet.\"", "  shut: [\"Ik weet het niet.\"", 1), "needs lines for closed, guarded, open"),
        (SCENE, lambda s: s + "\t- broken", "can't be read"),
        ("content/practice/feedback/nl.yml", lambda s: s.replace("source: ccv_honour", "source: nobody", 1), "the source nobody is not in sources.yml"),
        ("content/practice/feedback/en.yml", lambda s: s.replace("  blame:", "  blaim:", 1), "blame is missing"),
        ("content/practice/report/nl.yml", lambda s: s.replace("ticks: [remove_blame]", "ticks: [remove_it]", 1), "remove_it is no label"),
        ("data/practice/outside.yml", lambda s: s.replace("real:", "reel:", 1), "put the last good one back"),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_its_path_and_what_to_do(copy: Path, file: str, change: Callable[[str], str], named: str) -> None:
    path = copy / file
    before = path.read_text("utf-8")
    path.write_text(change(before), "utf-8")
    assert path.read_text("utf-8") != before
    faults = check_practice(copy, sources())
    assert any(named in fault and file in fault for fault in faults), faults
    assert all(": " in fault and ("; " in fault or "can't be read" in fault) for fault in faults)


def test_a_scene_that_falls_silent_is_named(copy: Path) -> None:
    path = copy / SCENE
    raw = yaml.safe_load(path.read_text("utf-8"))
    for band in ("closed", "guarded", "open"):
        raw["anyway"][band] = raw["anyway"][band][:1]
        raw["tells"][band] = raw["tells"][band][:1]
    raw["asked"] = raw["asked"][:5]
    raw["quiet"] = raw["quiet"][:1]
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    assert any("nothing is left to say" in fault for fault in check_practice(copy, sources()))
