"""The log: one JSON object a line on standard error, without words of people.

Only keys that Noor itself writes pass; of other libraries' lines the fixed text passes and what was put into it does not, since it may be
what somebody typed. Of an error its kind and the place in Noor's code.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from typing import Any

import structlog

# What Noor logs about itself. A key that is not here is left out: a library that logs a message's text must not get it into a file.
KEYS = {"event", "level", "timestamp", "error", "where", "model", "faults", "first", "why", "held", "what", "logger", "number", "seconds", "name_", "state"}


def configure() -> None:
    """For `noor serve` and the terminal's commands. Safe to call more than once; Rasa's own settings for structlog leave the processors as they are."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _kind_of_error,
            _known_keys,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Wordless())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


class Wordless(logging.Formatter):
    """Lines of other libraries: their fixed text, not what was put into it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "event": record.msg.strip() if isinstance(record.msg, str) and (record.args or record.exc_info) else record.name,
            "level": record.levelname.lower(), "logger": record.name,
            "timestamp": structlog.processors.TimeStamper(fmt="iso", utc=True)(None, "", {})["timestamp"],
        }  # fmt: skip
        if record.exc_info and record.exc_info[1]:
            line |= error_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def error_of(error: BaseException) -> dict[str, str]:
    """An error without its message: {"error": kind, "where": "bot/service.py:12"}."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "/bot/" in f.filename or "/actions/" in f.filename]
    found = {"error": error.__class__.__name__}
    if frames:
        place = frames[-1]
        found["where"] = f"{'/'.join(place.filename.split('/')[-2:])}:{place.lineno}"
    return found


def _kind_of_error(logger: Any, method: str, line: Any) -> Any:
    error = line.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        line |= error_of(error)
    return line


def _known_keys(logger: Any, method: str, line: Any) -> Any:
    return {key: value for key, value in line.items() if key in KEYS}
