"""What Noor says around a talk with a person: asked, waiting, connected, nobody there, given back. Words from content/interface.*.yml."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

from bot.answers import Answers
from bot.conversation import Talk
from bot.handoff.calendar_file import FILE
from bot.handoff.hours import always_or_week, hours_of
from bot.handoff.queue import Queue
from bot.handoff.rows import Handoff
from bot.handoff.summary import Item, in_words
from bot.messages import Button, Reply

ROUTES = ("emergency", "suicide_113", "veilig_thuis", "kindertelefoon")  # whom to call when no counsellor is there
# Notices that tell what happened to the talk; everything else is an answer, and Noor gives none while a person holds the talk.
STATES = ("handoff_claimed", "handoff_transferred", "handoff_gone", "handoff_asleep", "handoff_nobody", "handoff_over_time")


def asked(answers: Answers, talk: Talk, items: Sequence[Item], at: datetime.datetime) -> Reply:
    """The chat is open: what would be passed on, and whether that is all right."""
    lines = "\n".join("- " + line for line in in_words(items, talk.language, answers))
    text = "\n\n".join([answers.chat_state(talk, at), say(answers, talk, "handoff_ask"), lines, say(answers, talk, "handoff_ask_end")])
    return Reply("talk_to_person", text, talk.language, (_button(answers, talk, "yes"), _button(answers, talk, "no")))


def closed(answers: Answers, talk: Talk, at: datetime.datetime, above: str = "") -> Reply:
    """The chat is closed: when it opens, who is there now, a calendar file."""
    buttons = []
    if hours_of(answers.content.organisation).next(at):
        buttons = [_button(answers, talk, "calendar")]
        if talk.handoff.get("door") == "telegram":
            buttons.append(_button(answers, talk, "remind"))
    return with_routes(
        answers, talk, at, "talk_to_person", [above, answers.chat_state(talk, at)], [*buttons, *answers.topic_buttons(["who_can_help"], talk)]
    )


def waiting(answers: Answers, talk: Talk, handoff: Handoff, queue: Queue, at: datetime.datetime) -> Reply:
    """The place in the queue, an honest estimate, and how to leave."""
    place, seconds = queue.place(handoff), at.timestamp()
    here, minutes = len(queue.present(seconds)), queue.minutes(seconds)
    lines = [say(answers, talk, "handoff_next") if place == 1 else say(answers, talk, "handoff_place", place=str(place))]
    if here and minutes is not None:
        estimate = max(2, round(place * minutes / here))  # "1 minutes" would be wrong in three languages
        lines.append(say(answers, talk, "handoff_estimate", minutes=str(estimate)))
    else:
        lines.append(say(answers, talk, "handoff_no_estimate"))
    text = "\n\n".join([" ".join(lines), say(answers, talk, "handoff_wait")])
    return Reply("handoff_waiting", text, talk.language, wait_buttons(answers, talk))


def danger(answers: Answers, talk: Talk, kind: str, at: datetime.datetime) -> Reply:
    """The numbers for a danger, while a person waits or talks with a human: short, and never in place of the human."""
    whole = answers.topic(kind, talk, at)
    key = "handoff_danger_waiting" if talk.answered_by == "waiting" else "handoff_danger"
    return replace(whole, text=answers.say(key, talk), language=talk.language, buttons=(), sources=(), urgent=True)


def with_routes(
    answers: Answers, talk: Talk, at: datetime.datetime, topic: str, above: Sequence[str], buttons: Sequence[Button], urgent: bool = False
) -> Reply:
    """A notice with the other ways to get help that are open at this moment, each with its hours."""
    facts, rtl = answers.content.facts, answers.content.rtl(talk.language)
    names = open_now(answers, at)
    lines = [
        facts.fill(f"- {{{n}}}: {{{n}.hours}}", talk.language, high_risk=True, rtl=rtl) for n in names if facts.field(n, "hours")
    ]
    text = "\n\n".join([*[a for a in above if a], answers.say("open_now", talk) + "\n" + "\n".join(lines)])
    return Reply(topic, text, talk.language, tuple(buttons), tuple(answers.links(names, talk.language, True)), urgent=urgent)


def open_now(answers: Answers, at: datetime.datetime) -> list[str]:
    """The helplines of ROUTES that are open at a moment, by the hours of facts.yml."""
    found = []
    for name in ROUTES:
        hours = answers.content.facts.field(name, "hours")
        if hours and always_or_week(hours["value"]).now(at):
            found.append(name)
    return found


def told(answers: Answers, talk: Talk, key: str, at: datetime.datetime) -> Reply:
    """A notice of STATES: what happened, with the other routes where a person might not want to wait."""
    text = say(answers, talk, key)
    if key in ("handoff_nobody", "handoff_gone"):
        return with_routes(answers, talk, at, key, [text], wait_buttons(answers, talk))
    if key == "handoff_asleep":
        return with_routes(answers, talk, at, key, [text], [_button(answers, talk, "end")])
    if key == "handoff_claimed":
        return Reply(key, text, talk.language, (_button(answers, talk, "end"), answers.button("topic:delete_my_data", "button_erase", talk)))
    return Reply(key, text, talk.language)


def ended(answers: Answers, talk: Talk, how: str, at: datetime.datetime, spoke: bool) -> Reply:
    """Noor is back, and says that it is a computer. `spoke`: a human answered, so "did this help" is asked."""
    if how == "hours":
        return replace(closed(answers, talk, at, above=say(answers, talk, "handoff_hours")), topic="handoff_hours")
    text = say(answers, talk, "handoff_" + how)
    if not spoke:
        return Reply("handoff_" + how, text, talk.language, tuple(answers.way_out(talk)))
    buttons = (_button(answers, talk, "helped_yes"), _button(answers, talk, "helped_no"), answers.button("menu", "button_menu", talk))
    return Reply("handoff_" + how, text + "\n\n" + say(answers, talk, "handoff_helped"), talk.language, buttons)


def calendar(answers: Answers, talk: Talk) -> Reply:
    """The calendar file, which the door fetches when the person does."""
    return Reply("calendar", answers.say("handoff_calendar_made", talk), talk.language, tuple(answers.way_out(talk)[1:]), file=FILE)


def wait_buttons(answers: Answers, talk: Talk) -> tuple[Button, ...]:
    """What a person who waits can do."""
    return (
        _button(answers, talk, "leave"),
        _button(answers, talk, "place"),
        answers.button("topic:delete_my_data", "button_erase", talk),
    )


def say(answers: Answers, talk: Talk, key: str, **values: str) -> str:
    """A notice with the organisation's name in it."""
    return answers.say(key, talk, organisation=str(answers.content.organisation.get("name", "")), **values)


def _button(answers: Answers, talk: Talk, what: str) -> Button:
    return answers.button("handoff:" + what, "handoff_button_" + what, talk)
