"""Whole short messages that lean on what was said, or say who somebody is: "waarom?", "are you sure", "bir numara ver", "leraar hier".

Of so few words a model learns little, and hears danger or another topic in them. Phrases of every language (data/short/) look at them before it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.nlu.normalise import words
from bot.nlu.patterns import joined
from bot.report.typed import TypedAnswers
from bot.rule_files import read_yaml

KINDS = ("why", "source", "number", "tried", "then", "said", "afraid", "weary", "gone", "back", "again", "sorry", "stop")
CALM = ("why", "source", "number", "then", "said", "back", "again", "sorry", "stop")  # of these a danger that the model alone hears is none
ROLES = ("parent", "kin", "pro", "young")
FIELDS = ("fillers", "short", "waits", "corrects", "role_fillers", "whose", "own", "roles")
LONGEST = 200  # characters
WAITING = 8  # words of a message that asks to wait
SHORT, ROLE = "short", "role"


@dataclass(frozen=True)
class ShortMessages:
    """heard(), role() and put_right() over the phrases of all languages."""

    kinds: Mapping[str, TypedAnswers]
    roles: Mapping[str, TypedAnswers]
    corrects: tuple[str, ...] = ()  # as joined() makes them
    waits: tuple[str, ...] = ()  # how a message begins that asks to wait: "wacht even, mijn zoon komt binnen"
    whose: frozenset[str] = frozenset()  # "her": beside one of these only a message in the first person says who somebody is
    own: frozenset[str] = frozenset()

    def heard(self, text: str) -> str:
        """Which of KINDS a whole message is; "" when none."""
        said = words(text) if len(text) < LONGEST else []
        found = next((kind for one in self.kinds.values() if (kind := one.find(SHORT, said, slips=True))), "")
        line = joined(text[:LONGEST])
        return found or ("stop" if line.startswith(self.waits) and line.count(" ") - 1 <= WAITING else "")

    def role(self, text: str) -> tuple[str, str]:
        """(role, language) of a whole message that says who somebody is and nothing else; ("", "") when it says more."""
        said = words(text) if len(text) < LONGEST else []
        if not self.whose.isdisjoint(said) and self.own.isdisjoint(said):
            return "", ""  # "her mother" tells of somebody else
        return next(((role, code) for code, one in self.roles.items() if (role := one.find(ROLE, said))), ("", ""))

    def put_right(self, text: str) -> str:
        """What a message says that puts the one before it right: "no I mean her sister" gives "her sister"; the message itself when it does not."""
        line = joined(text[:400])
        begins = max((c for c in self.corrects if line.startswith(c)), key=len, default="")
        rest = line[len(begins) :].split()
        return text.split(maxsplit=len(text.split()) - len(rest))[-1] if begins and 0 < len(rest) < len(text.split()) else text


def load_short(root: Path, faults: list[str]) -> ShortMessages:
    """Reads root/data/short; what can't be used becomes a fault."""
    kinds, roles, corrects, waits = {}, {}, [], []
    whose, own = set(), set()
    for path in sorted((root / "data" / "short").glob("*.yml")):
        shown = f"data/short/{path.name}"
        raw = read_yaml(path, shown, faults)
        for name in raw.keys() - set(FIELDS):
            faults.append(f"{shown}: {name!r} is unknown; use {', '.join(FIELDS)}")
        kinds[path.stem] = _typed(raw, SHORT, "short", "fillers", KINDS, shown, faults)
        roles[path.stem] = _typed(raw, ROLE, "roles", "role_fillers", ROLES, shown, faults)
        corrects += [joined(str(phrase)) for phrase in raw.get("corrects") or ()]
        waits += [joined(str(phrase)) for phrase in raw.get("waits") or ()]
        whose |= {w for phrase in raw.get("whose") or () for w in words(str(phrase))}
        own |= {w for phrase in raw.get("own") or () for w in words(str(phrase))}
    return ShortMessages(kinds, roles, tuple(corrects), tuple(waits), frozenset(whose), frozenset(own))


def _typed(raw: Mapping[str, Any], slot: str, part: str, fillers: str, known: tuple[str, ...], shown: str, faults: list[str]) -> TypedAnswers:
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for kind, phrases in (raw.get(part) or {}).items():
        if kind not in known:
            faults.append(f"{shown}: {part}: the kind {kind!r} is unknown; use one of {', '.join(known)}")
            continue
        found[kind] = tuple(tuple(words(str(phrase))) for phrase in phrases or ())
    return TypedAnswers({slot: found}, frozenset(w for phrase in raw.get(fillers) or () for w in words(str(phrase))))
