"""Rasa's own classifiers, trained on the same examples and asked the same messages: what ours are measured against."""

from __future__ import annotations

import resource
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_FEATURES = [
    {"name": "WhitespaceTokenizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]
PIPELINES = {
    "diet": [*_FEATURES, {"name": "DIETClassifier", "epochs": 100, "entity_recognition": False, "constrain_similarities": True, "random_seed": 1}],
    "logistic": [*_FEATURES, {"name": "LogisticRegressionClassifier", "max_iter": 1000}],
}


@dataclass(frozen=True)
class Rival:
    """`parse` gives Rasa's parse of a text: intent, intent_ranking. `cpu_s` is the processor time that training took."""

    parse: Callable[[str], dict[str, Any]]
    cpu_s: float


def train_rival(name: str, texts: Sequence[str], topics: Sequence[str]) -> Rival:
    """Trains one of PIPELINES; needs TensorFlow, so Rasa must not have been imported without it (bot/nlu/lean.py). Minutes for thousands of texts."""
    from bot.nlu.quiet import quiet

    quiet(lean=False)
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage
    from rasa.model_training import train_nlu
    from rasa.shared.core.trackers import DialogueStateTracker

    own: dict[str, list[str]] = defaultdict(list)
    for text, topic in zip(texts, topics, strict=True):
        own[topic].append(" ".join(text.split()))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "config.yml").write_text(yaml.safe_dump({"recipe": "default.v1", "language": "en", "assistant_id": "rival", "pipeline": PIPELINES[name]}))
        entries = [{"intent": topic, "examples": "".join(f"- {line}\n" for line in lines)} for topic, lines in own.items()]
        (root / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": entries}, allow_unicode=True))
        before = resource.getrusage(resource.RUSAGE_SELF)
        model = train_nlu(str(root / "config.yml"), str(root / "nlu.yml"), str(root), fixed_model_name="rival")
        after = resource.getrusage(resource.RUSAGE_SELF)
        processor = Agent.load(str(model)).processor
    empty = DialogueStateTracker.from_events("rival", [])
    return Rival(lambda text: processor._parse_message_with_graph(UserMessage(text), empty, True), sum(after[:2]) - sum(before[:2]))
