"""The work of `noor content ...`."""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from pathlib import Path

from bot.content.check import check
from bot.content.console_words import console_faults
from bot.content.library import Content, load_content
from bot.content.review import review_page
from bot.handoff.hours import hours_faults


def run_content(args: argparse.Namespace, root: Path, organisation: str) -> int:
    """Runs check, review, translated or new-language. 0 when done, 1 for faults, 2 for a wrong argument."""
    content, faults = load_content(root, organisation)
    if args.work == "check":
        return _check(content, faults, root, args.language)
    if args.work == "new-language":
        return new_language(root, args.language)
    if args.language not in content.languages:
        print(f"{args.language} is not in content/languages.yml; choose one of {', '.join(content.languages)}", file=sys.stderr)
        return 2
    if args.work == "review":
        print(review_page(content, args.language, datetime.date.today()))
        return 0
    return translated(content, root, args.language, args.topics)


def _check(content: Content, faults: list[str], root: Path, language: str | None) -> int:
    from bot.nlu.examples import misfiled
    from bot.nlu.meanings import read_meanings
    from bot.practice.check import check_practice
    from bot.practice.coach_data import faults as coach_faults
    from bot.safety import load_safety

    _, rules = load_safety(root)
    read_meanings(root / "data" / "meanings", rules)
    faults += hours_faults(content.organisation, "organisation.yml") + console_faults(root, content)
    faults = [*faults, *check(content, root, datetime.date.today(), language), *rules, *coach_faults(root), *check_practice(root, content.sources)]
    faults += [f"{p.relative_to(root)}: {why}" for p in sorted((root / "data" / "nlu").glob("*/*/*.yml")) if (why := misfiled(p))]
    print("\n".join(faults) if faults else f"{len(content.topics)} topics in {', '.join(content.spoken())}: no faults")
    return 1 if faults else 0


def translated(content: Content, root: Path, language: str, names: list[str]) -> int:
    """Writes `translates: nl-<hash>` into translations that somebody has just brought up to date."""
    chosen = {f"{t.group}/{t.name}": t for t in content.topics.values()}
    wanted = list(chosen) if names == ["all"] else [n.removesuffix(".md").removesuffix(f".{language}") for n in names]
    missing = [n for n in wanted if n not in chosen]
    if missing:
        print(f"no such topics: {', '.join(missing)}; write <group>/<topic>", file=sys.stderr)
        return 2
    for name in wanted:
        path = root / "content" / f"{name}.{language}.md"
        if not path.exists():
            continue
        raw = path.read_text("utf-8")
        line = f"translates: nl-{chosen[name].texts['nl'].fingerprint()}\n"
        raw = re.sub(r"^translates: .*\n", "", raw, count=1, flags=re.MULTILINE)
        path.write_text(re.sub(r"\A---\n", "---\n" + line, raw), "utf-8")
    print(f"{language}: {len(wanted)} texts noted")
    return 0


def new_language(root: Path, code: str) -> int:
    """A skeleton: a line in languages.yml, the interface and organisations to fill in, one folder of examples. Overwrites nothing."""
    if not re.fullmatch(r"[a-z]{2,3}", code):
        print(f"{code!r} is no language code; write two or three small letters, as pl or ber", file=sys.stderr)
        return 2
    base = root / "content"
    listed = (base / "languages.yml").read_text("utf-8")
    if re.search(rf"^{code}:", listed, re.MULTILINE):
        print(f"{code} is already in content/languages.yml", file=sys.stderr)
        return 2
    # Until its texts are reviewed the language is understood and answered in Dutch.
    (base / "languages.yml").write_text(
        f'{listed.rstrip()}\n{code}: {{name: {code}, direction: ltr, answered_in: nl, review: "native reviewer {code}"}}\n', "utf-8"
    )
    for name in ("interface", "organisations"):
        source = (base / f"{name}.nl.yml").read_text("utf-8")
        (base / f"{name}.{code}.yml").write_text(
            f"# Dutch, to be translated into {code}; then take `answered_in` out of languages.yml.\n{source}", "utf-8"
        )
    (root / "data" / "lexicon" / f"{code}.yml").write_text(
        "# Words for details and commands, as in nl.yml.\nentities: {}\nages: []\nown_words: []\ncommands: {}\n", "utf-8"
    )
    meanings = root / "data" / "meanings"
    meanings.mkdir(parents=True, exist_ok=True)
    (meanings / f"{code}.yml").write_text("# What words mean, coarsely, as in nl.yml.\nphoto: []\n", "utf-8")
    folder = root / "data" / "nlu" / code / "act_now"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(
        f"Examples of what people type in {code}: one file a topic, as data/nlu/nl/act_now/. Forty of many voices each.\n", "utf-8"
    )
    print(
        f"{code}: content/interface.{code}.yml, content/organisations.{code}.yml, data/lexicon/{code}.yml, data/meanings/{code}.yml and data/nlu/{code}/ are there to be filled in; docs/languages.md says how"
    )
    return 0
