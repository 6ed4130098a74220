"""Our topic model beside Rasa's own classifiers on public sets: CLINC150 (small) and BANKING77 with ten examples an intent.

    uv run python -m bench.public FOLDER [--sets banking clinc] [--rivals logistic diet]

FOLDER holds clinc150/data_small.json (github.com/clinc/oos-eval) and banking77/{train,test}.csv (PolyAI). DIET takes half an hour on two cores.
Scope is decided at the threshold that costs one point of in-scope accuracy on the validation part; the test part is only looked at once.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import joblib

from bot.evaluation import table
from bot.nlu.topic_model import OUT_OF_SCOPE, TopicModel

Judge = Callable[[str], tuple[str, float]]  # text -> (intent, how surely it is in scope)


@dataclass(frozen=True)
class Set:
    """Pairs of (text, intent); out-of-scope messages carry OUT_OF_SCOPE."""

    name: str
    train: list[tuple[str, str]]
    validate: list[tuple[str, str]]
    test: list[tuple[str, str]]


def clinc(folder: Path) -> Set:
    raw = json.loads((folder / "clinc150" / "data_small.json").read_text("utf-8"))

    def part(name: str) -> list[tuple[str, str]]:
        return [(t, y) for t, y in raw[name]] + [(t, OUT_OF_SCOPE) for t, _ in raw["oos_" + name]]

    return Set("CLINC150 small", part("train"), part("val"), part("test"))


def banking(folder: Path, shots: int = 10) -> Set:
    def part(name: str) -> list[tuple[str, str]]:
        with (folder / "banking77" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return [(row["text"], row["category"]) for row in csv.DictReader(file)]

    own: dict[str, list[tuple[str, str]]] = defaultdict(list)
    rows = part("train")
    random.Random(1).shuffle(rows)
    for text, intent in rows:
        own[intent].append((text, intent))
    return Set(f"BANKING77, {shots} an intent", [pair for pairs in own.values() for pair in pairs[:shots]], [], part("test"))


SETS: dict[str, Callable[[Path], Set]] = {"banking": banking, "clinc": clinc}


def ours(train: Sequence[tuple[str, str]]) -> tuple[Judge, float]:
    start = time.process_time()
    with joblib.parallel_config(backend="sequential"):  # in this process, so that all of its work is counted
        model = TopicModel().fit([t for t, _ in train], [y for _, y in train])
    cpu = time.process_time() - start

    def judge(text: str) -> tuple[str, float]:
        reading = model.read(text)
        return reading.ranking[0][0], reading.in_scope

    return judge, cpu


def theirs(name: str, train: Sequence[tuple[str, str]]) -> tuple[Judge, float]:
    from bot.nlu.rivals import train_rival

    rival = train_rival(name, [t for t, _ in train], [y for _, y in train])

    def judge(text: str) -> tuple[str, float]:
        ranking = rival.parse(text)["intent_ranking"]
        out = next((r["confidence"] for r in ranking if r["name"] == OUT_OF_SCOPE), 0.0)
        own = [r for r in ranking if r["name"] != OUT_OF_SCOPE]
        return own[0]["name"], own[0]["confidence"] - out

    return judge, rival.cpu_s


def measure(data: Set, judge: Judge, cpu: float) -> dict[str, str]:
    """One row: figures on the test part."""
    start = time.process_time()
    judged = [(judge(text), truth) for text, truth in data.test]
    ms = 1000 * (time.process_time() - start) / len(judged)
    inside = [(seen, truth) for seen, truth in judged if truth != OUT_OF_SCOPE]
    row = {"accuracy": f"{sum(seen[0] == truth for seen, truth in inside) / len(inside):.3f}", "in scope, after scope": "-", "out of scope found": "-"}
    if any(truth == OUT_OF_SCOPE for _, truth in data.validate):
        line = threshold([(judge(text), truth) for text, truth in data.validate])
        outside = [seen for seen, truth in judged if truth == OUT_OF_SCOPE]
        row["in scope, after scope"] = f"{sum(seen[0] == truth and seen[1] >= line for seen, truth in inside) / len(inside):.3f}"
        row["out of scope found"] = f"{sum(seen[1] < line for seen in outside) / len(outside):.3f}"
    return {**row, "training CPU s": f"{cpu:.1f}", "ms a message": f"{ms:.1f}"}


def threshold(judged: Sequence[tuple[tuple[str, float], str]]) -> float:
    """The highest line that turns away at most one in a hundred of the validation messages answered right."""
    right = sorted(seen[1] for seen, truth in judged if seen[0] == truth)
    return right[len(right) // 100]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rivals", nargs="*", choices=["logistic", "diet"], default=["logistic", "diet"])
    parser.add_argument("--sets", nargs="*", choices=list(SETS), default=list(SETS))
    args = parser.parse_args()
    rows = {}
    for data in (SETS[name](args.folder) for name in args.sets):
        for name in ("noor", *args.rivals):
            judge, cpu = ours(data.train) if name == "noor" else theirs(name, data.train)
            rows[f"{data.name}, {name}"] = measure(data, judge, cpu)
            print(f"{data.name}, {name}: {rows[f'{data.name}, {name}']}", flush=True)
    print(table(rows))


if __name__ == "__main__":
    main()
