"""The work of `noor practice ...`: list the scenes, draw one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.content import ContentError
from bot.practice.book import load_book
from bot.practice.graph import dot


def run_practice(args: argparse.Namespace, root: Path) -> int:
    """0 when done, 2 for a scene that is not there. Raises ContentError."""
    faults: list[str] = []
    book = load_book(root, faults)
    if book is None:
        raise ContentError(faults)
    if args.work == "scenes":
        for language, scenes in book.scenes.items():
            for scene in scenes.values():
                print(f"{language}  {scene.name:<28}{scene.with_whom:<10}{scene.title}")
        return 0
    chosen = book.scene(args.language, args.scene)
    if chosen is None:
        there = ", ".join(book.scenes.get(args.language, {})) or f"none in {args.language}"
        print(f"{args.scene} is no scene in content/practice/scenes/{args.language}; choose one of: {there}", file=sys.stderr)
        return 2
    print(dot(chosen, book.trust), end="")
    return 0
