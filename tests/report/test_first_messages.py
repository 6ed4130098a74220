"""What first messages tell of a case, through the real turn: first_messages.yml, long_stories.yml, told_*.yml, and two sets that are never mended by
(told_last.yml, tests/held_back/report_first.yml).

`python -m pytest tests/report/test_first_messages.py -s` prints what is missed or taken wrongly, and the share that is taken rightly of both sets.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.conversation import Talk
from tests.conftest import Person

pytestmark = pytest.mark.anyio
HERE = Path(__file__).parent
OURS: list[dict[str, Any]] = [m for name in ("first_messages.yml", "long_stories.yml", "told_stories.yml", "told_later.yml") for m in yaml.safe_load((HERE / name).read_text("utf-8"))]
LAST: list[dict[str, Any]] = yaml.safe_load((HERE / "told_last.yml").read_text("utf-8"))
HELD_BACK: list[dict[str, Any]] = yaml.safe_load((HERE.parent / "held_back" / "report_first.yml").read_text("utf-8"))


async def mistakes(person: Person, message: dict[str, Any]) -> list[str]:
    """What is missing from the case or stands in it wrongly after one first message."""
    person.talk = Talk(f"first-{message['id']}")
    await person.says(message["says"])
    case = person.talk.report.get("case", {})
    found = []
    for slot, value in message["tells"].items():
        heard = case.get(slot)
        if value == "careful" and heard in ("unsafe", "unsure"):
            continue
        if (slot, value, heard) == ("family", "safe", None) and person.talk.report.get("doubt"):
            continue  # the model alone hears a danger from home: it is asked
        if not (set(value) <= set(heard or ()) if isinstance(value, list) else heard == value):
            found.append(f"{slot}: {heard} for {value}")
    for unwanted in message.get("not", ()):
        slot, value = next(iter(unwanted.items())) if isinstance(unwanted, dict) else (unwanted, None)
        heard = case.get(slot)
        if heard is not None and (value is None or value in (heard if isinstance(heard, list) else [heard])):
            found.append(f"{slot}: {heard}, which is not told")
    return found


@pytest.mark.parametrize("message", OURS, ids=[m["id"] for m in OURS])
async def test_what_a_first_message_tells_is_taken_from_it(person: Person, message: dict[str, Any]) -> None:
    assert await mistakes(person, message) == []


@pytest.mark.parametrize(("messages", "taken"), [(HELD_BACK, 0.75), (LAST, 0.8)], ids=["by another hand", "by the same hand"])
async def test_messages_that_were_never_mended_by(person: Person, messages: list[dict[str, Any]], taken: float) -> None:
    told, missed, unsafe = 0, [], []
    for message in messages:
        wrong = await mistakes(person, message)
        told += len(message["tells"]) + len(message.get("not", ()))
        missed += [f"{message['id']}: {w}" for w in wrong]
        if message["tells"].get("family") != "safe" and person.talk.report["case"].get("family") == "safe":
            unsafe.append(message["id"])
    print(f"\n{told - len(missed)} of {told} things taken rightly", *missed, sep="\n")
    assert unsafe == []  # that home is safe is never guessed
    assert told - len(missed) >= told * taken
