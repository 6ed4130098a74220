"""What the phrase coach looks at in a sentence: words, what they mean, groups of words that mean alike, pieces of words, and the line before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.content import ContentError
from bot.nlu.normalise import normalise
from bot.practice.coach_data import read_yaml

LONGEST = 2_000  # characters of one message that are read
SHORTEST = 3  # letters of a beginning, as "verwijder*"
LONG = 5  # fours of words: longer sentences are alike in length
_TOKEN = re.compile(r"[^\W_][\w'’‘`´ʼ]*|[?!]+|[\U0001F300-\U0001FAFF☀-➿]")


@dataclass(frozen=True)
class Alike:
    """Words that mean alike (data/coach/words.<language>.yml): {word or two words: groups}, and the same for beginnings of words; and words that
    mean the same (data/coach/meanings.yml): {word or two words: meaning}."""

    exact: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    begins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)

    def groups(self, word: str, following: str = "") -> list[str]:
        """The groups of a folded word, those of its pair with the following word first."""
        found = [*self.exact.get(f"{word} {following}", ()), *self.exact.get(word, ())]
        for end in range(SHORTEST, len(word) + 1):
            found += self.begins.get(word[:end], ())
        return list(dict.fromkeys(found))

    def meanings(self, words: list[str]) -> list[tuple[str, int]]:
        """(meaning, or the word where none is known; which word) along the folded words, two words with one meaning once."""
        found, at = [], 0
        while at < len(words):
            pair = self.same.get(" ".join(words[at : at + 2])) if at + 1 < len(words) else None
            found.append((pair or self.same.get(words[at], words[at]), at))
            at += 2 if pair else 1
        return found


def read_alike(root: Path, language: str) -> Alike:
    """The groups and meanings of one language; none when it has no file. Raises ContentError with every fault."""
    path = root / "data" / "coach" / f"words.{language}.yml"
    where = str(path.relative_to(root))
    same = _read_same(root, language)
    if not path.exists():
        return Alike(same=same)
    exact: dict[str, tuple[str, ...]] = {}
    begins: dict[str, tuple[str, ...]] = {}
    faults = []
    for group, members in read_yaml(path, where).items():
        for member in members:
            word = " ".join(normalise(part) for part in str(member).rstrip("*").split("+"))
            if not word or (str(member).endswith("*") and (len(word) < SHORTEST or " " in word)) or word.count(" ") > 1:
                faults.append(f"{where}: {group}: {member!r} can't be used; write a word, two as a+b, or three letters and more before a *")
                continue
            into = begins if str(member).endswith("*") else exact
            into[word] = (*into.get(word, ()), str(group))
    if faults:
        raise ContentError(faults)
    return Alike(exact, begins, same)


def _read_same(root: Path, language: str) -> dict[str, str]:
    path = root / "data" / "coach" / "meanings.yml"
    where = str(path.relative_to(root))
    same: dict[str, str] = {}
    faults = []
    for meaning, words in (read_yaml(path, where) if path.exists() else {}).items():
        for member in words.get(language) or ():
            word = " ".join(normalise(part) for part in str(member).split("+"))
            if not word or word.count(" ") > 1:
                faults.append(f"{where}: {meaning}: {member!r} can't be used; write a word, or two as a+b")
            elif same.setdefault(word, str(meaning)) != str(meaning):
                faults.append(f"{where}: {meaning}: {member!r} already means {same[word]!r}; keep it at one of the two")
    if faults:
        raise ContentError(faults)
    return same


def tokens(text: str) -> list[tuple[str, int, int]]:
    """(folded word or mark, start, end) in the text: "Wat góed!" -> [("wat", 0, 3), ("goed", 4, 8), ("!", 8, 9)]."""
    found = []
    for match in _TOKEN.finditer(text[:LONGEST]):
        word = ("?" if "?" in match[0] else "!") if match[0][0] in "?!" else normalise(match[0])
        if word:
            found.append((word, match.start(), match.end()))
    return found


def features(text: str, with_whom: str, before: str, alike: Alike) -> Iterator[tuple[str, str, int]]:
    """(kind, feature, which token or -1) of one sentence; the kinds are weighed apart: word, char, same, alike, pair, before."""
    words = [t for t, _, _ in tokens(text)]
    yield "word", f"@{with_whom}", -1
    yield from _rows([(word, i) for i, word in enumerate(words)], "word", "", 2)
    for i, word in enumerate(words):
        if word in "?!":
            continue
        padded = f"<{word}>"
        for size in (3, 4, 5):
            for at in range(len(padded) - size + 1):
                yield "char", padded[at : at + size], i
    yield from _rows(alike.meanings(words), "same", "=", 3)
    groups = [alike.groups(word, following) for word, following in zip(words, [*words[1:], ""], strict=False)]
    for i, own in enumerate(groups):
        for group in own:
            yield "alike", f"%{group}", i
    yield from _rows([(own[0] if own else words[i], i) for i, own in enumerate(groups)], "alike", "%", 2)
    first = {own[0]: i for i, own in reversed(list(enumerate(groups))) if own}
    together = sorted(first)
    for n, one in enumerate(together):
        for other in together[n + 1 :]:
            yield "pair", f"{one}&{other}", first[other]
    mark = "?" if "?" in words else "."  # "you are scared" gives back, "are you scared?" asks
    for group, i in first.items():
        yield "pair", f"{mark}&{group}", i
    yield "pair", f"^{next((own[0] for own in groups if own), '')}{mark}", -1
    yield "pair", f"{mark}{min(len(words) // 4, LONG)}", -1  # few words or many
    earlier = [t for t, _, _ in tokens(before)]
    for word, following in zip(earlier, [*earlier[1:], ""], strict=False):
        for seen in (word, *alike.groups(word, following)):
            yield "before", f"<<{seen}", -1


def _rows(words: list[tuple[str, int]], kind: str, sign: str, longest: int) -> Iterator[tuple[str, str, int]]:
    """Words (with their place) alone and in rows of two, of three and with a gap if `longest` is 3; where a sentence begins and ends counts as a word."""
    row = ["^", *(word for word, _ in words), "$"]
    for i, word in enumerate(row[:-1]):
        at = words[max(i - 1, 0)][1] if words else 0
        if i:
            yield kind, sign + word, at
        yield kind, f"{sign}{word} {row[i + 1]}", at
        if longest > 2 and i + 2 < len(row):
            yield kind, f"{sign}{word} {row[i + 1]} {row[i + 2]}", at
            yield kind, f"{sign}{word} _ {row[i + 2]}", at
