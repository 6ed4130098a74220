"""`noor coach --jsonl`: the phrase coach for other programs, a line in and a line out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any, TextIO

from bot.practice.coach import Coach
from bot.practice.coach_data import WITH


def coach_lines(coach: Coach, lines: Iterable[str], out: TextIO = sys.stdout) -> int:
    """Reads {"id","with","lang","text","before"?} lines, writes {"id","labels","unsure"} lines; a line that can't be read gets {"error"}."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            print(json.dumps(_answer(coach, line, number), ensure_ascii=False), file=out, flush=True)
    return 0


def _answer(coach: Coach, line: str, number: int) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError as error:
        return {"id": None, "error": f"line {number}: is no JSON: {error}"}
    if not isinstance(said, dict) or not isinstance(said.get("text"), str):
        return {"id": None, "error": f'line {number}: has no text; write {{"id": ..., "with": ..., "lang": ..., "text": ...}}'}
    if said.get("with") not in WITH:
        return {"id": said.get("id"), "error": f"line {number}: with is {said.get('with')!r}; use {', '.join(WITH)}"}
    heard = coach.hear(said["text"], said["with"], str(said.get("lang") or "nl"), str(said.get("before") or ""))
    return {"id": said.get("id"), "labels": [label.name for label in heard.labels], "unsure": list(heard.unsure)}
