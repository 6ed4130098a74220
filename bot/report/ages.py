"""Ages in a message: in numbers or words, of whom it is about or of the writer. Knows what only looks like one: "2 jaar geleden", "groep 8", "14:30"."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from bot.nlu.normalise import normalise
from bot.nlu.patterns import PatternIndex, PatternSet, joined
from bot.report.frames import Frames

YOUNGEST, OLDEST = 4, 99
WRITTEN = 20  # from here a number written out is an age only as an answer: "twenty" can be euros
HOURS = 12  # up to which a number behind "at" is an hour; "at 15" may be an age
CHILD = range(9, 18)  # a bare number beside somebody named: "my daughter 14"
BETWEEN = re.compile(r"[,(]\s*(\d{1,2})\s*[,).]")  # "a resident, 31, ..."
NUMBER = re.compile(r"(?<= )\d{1,2}(?= )")


@dataclass(frozen=True)
class Ages:
    """find() and own() over the ages of all languages."""

    patterns: tuple[re.Pattern[str], ...]
    mine: tuple[re.Pattern[str], ...]  # how a writer says her own: "ik ben 15"
    units: frozenset[str]  # words that stand behind an age: "jaar"
    not_after: frozenset[str]
    not_before: frozenset[str]
    classes: frozenset[str]  # words that name a class with a number beside them: "groep 8", "2 vmbo"
    almost: tuple[tuple[str, str], ...]
    numbers: Mapping[tuple[str, str], PatternSet]  # numbers written out, by (language, number)
    written: PatternIndex
    clock: frozenset[str] = frozenset()  # words before an hour: "at", "saat"

    @classmethod
    def of(cls, frames: Mapping[str, Frames], lexicon: Iterable[str]) -> Ages:
        """The ages of the frames and of the lexicons, as "# jaar"."""
        every = list(frames.values())
        mine = dict.fromkeys(a for f in every for a in f.own_ages)
        ages = dict.fromkeys([*lexicon, *(a for f in every for a in f.ages), *mine])
        written = {(code, years): p for code, f in frames.items() for years, p in f.years.items()}
        return cls(
            tuple(map(_compiled, ages)),
            tuple(map(_compiled, mine)),
            frozenset(w for a in ages for w in [a.partition("# ")[2].split(" ")[0]] if w),
            frozenset().union(*(f.not_after for f in every)),
            frozenset().union(*(f.not_before for f in every)),
            frozenset().union(*(f.classes for f in every)),
            tuple(a for f in every for a in f.almost),
            written,
            PatternIndex({name: numbers for name, numbers in written.items()}),
            frozenset().union(*(f.clock for f in every)),
        )

    def find(self, text: str, young: bool = True, bare: bool = False, named: bool = False, without: Container[int] = ()) -> int | None:
        """The age in a message, in years. With several the youngest for a child, else the first. `bare`: a number alone counts;
        `without`: ages that are somebody else's; `named`: the message names somebody, so that a number from 9 to 17 counts, or any number between commas."""
        line = joined(text)
        found: dict[int, int] = {}
        if any(c.isdigit() for c in line):
            found = {m.start("age"): self._now(line, m) for p in self.patterns for m in p.finditer(line) if self._is_age(line, m)}
            for m in NUMBER.finditer(line) if named or bare else ():
                if (bare or int(m[0]) in CHILD) and self._is_age(line, m):
                    found.setdefault(m.start(), self._now(line, m))
        possible = [years for _, years in sorted(found.items()) if years not in without]
        if not possible and named:
            possible = [int(m[1]) for m in BETWEEN.finditer(normalise(text))]
        if not possible:
            possible = [int(years) - self._almost_written(line, code, years) for code, years in self.written.look(line).names() if (bare or int(years) < WRITTEN) and not self._hour_written(line, code, years)]
            possible = [y for y in possible if y != WRITTEN] or possible  # "yirmi üç" is not twenty as well
        possible = [years for years in possible if YOUNGEST <= years <= OLDEST and years not in without]
        if not possible:
            return None
        return min(possible) if young else possible[0]

    def own(self, text: str) -> int | None:
        """The age that the writer says of herself."""
        line = joined(text)
        return next((int(m["age"]) for p in self.mine for m in p.finditer(line) if self._is_age(line, m)), None)

    def _now(self, line: str, match: re.Match[str]) -> int:
        """The age that a number tells: "ze wordt 13" is 12."""
        start, end = _place(match)
        return int(line[start:end]) - self._almost(line[:start], line[end:])

    def _almost(self, before: str, after: str) -> bool:
        return any(before.endswith(f" {b} ") if b else after.startswith(f" {a} ") for b, a in self.almost)

    def _almost_written(self, line: str, code: str, years: str) -> bool:
        """Whether a number written out is the next age: "she turns twelve next month"."""
        return any(self._almost(line[: m.start()], line[m.end() - 1 :]) for m in self._places(line, code, years))

    def _hour_written(self, line: str, code: str, years: str) -> bool:
        """Whether a number written out is an hour wherever it stands: "om elf uur", "at nine tonight"."""
        return int(years) <= HOURS and all(self._behind_clock(line[: m.start()]) for m in self._places(line, code, years))

    def _places(self, line: str, code: str, years: str) -> list[re.Match[str]]:
        return [m for p in self.numbers[code, years].patterns for m in p.search.finditer(line)]

    def _behind_clock(self, before: str) -> bool:
        return not self.clock.isdisjoint(before.split()[-1:])

    def _is_age(self, line: str, match: re.Match[str]) -> bool:
        # "2 jaar geleden": the second word counts where the first is the unit of an age.
        end = _place(match)[1]
        after, before = line[end:].split()[:2], line[: match.start()].split()[-1:]  # "my son 15" says itself what stands before it; Turkish "son 15" is no age
        unit = bool(after) and after[0] in self.units
        after = after if unit else after[:1]
        hour = not unit and int(line[slice(*_place(match))]) <= HOURS and self._behind_clock(line[: match.start()])
        clock = hour or (bool(after) and after[0].isdigit())  # "14:30" and "12 03 2026" are no age
        if not unit and self.classes & {*after, *before}:
            return False
        return not clock and not self.not_after & set(after) and not self.not_before & set(before)


def _place(match: re.Match[str]) -> tuple[int, int]:
    return match.span("age" if match.re.groups else 0)


def _compiled(age: str) -> re.Pattern[str]:
    return re.compile("(?<= )" + re.escape(age).replace(r"\#", r"(?P<age>\d{1,2})") + "(?= )")
