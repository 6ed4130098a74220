"""`noor eval`: how well messages that were never trained on are understood, per language.

tests/held_back/<language>.jsonl holds {"id","text","topic","also"?,"kind"?,"near"?}, written by another hand than the examples.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.content import load_content
from bot.conversation import Talk
from bot.language import recognise
from bot.nlu.normalise import words
from bot.safety import load_safety
from bot.settings import Settings

OUT = "out_of_scope"


@dataclass
class Score:
    """Counts of one language (or one kind of message)."""

    asked_of: int = 0
    right: int = 0  # the right answer straight
    first: int = 0  # the right topic ranks first, whatever was decided
    in_three: int = 0  # the right topic is among the first three, whatever was decided
    within_three: int = 0  # right straight, or asked with the right one among the three shown
    wrong: int = 0  # another answer
    away: int = 0  # turned away though it was ours
    alarmed: int = 0  # a danger answer where there was none
    outside: int = 0
    caught: int = 0  # out of scope: asked or turned away
    danger: int = 0
    found: int = 0
    false_alarms: int = 0
    languages: int = 0
    language_right: int = 0
    errors: list[str] = field(default_factory=list)

    def row(self) -> dict[str, str]:
        """Shares as text, "-" where nothing was counted."""

        def share(part: int, whole: int) -> str:
            return f"{part / whole:.3f}" if whole else "-"

        return {
            "messages": str(self.asked_of + self.outside + self.danger), "right": share(self.right, self.asked_of), "ranks first": share(self.first, self.asked_of),
            "in first three": share(self.in_three, self.asked_of),
            "right after one question": share(self.within_three, self.asked_of), "wrong": share(self.wrong, self.asked_of), "turned away": share(self.away, self.asked_of),
            "false alarm": share(self.alarmed, self.asked_of), "scope caught": share(self.caught, self.outside), "danger found": share(self.found, self.danger),
            "danger precision": share(self.found, self.found + self.false_alarms), "language": share(self.language_right, self.languages),
        }  # fmt: skip


Reader = Callable[[str], dict[str, Any]]  # text -> {"topic","decision","candidates":[names],"danger":bool,"language"}


def measure(lines: Sequence[dict[str, Any]], language: str, read: Reader) -> Score:
    """Scores one reader on one language's messages."""
    score = Score()
    for line in lines:
        seen, topic = read(line["text"]), line["topic"]
        accepted = {topic, *line.get("also", ())}
        if len(words(line["text"])) >= 3:
            score.languages += 1
            score.language_right += seen["language"] in (language, *line.get("languages", ()))
        if topic.startswith("danger_"):
            score.danger += 1
            score.found += seen["danger"]
            if not seen["danger"]:
                score.errors.append(f"danger missed   {line['text']}")
            continue
        if seen["danger"] and not any(t.startswith("danger_") for t in accepted):
            score.false_alarms += 1
            score.errors.append(f"false alarm     {line['text']}")
        if topic == OUT:
            score.outside += 1
            score.caught += seen["decision"] in ("ask", OUT)
            if seen["decision"] == "answer":
                score.errors.append(f"not caught      {line['text']}   <- {seen['topic']}")
            continue
        score.asked_of += 1
        score.first += seen["candidates"][0] in accepted
        offered = accepted & set(seen["candidates"][:3])
        right = seen["decision"] == "answer" and seen["topic"] in accepted
        score.right += right
        score.in_three += bool(offered)
        score.within_three += right or (seen["decision"] == "ask" and bool(offered))
        score.away += seen["decision"] == OUT
        score.alarmed += seen["decision"] == "danger"
        if seen["decision"] == "answer" and not right:
            score.wrong += 1
            score.errors.append(f"wrong           {line['text']}   {topic} <- {seen['topic']}")
        elif not right:
            score.errors.append(f"{seen['decision']:15} {line['text']}   {topic} <- {seen['candidates'][:3]}")
    return score


def noor_reader(root: Path, parse: Callable[[str], dict[str, Any]], organisation: str = "qpido") -> Reader:
    """The whole first message as `noor understand` reads it: rules at the door and Rasa's parse."""
    from bot.understand import danger_in, understood

    content, _ = load_content(root, organisation)
    safety, _ = load_safety(root)

    def read(text: str) -> dict[str, Any]:
        seen, rule = understood(parse(text.lstrip("/ "))), safety.danger(text)
        danger = bool(danger_in(rule.kind if rule else "", seen))
        candidates = [t for t, _ in seen.candidates]
        language = recognise(Talk("eval"), text, seen.languages, content)
        return {
            "topic": candidates[0],
            "candidates": candidates,
            "decision": "danger" if danger else seen.decision,
            "danger": danger,
            "language": language,
        }

    return read


def rival_reader(name: str, examples: Path) -> Reader:
    """One of Rasa's own classifiers (bot/nlu/rivals.py) trained on the examples of one language, without rules, scope or thresholds: its first topic counts."""
    from bot.nlu.examples import nlu_lines
    from bot.nlu.rivals import train_rival

    pairs = [(line, path.stem) for path in sorted(examples.glob("*/*.yml")) for line in nlu_lines(path)]
    rival = train_rival(name, [text for text, _ in pairs], [topic for _, topic in pairs])

    def read(text: str) -> dict[str, Any]:
        ranking = [str(r["name"]) for r in rival.parse(text)["intent_ranking"]]
        danger = ranking[0].startswith("danger_")
        decision = "danger" if danger else OUT if ranking[0] == OUT else "answer"
        return {"topic": ranking[0], "candidates": [t for t in ranking if t != OUT], "decision": decision, "danger": danger, "language": ""}

    return read


def held_back(root: Path, only: Sequence[str] | None = None) -> dict[str, list[dict[str, Any]]]:
    """{language: messages} of tests/held_back, in the order of their names."""
    found = {}
    for path in sorted((root / "tests" / "held_back").glob("*.jsonl")):
        if path.stem == "masking":  # no topics: tests/test_masking.py reads it
            continue
        if not only or path.stem in only:
            found[path.stem] = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return found


def table(rows: dict[str, dict[str, str]]) -> str:
    """Rows as a Markdown table."""
    heads = list(next(iter(rows.values())))
    lines = ["| | " + " | ".join(heads) + " |", "| --- |" + " --- |" * len(heads)]
    return "\n".join(lines + [f"| {name} | " + " | ".join(row[h] for h in heads) + " |" for name, row in rows.items()])


def run_eval(args: argparse.Namespace, settings: Settings) -> int:
    """Prints the table: per language, then per kind of message."""
    from bot.cli import trained
    from bot.training import model_path

    root = settings.root.resolve()
    if not trained(settings, root):
        return 1
    held, rivals = held_back(root, args.language), {}
    if args.against:
        spoken = {language: language.split("-")[0] for language in held if (root / "data" / "nlu" / language.split("-")[0]).is_dir()}
        own = {code: rival_reader(args.against, root / "data" / "nlu" / code) for code in sorted(set(spoken.values()))}
        rivals = {language: own[code] for language, code in spoken.items()}
    read = noor_reader(root, model_parser(model_path(root, root / settings.models)), settings.organisation)
    rows, kinds = {}, defaultdict(list)
    for language, lines in held.items():
        score = measure(lines, language.split("-")[0], read)
        rows[language] = score.row()
        if language in rivals:
            rows[f"{language}, {args.against}"] = measure(lines, language.split("-")[0], rivals[language]).row() | {"language": "-"}
        for line in lines:
            kinds["near danger, " + language if line.get("near") else f"{line.get('kind', 'plain')}, {language}"].append(line)
        if args.errors:
            print(f"\n{language}\n" + "\n".join(sorted(score.errors)) + "\n")
    if not rows:
        print("tests/held_back holds no messages of these languages")
        return 1
    rows |= {kind: measure(lines, kind.split(", ")[1].split("-")[0], read).row() for kind, lines in sorted(kinds.items())}
    print(table(rows))
    return 0


def model_parser(model: Path) -> Callable[[str], dict[str, Any]]:
    """Rasa's parse of a trained model, without talks or stores."""
    from bot.nlu.quiet import quiet

    quiet()
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage
    from rasa.shared.core.trackers import DialogueStateTracker

    processor = Agent.load(str(model)).processor
    empty = DialogueStateTracker.from_events("eval", [])
    return lambda text: processor._parse_message_with_graph(UserMessage(text), empty, True)
