"""Counts: what a turn adds, and that no small group can be read or worked out."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.counts import Counts
from bot.figures import SMALLEST, as_csv, hide, tables
from bot.plots import bars
from tests.conftest import MONDAY
from tests.handoff.conftest import House, house  # noqa: F401

DAY = MONDAY.date()


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 40), max_size=8))
def test_no_small_group_is_shown_or_can_be_worked_out(sums: dict[str, int]) -> None:
    shown = dict(hide(list(sums.items())))
    hidden = [key for key, number in shown.items() if number is None]
    assert all(number is None or number >= SMALLEST for number in shown.values())
    assert len(hidden) != 1 or len(sums) == 1  # with the total known, one hidden group would be known too


@pytest.mark.anyio
async def test_what_a_turn_adds(house: House) -> None:  # noqa: F811
    await house.says("a", "menu")
    await house.taps("a", "topic:already_paid")
    await house.says("a", "ik wil niet meer leven plantedword")
    handoff = await house.waits()
    await house.desk.claim(handoff.id, "els", house.at)
    await house.desk.close(handoff.id, "els", house.at)
    counts = house.service.counts
    counts.write()
    counts.write()  # nothing is counted twice
    found = {(what, key): number for _, what, key, _, number in counts.rows(DAY, DAY)}
    assert found[("talks", "web")] == 1
    assert found[("topic", "already_paid")] == 1
    assert found[("danger", "danger_suicide")] == 1
    assert (found[("handoff", "asked")], found[("handoff", "claimed")], found[("handoff", "closed")]) == (1, 1, 1)
    assert found[("waited", "0-1")] == 1
    assert "plantedword" not in str(found)


def test_numbers_of_several_processes_add_up(house: House) -> None:  # noqa: F811
    one, other = house.service.counts, Counts(house.service.kept)
    for counts in (one, other):
        counts.add("talks", "web", "nl", MONDAY, 3)
        counts.write()
    assert [row[4] for row in one.rows(DAY, DAY)] == [6]
    assert one.rows(DAY + datetime.timedelta(days=1), DAY + datetime.timedelta(days=1)) == []


def test_the_file_hides_what_the_page_hides() -> None:
    rows = [("2026-11-23", "topic", "already_paid", "nl", 40), ("2026-11-23", "topic", "image_spread", "nl", 3), ("2026-11-23", "topic", "meldcode", "nl", 9)]
    text = as_csv(tables(rows))
    assert "already_paid,40" in text
    assert "image_spread,hidden" in text
    assert "meldcode,hidden" in text


def test_a_picture_without_a_script() -> None:
    import base64

    picture = base64.b64decode(bars(["maandag", "العربية"], [7, None]).split(",")[1]).decode()
    assert "العربية" in picture
    assert "<script" not in picture


def test_every_table_has_its_words(root: Path) -> None:
    from bot.content.console_words import console_words
    from bot.figures import TABLES

    for words in console_words(root).values():
        assert all("figures_" + name in words for name in TABLES)
