"""The simulation of simulation.py on a few talks; a thousand by its command."""

from __future__ import annotations

import pytest

from bot.answers import Answers
from bot.safety import Safety
from bot.settings import Settings
from tests.handoff.simulation import simulate


@pytest.mark.anyio
@pytest.mark.parametrize("seed", [1, 2])
async def test_talks_with_everything_that_goes_wrong(settings: Settings, words: tuple[Answers, Safety], seed: int) -> None:
    counted = await simulate(settings, words, 25, seed)
    assert counted["talks that ended by themselves"] > 2  # the paths that end a talk were walked as well
    assert min(counted[what] for what in ("restarts", "reconnects", "two claims at once", "counsellors' messages", "the clock goes on")) > 0
