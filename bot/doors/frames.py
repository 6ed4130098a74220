"""The web door's frames: what a page may send, and a talk's messages as a page gets them. docs/web-door.md is their description."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any

from bot.content import Content
from bot.conversation import Talk
from bot.doors.markup import for_page, plain
from bot.doors.terminal import as_json
from bot.messages import Reply

LONGEST = 20_000  # characters of one message
A_PAGE = 2_000  # characters; reading takes time, so a message counts against the limits as one, and one more for each so many


def read(body: bytes) -> dict[str, Any] | None:
    """A JSON object, or None for anything else."""
    try:
        frame = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) else None


def fit(text: str) -> str:
    """A message cut to LONGEST characters, also as they are read: one sign can stand for a sentence of eighteen letters."""
    text = text[:LONGEST]
    while len(unicodedata.normalize("NFKC", text)) > LONGEST:
        text = text[: len(text) // 2]
    return text


def cost(text: Any) -> float:
    """How many messages a message counts for against the limits."""
    return 1 + len(text) / A_PAGE if isinstance(text, str) else 1


def is_token(token: Any) -> bool:
    """Whether this can be a talk token."""
    return isinstance(token, str) and 20 <= len(token) <= 64 and token.isascii() and token.replace("-", "").replace("_", "").isalnum()


def address(connection: Any) -> str:
    """The caller's address as a hash: it is counted, never kept."""
    client = connection.client.host if connection.client else ""
    return hashlib.sha256(client.encode()).hexdigest()[:16]


def note(talk: Talk, event: dict[str, Any]) -> dict[str, Any]:
    """Gives an event the talk's next number and keeps it for a page that comes back."""
    talk.seq += 1
    event = {"seq": talk.seq, **event}
    if event["from"] != "person":  # the page's own words follow the talk, not a text that was there in Dutch only
        event |= {"talk_language": talk.language, "answered_by": talk.answered_by}
    talk.log.append(event)
    return event


def cursor(frame: dict[str, Any]) -> int:
    """The number of the last message that a page saw; 0 when it says none."""
    seen = frame.get("after")
    return seen if isinstance(seen, int) and not isinstance(seen, bool) and seen > 0 else 0


def from_noor(reply: Reply, content: Content) -> dict[str, Any]:
    """A reply as an event without a number: the `message` of docs/web-door.md."""
    event = {
        "from": "noor",
        **as_json(reply),
        "html": plain(reply.text) if reply.sender == "human" else for_page(reply.text),
        "dir": content.languages[reply.language]["direction"],
        "urgent": reply.urgent,
    }
    event["sources"] = [{"title": s.title, "url": s.url} for s in reply.sources if s.url]
    event["review_by"] = reply.review_by.isoformat() if reply.review_by else None
    return event
