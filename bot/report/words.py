"""The report conversation's words: questions, buttons, what was understood, the plan. All from content/report.<language>.yml."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.conversation import Talk
from bot.handoff.hours import hours_of
from bot.messages import Button, Reply
from bot.report.case import SKIPPED, Case, facts
from bot.report.rules import Step

if TYPE_CHECKING:
    from bot.answers import Answers

SHOWN = ("role", "person", "years", "age", "what", "platform", "by", "money", "meeting", "family", "done", "wants", "papers", "abroad", "disability")
SUFFIX = {"pro": "_pro", "young": "_self", "adult": "_self", "other": "_other"}
STEERING = ("why", "skip", "back", "pause")


def known_facts(talk: Talk) -> Case:
    """The facts of a talk's case."""
    case: Case = talk.report.get("case", {})
    told = str(case.get("role") or "")
    return facts(case, told if told == "pro" else talk.role or told, talk.language)  # "I'm her tutor" counts more than a button tapped before


def say(answers: Answers, key: str, talk: Talk, **values: str) -> str:
    """A text in the variant for who speaks (`key_pro`, `key_self`, `key_other`), else the plain one."""
    own = key + SUFFIX.get(str(known_facts(talk)["speaker"]), "")
    return answers.say(own if own in answers.content.interface["nl"] else key, talk, **values)


def known_words(answers: Answers, case: Mapping[str, Any], talk: Talk, slots: Iterable[str] = SHOWN, own: str = "") -> list[tuple[str, str]]:
    """What is known, as [(slot, short phrase)]: [("person", "je dochter"), ("years", "14 jaar"), ...]. `own`: the prefix of words
    that are the person's own: "sheet_" gives "mijn dochter"."""
    has = answers.content.interface["nl"]
    found: list[tuple[str, str]] = []
    for slot in slots:
        value = case.get(slot)
        if value in (None, SKIPPED, []) or (slot == "age" and case.get("years")):
            continue
        if slot == "years":
            found.append(("age", answers.say("known_years", talk, years=str(value))))
        elif slot == "person" and case.get("relation") and value == "child":
            key = f"known_relation_{case['relation']}"
            found.append((slot, answers.say(own + key if own + key in has else key, talk)))
        else:
            for one in value if isinstance(value, list) else [value]:
                key = next((k for k in (f"{own}known_{slot}_{one}", f"known_{slot}_{one}", f"a_{slot}_{one}", f"known_{slot}_other") if k in has), "")
                if key:
                    found.append((slot, answers.say(key, talk)))
    return found


def heard_line(answers: Answers, talk: Talk) -> str:
    """ "Ik heb begrepen: je dochter, 14 jaar, ... Klopt dat?"; "" when less than two things are known."""
    words = [w for _, w in known_words(answers, talk.report.get("case", {}), talk)]
    return answers.say("r_heard", talk, what=answers.say("r_comma", talk).join(words)) if len(words) > 1 else ""


def question(answers: Answers, talk: Talk, slot: str, above: Iterable[str] = (), correct: bool = False) -> Reply:
    """One question with its answers as buttons. `correct`: what was understood stands above it and can be corrected."""
    asked = answers.report.rules.question(slot)
    assert asked is not None, slot
    buttons = [Button(f"report:{slot}.{a}", say(answers, f"a_{slot}_{a}", talk)) for a in asked.answers]
    steering = [s for s in STEERING if s != "back" or len(talk.report.get("asked", ())) > 1]
    buttons += [answers.button(f"report:{s}", f"r_{s}", talk) for s in (*(("wrong",) if correct else ()), *steering)]
    text = "\n\n".join(line for line in (*above, say(answers, f"q_{slot}", talk)) if line)
    return Reply(f"report_{slot}", text, talk.language, tuple(buttons))


def plan(answers: Answers, talk: Talk, at: datetime.datetime, changed: Mapping[str, Any] | None = None) -> Reply:
    """The plan as one reply. `changed`: what is new since the last plan, said first."""
    known = known_facts(talk)
    steps = answers.report.rules.plan(known)
    words = [w for _, w in known_words(answers, changed or {}, talk, (*SHOWN, "danger", "ongoing"))]
    lines = [answers.say("plan_changed", talk, what=answers.say("r_comma", talk).join(words))] if words else []
    lines.append("**" + answers.say("plan_title", talk) + "**")
    lines.append(say(answers, "plan_intro", talk))
    lines.append("\n".join(f"{n}. {step_words(answers, s, talk)}" for n, s in enumerate(steps, 1)))
    if hours_of(answers.content.organisation).now(at):
        lines.append(answers.chat_state(talk, at))
    buttons = [answers.button("report:sheet", "plan_sheet", talk), answers.button("report:steps", "plan_steps", talk)]
    if open_later(answers, talk):
        buttons.append(answers.button("report:precise", "plan_more_questions", talk))
    buttons += [answers.button("report:wrong", "plan_change", talk), *answers.way_out(talk)]
    reply = Reply("report_plan", "\n\n".join(lines), talk.language, tuple(buttons), tuple(answers.links(lines_to_call(known), talk.language, True)))
    return replace(reply, urgent=known.get("danger") == "now")


def step_words(answers: Answers, step: Step, talk: Talk) -> str:
    return say(answers, f"step_{step.name}", talk)


def open_later(answers: Answers, talk: Talk) -> list[str]:
    """Questions that would still make the plan more exact."""
    known = known_facts(talk)
    return [q.slot for later in (False, True) for q in answers.report.rules.open_questions(talk.report.get("case", {}), known, later)]


def lines_to_call(known: Mapping[str, Any]) -> list[str]:
    """The helplines under a plan, most urgent first."""
    first = ["emergency"] if known.get("danger") == "now" else []
    home = ["veilig_thuis"] if known["home"] != "safe" or known["speaker"] == "pro" else []
    young = ["kindertelefoon"] if known["speaker"] == "young" else []
    return [*first, *home, "helpwanted", *(["police"] if known["side"] == "victim" else []), *young, "suicide_113"]


def step_buttons(answers: Answers, talk: Talk) -> list[Button]:
    """One button a step, titled as its topic; a topic that explains two steps stands once."""
    found: dict[str, Button] = {}
    for step in answers.report.rules.plan(known_facts(talk)):
        for button in answers.topic_buttons([step.topic], talk):
            found.setdefault(button.id, button)
    return list(found.values())
