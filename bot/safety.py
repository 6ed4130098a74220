"""What needs no model: danger, and the few words that must always work (a person, help, leave, erase, menu).

Rules of every language look at every message, whatever language the talk is in: a mother who writes Dutch may cry in Turkish.
Sources of the aim, sensitivity 0.98 at precision 0.66: the crisis-message model CMD-1 (docs/hazards.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.after_danger import DangerAnswers, load_danger_answers
from bot.honour import Honour, load_honour
from bot.nlu.patterns import PatternIndex, PatternSet, joined
from bot.rule_files import read_rules, read_yaml
from bot.short import ShortMessages, load_short
from bot.told import Told, load_told

DANGERS = ("danger_honour", "danger_suicide", "danger_abuse_now", "danger_meeting", "danger_violence_now")  # honour goes before violence
COMMANDS = ("talk_to_person", "who_can_help", "menu", "leave", "stop", "delete_my_data", "change_language", "retry", "show_card")
ASKED_BY_PATTERN = ("show_card",)  # commands that people ask for in words of their own: data/commands/
SHORT = 12  # words of a message that may be a command in words of its own; a story is not
LONGEST = 20_000  # characters of one message that the rules look at
ASKED_BEFORE = 500  # messages whose danger is remembered until their turn comes
_ENDLESS = re.compile(r"\w{60,}")  # no word; all its beginnings would be looked up


@dataclass(frozen=True)
class Found:
    """A rule that matched: its kind and the language of the rules it stands in."""

    kind: str
    language: str


class Safety:
    """Rules of data/danger/<language>.yml, the `commands` of data/lexicon/<language>.yml and the wider ones of data/commands/<language>.yml."""

    def __init__(
        self,
        danger: Mapping[str, Mapping[str, PatternSet]],
        commands: Mapping[str, Mapping[str, frozenset[str]]],
        leaning: Mapping[str, tuple[str, ...]] | None = None,
        asked: Mapping[str, Mapping[str, PatternSet]] | None = None,
        greetings: Mapping[str, str] | None = None,
        questions: frozenset[str] = frozenset(),
        joins: frozenset[str] = frozenset(),
        after_danger: DangerAnswers | None = None,
        honour: Honour | None = None,
        short: ShortMessages | None = None,
        told: Told | None = None,
    ) -> None:
        self._rules = PatternIndex({(language, kind): one for language, kinds in danger.items() for kind, one in kinds.items()})
        self._languages, self._commands = list(danger), commands
        self._leaning, self._greetings, self._questions = leaning or {}, greetings or {}, questions
        self._joins = re.compile(r"(?:^|[\s,])(?:" + "|".join(map(re.escape, sorted(joins, key=len, reverse=True))) + r")(?=\s)", re.IGNORECASE) if joins else None
        self.after_danger, self.honour = after_danger or DangerAnswers(PatternIndex({})), honour or Honour(PatternIndex({}))
        self.short, self.told = short or ShortMessages({}, {}), told or Told(PatternIndex({}))
        self._asked = PatternIndex({(language, kind): one for language, kinds in (asked or {}).items() for kind, one in kinds.items()})
        self._seen: dict[int, Found | None] = {}  # by a hash: no words are kept here

    def danger(self, text: str, language: str = "nl") -> Found | None:
        """The gravest danger that a rule sees, the rules of `language` asked first; None when none does."""
        name = hash((text, language))
        if name in self._seen:  # in a crowd the gate asks, some hundreds of messages before the turn does
            return self._seen[name]
        found = self._look(text[:LONGEST], language)
        if len(self._seen) >= ASKED_BEFORE:
            self._seen.pop(next(iter(self._seen)))
        self._seen[name] = found
        return found

    def _look(self, text: str, language: str) -> Found | None:
        looked = self._rules.look(joined(_ENDLESS.sub(lambda run: run[0][:60], text)))
        order = sorted(self._languages, key=lambda code: code != language)
        return next((Found(kind, code) for kind in DANGERS for code in order if looked.found((code, kind))), None)

    def command(self, text: str, language: str = "nl") -> Found | None:
        """A word or short phrase that is a command by itself, as "menu" or "ik wil een mens"; or a short message that asks for one."""
        spaced = joined(text[:200])
        line, order = spaced.strip(), sorted(self._commands, key=lambda code: code != language)
        for lang in order:
            for kind, phrases in self._commands[lang].items():
                if line in phrases:
                    return Found(kind, lang)
        if len(text) > 200 or spaced.count(" ") - 1 > SHORT:
            return None
        looked = self._asked.look(spaced)
        return next((Found(kind, lang) for kind in ASKED_BY_PATTERN for lang in order if looked.found((lang, kind))), None)

    def greeting(self, text: str) -> str:
        """The language that a whole message greets in, "shared" for a greeting of many languages; "" when it is no greeting."""
        line = joined(text[:60]).strip()
        return self._greetings.get(line) or self._greetings.get(" ".join(w for w in line.split() if len(w) > 1), "")

    def asks(self, text: str) -> bool:
        """Whether a message asks something: a question mark, or a word that asks in any language."""
        line = joined(text)
        return "?" in text or "؟" in text or any(word in line for word in self._questions)

    def joined_parts(self, sentence: str) -> list[str]:
        """A sentence in two at the first word that joins, where what follows asks; else the sentence alone."""
        for join in self._joins.finditer(sentence) if self._joins else ():
            first, then = sentence[: join.start()], sentence[join.end() :]
            if first.strip() and self.asks(then):
                return [first, then]
        return [sentence]

    def goes_on(self, text: str) -> bool:
        """Whether a message begins as one that leans on the last answer: "en als ...", "and what about ..."."""
        return joined(text[:200]).startswith(self._leaning.get("starts", ()))

    def after_start(self, text: str) -> str:
        """What follows the longest such beginning, folded: "peki ya okul?" -> "okul"; "" when there is none or nothing follows."""
        line = joined(text[:200])
        begins = max((start for start in self._leaning.get("starts", ()) if line.startswith(start)), key=len, default="")
        return line[len(begins) :].strip() if begins else ""

    def asks_who_to_call(self, text: str) -> bool:
        """Whether a message asks whom to call and no more."""
        line = joined(text[:200])
        return any(phrase in line for phrase in self._leaning.get("call", ()))


def load_safety(root: Path) -> tuple[Safety, list[str]]:
    """Reads the rules under root/data. Returns what could be read and every fault as `path: what is wrong; what to do`."""
    faults: list[str] = []
    danger: dict[str, dict[str, PatternSet]] = {}
    for path in sorted((root / "data" / "danger").glob("*.yml")):
        danger[path.stem] = read_rules(path, DANGERS, faults)
    if not any(danger.values()):
        faults.append("data/danger: no rules could be read; without them danger is not seen")
    commands: dict[str, dict[str, frozenset[str]]] = {}
    leaning: dict[str, tuple[str, ...]] = {"starts": (), "call": ()}
    for path in sorted((root / "data" / "lexicon").glob("*.yml")):
        lexicon = read_yaml(path, f"data/lexicon/{path.name}", faults)
        for part, phrases in (lexicon.get("follow_up") or {}).items():
            leaning[part] = (*leaning.get(part, ()), *(joined(str(p)) for p in phrases))
        raw = lexicon.get("commands") or {}
        for kind in raw.keys() - set(COMMANDS):
            faults.append(f"data/lexicon/{path.name}: the command {kind!r} is unknown; use one of {', '.join(COMMANDS)}")
        commands[path.stem] = {
            kind: frozenset(joined(str(p)).strip() for p in phrases) for kind, phrases in raw.items() if kind in COMMANDS
        }
    asked = {path.stem: read_rules(path, ASKED_BY_PATTERN, faults) for path in sorted((root / "data" / "commands").glob("*.yml"))}
    greetings = {phrase: code for code, phrases in _phrases(root / "data" / "greetings", "words", faults).items() for phrase in phrases}
    questions = frozenset(f" {phrase} " for phrases in _phrases(root / "data" / "questions", "words", faults).values() for phrase in phrases)
    joins = frozenset(phrase for phrases in _phrases(root / "data" / "questions", "joins", faults).values() for phrase in phrases)
    return Safety(danger, commands, leaning, asked, greetings, questions, joins, load_danger_answers(root, faults), load_honour(root, faults), load_short(root, faults), load_told(root, faults)), faults


def _phrases(folder: Path, name: str, faults: list[str]) -> dict[str, list[str]]:
    """Folded phrases by language from a file of `language: [phrase, phrase]` lines; {} when it is not there."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob(f"{name}.yml")):
        for code, phrases in read_yaml(path, f"data/{folder.name}/{path.name}", faults).items():
            found.setdefault(str(code), []).extend(joined(str(phrase)).strip() for phrase in phrases or ())
    return found
