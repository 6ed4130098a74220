"""Random updates of Telegram against a running webhook: the recorded kinds of tests/doors/updates, with parts left out or replaced.

Each person writes a language of her own; an answer in another language, or to a chat that nobody wrote from, went to the wrong person.
"""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any

import httpx

from tests.doors.bot_api import BotApi

PEOPLE = 8
SECRET = "fuzz"
FIRST = 910_000_000  # the number of the first person; hers is also that of her chat
BITS: list[Any] = [None, True, -1, 0, 2**70, 1e308, "", "x", [], {}, [[[]]], {"a": {"b": 1}}, "\u202e112"]
LEFT_ALONE = {"from", "user", "id", "text", "caption", "language_code", "update_id", "data", "type"}  # who writes, and her language, stay as they are
TAPS = ["menu", "card", "languages", "role:parent", "topic:already_paid", "topic:../../x", "part:more", "erase:no", "source", "retry", "x" * 60]
SAID = {
    "nl": ["help", "ik wil niet meer leven", "er gaat een foto van mijn dochter rond", "wat is grooming", "laat zien", "wat is grooming <b>&</b> *x*"],
    "ar": ["مساعدة", "لا أريد أن أعيش", "صورة ابنتي تنتشر في واتساب", "ما هو الاستدراج", "القائمة", "أروني"],
}  # fmt: skip
LINES = [json.loads(line) for line in (Path(__file__).parent.parent / "tests" / "doors" / "updates" / "updates.jsonl").read_text("utf-8").splitlines()]
KINDS = [u for line in LINES for u in line["updates"]]


def language(person: int) -> str:
    return "ar" if person % 2 else "nl"


def update(chance: random.Random, number: int, person: int) -> dict[str, Any]:
    """One update of one person: of a recorded kind, half of them damaged somewhere."""
    made = json.loads(json.dumps(chance.choice(KINDS)))
    damaged = chance.random() < 0.5

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for one in node:
                walk(one)
        if not isinstance(node, dict):
            return
        if isinstance(node.get("id"), int) and node["id"] > 0 and ("first_name" in node or node.get("type") == "private"):
            node["id"] = FIRST + person
        for key in list(node):
            if key in ("text", "caption", "query") and isinstance(node[key], str):
                node[key] = chance.choice(SAID[language(person)])
            elif key == "data" and isinstance(node[key], str):
                node[key] = chance.choice(TAPS)
            elif key == "language_code":
                node[key] = language(person)
            elif damaged and key not in LEFT_ALONE and chance.random() < 0.08:
                if chance.random() < 0.4:
                    del node[key]
                else:
                    node[key] = chance.choice(BITS)
                continue
            walk(node[key])

    walk(made)
    return {**made, "update_id": number}


def wrong(message: dict[str, Any]) -> str:
    """What is wrong with a message that Telegram was given, "" when nothing is."""
    chat, text = int(message["chat"]["id"]), str(message.get("text") or "")
    if not (FIRST <= chat < FIRST + PEOPLE or chat < 0):
        return f"a message to {chat}, who wrote nothing"
    letters = [c for c in text if c.isalpha()]
    if chat < 0 or len(letters) < 60 or text.startswith(("المصدر", "Bron")):  # sources keep their own names
        return ""
    arabic = sum("\u0600" <= c <= "\u06ff" for c in letters) / len(letters)
    if (arabic > 0.5) != (language(chat - FIRST) == "ar"):
        return f"{chat} was answered in another person's language: {text[:80]!r}"
    return ""


async def storm(base: str, api: BotApi, updates: int, seed: int) -> tuple[int, list[str]]:
    """(messages looked at, faults) after so many updates of PEOPLE people at once; each must get an answer to danger at the end."""
    begun, faults = len(api.sent), []
    alone = httpx.Limits(max_keepalive_connections=0)

    async def person(number: int) -> None:
        chance = random.Random(seed * 1000 + number)
        async with httpx.AsyncClient(base_url=base, timeout=120, limits=alone, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}) as client:
            # Numbers rise from run to run: one that was seen is not answered.
            first = (seed * PEOPLE + number) * 1_000_000
            for count in range(updates // PEOPLE):
                body = json.dumps(update(chance, first + count, number))
                if chance.random() < 0.02:
                    body = body[: chance.randrange(len(body))]
                answer = await client.post("/telegram", content=body.encode())
                if answer.status_code not in (200, 400):
                    faults.append(f"{answer.status_code} for {body[:300]}")
            await settled(api)
            told = len(api.sent)
            who = {"id": FIRST + number, "is_bot": False, "first_name": "V.", "language_code": language(number)}
            chat = {"id": FIRST + number, "type": "private", "first_name": "V."}
            last = {"message_id": 1, "date": 1, "from": who, "chat": chat, "text": SAID[language(number)][1]}
            await client.post("/telegram", json={"update_id": first + updates, "message": last})
            for _ in range(3000):
                if any(m["chat"]["id"] == FIRST + number and "113" in str(m.get("text")) for m in api.sent[told:]):
                    return
                await asyncio.sleep(0.02)
            got = [str(m.get("text"))[:60] for m in api.sent[told:] if m["chat"]["id"] == FIRST + number]
            faults.append(f"{FIRST + number}: danger is not answered after the storm: {got}")

    await asyncio.gather(*(person(number) for number in range(PEOPLE)))
    seen = api.sent[begun:]
    return len(seen), faults + [found for m in seen if (found := wrong(m))]


async def settled(api: BotApi) -> None:
    """Returns when for a second nothing more is sent."""
    before = -1
    while before != len(api.sent):
        before = len(api.sent)
        await asyncio.sleep(1)
