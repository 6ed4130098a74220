"""The rules table: every combination of answers ends in a plan, no step says the opposite of another, no family step where it is unsafe."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers import Answers
from bot.report.case import SKIPPED, facts
from bot.report.rules import Rules, load_rules
from bot.safety import Safety

CORE = ("danger", "person", "what", "age", "family")


def faults_of(rules: Rules, known: dict[str, Any]) -> list[str]:
    """What is wrong with the plan for some facts."""
    plan = rules.plan(known)
    names = {s.name for s in plan}
    found = [] if plan else ["no plan"]
    found += [f"{s.name} beside {other}" for s in plan for other in s.never_with if other in names]
    if known["home"] != "safe":
        found += [f"{s.name} brings in the family" for s in plan if s.family]
        found += [f"{n} is missing" for n in ("tell_nobody", "wait_with_family") if known["home"] == {"tell_nobody": "unsafe", "wait_with_family": "unsure"}[n] and n not in names]
    if known["danger"] == "now" and plan[0].name != "call_emergency":
        found.append("the emergency number is not first")
    if known["side"] == "victim":
        found += [f"{s.name} is for who passed it on" for s in plan if s.name.startswith("spread_")]
        if not names & {"evidence"}:
            found.append("no evidence")
        if not names & {"police", "police_later", "police_again", "pro_police", "held_if"}:
            found.append("nothing about the police")
    elif names & {"comfort", "evidence", "police", "remove_minor"}:
        found.append("a victim's step for who passed it on")
    if known["side"] == "victim" and not names & {"remove_minor", "remove_adult", "remove_unknown", "call_helpwanted"}:
        found.append("nobody who helps")
    if not any(n.startswith(("support", "pro_support")) for n in names):
        found.append("no support")
    return found


def test_every_combination_of_the_first_answers_ends_in_a_sound_plan(words: tuple[Answers, Safety]) -> None:
    rules = words[0].report.rules
    choices: dict[str, list[Any]] = {slot: [*question.answers, SKIPPED] for slot in CORE if (question := rules.question(slot))}
    choices["what"] = [[w] if w != SKIPPED else w for w in choices["what"]]
    wrong = []
    for values in itertools.product(*choices.values()):
        for role, years in itertools.product(("", "pro", "young"), ("", "12")):
            case = dict(zip(choices, values, strict=True)) | ({"years": years} if years and values[3] == "from_12" else {})
            known = facts(case, role)
            wrong += [(case, role, f) for f in faults_of(rules, known)]
    assert wrong == []


@settings(max_examples=1500, deadline=None)
@given(data=st.data())
def test_any_answers_at_all_end_in_a_sound_plan(words: tuple[Answers, Safety], data: st.DataObject) -> None:
    rules = words[0].report.rules
    case: dict[str, Any] = {}
    for question in rules.questions:
        value = data.draw(st.sampled_from([None, SKIPPED, *question.answers]), label=question.slot)
        if value is not None:
            case[question.slot] = value
    for slot in ("what", "done"):
        answers = [a for a in rules.question(slot).answers]  # type: ignore[union-attr]
        several = data.draw(st.lists(st.sampled_from(answers), unique=True, max_size=3), label=slot)
        if several:
            case[slot] = several
        elif case.get(slot) not in (None, SKIPPED):
            case[slot] = [case[slot]]
    for slot, values in {"papers": ["none"], "abroad": ["child", "doer"], "disability": ["mild"], "years": ["9", "12", "15", "30"]}.items():
        value = data.draw(st.sampled_from([None, *values]), label=slot)
        if value:
            case[slot] = value
    role = data.draw(st.sampled_from(["", "parent", "pro", "young", "looking"]))
    known = facts({"danger": SKIPPED, **case}, role, data.draw(st.sampled_from(["nl", "ar"])))
    assert faults_of(rules, known) == []


def test_every_step_is_given_to_somebody(words: tuple[Answers, Safety]) -> None:
    rules = words[0].report.rules
    given_to = set()
    for step in rules.steps:
        wanted = {s: (w[0] if isinstance(w, list) else w) for s, w in step.when.items()}
        if step.family:
            wanted["home"] = "safe"
        if step.follows({"danger": "calm", "side": "victim", "home": "safe", "speaker": "parent", "minor": "minor", **wanted}):
            given_to.add(step.name)
    assert {s.name for s in rules.steps} == given_to


def test_nobody_said_that_the_family_may_know_so_it_may_not() -> None:
    assert facts({})["home"] == "unsure"
    assert facts({"family": SKIPPED})["home"] == "unsure"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"steps": [{"step": "x", "when": {"dangr": "now"}, "topic": "menu", "sources": ["own_wording"]}]}, "'dangr' is neither"),
        ({"steps": [{"step": "x", "when": {"danger": "later"}, "topic": "menu", "sources": ["own_wording"]}]}, "danger is never 'later'"),
        ({"steps": [{"step": "x", "topic": "menu", "sources": ["own_wording"]}]}, "has no `when`"),
        ({"steps": [{"step": "x", "when": {"danger": "now"}, "topic": "no_topic", "sources": ["own_wording"]}]}, "the topic 'no_topic'"),
        ({"steps": [{"step": "x", "when": {"danger": "now"}, "topic": "menu", "sources": ["nowhere"]}]}, "the source nowhere"),
        ({"steps": [{"step": "x", "when": {"danger": "now"}, "topic": "menu", "sources": ["own_wording"]}]}, "step_x is missing"),
        ({"most": "many"}, "most is 'many'"),
        ({"questions": {"danger": {"answers": "now"}}}, "has no answers"),
    ],
)
def test_a_broken_table_is_refused_with_the_place_and_what_to_do(
    words: tuple[Answers, Safety], tmp_path: Path, root: Path, change: dict[str, Any], why: str
) -> None:
    table = yaml.safe_load((root / "data" / "report" / "rules.yml").read_text("utf-8")) | change
    (tmp_path / "data" / "report").mkdir(parents=True)
    (tmp_path / "data" / "report" / "rules.yml").write_text(yaml.safe_dump(table, sort_keys=False), "utf-8")
    content = words[0].content
    rules, faults = load_rules(tmp_path, content.topics, content.sources, content.interface["nl"])
    assert any(why in fault for fault in faults), faults
    assert all(": " in fault for fault in faults)
    assert rules.steps == ()


def test_a_table_that_is_no_yaml_names_the_line(words: tuple[Answers, Safety], tmp_path: Path) -> None:
    (tmp_path / "data" / "report").mkdir(parents=True)
    (tmp_path / "data" / "report" / "rules.yml").write_text("questions:\n  danger: {answers: [calm\nsteps: []\n", "utf-8")
    assert "line 3" in load_rules(tmp_path, {}, {}, {})[1][0]


def test_a_fault_in_a_step_names_its_line(words: tuple[Answers, Safety], tmp_path: Path, root: Path) -> None:
    good = (root / "data" / "report" / "rules.yml").read_text("utf-8")
    (tmp_path / "data" / "report").mkdir(parents=True)
    (tmp_path / "data" / "report" / "rules.yml").write_text(good.replace("when: {home: unsafe}", "when: {home: dangerous}", 1), "utf-8")
    content = words[0].content
    (fault,) = load_rules(tmp_path, content.topics, content.sources, content.interface["nl"])[1]
    line = good.splitlines().index("- step: tell_nobody") + 1
    assert fault.startswith(f"data/report/rules.yml: line {line}: step tell_nobody: home is never 'dangerous'")
