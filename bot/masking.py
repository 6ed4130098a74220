"""Takes personal data out of what a person typed before it is kept anywhere: numbers, addresses of mail and sites, handles, names.

Phone numbers by `phonenumbers`, citizen and bank numbers by `python-stdnum`; a name only after a phrase that announces one.
"""

from __future__ import annotations

import re

import phonenumbers
from stdnum import iban
from stdnum.exceptions import ValidationError
from stdnum.nl import bsn

MASK = "▇"
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_SITE = re.compile(r"\b(?:https?://|www\.)\S+|\b(?:t\.me|wa\.me|snapchat\.com|instagram\.com)/\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)@\w{2,}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b", re.IGNORECASE)
_NUMBER = re.compile(r"\b\d(?:[ .]?\d){7,8}\b")
_NAME = re.compile(
    r"\b(mijn naam is|ik heet|hij heet|zij heet|ze heet|genaamd|my name is|his name is|her name is|ad[ıi]m|benim ad[ıi]m|ismim|اسمي|اسمه|اسمها|smiti|smitha|smito)\s+(\w+(?:\s+[A-ZÇĞİÖŞÜ]\w+)?)",
    re.IGNORECASE,
)


def mask(text: str) -> str:
    """The text with every personal detail that was found replaced by ▇. Never raises."""
    text = _SITE.sub(MASK, _MAIL.sub(MASK, text))
    text = _HANDLE.sub(MASK, text)
    text = _IBAN.sub(lambda m: MASK if _valid(iban, m[0]) else m[0], text)
    for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, "NL", leniency=phonenumbers.Leniency.POSSIBLE))):
        if len(re.sub(r"\D", "", match.raw_string)) >= 8:
            text = text[: match.start] + MASK + text[match.end :]
    text = _NUMBER.sub(lambda m: MASK if _valid(bsn, m[0].replace(".", "")) else m[0], text)
    return _NAME.sub(lambda m: f"{m[1]} {MASK}", text)


def _valid(standard: object, number: str) -> bool:
    try:
        standard.validate(number)  # type: ignore[attr-defined]
    except ValidationError:
        return False
    return True
