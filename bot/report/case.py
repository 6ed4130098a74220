"""What is known of one case, as closed values only: nothing that a person typed is kept here.

A case is {slot: value}; `what` is a list, since a threat and a fake image often come together. `facts` adds what follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Case = dict[str, Any]
BANDS = (("under_12", 0, 11), ("from_12", 12, 15), ("from_16", 16, 17), ("from_18", 18, 130))
MANY = {"what", "done"}
WEAKEST = {"what": "held", "done": "nothing"}  # says nothing any more beside another: who posts an image has done more than have it
SKIPPED = "unknown"  # the person would rather not say, or does not know
# What a later message may simply change: it went on, or got known better. Other changes are asked about once.
GROWS = {"money", "meeting", "ongoing", "wants", "platform", "danger", "papers", "abroad", "disability", "hurt", "by", "relation", "role"}
WHO = {"daughter": "child", "son": "child", "child": "child", "pupil": "pupil", "client": "client", "self": "self", "friend": "other"}


def telling(slot: str, values: list[str]) -> list[str]:
    """The values of a slot of MANY without the one that says nothing beside another; that one alone stays."""
    return [v for v in values if v != WEAKEST[slot]] if len(values) > 1 else values


def band(years: int) -> str:
    """The age band of an age in years; "" when it is none."""
    return next((name for name, low, high in BANDS if low <= years <= high), "")


def facts(case: Mapping[str, Any], role: str = "", language: str = "nl") -> Case:
    """The case with what follows from it: speaker, side, home, minor, under_13, tongue (see the head of data/report/rules.yml).

    Nobody said that the family may know: then `home` is unsure, never safe.
    """
    person, age, years = case.get("person"), case.get("age"), str(case.get("years") or "")
    what = case.get("what") or []
    if person in ("pupil", "client") or (role == "pro" and person not in ("child", "self")):  # a teacher's own daughter is her child
        speaker = "pro"
    elif person == "self" or (role == "young" and person in (None, SKIPPED)):
        speaker = "adult" if age == "from_18" else "young" if age in ("under_12", "from_12", "from_16") or role == "young" else "adult"
    else:
        speaker = "parent" if person == "child" or role == "parent" else "other"
    young_enough = age == "under_12" or (years.isdigit() and int(years) < 13)
    what = telling("what", what)
    return {
        **case,
        **({"what": what} if what else {}),
        "speaker": speaker,
        "side": "spreader" if "did_it" in what else "victim",
        "home": case.get("family") if case.get("family") in ("safe", "unsafe") else "unsure",
        "minor": {None: "unknown", SKIPPED: "unknown", "from_18": "adult"}.get(age, "minor"),
        "under_13": "sure" if young_enough else "maybe" if age in (None, SKIPPED) or (age == "from_12" and not years) else "no",
        "tongue": "dutch" if language == "nl" else "other",
    }


def holds(condition: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether every line of a condition holds for facts."""
    return all(line(slot, wanted, known) for slot, wanted in condition.items())


def line(slot: str, wanted: Any, known: Mapping[str, Any]) -> bool:
    """Whether one line holds: the fact, or one of the facts, is among what is wanted."""
    choices = wanted if isinstance(wanted, list) else [wanted]
    value = known.get(slot)
    return any(v in choices for v in (value if isinstance(value, list) else [value]))


def merge(case: Case, heard: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Takes what was heard into the case. Returns (changed, contradicted): contradicted values are not taken over. `undone` are values of `what` that did not happen after all.

    An unsafe home is always believed at once; that it is safe after all is asked about.
    """
    changed: dict[str, Any] = {}
    against: dict[str, Any] = {}
    undone = {v for v in heard.get("undone", ()) if isinstance(case.get("what"), list) and v in case["what"]}
    if undone and (kept := [v for v in case.pop("what") if v not in undone]):
        case["what"] = kept
    for slot, value in heard.items():
        old = case.get(slot)
        if slot == "undone":
            continue
        if slot in MANY:
            known = old if isinstance(old, list) else []  # "I don't know" is no list
            new = [*known, *(v for v in value if v not in known)]
            new = telling(slot, new)
            if new != known:
                changed[slot] = new
        elif slot == "role" and old == "pro":
            continue  # a tutor stays one, whatever she says of parents later
        elif old in (None, SKIPPED) or slot in GROWS:
            if old != value and not (slot == "money" and old == "paid" and value == "asked"):
                changed[slot] = value
        elif old != value and slot not in ("years", "person"):  # a second person in a story is no contradiction
            if slot == "family" and value != "safe":
                changed |= {slot: value} if old != "unsafe" else {}  # a doubt makes no home safer
            else:
                against[slot] = value
    if heard.get("years") and "age" not in against:
        changed["years"] = heard["years"]
    changed = {s: v for s, v in changed.items() if case.get(s) != v}
    case.update(changed)
    if undone:
        changed.setdefault("what", case.get("what", []))
    return changed, against
