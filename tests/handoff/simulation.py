"""Talks with everything that goes wrong in them: words sent twice, double claims, restarts, lines that break, counsellors who fall away,
the clock passing the hours. While a human holds a talk Noor says nothing but what happened to it and the numbers of a danger; and every
message arrives once and in order, on both sides.

    uv run python -m tests.handoff.simulation [1000 [seed]]      so many talks, and what was counted in them
"""

from __future__ import annotations

import asyncio
import datetime
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from bot.answers import Answers
from bot.handoff.notices import STATES
from bot.safety import Safety
from bot.settings import Settings
from tests.conftest import MONDAY, ROOT, project_words
from tests.handoff.conftest import House

AT_ONCE, EVENTS = 25, 12  # talks at once; events in each, on average
COUNSELLORS = ("els", "omar", "ayse")
TYPED = ("hallo", "wat is sexting", "menu", "ik ben bang", "help", "ja", "nee", "wie kan mij helpen", "mijn zoon van 14", "😭", "/start")


class Person:
    """What one person sent and got, written down beside what the system does."""

    def __init__(self, name: str) -> None:
        self.name, self.handoff = name, ""
        self.sent: list[str] = []  # while she waited or talked: what the desk must have
        self.told: list[str] = []  # by counsellors: what her page must show
        self.bot = 0  # answers of Noor while a human held the talk
        self.page: list[dict[str, Any]] = []  # what her page got, over all its connections


def reconnects(house: House, person: Person) -> None:
    """Her page comes back with the number of the last message that it has."""
    person.page += house.service.said("web", person.name, person.page[-1]["seq"] if person.page else 0)


async def batch(house: House, dice: random.Random, people: list[Person], counted: Counter[str]) -> None:
    """One batch of talks, from asking to the end."""
    for person in people:
        person.handoff = (await house.waits(person.name)).id
    for step in range(EVENTS * AT_ONCE):
        person = dice.choice(people)
        handoff = house.desk.get(person.handoff)
        what = dice.random()
        if handoff is None or handoff.state == "ended":
            continue
        counted["events"] += 1
        if what < 0.36:
            counted["her messages"] += 1
            await speaks(house, dice, person, handoff.state, f"{step}-{dice.choice(TYPED)}" if dice.random() < 0.7 else dice.choice(TYPED), f"{person.name}{step}")
        elif what < 0.40:
            counted["reconnects"] += 1
            reconnects(house, person)
        elif what < 0.55:  # two claim at once: one wins
            counted["two claims at once"] += 1
            one, other = dice.sample(COUNSELLORS, 2)
            won = [await house.desk.claim(person.handoff, one, house.at), await house.desk.claim(person.handoff, other, house.at)]
            assert sum(won) == (handoff.state == "waiting")
        elif what < 0.80 and handoff.state == "human":
            counted["counsellors' messages"] += 1
            await answers(house, dice, person, handoff.counsellor, f"{person.name} c{step}")
        elif what < 0.83:
            counted["restarts"] += 1
            house.start()  # stopped and started: only the database is left
        elif what < 0.86:
            counted["the clock goes on"] += 1
            there = [c for c in COUNSELLORS if dice.random() < 0.8]  # who gives no sign falls away
            for _ in range(dice.choice((1, 1, 1, 10, 70))):
                for counsellor in there:
                    house.desk.on_duty(counsellor, house.at)
                    house.desk.alive(counsellor, house.at)
                await house.later(5)
        elif what < 0.91 and handoff.state == "human":
            colleague = dice.choice(COUNSELLORS)
            counted["a colleague is asked"] += 1
            house.desk.ask(person.handoff, handoff.counsellor, colleague)
            if dice.random() < 0.7:
                assert await house.desk.accept(person.handoff, colleague, house.at)
        elif what < 0.93 and handoff.state == "human":
            counted["restarts between writing and bringing"] += 1
            text = f"{person.name} l{step}"
            if house.queue.add(person.handoff, "human", text, language="nl", message_id=text, at=house.at.timestamp(), by=handoff.counsellor):
                person.told.append(text)
            house.start()
        elif what < 0.94:
            counted["she leaves"] += 1
            await house.taps(person.name, dice.choice(("handoff:leave", "handoff:end")))
        elif what < 0.95 and handoff.state == "human":
            counted["ended by a counsellor"] += 1
            await dice.choice((house.desk.close, house.desk.hand_back))(person.handoff, handoff.counsellor, house.at)
    await house.later(6)  # what a stop had left behind is brought


async def speaks(house: House, dice: random.Random, person: Person, state: str, text: str, message_id: str) -> None:
    """A message of hers, now and then twice under one id; Noor's answers to it are counted."""
    danger = dice.random() < 0.05
    text = "ik wil niet meer leven" if danger else text
    for _ in range(dice.choice((1, 1, 1, 2))):
        for reply in await house.says(person.name, text, message_id):
            person.bot += not (reply.sender == "human" or (danger and reply.topic == "danger_suicide"))
    assert state in ("waiting", "human")
    person.sent.append(text)


async def answers(house: House, dice: random.Random, person: Person, counsellor: str, text: str) -> None:
    """A counsellor's words, now and then twice, now and then by somebody who does not hold the talk."""
    stranger = next(c for c in COUNSELLORS if c != counsellor)
    assert await house.desk.say(person.handoff, stranger, "vreemd", text + "s", house.at) is None
    said = [await house.desk.say(person.handoff, counsellor, text, text, house.at) for _ in range(dice.choice((1, 1, 2)))]
    assert said[0]
    person.told.append(text)


async def simulate(settings: Settings, words: tuple[Answers, Safety], talks: int, seed: int) -> Counter[str]:
    """Plays so many talks and counts what happened in them. Raises AssertionError when a message is lost, doubled, out of order or the bot's."""
    dice, counted = random.Random(seed), Counter[str]()
    house = House(settings, words)
    for number in range(0, talks, AT_ONCE):
        # Some batches begin just before closing time, so that the clock passes the hours in the middle of them.
        house.at = (MONDAY if dice.random() < 0.8 else MONDAY.replace(hour=16, minute=57)) + datetime.timedelta(days=7 * (number // AT_ONCE % 12))  # Mondays of one winter
        people = [Person(f"p{number + i}") for i in range(AT_ONCE)]
        await batch(house, dice, people, counted)
        for person in people:
            counted["talks"] += 1
            counted["danger numbers"] += sum(str(e.get("topic")).startswith("danger_") for e in house.log(person.name))
            check(house, person)
            found = house.desk.get(person.handoff)
            counted["talks that ended by themselves"] += found is None or found.state == "ended"
        for person in people:  # the next batch begins with an empty queue
            found = house.desk.get(person.handoff)
            if found and found.state != "ended":
                house.queue.end(found.id, "closed", house.at.timestamp())
                await house.later(6)
    house.service.close()
    return counted


def check(house: House, person: Person) -> None:
    """Every message once and in order on both sides, and no answer of the bot while a human held the talk."""
    reconnects(house, person)
    if house.desk.get(person.handoff) is not None:  # one that nobody ever read is erased when it ends
        assert [line.text for line in house.desk.lines(person.handoff) if line.sender == "person"] == person.sent
    shown = house.log(person.name)
    assert person.page == shown
    assert [e["text"] for e in shown if e.get("sender") == "human"] == person.told
    assert person.bot == 0
    assert [e["seq"] for e in shown] == list(range(1, len(shown) + 1))
    held = False
    for event in shown:
        if event["from"] == "person":
            continue
        if held and event.get("sender") != "human" and event["answered_by"] in ("waiting", "human"):
            assert event["topic"] in STATES or event["topic"].startswith("danger_"), event["topic"]
        held = event["answered_by"] in ("waiting", "human")


def main() -> int:
    """Plays the talks that were asked for and prints the counts."""
    talks, seed = (int(given) for given in (*sys.argv[1:], *("1000", "20261130")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        counted = asyncio.run(simulate(Settings(root=ROOT, key="simulation", data=Path(folder)), project_words(), talks, seed))
    for what, number in counted.most_common():
        print(f"{number:7} {what}")
    print("      0 answers of the bot while a human held the talk; every message once and in order")
    return 0


if __name__ == "__main__":
    sys.exit(main())
