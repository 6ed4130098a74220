"""Which answers a person has just had, so that nobody reads the same block twice."""

from __future__ import annotations

import datetime
from dataclasses import replace

from bot.answers import Answers, speaks_as
from bot.conversation import Talk
from bot.messages import Reply

SAID = 8  # answers, and further parts of them, that are not repeated
NOT_KEPT = ("danger", "chat", "help", "practice")  # groups of topics that are said as often as they are asked for
GOES_ON = (("more", "said_before"), ("easier", "short_brief"))  # parts that follow, and the line above each


def keep_said(talk: Talk, replies: list[Reply], answers: Answers) -> None:
    """Notes what these replies said."""
    for reply in replies:
        topic = answers.content.topics.get(reply.topic)
        if topic and topic.group not in NOT_KEPT:
            one = f"{topic.name} {reply.part}".strip()
            talk.said = [*(s for s in talk.said if s != one), one][-SAID:]


def said_before(answers: Answers, talk: Talk, topic: str, at: datetime.datetime) -> Reply | None:
    """What goes on from an answer that stands a little higher up: its further part, then the same in short, then an honest word and somebody else.
    None when it was not given."""
    if topic not in talk.said or topic not in answers.content.topics:
        return None
    for part, line in GOES_ON[:1] if speaks_as(talk) == "pro" else GOES_ON:  # in easy words it is said to the one it happened to
        once_more = answers.topic(topic, talk, at, part=part)
        if once_more.part and f"{once_more.topic} {part}" not in talk.said:
            return replace(once_more, text=answers.say(line, talk) + "\n\n" + once_more.text)
    if talk.topic != topic:
        return None  # it stands some way up by now
    buttons = [*answers.way_out(talk)[:2], *answers.topic_buttons((n for n in answers.content.topics[topic].next if n not in talk.said), talk)[:2]]
    return answers.notice("short_said", talk, buttons)
