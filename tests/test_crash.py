"""Noor is killed at random moments while people talk with it; `python -m bench.crash` does so a thousand times."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.conftest import ROOT


def test_killed_at_random_moments_nothing_is_lost_and_nothing_answered_twice() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-m", "bench.crash", "--kills", "6"], cwd=ROOT, capture_output=True, text=True, timeout=500)
    assert done.stdout, done.stderr
    result = json.loads(done.stdout)
    assert result["faults"] == []
    assert result["kills"] == 6
    assert result["messages"] > 20
    assert result["reconnects"] > 6
