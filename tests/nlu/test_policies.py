"""Our policies decide what Rasa's own decide on the same rules, stories and talks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.policies.memoization import AugmentedMemoizationPolicy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu.engine import Engine
from bot.nlu.policies import FiledRulePolicy, StoryPolicy
from bot.nlu.tracker_store import TURNS
from bot.store.kept import key_from
from tests.conftest import ROOT

STORIES = [story for path in sorted((ROOT / "data" / "stories").glob("*.yml")) for story in yaml.safe_load(path.read_text("utf-8"))["stories"]]


@pytest.fixture(scope="module")
def engine(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Rasa in this process, to be looked into."""
    folder = tmp_path_factory.mktemp("engine")
    made = Engine(model, f"sqlite:///{folder}/rasa.db", key_from("test", folder))
    yield made
    made.close()


def policies(engine: Any) -> tuple[FiledRulePolicy, StoryPolicy]:
    nodes = engine.agent.processor.graph_runner.nodes.values()
    found = {type(node._component): node._component for node in nodes}
    return found[FiledRulePolicy], found[StoryPolicy]


def talk(domain: Any, steps: list[tuple[str, str]]) -> DialogueStateTracker:
    """A talk of (intent, action) steps, after an unrelated beginning."""
    tracker = DialogueStateTracker.from_events("t", [], domain.slots)
    for intent, action in [("what_is_grooming", "utter_what_is_grooming"), *steps]:
        tracker.update(ActionExecuted("action_listen"), domain)
        tracker.update(UserUttered("", {"name": intent, "confidence": 1.0}), domain)
        if action:
            tracker.update(ActionExecuted(action), domain)
    return tracker


def cases() -> list[list[tuple[str, str]]]:
    found = [[(i, ""), ] for i in ("image_spread", "affirm", "deny", "out_of_scope", "nlu_fallback", "who_can_help")]
    for story in STORIES:
        steps = [(str(a["intent"]), str(b["action"])) for a, b in zip(story["steps"][::2], story["steps"][1::2], strict=True) if "intent" in a and "action" in b]
        found += [[*steps[:i], (steps[i][0], "")] for i in range(len(steps))] + [steps]
    return found


@pytest.mark.parametrize("steps", cases(), ids=lambda steps: ",".join(i for i, _ in steps))
def test_together_they_decide_as_rasas_own(engine: Any, steps: list[tuple[str, str]]) -> None:
    domain, decided = engine.agent.processor.domain, []
    for theirs in (False, True):
        asked = []
        for ours, plain in zip(policies(engine), (RulePolicy, AugmentedMemoizationPolicy), strict=True):
            policy = object.__new__(plain if theirs else type(ours))
            policy.__dict__.update(ours.__dict__)
            asked.append(policy.predict_action_probabilities(talk(domain, steps), domain, rule_only_data={}).probabilities)
        decided.append(next((p for p in asked if max(p) == 1.0), None))  # a rule goes before a story
    assert decided[0] == decided[1]


def told(events: Any) -> list[dict[str, Any]]:
    return [{k: v for k, v in e.as_dict().items() if k not in ("timestamp", "message_id", "metadata")} for e in events]


@pytest.mark.parametrize("before", [[], ["affirm"], ["image_spread"], ["start_report"], ["danger_suicide", "deny"]], ids=str)
def test_what_is_settled_is_what_the_prediction_loop_says(engine: Any, before: list[str]) -> None:
    """Each intent in two talks: one that runs the loop itself, one that may know the answer."""
    processor = engine.agent.processor
    settled = processor._run_prediction_loop.__self__
    settled._known.clear()
    same, known = 0, 0
    for intent in processor.domain.intents:
        found = []
        for loop in (settled._predict, settled.run, settled.run):
            channel, tracker = CollectingOutputChannel(), DialogueStateTracker.from_events("t", [], processor.domain.slots)
            for name in (*before, intent):
                tracker.update(ActionExecuted("action_listen"), processor.domain)
                tracker.update(UserUttered("", {"name": name, "confidence": 1.0}), processor.domain)
                known += loop == settled.run and name in settled._known
                engine.wait(loop(channel, tracker))
            found.append((told(tracker.events), channel.messages))
        assert found[0] == found[1] == found[2]
        same += 1
    assert same > 100
    assert known > 100 or "start_report" in before  # after a form nothing is settled


def test_the_tracker_keeps_more_messages_than_any_story_has() -> None:
    assert max(sum("intent" in step for step in story["steps"]) for story in STORIES) < TURNS


