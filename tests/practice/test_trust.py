"""Trust: bounded, and moved by help and hurt in one direction only."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.practice.trust import LEVELS, Trust, load_trust

ROOT = Path(__file__).resolve().parents[2]
TRUST = load_trust(ROOT, [])
assert TRUST
LABELS = st.sets(st.sampled_from(sorted(TRUST.change)))
VALUE = st.floats(0, 10)
LEVEL = st.sampled_from(LEVELS)


def table() -> Trust:
    assert TRUST
    return TRUST


@given(VALUE, LABELS, LEVEL, st.booleans(), st.booleans())
def test_never_out_of_bounds_and_never_far_in_one_turn(value: float, labels: set[str], level: str, quiet: bool, broken: bool) -> None:
    after = table().moved(value, labels, level, quiet=quiet, broken=broken)
    assert 0 <= after <= table().scale
    assert -table().most["down"] - 0.001 <= after - value <= table().most["up"] + 0.001


@given(VALUE, LABELS, LEVEL)
def test_one_more_help_never_costs_trust_and_one_more_hurt_never_gives_it(value: float, labels: set[str], level: str) -> None:
    before = table().moved(value, labels, level)
    for label in table().change:
        after = table().moved(value, labels | {label}, level)
        if table().helps(label):
            assert after >= before
        elif table().hinders(label):
            assert after <= before


@given(VALUE, LABELS)
def test_a_harder_level_never_gives_more(value: float, labels: set[str]) -> None:
    easy, normal, hard = (table().moved(value, labels, level) for level in LEVELS)
    assert easy >= normal >= hard


@given(VALUE, LEVEL)
def test_help_alone_raises_and_hurt_alone_lowers_until_the_end_of_the_scale(value: float, level: str) -> None:
    for label in table().change:
        after = table().moved(value, {label}, level)
        if table().helps(label):
            assert after > value or value > 9.8
        elif table().hinders(label):
            assert after < value or value < 0.2


@given(VALUE, LABELS, LEVEL)
def test_a_broken_promise_costs(value: float, labels: set[str], level: str) -> None:
    assert table().moved(value, labels, level, broken=True) <= table().moved(value, labels, level)


def test_a_broken_table_is_told_with_what_to_do(tmp_path: Path) -> None:
    faults: list[str] = []
    assert load_trust(tmp_path, faults) is None
    raw = (ROOT / "data" / "practice" / "trust.yml").read_text("utf-8")
    folder = tmp_path / "data" / "practice"
    folder.mkdir(parents=True)
    (folder / "trust.yml").write_text(raw.replace("[1, 1, 0.5]", "[1, -1, 0.5]", 1).replace("heard: told", "heard: seen"), "utf-8")
    assert load_trust(tmp_path, faults) is None
    assert len(faults) == 3
    assert all(f.startswith("data/practice/trust.yml: ") and "; " in f for f in faults)
