"""Where a message's sentences and clauses begin and end, by signs and small words; people who type leave much out."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n+")
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:bijv|bv|evt|incl|mevr|mw|dhr|dr|drs|nr|tel|e\.d|d\.w\.z|a\.u\.b|i\.p\.v|o\.a|b\.v|mr|mrs|ms|e\.g|i\.e|etc)\.$", re.IGNORECASE)
_CLAUSE = re.compile(
    r"[,;:–—]\s+|\s+-\s+|\s+(?=(?:maar|want|dus|omdat|zodat|terwijl|but|because|so that|although)\b)", re.IGNORECASE
)


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence, blanks left out; the sign that ends it belongs to it. An empty text has none."""
    spans, start = [], 0
    for match in _END.finditer(text):
        if match[0] == "." and _ABBREVIATION.search(text[: match.end()]):
            continue
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    return [trimmed for span in spans if (trimmed := _trim(text, span))[0] < trimmed[1] and re.search(r"\w", text[slice(*trimmed)])]


def clause(text: str, span: tuple[int, int], at: tuple[int, int]) -> tuple[int, int]:
    """The clause of the sentence `span` that holds `at`: what may be shown as "these words"."""
    start, end = span
    for match in _CLAUSE.finditer(text, *span):
        if match.end() <= at[0]:
            start = match.end()
        elif match.start() >= at[1]:
            end = match.start()
            break
    if len(text[start:end].split()) < 3:  # "Nee," alone says nothing
        start, end = span
    return _trim(text, (start, end))


def _trim(text: str, span: tuple[int, int]) -> tuple[int, int]:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
