"""The overview card: what to do when an image goes round, on one page of pictures and few words, drawn from content/ by typst."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, Literal

import structlog
import typst

from bot.content import Content

log = structlog.get_logger()
FOLDER = Path(__file__).resolve().parent.parent / "web" / "card"
Form = Literal["svg", "png", "pdf"]
STEPS = ("forward", "keep", "money", "remove", "people", "choose")  # the picture of each step, in order
TYPES: dict[Form, str] = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
DOTS_PER_INCH = 120.0
ARABIC_FONT = "Noto Sans Arabic"


class CardFailed(Exception):
    """The card can't be drawn here (typst failed, or no font for the script); its text can be given."""


def words(content: Content, language: str) -> dict[str, Any]:
    """The words of the card: title, lead, steps [{icon, title, text}], danger, despair; facts filled in."""
    say = functools.partial(content.say, language=language)
    steps = [{"icon": icon, "title": say(f"card_{n}"), "text": say(f"card_{n}_text")} for n, icon in enumerate(STEPS, 1)]
    return {key: say("card_" + key) for key in ("title", "lead", "danger", "despair", "print")} | {
        "lang": language, "dir": content.languages[language]["direction"], "steps": steps,
    }  # fmt: skip


def text(content: Content, language: str) -> str:
    """The same in Markdown: what is said beside the picture, for those who can't see it."""
    card = words(content, language)
    steps = "\n".join(f"{n}. **{s['title']}.** {s['text']}" for n, s in enumerate(card["steps"], 1))
    return f"**{card['title']}** {card['lead']}\n\n{steps}\n\n**{card['danger']}.** {card['despair']}."


def draw(content: Content, language: str, form: Form) -> bytes:
    """The card as "svg", "png" or "pdf" (A4). Raises CardFailed."""
    return _drawn(json.dumps(words(content, language), ensure_ascii=False), form)


@functools.lru_cache(maxsize=16)  # four languages in three forms; drawn anew when a word changes
def _drawn(data: str, form: Form) -> bytes:
    card = json.loads(data)
    if card["lang"] == "ar" and ARABIC_FONT not in typst.Fonts().families():
        log.error("card not drawn", why="no font for Arabic; install fonts-noto-core")
        raise CardFailed
    card["icons"] = {p.stem: p.read_text("utf-8") for p in (FOLDER / "icons").glob("*.svg")}
    try:
        made = typst.compile((FOLDER / "card.typ").read_bytes(), format=form, ppi=DOTS_PER_INCH, sys_inputs={"data": json.dumps(card)})
    except (typst.TypstError, RuntimeError, OSError) as error:
        log.error("card not drawn", error=error.__class__.__name__)
        raise CardFailed from None
    assert isinstance(made, bytes)
    return made
