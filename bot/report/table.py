"""`noor report table`: the rules table as a page for a police or legal reviewer, with the Dutch words of every step."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from bot.content import Content
from bot.report.rules import DERIVED, Rules, Step

VARIANTS = ("", "_self", "_pro", "_other")
MEANING = {  # for the reviewer; bot/report/case.py is what counts
    "speaker": "Who is spoken to: a parent, a young person about herself (below 18 or unknown), an adult about herself, a professional, somebody else.",
    "side": "Victim, or spreader when the person it is about passed images on.",
    "home": "Whether relatives may know. Unsure also when nobody said: never safe by silence.",
    "minor": "Below 18, 18 or over, or not told.",
    "under_13": "Below 13 for sure, perhaps, or not: the police then always contact the parents.",
    "tongue": "Whether the talk is in Dutch.",
}


def table_page(content: Content, rules: Rules, language: str = "nl") -> str:
    """One page to read and print: what is asked and why, then every step in order with its condition, words and sources."""
    words = content.interface[language]
    asked = "".join(
        f"<tr><td>{html.escape(q.slot)}</td><td>{_texts(content, f'q_{q.slot}', language)}</td><td>{html.escape(content.say(f'why_{q.slot}', language))}</td>"
        f"<td>{'<br>'.join(f'<code>{a}</code> ' + html.escape(words[f'a_{q.slot}_{a}']) for a in q.answers)}</td><td>{_condition(q.when)}{' (later)' if q.later else ''}</td></tr>"
        for q in rules.questions
    )
    follow = "".join(
        f"<tr><td><code>{name}</code></td><td>{' '.join(f'<code>{v}</code>' for v in sorted(values))}</td><td>{html.escape(MEANING[name])}</td></tr>"
        for name, values in DERIVED.items()
    )
    steps = "".join(_step(content, s, n, language) for n, s in enumerate(rules.steps, 1))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Noor: report table</title><style>'
        "body{font-family:sans-serif;margin:1.5rem;line-height:1.4}table{border-collapse:collapse;width:100%;margin-bottom:2rem}"
        "th,td{border:1px solid #999;padding:.4rem;text-align:left;vertical-align:top}th{background:#eee}td:last-child{min-width:7rem}"
        "@media print{tr{break-inside:avoid}}</style></head><body>"
        "<h1>Noor: report table</h1><p>Rules: data/report/rules.yml. Words: content/report.nl.yml. A step stands in a plan when every line of its "
        "condition holds. Steps marked <strong>family</strong> bring in parents or relatives and are given only when the home is known to be safe. "
        "A reviewer reads the words and the conditions, notes what must change, and signs below.</p>"
        f"<h2>Questions</h2><table><tr><th>slot</th><th>question</th><th>why it is asked</th><th>answers</th><th>when</th></tr>{asked}</table>"
        "<h2>What follows from the answers</h2><table><tr><th>name</th><th>values</th><th>meaning</th></tr>"
        f"{follow}</table>"
        f"<h2>Steps</h2><table><tr><th>no.</th><th>step</th><th>when</th><th>words</th><th>more about it</th><th>sources</th><th>reviewer</th></tr>{steps}</table>"
        "<p>Reviewed by (role, organisation): ____________________ Date: ____________</p></body></html>"
    )


def _step(content: Content, step: Step, number: int, language: str) -> str:
    sources = "<br>".join(html.escape(str(content.sources[s]["title"])) for s in step.sources)
    unless = f"<br>unless {_condition(step.unless, ' or ')}" if step.unless else ""
    family = "<br><strong>family</strong>" if step.family else ""
    return (
        f"<tr><td>{number}</td><td>{html.escape(step.name)}{family}</td><td>{_condition(step.when)}{unless}</td>"
        f"<td>{_texts(content, f'step_{step.name}', language)}</td><td>{html.escape(step.topic)}</td><td>{sources}</td><td></td></tr>"
    )


def _texts(content: Content, key: str, language: str) -> str:
    found = [(v, content.say(key + v, language)) for v in VARIANTS if key + v in content.interface["nl"]]
    return "<br>".join((f"<em>{v.strip('_')}:</em> " if v else "") + html.escape(text.replace("**", "")) for v, text in found)


def _condition(condition: Mapping[str, Any], joined: str = "<br>") -> str:
    def one(slot: str, wanted: Any) -> str:
        choices = wanted if isinstance(wanted, list) else [wanted]
        return f"<code>{html.escape(slot)}: {html.escape(' | '.join(map(str, choices)))}</code>"

    return joined.join(one(s, w) for s, w in condition.items())
