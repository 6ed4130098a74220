"""Bars as an SVG picture, drawn on the server by matplotlib: no script of a plot in the page, and a table beside each."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence


def bars(labels: Sequence[str], numbers: Sequence[int | None]) -> str:
    """A data: address of lying bars, longest name left; hidden numbers (None) have no bar."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    # The names stay text of the reader's own font, so that Arabic is shaped and a screen can enlarge them.
    with matplotlib.rc_context({"svg.fonttype": "none", "font.family": "sans-serif", "svg.hashsalt": "noor"}):
        figure = Figure(figsize=(7, 0.6 + 0.28 * max(1, len(labels))), layout="constrained")
        axes = figure.subplots()
        places = range(len(labels))
        axes.barh(list(places), [n or 0 for n in numbers], color="#1f5f8b")
        axes.set_yticks(list(places), list(labels))
        axes.invert_yaxis()
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()
