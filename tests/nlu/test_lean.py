"""Rasa without TensorFlow, in a process of its own: what is left must not get in the way of others."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

LOADED = """
from bot.nlu.quiet import quiet
quiet()
import sys
import bot.nlu.engine
from bot.plots import bars
assert "tensorflow" in sys.modules and not hasattr(sys.modules["tensorflow"], "__version__"), "the real one was loaded"
print(len(bars(["a", "b"], [1, 2])))
"""


def test_plots_are_drawn_beside_a_loaded_engine() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 1_000
