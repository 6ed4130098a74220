"""A thousand talks with everything that goes wrong in them: reconnects, words sent twice, double claims, restarts, lines that break,
counsellors who fall away, the clock passing the hours. While a human holds a talk Noor says nothing but what happened to it and the
numbers of a danger; and every message arrives once and in order, on both sides."""

from __future__ import annotations

import datetime
import random

import pytest

from bot.answers import Answers
from bot.handoff.notices import STATES
from bot.safety import Safety
from bot.settings import Settings
from tests.conftest import MONDAY
from tests.handoff.conftest import House

TALKS, AT_ONCE, MOST = 1_000, 25, 60  # talks in all; at once; events of one batch
COUNSELLORS = ("els", "omar", "ayse")
TYPED = ("hallo", "wat is sexting", "menu", "ik ben bang", "help", "ja", "nee", "wie kan mij helpen", "mijn zoon van 14", "😭", "/start")


class Person:
    """What one person sent and got, written down beside what the system does."""

    def __init__(self, name: str) -> None:
        self.name, self.handoff = name, ""
        self.sent: list[str] = []  # while she waited or talked: what the desk must have
        self.told: list[str] = []  # by counsellors: what her page must show
        self.bot = 0  # answers of Noor while a human held the talk


async def batch(house: House, dice: random.Random, people: list[Person]) -> None:
    """One batch of talks, from asking to the end."""
    for person in people:
        person.handoff = (await house.waits(person.name)).id
    for step in range(MOST):
        person = dice.choice(people)
        handoff = house.desk.get(person.handoff)
        what = dice.random()
        if handoff is None or handoff.state == "ended":
            continue
        if what < 0.40:
            await speaks(house, dice, person, handoff.state, f"{step}-{dice.choice(TYPED)}" if dice.random() < 0.7 else dice.choice(TYPED), f"{person.name}{step}")
        elif what < 0.55:  # two claim at once: one wins
            one, other = dice.sample(COUNSELLORS, 2)
            won = [await house.desk.claim(person.handoff, one, house.at), await house.desk.claim(person.handoff, other, house.at)]
            assert sum(won) == (handoff.state == "waiting")
        elif what < 0.80 and handoff.state == "human":
            await answers(house, dice, person, handoff.counsellor, f"{person.name} c{step}")
        elif what < 0.84:
            house.start()  # stopped and started: only the database is left
        elif what < 0.88:
            await house.later(dice.choice((5, 50, 400)))  # counsellors give no sign: they fall away
        elif what < 0.91 and handoff.state == "human":
            colleague = dice.choice(COUNSELLORS)
            house.desk.ask(person.handoff, handoff.counsellor, colleague)
            if dice.random() < 0.7:
                assert await house.desk.accept(person.handoff, colleague, house.at)
        elif what < 0.93 and handoff.state == "human":
            # A stop between writing and bringing.
            text = f"{person.name} l{step}"
            if house.queue.add(person.handoff, "human", text, language="nl", message_id=text, at=house.at.timestamp(), by=handoff.counsellor):
                person.told.append(text)
            house.start()
        elif what < 0.95:
            await house.taps(person.name, dice.choice(("handoff:leave", "handoff:end")))
        elif what < 0.97 and handoff.state == "human":
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


@pytest.mark.anyio
async def test_a_thousand_talks_with_everything_that_goes_wrong(settings: Settings, words: tuple[Answers, Safety]) -> None:
    dice, ended = random.Random(20261130), 0
    house = House(settings, words)
    for number in range(0, TALKS, AT_ONCE):
        # Some batches begin just before closing time, so that the clock passes the hours in the middle of them.
        house.at = (MONDAY if dice.random() < 0.7 else MONDAY.replace(hour=16, minute=57)) + datetime.timedelta(days=7 * (number // AT_ONCE % 12))  # Mondays of one winter
        people = [Person(f"p{number + i}") for i in range(AT_ONCE)]
        await batch(house, dice, people)
        for person in people:
            lines = house.desk.lines(person.handoff)
            if house.desk.get(person.handoff) is not None:  # one that nobody ever read is erased when it ends
                assert [line.text for line in lines if line.sender == "person"] == person.sent
            shown = house.log(person.name)
            assert [e["text"] for e in shown if e.get("sender") == "human"] == person.told
            assert person.bot == 0
            assert [e["seq"] for e in shown] == sorted({e["seq"] for e in shown})
            held = False
            for event in shown:
                if event["from"] == "person":
                    continue
                if held and event.get("sender") != "human" and event["answered_by"] in ("waiting", "human"):
                    assert event["topic"] in STATES or event["topic"].startswith("danger_"), event["topic"]
                held = event["answered_by"] in ("waiting", "human")
            ended += house.desk.get(person.handoff) is None or house.desk.get(person.handoff).state == "ended"  # type: ignore[union-attr]
        for person in people:  # the next batch begins with an empty queue
            found = house.desk.get(person.handoff)
            if found and found.state != "ended":
                house.queue.end(found.id, "closed", house.at.timestamp())
                await house.later(6)
    assert ended > TALKS / 20  # the paths that end a talk were walked as well
