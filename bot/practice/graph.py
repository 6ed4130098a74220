"""`noor practice graph SCENE`: a scene as a drawing in DOT, for `dot -Tsvg`: how trust moves, what answers what, where danger is dropped."""

from __future__ import annotations

from collections.abc import Iterable

from bot.practice.scene import BY_BAND, FLAT, Scene
from bot.practice.trust import BANDS, Trust

COLOURS = {"closed": "#f3e3d3", "guarded": "#f6f0df", "open": "#e0efe6"}
TOLD = {"secrecy": "promise_secrecy", "hurt": "whatever hurts"}


def dot(scene: Scene, trust: Trust) -> str:
    """One directed graph in the DOT language."""
    return "\n".join(["digraph scene {", *(f"  {line}" for line in _lines(scene, trust)), "}"]) + "\n"


def _lines(scene: Scene, trust: Trust) -> Iterable[str]:
    yield f'graph [rankdir=LR, label={_quoted(f"{scene.title} ({scene.language}, {scene.with_whom})")}, labelloc=t, fontname="sans-serif"];'
    yield 'node [shape=box, style="rounded,filled", fillcolor=white, fontname="sans-serif", fontsize=10]; edge [fontname="sans-serif", fontsize=9];'
    for level, line in scene.opening.items():
        yield f"opening_{level} [label={_quoted(f'{level}: {line}')}];"
        yield f"opening_{level} -> {trust.band(trust.start[level])} [label={_quoted(f'trust {trust.start[level]:g}')}];"
    for band in BANDS:
        counts = [f"{name} {len(scene.pools[name][band])}" for name in ("tells", "anyway", *BY_BAND)]
        subjects = sum(bool(a.lines[band]) for a in scene.asked)
        yield f"{band} [shape=ellipse, fillcolor={_quoted(COLOURS[band])}, label={_quoted(chr(10).join([band, *counts, f'asked about {subjects} subjects']))}];"
        yield f"ending_{band} [label={_quoted(scene.endings[band])}];"
        yield f"{band} -> ending_{band} [style=dashed, label=end];"
    helps = ", ".join(label for label in trust.change if trust.helps(label))
    hinders = ", ".join(label for label in trust.change if trust.hinders(label))
    for low, high in zip(BANDS, BANDS[1:], strict=False):
        yield f"{low} -> {high} [color=darkgreen, label={_quoted(_wrapped(helps) if low == BANDS[0] else 'helps')}];"
        yield f"{high} -> {low} [color=firebrick, label={_quoted(_wrapped(hinders) if low == BANDS[0] else 'hinders')}];"
    for name in FLAT:
        lines = scene.pools[name]["open"]
        yield f"heard_{name} [label={_quoted(f'on {TOLD.get(name, name)}: {lines[0].text}' + (f' (+{len(lines) - 1})' if len(lines) > 1 else ''))}];"
        yield f"guarded -> heard_{name} [style=dotted, arrowhead=none];"
    for number, hint in enumerate(scene.hints, 1):
        yield f"hint_{number} [shape=note, fillcolor=\"#fdeaea\", label={_quoted(f'from turn {hint.after}: {hint.say}')}];"
        yield f"guarded -> hint_{number} [style=dotted];"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _wrapped(text: str, width: int = 48) -> str:
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return "\n".join([*lines, line])
