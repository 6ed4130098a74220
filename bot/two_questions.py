"""Two questions in one message: "hoe krijg ik die foto weg en moet ik naar de politie?". Both are answered, the first asked first."""

from __future__ import annotations

import re

from bot.conversation import PASSING
from bot.nlu.normalise import words
from bot.safety import Safety
from bot.understand import Understanding, Understood

SENTENCE = re.compile(r"[^.!?؟;\n]+[?؟]?")  # with its question mark
LEAST, MOST = 2, 80  # words of a part, and of a message, that is read in parts
SURE, OF_FEW, SURELY, WHOLE = 0.5, 3, 0.9, 0.98  # how likely the topic of each part must be, that of a part of fewer words than three, and from when the whole says one thing: "... the phones and check them?"


async def two_questions(text: str, seen: Understood, understanding: Understanding, safety: Safety) -> list[Understood]:
    """The readings of two different questions in a message; [] when there are not two that are clear."""
    if len(words(text)) > MOST or not safety.asks(text) or seen.decision not in ("ask", "answer"):
        return []
    if seen.candidates[0][1] >= SURELY and not set("?؟") & set(text):
        return []  # "I know who it is and where they live" asks nothing
    parts = [piece for sentence in SENTENCE.findall(text) for piece in safety.joined_parts(sentence)]
    if len(parts) < 2:
        return []
    found: dict[str, Understood] = {}
    for part in parts:
        few = len(words(part)) < OF_FEW
        if len(words(part)) < LEAST or not safety.asks(part) or (few and seen.candidates[0][1] >= WHOLE):
            continue
        reading = await understanding.parse(part)
        if reading and reading.decision == "answer" and reading.topic not in PASSING and reading.candidates[0][1] >= (SURELY if few else SURE):
            found.setdefault(reading.topic, reading)
    return list(found.values())[:2] if len(found) > 1 else []
