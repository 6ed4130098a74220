"""`noor content check`: every fault in what Noor says, at once, as `path: what is wrong; what to do`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from bot.content import colours
from bot.content.facts import PLACEHOLDER
from bot.content.library import PERSPECTIVES, WORDS, Content, Text, Topic
from bot.nlu.normalise import normalise, words

WITH_PERSPECTIVES = {"is_sexting_normal", "start_conversation", "consequences_for_victim", "is_it_her_own_fault"}
LONGEST_TITLE, LONGEST_SHORT, LONGEST_PART = 38, 110, 260  # characters; words; words
B1_EASE = 60.0  # Flesch-Douma reading ease; 60 and above is read at level B1
SENTENCE = re.compile(r"[.!?:]+(?:\s|$)|\n+")
VOWELS = re.compile(r"[aeiouyáéíóúàèäëïöü]+", re.IGNORECASE)
URL = re.compile(r"https?://|www\.|\b[\w-]+\.(?:nl|com|org|info|net)\b")
PHONE = re.compile(r"(?<![\w{])(?:\+\d{2}|0)\d[\d \-]{5,}\d")
ARTICLE = re.compile(r"\b(?:artikel|article|art\.|madde|المادة)\s*\d+", re.IGNORECASE)
TERM = re.compile(r"\b\d+\s*(?:jaar|years?|yıl|maanden|months|سنوات|سنة)\s+(?:cel|gevangenis|in prison|hapis|سجن)", re.IGNORECASE)
HOURS = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
STATISTIC = re.compile(r"\d\s*%|€")


def check(content: Content, root: Path, today: datetime.date, only: str | None = None) -> list[str]:
    """Faults of texts, topics and data; `only` narrows to one language."""
    faults: list[str] = []
    bad = slurs(root)
    languages = [only] if only else content.spoken()
    for topic in content.topics.values():
        if not only or only == "nl":
            faults += _topic(content, topic, today)
        for language in languages:
            faults += _language(content, topic, language)
            if text := topic.texts.get(language):
                faults += _text(content, topic, text, language, bad)
    # The file each longer text by key stands in; buttons and notices stand in interface.
    files = {key: part for part in WORDS[1:] for key in yaml.safe_load((root / "content" / f"{part}.nl.yml").read_text("utf-8"))}
    faults += _interface(content, languages, files)
    for language in languages:
        faults += _by_key(content, language, files, bad)
    faults += _facts(content, root, today)
    faults += _organisations(root)
    return faults


def _topic(content: Content, topic: Topic, today: datetime.date) -> Iterable[str]:
    where = f"content/{topic.group}/{topic.name}.yml"
    if topic.review_by < today:
        yield f"{where}: review was due on {topic.review_by}; read it, then set review_by"
    for name in topic.next:
        if name not in content.topics:
            yield f"{where}: next names {name}, which is no topic; correct its spelling"
    for source in topic.sources:
        if source not in content.sources:
            yield f"{where}: the source {source} is not in sources.yml; add it there"
    for fact in topic.helplines:
        if problem := content.facts.problem(fact, None):
            yield f"{where}: helplines: {problem}; correct its spelling"
    if topic.high_risk and not topic.helplines and topic.group not in ("chat", "professional"):
        yield f"{where}: is high-risk and has no helplines; name at least one"
    if topic.group == "professional" and topic.for_parents not in content.topics:
        yield f"{where}: for_parents is {topic.for_parents or 'missing'!r}; name the topic that a parent gets for this question (this one, with a part `## parent`, will do)"
    if topic.for_professionals and topic.for_professionals not in content.topics:
        yield f"{where}: for_professionals names {topic.for_professionals}, which is no topic; correct its spelling"
    if not topic.sources:
        yield f"{where}: has no sources; name at least one of sources.yml"


def _language(content: Content, topic: Topic, language: str) -> Iterable[str]:
    where = f"content/{topic.group}/{topic.name}.{language}.md"
    text, source = topic.texts.get(language), topic.texts["nl"]
    if text is None:
        yield f"{where}: is missing; translate {topic.name}.nl.md"
        return
    if topic.stale(language):
        yield f"{where}: translates another Dutch text than the present one; bring it up to date, then run `noor content translated {language} {topic.group}/{topic.name}`"
    for part in source.parts.keys() - text.parts.keys():
        yield f"{where}: the part `## {part}` is missing; translate it"
    for part in text.parts.keys() - source.parts.keys():
        yield f"{where}: has a part `## {part}` that the Dutch text does not; take it out or write it in Dutch first"
    if language == "nl" and (topic.group == "faith_and_honour" or topic.name in WITH_PERSPECTIVES):
        for part in set(PERSPECTIVES) - text.parts.keys():
            yield f"{where}: the part `## {part}` is missing; write it"


def _text(content: Content, topic: Topic, text: Text, language: str, bad: frozenset[str]) -> Iterable[str]:
    if len(text.title) > LONGEST_TITLE:
        yield f"{text.path}: the title has {len(text.title)} characters; a button holds {LONGEST_TITLE}"
    if len(words(text.short)) > LONGEST_SHORT:
        yield f"{text.path}: the short answer has {len(words(text.short))} words; keep it under {LONGEST_SHORT}"
    for name, part in {"": text.short, **text.parts}.items():
        place = f"{text.path}{f' (## {name})' if name else ''}"
        if len(words(part)) > LONGEST_PART:
            yield f"{place}: has {len(words(part))} words; keep it under {LONGEST_PART}"
        yield from _wording(content, part, place, bad)
        if language == "nl" and name in ("", "more", "easier") and topic.group != "professional":
            ease = reading_ease(PLACEHOLDER.sub("hulp", part))
            if ease < B1_EASE and f"{topic.name} {name}".strip() not in _HARDER:
                yield f"{place}: reads at {ease:.0f} (Flesch-Douma), above level B1; use shorter sentences and words, to reach {B1_EASE:.0f}"


def _wording(content: Content, part: str, place: str, bad: frozenset[str]) -> Iterable[str]:
    """What no text may hold, whatever it is for: an unknown fact, a fact written out, a slur."""
    for match in PLACEHOLDER.finditer(part):
        if problem := content.facts.problem(match[1], match[2]):
            yield f"{place}: {problem}; correct its spelling or add the fact"
    bare = PLACEHOLDER.sub("", part)
    if "{" in bare or "}" in bare:
        yield f"{place}: a brace stands alone; write facts as {{police.phone}}"
    for pattern, what in (
        (URL, "a web address"),
        (PHONE, "a phone number"),
        (ARTICLE, "an article number"),
        (TERM, "a maximum term"),
        (HOURS, "an hour"),
        (STATISTIC, "a figure"),
    ):
        if found_fact := pattern.search(bare):
            yield f"{place}: {what} in the text ({found_fact[0].strip()}); put it in facts.yml and write it as {{...}}"
    if found := bad & set(words(part)):
        yield f"{place}: holds {', '.join(sorted(found))}; never repeat a slur, not even quoted"


# Texts that name a thing of the law which has no easier word. Each is explained in the text itself.
_HARDER: frozenset[str] = frozenset()


def reading_ease(text: str) -> float:
    """Douma's adaptation of Flesch for Dutch: 206.84 - 0.77 x syllables per 100 words - 0.93 x words per sentence."""
    sentences = [s for s in SENTENCE.split(re.sub(r"[*#-]", " ", text)) if words(s)]
    found = [w for s in sentences for w in re.findall(r"[^\W\d_]+", s)]
    if not found:
        return 100.0
    syllables = sum(max(1, len(VOWELS.findall(w))) for w in found)
    return 206.84 - 0.77 * (100 * syllables / len(found)) - 0.93 * (len(found) / max(1, len(sentences)))


def _by_key(content: Content, language: str, files: Mapping[str, str], bad: frozenset[str]) -> Iterable[str]:
    """The words of the report conversation and after a danger: checked as an answer's are, sentences for reading level, buttons for their length."""
    for key in files.keys() & content.interface.get(language, {}).keys():
        text, place = str(content.interface[language][key]), f"content/{files[key]}.{language}.yml: {key}"
        yield from _wording(content, text, place, bad)
        if key.startswith(("a_", "risk_a_", "plan_sheet", "r_start")) and len(text) > LONGEST_TITLE:
            yield f"{place}: has {len(text)} characters; a button holds {LONGEST_TITLE}"
        if language == "nl" and key.startswith(("q_", "step_", "risk_", "after_")) and not key.endswith("_pro") and not key.startswith(("step_pro_", "risk_a_")):
            ease = reading_ease(re.sub(r"<\w+>", "hulp", PLACEHOLDER.sub("hulp", text)))
            if ease < B1_EASE and key not in _HARDER:
                yield f"{place}: reads at {ease:.0f} (Flesch-Douma), above level B1; use shorter sentences and words, to reach {B1_EASE:.0f}"


def _interface(content: Content, languages: Iterable[str], files: Mapping[str, str]) -> Iterable[str]:
    source = content.interface["nl"]

    def file(key: str, language: str) -> str:
        return f"content/{files.get(key, 'interface')}.{language}.yml"

    for language in languages:
        own = content.interface.get(language, {})
        for key in source.keys() - own.keys():
            yield f"{file(key, language)}: {key} is missing; translate it"
        for key in own.keys() - source.keys():
            yield f"{file(key, language)}: {key} is not in the Dutch file; take it out or correct its spelling"
        for key in source.keys() & own.keys():
            if set(re.findall(r"<\w+>|\{[\w.]+\}", str(source[key]))) != set(re.findall(r"<\w+>|\{[\w.]+\}", str(own[key]))):
                yield f"{file(key, language)}: {key} must hold the same <words> and {{facts}} as the Dutch"
        for name in content.names["nl"].keys() - content.names.get(language, {}).keys():
            yield f"content/organisations.{language}.yml: {name} is missing; translate it"
    for name in set(content.facts.organisations()) - content.names["nl"].keys():
        yield f"content/organisations.nl.yml: {name} is missing; write its name and whom it is for"


def _facts(content: Content, root: Path, today: datetime.date) -> Iterable[str]:
    raw = yaml.safe_load((root / "content" / "facts.yml").read_text("utf-8")) or {}
    for fact, fields in raw.items():
        for name, entry in fields.items():
            due = entry.get("check_again")
            if isinstance(due, datetime.date) and due < today:
                yield f"content/facts.yml: {fact}.{name} was to be checked again on {due}; look at {entry['source']}, then set checked_on and check_again"
            value = entry.get("value")
            if isinstance(value, str) and ":" in value.split("/")[0] and not value.startswith("https://"):
                yield f"content/facts.yml: {fact}.{name} is the address {value}; people follow it, so write one that begins with https://"


def _organisations(root: Path) -> Iterable[str]:
    for path in sorted((root / "organisations").glob("*/organisation.yml")):
        try:
            raw = yaml.safe_load(path.read_text("utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError):
            continue  # named when it is loaded
        yield from colours.faults(raw if isinstance(raw, dict) else {}, f"organisations/{path.parent.name}/organisation.yml")


def slurs(root: Path) -> frozenset[str]:
    """Folded words that no text may hold."""
    path = root / "content" / "slurs.txt"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return frozenset(normalise(line.strip()) for line in lines if line.strip() and not line.startswith("#"))
