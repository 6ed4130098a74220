"""Which answers a person has just had, so that nobody reads the same block twice."""

from __future__ import annotations

import datetime
from dataclasses import replace

from bot.answers import Answers
from bot.conversation import Talk
from bot.messages import Reply

SAID = 8  # answers, and further parts of them, that are not repeated
NOT_KEPT = ("danger", "chat", "help", "practice")  # groups of topics that are said as often as they are asked for


def keep_said(talk: Talk, replies: list[Reply], answers: Answers) -> None:
    """Notes what these replies said."""
    for reply in replies:
        topic = answers.content.topics.get(reply.topic)
        if topic and topic.group not in NOT_KEPT:
            one = f"{topic.name} {reply.part}".strip()
            talk.said = [*(s for s in talk.said if s != one), one][-SAID:]


def said_before(answers: Answers, talk: Talk, topic: str, at: datetime.datetime) -> Reply | None:
    """What goes on from an answer that stands a little higher up; None when it was not given, or has no more to say."""
    if topic not in talk.said or topic not in answers.content.topics:
        return None
    more = answers.topic(topic, talk, at, part="more")
    if not more.part or f"{more.topic} more" in talk.said:
        return None
    return replace(more, text=answers.say("said_before", talk) + "\n\n" + more.text)
