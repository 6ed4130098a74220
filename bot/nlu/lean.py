"""Rasa without TensorFlow: Rasa imports it (250 MB, two seconds) for components that config.yml does not name.

Called before Rasa is imported in Noor's own processes. Whoever puts one of those components into config.yml gets the real TensorFlow again,
and `rasa train`, `rasa shell` and the like always have it.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

NEED_IT = ("DIETClassifier", "TEDPolicy", "UnexpecTEDIntentPolicy", "ResponseSelector", "LanguageModelFeaturizer", "ConveRTFeaturizer")
LEFT_OUT = ("tensorflow", "keras")


class _Nothing(type):
    """A class whose every attribute, item and call is such a class again: enough for definitions that nobody runs."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return _nothing

    def __getitem__(cls, item: Any) -> Any:
        return _nothing

    def __mro_entries__(cls, bases: Any) -> Any:
        return (object,)


_nothing = _Nothing("nothing", (), {})


class _Module(ModuleType):
    __path__: list[str] = []  # noqa: RUF012  what marks a package

    def is_tensor(self, value: Any) -> bool:
        """No: matplotlib asks it of everything it draws, once a module of that name is loaded."""
        return False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.split(".")[0] in LEFT_OUT else None

    def create_module(self, spec: Any) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


def leave_out_tensorflow(config: Path = Path("config.yml")) -> bool:
    """Whether TensorFlow is left out; not when it is loaded already or a component of `config` needs it."""
    if "tensorflow" in sys.modules or any(name in config.read_text("utf-8") for name in NEED_IT):
        return False
    sys.meta_path.insert(0, _Finder())
    return True
