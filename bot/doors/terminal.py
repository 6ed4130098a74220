"""The terminal door: `noor chat` for developers and editors, and its line-by-line forms for other programs."""

from __future__ import annotations

import asyncio
import datetime
import json
import sys
from typing import Any

from bot.apart import Apart
from bot.clock import ZONE, now
from bot.conversation import Talk
from bot.language import recognise
from bot.messages import Message, Reply
from bot.practice.history import Fleeting
from bot.practice.opening import open_practice
from bot.service import Service, load_words
from bot.settings import Settings
from bot.store.kept import key_from
from bot.turn import Turn
from bot.understand import Understanding, danger_in


def loader(settings: Settings) -> Any:
    """Loads the model of a path."""
    return lambda path: Apart(path, settings.database_url(), key_from(settings.key, settings.data))


async def _understanding(settings: Settings) -> Understanding:
    from bot.training import model_path, newest_model

    understanding = Understanding(loader(settings), settings.deadline)
    path = model_path(settings.root.resolve(), settings.root.resolve() / settings.models)
    chosen = path if path.exists() else newest_model(path.parent)
    if chosen:
        await understanding.use(chosen)
    return understanding


async def chat(settings: Settings) -> int:
    """A talk at the keyboard: type, or a number for a button."""
    service = Service.open(settings, await _understanding(settings))
    person = f"terminal-{now().timestamp()}"
    async with service.talk("terminal", person) as talk:
        buttons = _show(service.turn.hello(talk, now(), "terminal"))
    while line := await asyncio.to_thread(_read):
        message = (
            Message(person, now(), tap=buttons[int(line) - 1])
            if line.isdigit() and 0 < int(line) <= len(buttons)
            else Message(person, now(), text=line)
        )
        buttons = _show(await service.handle("terminal", person, message))
    service.close()
    return 0


def _read() -> str:
    try:
        return input("> ").strip() or " "
    except EOFError:
        return ""


def _show(replies: list[Reply]) -> list[str]:
    shown: list[str] = []
    for reply in replies:
        print(f"\n{reply.text}\n")
        for link in reply.links:
            print(f"  -> {link.title}")
        for button in reply.buttons:
            shown.append(button.id)
            print(f"  [{len(shown)}] {button.title}")
    return shown


async def chat_lines(settings: Settings) -> int:
    """`noor chat --jsonl`: the whole product without a door. Talks live as long as the command; nothing is kept."""
    answers, safety, _ = load_words(settings.root, settings.organisation)
    practice = open_practice(settings.root, settings.root.resolve() / settings.models, Fleeting())
    turn = Turn(answers, safety, await _understanding(settings), practice=practice)
    talks: dict[str, Talk] = {}
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            said = json.loads(line)
            name, at = str(said["talk"]), _clock(said.get("at"))
        except (ValueError, KeyError, TypeError) as error:
            print(json.dumps({"error": f'not a line of the form {{"talk": ..., "text": ...}}: {error}'}), flush=True)
            continue
        talk = talks.get(name) or talks.setdefault(name, Talk(f"chat-{id(talks)}-{len(talks)}"))
        message = Message(name, at, text=said.get("text"), tap=said.get("tap"), language=said.get("language"), media=said.get("media"), door="terminal")
        told = turn.handoff.pass_time(answers, talk, at)
        replies = told + await turn.take(talk, message)
        print(
            json.dumps({"talk": name, "replies": [as_json(r) for r in replies], "answered_by": talk.answered_by}, ensure_ascii=False),
            flush=True,
        )
    turn.understanding.close()
    return 0


def as_json(reply: Reply) -> dict[str, Any]:
    """A reply as `noor chat --jsonl` and the web door give it."""
    return {
        "topic": reply.topic, "text": reply.text, "language": reply.language, "buttons": [{"id": b.id, "title": b.title} for b in reply.buttons],
        "links": [{"title": link.title, "href": link.href} for link in reply.links], "sender": reply.sender,
        "file": {"kind": reply.file.kind, "name": reply.file.name, "media_type": reply.file.media_type} if reply.file else None,
    }  # fmt: skip


async def understand_lines(settings: Settings) -> int:
    """`noor understand --jsonl`: what a first message in a new talk would get, door rules included."""
    answers, safety, _ = load_words(settings.root, settings.organisation)
    understanding = await _understanding(settings)
    for line in sys.stdin:
        if not line.strip():
            continue
        said = json.loads(line)
        text = str(said.get("text") or "")
        seen = await understanding.parse(text.lstrip("/ "))
        rule = safety.danger(text, str(said.get("language") or "nl"))
        talk = Talk("understand", language=str(said.get("language") or "nl"))
        danger = safety.honour.weighed(danger_in(rule.kind if rule else "", seen), text) or None
        decision = "danger" if danger else seen.decision if seen else "ask"
        candidates = list(seen.candidates[:5]) if seen else []
        topic = danger or (candidates[0][0] if candidates else None)
        if decision == "out_of_scope":
            topic = "out_of_scope"
        print(json.dumps({
            "id": said.get("id"), "language": recognise(talk, text, seen.languages, answers.content) if seen else talk.language, "topic": topic,
            "confidence": round(candidates[0][1], 4) if candidates else 0.0, "candidates": [{"topic": t, "confidence": round(p, 4)} for t, p in candidates],
            "decision": decision, "danger": danger, "entities": [{k: e[k] for k in ("entity", "value", "start", "end")} for e in (seen.entities if seen else ())],
        }, ensure_ascii=False), flush=True)  # fmt: skip
    understanding.close()
    return 0


def _clock(at: str | None) -> datetime.datetime:
    if not at:
        return now()
    moment = datetime.datetime.fromisoformat(at)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
