"""Runs the actions of actions/ in this process: no action server, no lost results (an HTTP pair lost 31 of 1,600 at 200 talks)."""

from __future__ import annotations

import json
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException


class LocalActions(EndpointConfig):
    """An action endpoint whose request() calls rasa_sdk's executor."""

    def __init__(self, package: str = "actions") -> None:
        super().__init__(url="local://" + package)
        self._executor = ActionExecutor()
        self._executor.register_package(package)

    async def request(
        self, method: str = "post", subpath: str | None = None, content_type: str | None = None, compress: bool = False, **kwargs: Any
    ) -> Any:
        """What Rasa posts goes to the action; a rejection comes back as Rasa's HTTP client would bring it."""
        try:
            return await self._executor.run(kwargs["json"])
        except (ActionExecutionRejection, ActionNotFoundException) as error:
            status = 400 if isinstance(error, ActionExecutionRejection) else 404
            raise ClientResponseError(status, str(error), json.dumps({"error": error.message, "action_name": error.action_name})) from error


def skip_schema_check() -> None:
    """Rasa checks each action's result against a JSON schema, 15-18 ms a time; tests/actions checks the same once."""
    RemoteAction._validate_action_result = lambda self, result: True
