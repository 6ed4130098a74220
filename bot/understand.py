"""Asks Rasa what a message is about, with a deadline, and which topics its rules, forms and stories name.

The model lives in a process of its own (bot/apart.py). Without one, or with Rasa hanging, every answer is None and the turn goes on
without it; a watcher loads the model again until it works.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import structlog

log = structlog.get_logger()


@dataclass(frozen=True)
class Understood:
    """`languages` {code: probability}; `candidates` [(topic, probability)] best first, never out_of_scope; `decision` answer, ask,
    out_of_scope or danger; `danger` the danger topic the model sees, or ""; `doubt` the one it half sees: not answered for, but asked about;
    `entities` as Rasa gives them."""

    languages: Mapping[str, float]
    candidates: tuple[tuple[str, float], ...]
    decision: str
    danger: str
    entities: tuple[Mapping[str, Any], ...]
    parsed: Mapping[str, Any]
    alarm: float = 1.0  # how much danger the model sees, 0 to 1
    doubt: str = ""

    @property
    def topic(self) -> str:
        return self.candidates[0][0] if self.candidates else ""

    def details(self) -> dict[str, str]:
        """The entities as {name: value}, the first of each name."""
        found: dict[str, str] = {}
        for entity in self.entities:
            found.setdefault(str(entity["entity"]), str(entity["value"]))
        return found


SURELY_CALM = 0.02  # below this the model overrules a rule at the door (docs/decisions/0003-danger-rules.md)


def danger_in(rule: str, seen: Understood | None) -> str:
    """The danger topic that the rules and the model see together, or "". Either is enough, but a rule that the model contradicts
    outright (an idiom with a laugh, a film) is not; without a model the rules decide alone."""
    if seen is None:
        return rule
    return (rule if seen.alarm >= SURELY_CALM else "") or seen.danger


class Reader(Protocol):
    """What a loaded model offers: bot.apart.Apart."""

    async def parse(self, text: str) -> dict[str, Any]: ...
    async def names(self, talk: str, text: str, parsed: dict[str, Any]) -> list[dict[str, Any]]: ...
    def close(self) -> None: ...


class Understanding:
    """Holds the loaded model, if any. `load` makes one from a path and may take seconds: it runs in a thread."""

    def __init__(self, load: Callable[[Path], Reader], deadline: float = 3.0) -> None:
        self._load, self._deadline = load, deadline
        self._reader: Reader | None = None
        self._failing_since = 0.0
        self.model: Path | None = None
        self.loads = 0

    @property
    def ready(self) -> bool:
        return self._reader is not None and not self._failing_since

    async def use(self, model: Path) -> bool:
        """Loads and tries a model, then swaps it in; the old one serves until then and stays when the new one fails."""
        try:
            reader = await asyncio.to_thread(self._load, model)
            await asyncio.wait_for(reader.parse("hallo"), 30)
        except Exception as error:
            log.error("model can't be used", model=model.name, error=error.__class__.__name__)
            return False
        old, self._reader, self.model, self._failing_since = self._reader, reader, model, 0.0
        self.loads += 1
        if old:
            old.close()
        return True

    async def parse(self, text: str) -> Understood | None:
        """What a text is about, None when Rasa does not answer in time."""
        parsed = await self._ask(lambda reader: reader.parse(text))
        return understood(parsed) if parsed is not None else None

    async def names(self, talk: str, text: str, seen: Understood) -> list[dict[str, Any]]:
        """What Rasa says next, as [{"topic": ..., "as"?: ...}]; [] when it does not answer."""

        async def question(reader: Reader) -> Any:
            try:
                return await reader.names(talk, text, dict(seen.parsed))
            except Exception as error:  # its tracker's store is away, as a full disk: what it understands is still good
                log.error("rasa could not go on; the topic answers for itself", error=error.__class__.__name__)
                return []

        return await self._ask(question) or []

    async def _ask(self, question: Callable[[Reader], Any]) -> Any:
        if self._reader is None:
            return None
        if self._failing_since and time.monotonic() - self._failing_since < self._deadline:
            return None  # it hung a moment ago: nobody waits for it twice
        try:
            async with asyncio.timeout(self._deadline):
                answer = await question(self._reader)
        except Exception as error:
            self._failing_since = time.monotonic()
            log.error("rasa did not answer", error=error.__class__.__name__)
            return None
        self._failing_since = 0.0
        return answer if answer is not None else True

    async def watch(self, every: float = 5.0) -> None:
        """Runs for ever: a model that fails for a while is loaded anew."""
        while True:
            await asyncio.sleep(every)
            if self.model and self._failing_since and await self._ask(lambda reader: reader.parse("hallo")) is None:
                await self.use(self.model)

    def close(self) -> None:
        if self._reader:
            self._reader.close()


def understood(parsed: Mapping[str, Any]) -> Understood:
    """Rasa's parse data as an Understood."""
    noor = parsed.get("noor") or {}
    candidates = tuple((str(r["name"]), float(r["confidence"])) for r in parsed.get("intent_ranking") or ())
    decision = str(noor.get("decision", "ask"))
    likeliest = str(noor.get("danger_topic", ""))
    danger = likeliest if decision == "danger" else ""
    return Understood(
        parsed.get("language") or {},
        candidates,
        decision,
        danger,
        tuple(parsed.get("entities") or ()),
        parsed,
        float(noor.get("danger", 1.0)),
        likeliest if noor.get("doubtful") else "",
    )


def tapped(topic: str) -> Understood:
    """A button as if the model had been sure: what Rasa gets when a person taps a topic."""
    parsed = {
        "text": "",
        "intent": {"name": topic, "confidence": 1.0},
        "entities": [],
        "intent_ranking": [{"name": topic, "confidence": 1.0}],
        "noor": {"decision": "answer"},
    }
    return understood(parsed)


def with_case(case: Mapping[str, Any]) -> Understood:
    """The state of a report conversation, for Rasa's form: closed values only, never what was typed."""
    seen = tapped("start_report")
    return replace(seen, parsed={**seen.parsed, "entities": [{"entity": "report_case", "value": dict(case)}]})


def without_danger(seen: Understood) -> Understood:
    """The same message as one that was not understood, and no danger: for what begins with a no and only the model is alarmed by."""
    rest = tuple(c for c in seen.candidates if not c[0].startswith("danger_"))
    return with_intent(replace(seen, decision="ask", danger="", candidates=rest), "nlu_fallback")


LEFT = 0.06  # how likely a topic beside a danger must be at all: of what belongs to nothing the greatest share says nothing
LIKELY = 0.4  # share of what is left beside a danger that a topic needs to be answered


def half_danger(seen: Understood) -> Understood:
    """The same message read as what else it may be about: answered where one topic is likely beside the danger, else not understood."""
    calm = without_danger(seen)
    whole = sum(p for _, p in calm.candidates) or 1.0
    shares = tuple((t, p / whole) for t, p in calm.candidates)
    if not shares or shares[0][1] < LIKELY or calm.candidates[0][1] < LEFT:
        return replace(calm, candidates=shares)
    return with_intent(replace(calm, candidates=shares, decision="answer"), shares[0][0])


def with_intent(seen: Understood, topic: str) -> Understood:
    """The same message, told to Rasa as another topic (a danger that the rules saw)."""
    return replace(seen, parsed={**seen.parsed, "intent": {"name": topic, "confidence": 1.0}})
