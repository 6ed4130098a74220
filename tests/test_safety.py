"""The danger rules: what stands beside them as an example is caught, what stands there as a counter-example is not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.answers import Answers
from bot.nlu.patterns import joined
from bot.safety import DANGERS, Safety, load_safety
from tests.conftest import ROOT

RULES = {
    path.stem: {k: v for k, v in yaml.safe_load(path.read_text("utf-8")).items() if k != "groups"}
    for path in sorted((ROOT / "data" / "danger").glob("*.yml"))
}
KINDS = [(language, kind) for language, rules in RULES.items() for kind in rules]


@pytest.mark.parametrize(("language", "kind"), KINDS)
def test_examples_are_caught_and_counter_examples_are_not(words: tuple[Answers, Safety], language: str, kind: str) -> None:
    missed = [
        e for e in RULES[language][kind]["examples"] if not words[1].danger(e, language)
    ]  # a mixed line may be another language's catch
    caught = [e for e in RULES[language][kind]["counter_examples"] if words[1]._rules.look(joined(e)).found((language, kind))]
    assert not missed
    assert not caught


def test_every_spoken_language_has_every_kind(words: tuple[Answers, Safety]) -> None:
    for language in words[0].content.spoken():
        assert set(RULES[language]) == set(DANGERS)


def test_a_broken_rules_file_is_named_with_all_its_faults(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "danger"
    folder.mkdir(parents=True)
    (folder / "nl.yml").write_text("danger_suicide:\n  patterns: ['<nobody> dood', '... ...']\ndanger_weather:\n  patterns: [x]\n")
    (folder / "en.yml").write_text("danger_suicide: [")
    safety, faults = load_safety(tmp_path)
    assert len(faults) == 4
    assert all(":" in fault and ";" in fault for fault in faults)
    assert safety.danger("ik wil dood") is None


def test_rules_of_every_language_look_at_every_message(words: tuple[Answers, Safety]) -> None:
    found = words[1].danger("I am going to kill myself tonight", "nl")
    assert found
    assert found.language == "en"


def test_a_very_long_message_is_still_looked_at(words: tuple[Answers, Safety]) -> None:
    assert words[1].danger("wat een gedoe op school " * 400 + " ik wil niet meer leven", "nl")
