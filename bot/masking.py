"""Takes personal data out of what a person typed before it is kept anywhere: numbers, addresses, accounts, and names that are announced.

Phone numbers by `phonenumbers`, citizen, bank and card numbers by `python-stdnum`; names only after words that announce one. Ages, years, dates of
what happened, prices and help lines stay: without them an answer is worth less, and they point at nobody. Patterns: bot/masking_patterns.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers
from stdnum import iban, luhn
from stdnum.exceptions import ValidationError
from stdnum.nl import bsn

from bot import masking_patterns as patterns

MASK = "▇"
MANY = 40  # numbers in one message; beyond it each that could be somebody's counts as such, unasked: nobody writes so many
REGIONS = ("NL", "TR", "MA", "BE", "DE", "SR")  # where the families are; numbers written without their country are tried in each
Span = tuple[int, int]


@lru_cache(16)  # what a door keeps and what Rasa is told is the same message
def mask(text: str) -> str:
    """The text with every personal detail that was found replaced by ▇. Never raises."""
    parts, at = [], 0
    for start, end in found(text):
        parts += [text[at:start], MASK]
        at = end
    return "".join([*parts, text[at:]])


def found(text: str) -> list[Span]:
    """Where personal details stand in a text, as (start, end) in order, without overlap."""
    spans = sorted({*_written(text), *_numbers(text), *_names(text)})
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _written(text: str) -> Iterator[Span]:
    """Mail, sites, accounts, streets, postcodes, dates of birth, schools."""
    for pattern in patterns.WHOLE:
        yield from (m.span(1 if pattern.groups else 0) for m in pattern.finditer(text))
    if patterns.PLATFORM.search(text):
        yield from (m.span() for m in patterns.ACCOUNT_LIKE.finditer(text))


def _names(text: str) -> Iterator[Span]:
    for pattern in patterns.NAMED:
        for match in pattern.finditer(text):
            name = match[1].split()
            if name[0].casefold().split("'")[0].split("’")[0] in patterns.NO_NAMES:
                continue
            yield match.start(1), match.end(1)


def _numbers(text: str) -> Iterator[Span]:
    dates = {at for m in patterns.DATE.finditer(text) for at in range(*m.span())}
    for match in patterns.IBAN.finditer(text):
        if sum(c.isdigit() for c in match[0]) >= 10 or _valid(iban, match[0]):
            yield match.span()
    for nth, match in enumerate(patterns.DIGITS.finditer(text)):
        if match.start() not in dates and _points_at_somebody(match[0], text[match.end() : match.end() + 8], nth < MANY):
            yield match.span()


def _points_at_somebody(written: str, after: str, ask: bool) -> bool:
    """Whether a run of digits is a phone, citizen, account or card number; `ask` the phone plans of REGIONS, which takes time."""
    groups = re.findall(r"\d+", written)
    digits = "".join(str(int(c)) for c in "".join(groups))  # Arabic digits too
    if patterns.SERVICE.match(digits) or patterns.MONEY.match(after):
        return False
    if written[0] == "+" or digits.startswith("00"):
        return 9 <= len(digits) <= 17
    if digits.startswith("0"):
        return 9 <= len(digits) <= 12
    if len(digits) in (8, 9) and _valid(bsn, digits):
        return True
    if len(digits) < 9 or all(re.fullmatch(r"(?:19|20)\d\d", g) for g in groups):
        return False
    if min(len(g) for g in groups) >= 3 or (len(digits) >= 13 and luhn.is_valid(digits)):
        return True
    if len(groups[0]) > 3 or max(len(g) for g in groups) <= 2:
        return False
    return not ask or any(_is_phone(digits, region) for region in REGIONS)


def _is_phone(digits: str, region: str) -> bool:
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(digits, region)))
    except phonenumbers.NumberParseException:
        return False


def _valid(standard: object, number: str) -> bool:
    try:
        standard.validate(number)  # type: ignore[attr-defined]
    except ValidationError:
        return False
    return True
