"""The widget's scripts and styles as they go over the line: joined, without the comments, under a name that changes with what is in them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

_SCRIPT = re.compile(r"^ *//.*\n|  +// .*$|^ +|\n(?=\n)", re.MULTILINE)
_STYLE = re.compile(r"/\*.*?\*/\n?|^ +|\n(?=\n)", re.MULTILINE | re.DOTALL)
FRESH = {"Cache-Control": "no-cache"}
# Named by what is in it, so that it can never be last month's.
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


class WidgetFiles:
    """Reads web/widget. On a slow phone every byte and every further request is waited for: the frame has one script and one style sheet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def loader(self, settings: str) -> str:
        """The script of the site's page, with its settings (JSON) written in place of the empty object at its end."""
        return self._read("loader.js", _SCRIPT).replace("})({});", f"}})({settings});")

    def script(self) -> str:
        """The frame's script."""
        return self._read("talk.js", _SCRIPT) + self._read("frame.js", _SCRIPT)

    def style(self, colours: Mapping[str, str]) -> str:
        """The frame's style sheet, and after it the colours of the organisation or site; the dark scheme is the widget's own."""
        lines = " ".join(f"{name}: {value};" for name, value in colours.items())
        return self._read("frame.css", _STYLE) + f"@media (prefers-color-scheme: light) {{ :root {{ {lines} }} }}\n"

    def plain(self) -> str:
        """The style sheet of the page without JavaScript."""
        return self._read("plain.css", _STYLE)

    def _read(self, name: str, comments: re.Pattern[str]) -> str:
        return comments.sub("", (self._folder / name).read_text("utf-8"))


def version(text: str) -> str:
    """A short name of this very text, for `?v=`."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def answer(request: Request, text: str, media_type: str, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
    """A script or style sheet: kept by the browser for ever when it was asked for by its version, 304 when the caller has it already."""
    now = version(text)
    tag = f'W/"{now}"'
    known = request.headers.get("if-none-match") == tag
    kept = FOR_EVER if request.query_params.get("v") == now else FRESH
    return Response(None if known else text, 304 if known else 200, {**kept, "ETag": tag, **headers}, media_type=media_type)
