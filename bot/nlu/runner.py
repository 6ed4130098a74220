"""Runs the nodes of a loaded model one after the other.

Rasa hands its half dozen nodes to Dask at each run, a scheduler for large data: it plans the order anew for every message.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner


class DirectRunner:
    """A loaded DaskGraphRunner's nodes, in an order worked out once for each set of targets."""

    def __init__(self, loaded: DaskGraphRunner) -> None:
        self.nodes, self._schema = loaded._instantiated_nodes, loaded._graph_schema
        self._order = lru_cache(self._in_order)

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """{target: output}, as GraphRunner.run; an exception of a component comes through as Rasa raises it."""
        wanted = tuple(targets or self._schema.target_names)
        done: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, node, needs in self._order(wanted):
            done[name] = node(*(done.get(need, need) for need in needs))
        return {name: done[name][1] for name in wanted}

    def _in_order(self, targets: tuple[str, ...]) -> list[tuple[str, GraphNode, list[str]]]:
        schema = self._schema.minimal_graph_schema(list(targets)).nodes
        order: dict[str, None] = {}

        def visit(name: str) -> None:
            for need in schema[name].needs.values():
                if need in schema:
                    visit(need)
            order[name] = None

        for target in targets:
            visit(target)
        return [(name, self.nodes[name], list(schema[name].needs.values())) for name in order]
