"""Rasa's policies for rules and stories, asked only what could have an answer. They decide the same; a test holds them to Rasa's own.

Rasa tries all rules one by one at each step, and ever shorter pasts of the talk on all stories: most of a turn's time.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections import defaultdict
from functools import cached_property
from typing import Any

from rasa.core.policies.memoization import AugmentedMemoizationPolicy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class FiledRulePolicy(RulePolicy):
    """RulePolicy that files its rules under the newest action and intent they are about."""

    def _get_possible_keys(self, lookup: dict[str, str], states: list[Any]) -> set[str]:
        if not states:
            return set(super()._get_possible_keys(lookup, states))
        filed = self._filed(lookup)
        action, intent = _about(states[-1])
        near = [key for about in {(action, intent), (action, None), (None, intent), (None, None)} for key in filed.get(about, ())]
        return set(super()._get_possible_keys({key: lookup[key] for key in near}, states))

    def _filed(self, lookup: dict[str, str]) -> dict[tuple[Any, Any], list[str]]:
        name = (id(lookup), len(lookup))
        cache: dict[Any, Any] = self.__dict__.setdefault("_cabinet", {})
        if name not in cache:
            found: dict[tuple[Any, Any], list[str]] = defaultdict(list)
            for key in lookup:
                found[_about(json.loads(key)[-1])].append(key)
            cache.clear()
            cache[name] = found
        return cache[name]  # type: ignore[no-any-return]


def _about(state: Any) -> tuple[Any, Any]:
    """(newest action, intent) of a state; None for what it leaves open."""
    return (state.get("prev_action") or {}).get("action_name"), (state.get("user") or {}).get("intent")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class StoryPolicy(AugmentedMemoizationPolicy):
    """AugmentedMemoizationPolicy for talks whose newest message is a later step of some story."""

    @cached_property
    def _later_steps(self) -> set[str]:
        """The intents of messages that have another message before them in a story."""
        found = set()
        for key in self.lookup:
            # A key is a list of states as JSON without its quotes; each state repeats the message it stands after.
            intents = re.findall(r"intent: (\w+)", zlib.decompress(base64.b64decode(key)).decode())
            if len(set(intents)) > 1:
                found.add(intents[-1])
        return found

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: dict[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        """As Rasa's policy; nothing, at once, where no story could match."""
        intent = (tracker.latest_message.intent or {}).get("name") if tracker.latest_message else None
        if intent not in self._later_steps:
            return self._prediction(self._default_predictions(domain))
        return super().predict_action_probabilities(tracker, domain, rule_only_data, **kwargs)
