"""What is passed on to a counsellor: shown to the person first, and nothing but what was shown.

A list of {"kind", "value"}: language, role, danger, topic (names) and plan (words of the plan so far). Names are turned into words for
whoever reads them: the person in hers, the counsellor in Dutch or English.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.answers import Answers
from bot.conversation import Talk
from bot.messages import Reply

MOST = 6  # topics that a summary names: the newest
SILENT = {"chat", "help", "practice"}  # groups that say nothing about what the talk was about
Item = dict[str, str]


def remember(talk: Talk, replies: Sequence[Reply], answers: Answers) -> None:
    """Keeps which topics were answered, for the summary."""
    topics: list[str] = list(talk.handoff.get("topics", ()))
    for reply in replies:
        topic = answers.content.topics.get(reply.topic)
        if topic and topic.group not in SILENT:
            topics = [t for t in topics if t != topic.name] + [topic.name]
    if topics:
        talk.handoff["topics"] = topics[-MOST:]


def summary(talk: Talk, plan: Callable[[Talk], Sequence[str]] = lambda talk: ()) -> list[Item]:
    """The summary of a talk as it stands; `plan` gives the report plan so far, in the person's words."""
    items = [{"kind": "language", "value": talk.language}]
    if talk.role:
        items.append({"kind": "role", "value": talk.role})
    if talk.danger:
        items.append({"kind": "danger", "value": talk.danger})
    items += [{"kind": "topic", "value": t} for t in talk.handoff.get("topics", ()) if t != talk.danger]
    return items + [{"kind": "plan", "value": line} for line in plan(talk)]


def in_words(items: Sequence[Item], language: str, answers: Answers) -> list[str]:
    """A summary as lines to read, in one language."""
    content, lines = answers.content, []
    values: dict[str, list[str]] = {}
    for item in items:
        kind, value = item["kind"], item["value"]
        if kind == "language":
            value = str(content.languages.get(value, {}).get("name", value))
        elif kind == "role":
            value = content.say("role_" + value, language)
        elif kind in ("topic", "danger") and (topic := content.topics.get(value)):
            value = (topic.texts.get(language) or topic.texts["nl"]).title
        values.setdefault(kind, []).append(value)
    for kind, found in values.items():
        lines.append(content.say("summary_" + kind, language, value="; ".join(found)))
    return lines
