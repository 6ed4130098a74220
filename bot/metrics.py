"""Figures for whoever keeps Noor running: how many turns, how fast, what they became. No words, no person, no talk.

Given at /metrics in Prometheus' form, to who has NOOR_METRICS_TOKEN; without that setting to this machine alone.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from bot.messages import Message, Reply

LOOPBACK = ("127.0.0.1", "::1")


class Metrics:
    """One registry for one service. `turn` after each turn; gauges are asked when somebody looks."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._turns = Counter("noor_turns", "messages answered", ["door", "kind", "decision", "language"], registry=self._registry)
        self._danger = Counter("noor_danger", "danger answers", ["topic", "language"], registry=self._registry)
        self._seconds = Histogram(
            "noor_turn_seconds", "time of a turn, waiting for the talk's lock included", ["kind"],
            buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 3), registry=self._registry,
        )  # fmt: skip
        self._refused = Counter("noor_refused", "messages refused: too many wait in their talk", ["door"], registry=self._registry)

    def turn(self, door: str, message: Message, replies: Sequence[Reply], language: str, seconds: float) -> None:
        """Counts one turn."""
        kind = "media" if message.media else "tap" if message.tap is not None else "text"
        self._seconds.labels(kind).observe(seconds)
        if replies:
            self._turns.labels(door, kind, decision(replies), language).inc()
        for reply in replies:
            if reply.urgent and reply.topic.startswith("danger_"):
                self._danger.labels(reply.topic, language).inc()

    def refused(self, door: str) -> None:
        """Counts a message of a flood."""
        self._refused.labels(door).inc()

    def gauge(self, name: str, what: str, ask: Any) -> None:
        """A figure that `ask()` gives when somebody looks."""
        Gauge(name, what, registry=self._registry).set_function(ask)

    def page(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self._registry)


def decision(replies: Sequence[Reply]) -> str:
    """What a turn became: danger, ask, out_of_scope, not_available, human or answer."""
    topics = [r.topic for r in replies]
    if any(t.startswith("danger_") for t in topics):
        return "danger"
    if replies[0].sender == "human":
        return "human"
    return {"nlu_fallback": "ask", "out_of_scope": "out_of_scope", "not_available": "not_available"}.get(topics[0], "answer")


def may_look(request: Request, token: str) -> bool:
    """With a token: who sends it as a bearer. Without: this machine alone, and not what a proxy on it passes on."""
    if token:
        return hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode())
    passed_on = any(h in request.headers for h in ("x-forwarded-for", "forwarded", "x-real-ip", "via"))
    return bool(request.client and request.client.host in LOOPBACK and not passed_on)


def page(metrics: Metrics, token: str) -> Any:
    """The endpoint."""

    async def show(request: Request) -> Response:
        if not may_look(request, token):
            return Response("not here", 404)
        return Response(metrics.page(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return show
