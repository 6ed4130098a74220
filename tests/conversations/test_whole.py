"""Eight whole report conversations through the real turn, from the first message to the sheet (whole.yml)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Person

pytestmark = pytest.mark.anyio
CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "whole.yml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[c["case"] for c in CASES])
async def test_a_conversation_from_the_first_message_to_the_sheet(person: Person, case: dict[str, Any]) -> None:
    person.talk.language = case["language"]
    for said, topic, holds in case["talk"]:
        replies = await (person.taps(said[1:]) if said.startswith(">") else person.says(said))
        known = person.talk.report["case"]
        assert replies[-1].topic == topic, f"{said}: {replies[-1].topic}, known is {known}"
        for slot, value in holds.items():
            assert (set(value) <= set(known.get(slot) or ())) if isinstance(value, list) else known.get(slot) == value, f"{said}: {known}"
        assert person.talk.language == case["language"], said
    assert replies[0].file and replies[0].topic == "report_sheet"
