"""A scene as its writer wrote it: who the simulated person is, what she hides, and her lines. content/practice/README.md says how to write one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.normalise import words
from bot.practice.trust import BANDS, LEVELS

WHOM = ("parent", "victim", "spreader")
# The lines that answer what was just said: for each band a list, or one list for all.
BY_BAND = ("warmth", "step", "safety")
FLAT = ("blame", "secrecy", "see", "pressure", "told", "minimise", "stereotype", "jargon", "hurt", "values", "honest")
MEMORIES = ("promise", "honest", "blame", "control")
TEXTS = ("title", "who", "before", "background", "hides", "lesson")
FIELDS = {*TEXTS, "with", "find", "trains", "opening", "hints", "tells", "asked", "heard", "remembers", "quiet", "anyway", "endings"}


@dataclass(frozen=True)
class Line:
    """Something the person can say; `id` is made of its words, so that a scene may grow while somebody plays it."""

    id: str
    text: str


@dataclass(frozen=True)
class Hint:
    """A sign of danger that the person lets fall: from which turn, the words or the safety question that pick it up, and what it means."""

    id: str
    say: str
    after: int
    pick_up: tuple[str, ...]
    means: str


@dataclass(frozen=True)
class Asked:
    """Answers to questions about one subject; `about` holds words (a longer one may begin with it) and phrases."""

    about: tuple[str, ...]
    lines: Mapping[str, tuple[Line, ...]]


@dataclass(frozen=True)
class Scene:
    """One person to practise with, in one language. `lines[pool][band]`; `trains` names labels of the coach that this scene asks for."""

    name: str
    language: str
    path: str
    with_whom: str
    texts: Mapping[str, str]
    find: tuple[str, ...]
    trains: tuple[str, ...]
    opening: Mapping[str, str]
    endings: Mapping[str, str]
    hints: tuple[Hint, ...]
    asked: tuple[Asked, ...]
    pools: Mapping[str, Mapping[str, tuple[Line, ...]]]

    @property
    def title(self) -> str:
        return self.texts["title"]

    def everything(self) -> Iterator[str]:
        """Every sentence that a person may read."""
        yield from self.texts.values()
        yield from self.said()

    def said(self) -> Iterator[str]:
        """Every line of the simulated person."""
        yield from self.opening.values()
        yield from self.endings.values()
        for hint in self.hints:
            yield hint.say
        for pools in (*self.pools.values(), *(a.lines for a in self.asked)):
            for lines in {id(lines): lines for lines in pools.values()}.values():  # one list may serve every band
                yield from (line.text for line in lines)


def load_scenes(root: Path, faults: list[str]) -> dict[str, dict[str, Scene]]:
    """scenes[language][name] of root/content/practice/scenes; what can't be used is left out, with a fault for each reason."""
    scenes: dict[str, dict[str, Scene]] = {}
    for path in sorted((root / "content" / "practice" / "scenes").glob("*/*.yml")):
        shown = f"content/practice/scenes/{path.parent.name}/{path.name}"
        try:
            raw = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            faults.append(f"{shown}: can't be read ({str(error).splitlines()[0]}); look for a missing quote or a wrong indent")
            continue
        if scene := _scene(raw, path, shown, faults):
            scenes.setdefault(scene.language, {})[scene.name] = scene
    return scenes


def _scene(raw: Any, path: Path, shown: str, faults: list[str]) -> Scene | None:
    if not isinstance(raw, dict):
        faults.append(f"{shown}: holds no `name: value` lines; see content/practice/README.md")
        return None
    before = len(faults)
    for name in sorted(FIELDS - raw.keys()):
        faults.append(f"{shown}: `{name}` is missing; add it (content/practice/README.md)")
    for name in sorted(raw.keys() - FIELDS):
        faults.append(f"{shown}: `{name}` is unknown; take it out or correct its spelling")
    if raw.get("with") not in WHOM:
        faults.append(f"{shown}: with is {raw.get('with')!r}; write one of {', '.join(WHOM)}")
    heard, remembers = raw.get("heard") or {}, raw.get("remembers") or {}
    pools: dict[str, Mapping[str, tuple[Line, ...]]] = {}
    for name, value in (("tells", raw.get("tells")), ("anyway", raw.get("anyway")), *((n, heard.get(n)) for n in BY_BAND)):
        pools[name] = _banded(value, f"{shown}: {name}", faults)
    for name, value in (("quiet", raw.get("quiet")), *((n, heard.get(n)) for n in FLAT), *((f"remembers_{n}", remembers.get(n)) for n in MEMORIES)):
        pools[name] = _flat(value, f"{shown}: {name.replace('_', ': ', 1)}", faults)
    for name in sorted(heard.keys() - {*BY_BAND, *FLAT}):
        faults.append(f"{shown}: heard: {name} is unknown; use {', '.join((*BY_BAND, *FLAT))}")
    opening = _texts(raw.get("opening"), LEVELS, f"{shown}: opening", faults)
    endings = _texts(raw.get("endings"), BANDS, f"{shown}: endings", faults)
    try:
        hints = tuple(
            Hint(_id(str(h["say"])), str(h["say"]), int(h["after"]), _phrases(h["pick_up"]), str(h["means"])) for h in raw.get("hints") or ()
        )
        asked = tuple(
            Asked(_phrases(a["about"]), {b: tuple(_lines(a.get(b))) for b in BANDS}) for a in raw.get("asked") or ()
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        faults.append(f"{shown}: hints need say, after, pick_up and means, asked needs about and lines ({error}); see content/practice/README.md")
        return None
    if len(faults) > before:
        return None
    texts = {name: str(raw[name]).strip() for name in TEXTS}
    return Scene(
        path.stem, path.parent.name, shown, str(raw["with"]), texts, _phrases(raw["find"]), tuple(raw["trains"]), opening, endings, hints,
        asked, pools,
    )  # fmt: skip


def _id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _phrases(value: Any) -> tuple[str, ...]:
    """ "mentor, er niet meer" -> ("mentor", "er niet meer"), folded."""
    return tuple(p for p in (" ".join(words(part)) for part in str(value).split(",")) if p)


def _lines(value: Any) -> list[Line]:
    texts = [value] if isinstance(value, str) else list(value or ())
    return [Line(_id(str(t).strip()), str(t).strip()) for t in texts]


def _banded(value: Any, where: str, faults: list[str]) -> dict[str, tuple[Line, ...]]:
    if not isinstance(value, dict) or set(value) != set(BANDS):
        faults.append(f"{where}: needs lines for {', '.join(BANDS)}; write a list under each")
        return {}
    return {band: tuple(_lines(value[band])) for band in BANDS}


def _flat(value: Any, where: str, faults: list[str]) -> dict[str, tuple[Line, ...]]:
    if not value or not isinstance(value, list | str):
        faults.append(f"{where}: has no lines; write at least one")
        return {}
    lines = tuple(_lines(value))
    return dict.fromkeys(BANDS, lines)


def _texts(value: Any, names: tuple[str, ...], where: str, faults: list[str]) -> dict[str, str]:
    if not isinstance(value, dict) or set(value) != set(names):
        faults.append(f"{where}: needs {', '.join(names)}; write one line for each")
        return {}
    return {name: str(value[name]).strip() for name in names}
