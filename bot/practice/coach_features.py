"""What the phrase coach looks at in a sentence: words, pairs of words, marks, pieces of words, and the line before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.normalise import normalise

LONGEST = 2_000  # characters of one message that are read
_TOKEN = re.compile(r"[^\W_][\w'’‘`´ʼ]*|[?!]+|[\U0001F300-\U0001FAFF☀-➿]")


def tokens(text: str) -> list[tuple[str, int, int]]:
    """(folded word or mark, start, end) in the text: "Wat góed!" -> [("wat", 0, 3), ("goed", 4, 8), ("!", 8, 9)]."""
    found = []
    for match in _TOKEN.finditer(text[:LONGEST]):
        word = normalise(match[0])
        if word[:1] in "?!":
            word = "?" if "?" in word else "!"
        if word:
            found.append((word, match.start(), match.end()))
    return found


def features(text: str, with_whom: str, before: str = "") -> Iterator[tuple[str, str, int]]:
    """(group, feature, which token or -1) of one sentence; the groups are weighed apart: word, char, before."""
    folded = [t for t, _, _ in tokens(text)]
    yield "word", f"@{with_whom}", -1
    if folded:
        yield "word", f"^{folded[0]}", 0
        yield "word", f"${folded[-1]}", len(folded) - 1
    if len(folded) > 1:
        yield "word", f"^{folded[0]} {folded[1]}", 0
    for i, word in enumerate(folded):
        yield "word", word, i
        if i + 1 < len(folded):
            yield "word", f"{word} {folded[i + 1]}", i
        if i + 2 < len(folded):
            yield "word", f"{word} {folded[i + 1]} {folded[i + 2]}", i
            yield "word", f"{word} _ {folded[i + 2]}", i
        if word.isdigit():
            yield "word", "#", i
        if word in "?!":
            continue
        padded = f"<{word}>"
        for size in (2, 3, 4, 5):
            for at in range(len(padded) - size + 1):
                yield "char", padded[at : at + size], i
    for word, _, _ in tokens(before):
        yield "before", f"<<{word}", -1
