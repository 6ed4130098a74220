"""Facts in texts: {police}, {police.phone}, {law_252.maximum} become words in the reader's language.

A fact that nobody verified (status G) is never shown in a high-risk text and elsewhere only with "check the site"; an old one
(S-old) always with it. Numbers in right-to-left text stand in direction isolates: without them 06-12345678 is drawn as 12345678-06.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from babel import Locale
from babel.dates import format_date, get_day_names
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)(?:\.([a-z0-9_]+))?\}")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
VERIFIED = {"S", "S-sec"}
STATUSES = {"S", "S-sec", "S-old", "G"}
LEFT_TO_RIGHT, FIRST_STRONG, END = "\u2066", "\u2068", "\u2069"
ARABIC = re.compile("[\u0600-\u06ff]")


class UnknownFact(KeyError):
    """A placeholder that facts.yml does not have."""


def host(url: str) -> str:
    """What a person types: "https://www.helpwanted.nl/" -> "helpwanted.nl"."""
    return re.sub(r"^https?://(www\.)?", "", url).rstrip("/")


def isolated(value: str, rtl: bool) -> str:
    """A value that keeps its order in right-to-left text: a number runs left to right, "6 سنوات" follows its own first letter."""
    return (FIRST_STRONG if ARABIC.search(value) else LEFT_TO_RIGHT) + value + END if rtl else value


def day_range(days: str) -> range:
    """ "mon-fri" -> range(0, 5); raises ValueError."""
    first, _, last = days.partition("-")
    return range(DAYS.index(first), DAYS.index(last or first) + 1)


class FactBook:
    """The facts of facts.yml with the names of the organisations per language."""

    def __init__(self, facts: Mapping[str, Any], names: Mapping[str, Mapping[str, Any]], words: Mapping[str, Mapping[str, str]]) -> None:
        self._facts, self._names, self._words = facts, names, words

    def __contains__(self, fact: str) -> bool:
        return fact in self._facts

    def organisations(self) -> list[str]:
        """Ids of facts that are an organisation: it has a phone or a site."""
        return [f for f, fields in self._facts.items() if "phone" in fields or "site" in fields]

    def field(self, fact: str, field: str) -> Mapping[str, Any] | None:
        """The entry {value, status, source, checked_on, check_again}, or None."""
        return (self._facts.get(fact) or {}).get(field)

    def name(self, fact: str, language: str) -> str:
        """The organisation's name as it stands in a sentence; its id when nobody named it."""
        for lang in (language, "nl"):
            if entry := self._names.get(lang, {}).get(fact):
                return str(entry["name"])
        return fact

    def about(self, fact: str, language: str) -> str:
        """For whom and for what, one or two sentences; empty when not written."""
        return str((self._names.get(language, {}).get(fact) or {}).get("about", ""))

    def site(self, fact: str) -> str | None:
        """The address of the organisation's site, or None."""
        entry = self.field(fact, "site")
        return str(entry["value"]) if entry else None

    def phone(self, fact: str, high_risk: bool) -> str | None:
        """The number to call, None when there is none that may be shown."""
        entry = self.field(fact, "phone")
        if not entry or (entry["status"] == "G" and high_risk):
            return None
        return str(entry["value"])

    def problem(self, fact: str, field: str | None) -> str | None:
        """Why a placeholder can't be filled, or None."""
        if fact not in self._facts:
            return f"{{{fact}}} is not in facts.yml"
        if field in (None, "name"):
            return (
                None
                if "phone" in self._facts[fact] or "site" in self._facts[fact]
                else f"{{{fact}}} is no organisation: name a field, as {{{fact}.maximum}}"
            )
        return None if field in self._facts[fact] else f"{{{fact}.{field}}} is not in facts.yml"

    def fill(self, text: str, language: str, *, high_risk: bool, rtl: bool) -> str:
        """The text with every placeholder filled. Raises UnknownFact."""

        def one(match: re.Match[str]) -> str:
            return self._render(match[1], match[2], language, high_risk, rtl)

        return PLACEHOLDER.sub(one, text)

    def _render(self, fact: str, field: str | None, language: str, high_risk: bool, rtl: bool) -> str:
        if fact not in self._facts:
            raise UnknownFact(fact)

        def isolate(value: str) -> str:
            return isolated(value, rtl)

        if field == "name":
            return self.name(fact, language)
        if field is None:
            if fact == "emergency":
                return isolate(str(self._facts[fact]["phone"]["value"]))
            return self._contact(fact, language, high_risk, isolate)
        entry = self.field(fact, field)
        if entry is None:
            raise UnknownFact(f"{fact}.{field}")
        if entry["status"] == "G" and high_risk:
            return isolate(host(self.site(fact) or "")) or self.name(fact, language)
        value = isolate(self.value(entry["value"], language))
        return value if entry["status"] in VERIFIED else f"{value} ({self._word(language, 'check_site')})"

    def _contact(self, fact: str, language: str, high_risk: bool, isolate: Any) -> str:
        name, phone, site = self.name(fact, language), self.field(fact, "phone"), self.site(fact)
        if phone and phone["status"] in VERIFIED:
            return f"{name} ({isolate(str(phone['value']))})"
        if site:
            return name if host(site).lower() == name.lower() else f"{name} ({isolate(host(site))})"
        if phone and not high_risk:
            return f"{name} ({isolate(str(phone['value']))}, {self._word(language, 'check_site')})"
        return name

    def value(self, value: Any, language: str) -> str:
        """A value of facts.yml in words: {years: 6} -> "6 jaar", always -> "dag en nacht", a week -> "ma-vr 13:00-17:00"."""
        locale = Locale.parse(language)
        if value == "always":
            return self._word(language, "always_open")
        if value == "free":
            return self._word(language, "free")
        if isinstance(value, bool):
            return self._word(language, "yes" if value else "no")
        if not isinstance(value, dict):
            return str(value)
        kind, content = next(iter(value.items()))
        if kind == "years":
            # Babel has no long form in some languages and then gives the unit's own name.
            forms = (
                str(format_unit(content, "duration-year", length, locale=locale, numbering_system="latn")) for length in ("long", "short")
            )
            return next(form for form in forms if "duration" not in form)
        if kind == "count":
            return str(format_decimal(content, locale=locale, numbering_system="latn"))
        if kind == "percent":
            return str(format_percent(content / 100, locale=locale, numbering_system="latn"))
        if kind == "share":
            return self._word(language, "share").replace("<part>", str(content[0])).replace("<whole>", str(content[1]))
        if kind == "date":
            date = content if isinstance(content, datetime.date) else datetime.date.fromisoformat(str(content))
            return str(format_date(date, "d MMMM y", locale=locale))
        return self.week(value, language)

    def week(self, week: Mapping[str, list[str]], language: str) -> str:
        """Opening hours in words: {mon-fri: ["13:00-17:00"]} -> "maandag t/m vrijdag 13:00-17:00"."""
        names = get_day_names("wide", locale=Locale.parse(language))
        spans = []
        for days, hours in week.items():
            span = list(day_range(days))
            day = (
                names[span[0]]
                if len(span) == 1
                else self._word(language, "day_range").replace("<first>", names[span[0]]).replace("<last>", names[span[-1]])
            )
            spans.append(f"{day} {', '.join(hours)}")
        return "; ".join(spans)

    def _word(self, language: str, key: str) -> str:
        return self._words.get(language, self._words["nl"]).get(key) or self._words["nl"][key]
