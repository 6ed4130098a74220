"""The connector of docs/helpdesk.md is run as it stands there."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.handoff.conftest import House


@pytest.mark.anyio
async def test_the_smallest_connector_works(house: House) -> None:
    code = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "helpdesk.md").read_text("utf-8"), re.DOTALL)
    assert code
    names: dict[str, Any] = {}
    exec(code[1], names)
    task = asyncio.create_task(names["answer_everybody"](house.service))
    await asyncio.sleep(0)
    await house.waits()
    for _ in range(1_000):
        await asyncio.sleep(0)
    task.cancel()
    assert [topic for _, topic, _, _ in house.door.brought] == ["handoff_claimed", "human_message", "handoff_handed_back"]
