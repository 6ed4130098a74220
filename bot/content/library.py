"""Everything Noor can say, read from content/ and one folder of organisations/, with all faults collected.

load_content never stops at the first fault: it returns what it could read and a list of `path: what is wrong; what to do`.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.content.facts import STATUSES, FactBook, day_range

RISKS = ("normal", "high")
AUDIENCES = ("any", "parent", "pro", "young")
PERSPECTIVES = ("faith islam", "faith hinduism", "faith christianity", "honour")
PLATFORMS = ("snapchat", "instagram", "whatsapp", "tiktok", "telegram", "facebook", "youtube", "x", "discord", "google")
DOORS = ("web", "telegram")  # where a person meets Noor; what is said of leaving and erasing differs
PARTS = ("more", "easier", "professional", "parent", "young", "friend", *PERSPECTIVES, *(f"platform {p}" for p in PLATFORMS), *(f"on {d}" for d in DOORS))
WORDS = ("interface", "report", "after_danger", "short", "told")  # short texts by key: content/<one of these>.<language>.yml
TOPIC_FIELDS = {"audience", "risk", "owner", "review_by", "sources", "helplines", "next"}
MAY_HAVE = {"for_parents", "for_professionals"}
_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)


class ContentError(Exception):
    """Content that can't be used; `faults` holds every line `path: what is wrong; what to do`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Text:
    """One topic in one language."""

    path: str
    title: str
    short: str
    parts: Mapping[str, str]
    translates: str | None = None

    def fingerprint(self) -> str:
        """8 hex digits of the words themselves; what a translation names in `translates: nl-<these>`."""
        words = "\n".join([self.title, self.short, *(f"## {k}\n{v}" for k, v in sorted(self.parts.items()))])
        return hashlib.sha256(words.encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Topic:
    """One thing Noor can answer; `texts` by language."""

    name: str
    group: str
    audience: str
    risk: str
    owner: str
    review_by: datetime.date
    sources: tuple[str, ...]
    helplines: tuple[str, ...]
    next: tuple[str, ...]
    texts: Mapping[str, Text] = field(default_factory=dict)
    for_parents: str = ""  # of a professional's topic: what somebody who is none gets for the same question
    for_professionals: str = ""  # of a parent's topic: what a professional gets for the same question

    @property
    def high_risk(self) -> bool:
        return self.risk == "high"

    def stale(self, language: str) -> bool:
        """Whether the text of a language translates another Dutch text than the present one."""
        text, source = self.texts.get(language), self.texts.get("nl")
        return language != "nl" and text is not None and source is not None and text.translates != f"nl-{source.fingerprint()}"


@dataclass(frozen=True)
class Content:
    """All words. `interface[language][key]`, `languages[code]` as in languages.yml, `organisation` as in organisation.yml."""

    topics: Mapping[str, Topic]
    facts: FactBook
    sources: Mapping[str, Mapping[str, Any]]
    interface: Mapping[str, Mapping[str, str]]
    languages: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, Mapping[str, Any]]
    organisation: Mapping[str, Any]

    def spoken(self) -> list[str]:
        """The languages Noor answers in, in the order of languages.yml."""
        return [code for code, language in self.languages.items() if language.get("answered_in", code) == code]

    def answer_language(self, understood: str) -> str:
        """The language to answer in for one that is understood: "ary" -> "ar"; Dutch for an unknown one."""
        return str(self.languages.get(understood, {}).get("answered_in", understood)) if understood in self.languages else "nl"

    def rtl(self, language: str) -> bool:
        return str(self.languages.get(language, {}).get("direction")) == "rtl"

    def say(self, key: str, language: str, **values: str) -> str:
        """A short notice or button of interface.<language>.yml; the Dutch one when it is not translated. Raises KeyError."""
        text = self.interface.get(language, {}).get(key) or self.interface["nl"][key]
        filled = self.facts.fill(text, language, high_risk=True, rtl=self.rtl(language))
        for name, value in values.items():
            filled = filled.replace("<" + name + ">", value)
        return filled


def load_content(root: Path, organisation: str = "qpido") -> tuple[Content, list[str]]:
    """Reads root/content and root/organisations/<organisation>. Returns the content and all faults; raises ContentError when nothing can be said."""
    faults: list[str] = []
    base = root / "content"
    if not base.is_dir():
        raise ContentError([f"{base}: the folder is missing; start Noor in the project's folder or set NOOR_ROOT"])
    overlay = root / "organisations" / organisation
    languages = _yaml(base / "languages.yml", faults)
    facts = _yaml(base / "facts.yml", faults)
    _check_facts(facts, faults)
    names = {code: _yaml(base / f"organisations.{code}.yml", faults, missing_ok=code != "nl") for code in languages}
    interface = {
        code: {k: v for part in WORDS for k, v in _yaml(base / f"{part}.{code}.yml", faults, missing_ok=code != "nl").items()}
        for code in languages
    }
    sources = _yaml(base / "sources.yml", faults)
    if not overlay.is_dir():
        faults.append(
            f"organisations/{organisation}: the folder is missing; set NOOR_ORGANISATION to one of {sorted(p.name for p in (root / 'organisations').glob('*'))}"
        )
    own = _yaml(overlay / "organisation.yml", faults)
    topics: dict[str, Topic] = {}
    for folder in (base, overlay / "content"):
        for path in sorted(folder.glob("*/*.yml")):
            if topic := _topic(path, root, list(languages), faults):
                topics[topic.name] = topic
    if not topics or not interface.get("nl"):
        raise ContentError(faults or [f"{base}: no topics; content/<group>/<topic>.yml"])
    book = FactBook(facts, names, interface)
    return Content(topics, book, sources, interface, languages, names, own), faults


def _yaml(path: Path, faults: list[str], missing_ok: bool = False) -> dict[str, Any]:
    shown = _shown(path)
    try:
        data = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except FileNotFoundError:
        if not missing_ok:
            faults.append(f"{shown}: the file is missing; put it back")
        return {}
    except (OSError, UnicodeDecodeError) as error:
        faults.append(f"{shown}: can't be read ({error.__class__.__name__}); save it as UTF-8 text")
        return {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        faults.append(f"{shown}: is no YAML{where}; look for a missing quote, a tab or a wrong indent")
        return {}
    if not isinstance(data, dict):
        faults.append(f"{shown}: holds no `name: value` lines; see content/README.md")
        return {}
    return data


def _shown(path: Path) -> str:
    parts = path.parts
    for start in ("content", "organisations", "data"):
        if start in parts:
            return "/".join(parts[len(parts) - 1 - parts[::-1].index(start) if start == "organisations" else parts.index(start) :])
    return str(path)


def _topic(path: Path, root: Path, languages: list[str], faults: list[str]) -> Topic | None:
    shown = _shown(path)
    before = len(faults)
    raw = _yaml(path, faults)
    if len(faults) > before:
        return None
    for name in sorted(TOPIC_FIELDS - raw.keys()):
        faults.append(f"{shown}: `{name}` is missing; add it")
    for name in sorted(raw.keys() - TOPIC_FIELDS - MAY_HAVE):
        faults.append(f"{shown}: `{name}` is unknown; take it out or correct its spelling")
    if raw.get("risk") not in RISKS:
        faults.append(f"{shown}: risk is {raw.get('risk')!r}; write one of {', '.join(RISKS)}")
    if raw.get("audience") not in AUDIENCES:
        faults.append(f"{shown}: audience is {raw.get('audience')!r}; write one of {', '.join(AUDIENCES)}")
    review_by = raw.get("review_by")
    if not isinstance(review_by, datetime.date):
        faults.append(f"{shown}: review_by is {review_by!r}; write a date like 2027-05-21")
        review_by = datetime.date.min
    texts = {}
    for language in languages:
        text_path = path.with_suffix(f".{language}.md")
        if text_path.exists() and (text := _text(text_path, faults)):
            texts[language] = text
    if "nl" not in texts:
        faults.append(f"{shown.removesuffix('.yml')}.nl.md: the Dutch text is missing or can't be read; write it")
        return None
    return Topic(
        path.stem, path.parent.name, str(raw.get("audience")), str(raw.get("risk")), str(raw.get("owner")), review_by,
        tuple(raw.get("sources") or ()), tuple(raw.get("helplines") or ()), tuple(raw.get("next") or ()), texts,
        str(raw.get("for_parents") or ""), str(raw.get("for_professionals") or ""),
    )  # fmt: skip


def _text(path: Path, faults: list[str]) -> Text | None:
    shown = _shown(path)
    try:
        raw = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        faults.append(f"{shown}: can't be read ({error.__class__.__name__}); save it as UTF-8 text")
        return None
    match = re.match(r"---\n(.*?)\n---\n(.*)\Z", raw, re.DOTALL)
    if not match:
        faults.append(f"{shown}: has no front matter; begin with --- , title: ..., ---")
        return None
    try:
        front = yaml.load(match[1], Loader=yaml.CSafeLoader) or {}
    except yaml.YAMLError:
        front = {}
    if not isinstance(front, dict) or not front.get("title"):
        faults.append(f"{shown}: has no title between the --- lines; write `title: ...` (quote it when it holds a colon)")
        return None
    pieces = _HEADING.split(match[2])
    parts = {}
    for heading, body in zip(pieces[1::2], pieces[2::2], strict=True):
        if heading not in PARTS:
            faults.append(f"{shown}: the heading `## {heading}` is unknown; use one of {', '.join(PARTS[:7])}")
        if heading in parts:
            faults.append(f"{shown}: the heading `## {heading}` stands twice; join the two")
        parts[heading] = body.strip()
    if not pieces[0].strip():
        faults.append(f"{shown}: the short answer is missing; write it under the front matter")
        return None
    return Text(shown, str(front["title"]), pieces[0].strip(), parts, front.get("translates"))


def _check_facts(facts: Mapping[str, Any], faults: list[str]) -> None:
    for fact, fields in facts.items():
        for name, entry in (fields or {}).items():
            where = f"content/facts.yml: {fact}.{name}"
            if not isinstance(entry, dict) or "value" not in entry:
                faults.append(f"{where}: has no value; write {{value, status, source, checked_on, check_again}}")
                continue
            if entry.get("status") not in STATUSES:
                faults.append(f"{where}: status is {entry.get('status')!r}; write one of {', '.join(sorted(STATUSES))}")
            if not entry.get("source"):
                faults.append(f"{where}: has no source; name where it was seen")
            for date in ("checked_on", "check_again"):
                if not isinstance(entry.get(date), datetime.date):
                    faults.append(f"{where}: {date} is {entry.get(date)!r}; write a date like 2026-11-20")
            if name == "hours" and entry["value"] != "always":
                try:
                    for days, spans in entry["value"].items():
                        day_range(days)
                        if not all(re.fullmatch(r"\d\d:\d\d-\d\d:\d\d", s) for s in spans):
                            raise ValueError(spans)
                except (ValueError, AttributeError, TypeError):
                    faults.append(f'{where}: the week can\'t be read; write {{mon-fri: ["13:00-17:00"]}} or always')
