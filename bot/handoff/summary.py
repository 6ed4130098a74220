"""What is passed on to a counsellor: shown to the person first, and nothing but what was shown.

A list of {"kind", "value"}: language, role, danger, topic (names) and plan (words of the plan so far). Names are turned into words for
whoever reads them: the person in hers, the counsellor in Dutch or English.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from babel import Locale

from bot.answers import Answers
from bot.conversation import Talk
from bot.messages import Reply
from bot.report.words import known_words

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


def summary(talk: Talk, answers: Answers) -> list[Item]:
    """The summary of a talk as it stands."""
    items = [{"kind": "language", "value": talk.language}]
    if talk.role:
        items.append({"kind": "role", "value": talk.role})
    if talk.danger:
        items.append({"kind": "danger", "value": talk.danger})
    items += [{"kind": "topic", "value": t} for t in talk.handoff.get("topics", ()) if t != talk.danger]
    case = talk.report.get("case") if talk.report.get("state") else None
    if case:  # what she told for her plan, in every language: her counsellor may read another one than she does
        told = {code: ", ".join(w for _, w in known_words(answers, case, replace(talk, language=code))) for code in answers.content.spoken()}
        if told[talk.language]:
            items.append({"kind": "plan", "value": told[talk.language], **told})
    return items


def in_words(items: Sequence[Item], language: str, answers: Answers) -> list[str]:
    """A summary as lines to read, in one language."""
    content, lines = answers.content, []
    values: dict[str, list[str]] = {}
    for item in items:
        kind, value = item["kind"], item["value"]
        if kind == "language":
            value = language_name(value, language, str(content.languages.get(value, {}).get("name", value)))
        elif kind == "role":
            value = content.say("role_" + value, language)
        elif kind in ("topic", "danger") and (topic := content.topics.get(value)):
            value = (topic.texts.get(language) or topic.texts["nl"]).title
        values.setdefault(kind, []).append(item.get(language, value))
    for kind, found in values.items():
        lines.append(content.say("summary_" + kind, language, value="; ".join(found)))
    return lines


def language_name(code: str, language: str, own: str) -> str:
    """The name of a language in another one: ("ar", "nl") -> "Arabisch"; `own` where that is not known."""
    return str(Locale.parse(language).languages.get(code) or own)
