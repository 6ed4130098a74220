"""What an organisation sees of its talks: counts by day, language, topic and hour. Groups smaller than five are hidden, also where a
total would give them away: of a table with one hidden group the next smallest is hidden too."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

SMALLEST = 5
MOST = 15  # rows of a table; the rest is summed up
Row = tuple[str, str, str, str, int]  # day, what, key, language, number

# name of the table -> (what is counted, by which column)
TABLES: dict[str, tuple[str, str]] = {
    "talks_day": ("talks", "day"),
    "talks_language": ("talks", "language"),
    "talks_door": ("talks", "key"),
    "turns_hour": ("hour", "key"),
    "topics": ("topic", "key"),
    "not_understood": ("not_understood", "day"),
    "danger": ("danger", "key"),
    "handoff": ("handoff", "key"),
    "waited": ("waited", "key"),
    "plan": ("plan", "key"),
    "practice": ("practice", "day"),
}


@dataclass(frozen=True)
class Table:
    """`rows` [(key, number)]; a number is None where it is hidden."""

    name: str
    by: str
    rows: list[tuple[str, int | None]]


def tables(rows: Iterable[Row]) -> list[Table]:
    """All tables, hidden groups hidden."""
    rows = list(rows)
    return [Table(name, by, hide(_summed(rows, name, what, by))) for name, (what, by) in TABLES.items()]


def _summed(rows: list[Row], name: str, what: str, by: str) -> list[tuple[str, int]]:
    sums: dict[str, int] = defaultdict(int)
    for day, counted, key, language, number in rows:
        if counted == what:
            sums[{"day": day, "language": language, "key": key}[by]] += number
    if by == "day" or name in ("turns_hour", "waited"):
        return sorted(sums.items(), key=lambda r: (len(r[0]), r[0]) if name == "waited" else (0, r[0]))
    ordered = sorted(sums.items(), key=lambda r: (-r[1], r[0]))
    rest = sum(n for _, n in ordered[MOST:])
    return ordered[:MOST] + ([("rest", rest)] if rest else [])


def hide(rows: list[tuple[str, int]]) -> list[tuple[str, int | None]]:
    """Numbers under five hidden; and when just one is, the smallest of the others too, or a total would show it."""
    hidden = {key for key, number in rows if 0 < number < SMALLEST}
    others = [(number, key) for key, number in rows if key not in hidden]
    if len(hidden) == 1 and others:
        hidden.add(min(others)[1])
    return [(key, None if key in hidden else number) for key, number in rows]


def as_csv(found: Iterable[Table]) -> str:
    """All tables as one CSV file: table, key, number; hidden numbers as "<5" (or hidden with them)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["table", "by", "group", "number"])
    for table in found:
        for key, number in table.rows:
            writer.writerow([table.name, table.by, key, "hidden" if number is None else number])
    return out.getvalue()
