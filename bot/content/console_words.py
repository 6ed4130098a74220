"""The console's own words, for counsellors: content/console.<language>.yml; and the facts they can send with one tap: content/canned.yml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from bot.content.facts import host
from bot.content.library import Content

LANGUAGES = ("nl", "en")


def console_words(root: Path) -> dict[str, dict[str, str]]:
    """{language: {key: words}}. Raises OSError and yaml.YAMLError; `console_faults` says what is wrong in words."""
    return {code: {k: str(v) for k, v in _read(root, code).items()} for code in LANGUAGES}


def canned_names(root: Path) -> list[str]:
    """The organisations of canned.yml, in its order."""
    return [str(name) for name in yaml.safe_load((root / "content" / "canned.yml").read_text("utf-8")) or []]


def console_faults(root: Path, content: Content) -> list[str]:
    """Every fault as `path: what is wrong; what to do`."""
    faults = []
    try:
        words = console_words(root)
        for code in LANGUAGES[1:]:
            faults += [f"content/console.{code}.yml: {k} is missing; translate it" for k in words["nl"].keys() - words[code].keys()]
            faults += [f"content/console.{code}.yml: {k} is not in console.nl.yml; take it out" for k in words[code].keys() - words["nl"].keys()]
    except (OSError, yaml.YAMLError, AttributeError) as error:
        faults.append(f"content/console.*.yml: can't be read ({error.__class__.__name__}); write `name: words` lines")
    try:
        faults += [f"content/canned.yml: {p}; correct its spelling" for n in canned_names(root) if (p := content.facts.problem(n, None))]
    except (OSError, yaml.YAMLError, TypeError) as error:
        faults.append(f"content/canned.yml: can't be read ({error.__class__.__name__}); write `- name` lines")
    return faults


def canned(root: Path, content: Content, language: str) -> list[dict[str, str]]:
    """[{"title", "text"}]: name, number, hours and site of each organisation, in one language, as plain text."""
    facts, rtl, found = content.facts, content.rtl(language), []
    for name in canned_names(root):
        lines = [facts.fill("{" + name + "}", language, high_risk=True, rtl=rtl)]
        if hours := facts.field(name, "hours"):
            lines[0] += ": " + facts.fill("{" + name + ".hours}", language, high_risk=True, rtl=rtl) if hours else ""
        if about := facts.about(name, language):
            lines.append(about)
        if site := facts.site(name):
            lines.append(host(site))
        found.append({"title": facts.name(name, "nl"), "text": "\n".join(lines)})
    return found


def filled(words: Mapping[str, str], key: str, **values: str) -> str:
    """A sentence with its <words> filled in."""
    text = words[key]
    for name, value in values.items():
        text = text.replace("<" + name + ">", value)
    return text


def _read(root: Path, code: str) -> dict[str, str]:
    data = yaml.safe_load((root / "content" / f"console.{code}.yml").read_text("utf-8"))
    return dict(data)
