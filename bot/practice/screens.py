"""What practice shows: buttons and short notices around the scenes. Words stand in content/interface.<language>.yml and content/practice."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.answers import Answers
from bot.conversation import Talk
from bot.messages import Button, File, Reply
from bot.nlu.normalise import words
from bot.practice.book import PracticeBook
from bot.practice.feedback import Given, shortened
from bot.practice.feedback import wording as next_wording
from bot.practice.person import SOON, matches
from bot.practice.report import Report, number, report_of, trust_said
from bot.practice.scene import WHOM, Scene
from bot.practice.session import LENGTHS, Session

NOT_KEPT = ("practice_real_case", "practice_own")  # replies to words that no door may keep
RIGHT_TOPIC = {"parent": "talk_with_parents", "victim": "talk_with_victim", "spreader": "talk_with_spreader"}
REPORT = File("practice_report", "noor-oefenverslag.pdf", "application/pdf")
PAGE = File("practice_report_page", "noor-oefenverslag.html", "text/html")


def _buttons(answers: Answers, talk: Talk, *names: str) -> tuple[Button, ...]:
    return tuple(answers.button(f"practice:{n}", f"button_practice_{n}", talk) for n in names)


# --- choosing ----------------------------------------------------------------------------------------------------------


def choose(answers: Answers, talk: Talk, session: Session, at: datetime.datetime, text: str = "") -> list[Reply]:
    """What practice is, and with whom; scenes that the message names come first."""
    reply = answers.topic("practise_start", talk, at)
    found = [_scene_button(s) for s in named(answers.practice, session.language, text)[:3]]
    general = _buttons(answers, talk, *(f"whom_{w}" for w in WHOM), "sentence", "code")
    return [replace(reply, buttons=(*found, *general))]


def scenes(answers: Answers, talk: Talk, session: Session, whom: str) -> list[Reply]:
    """The scenes with a parent, a victim or a spreader."""
    session.stage = "choose"
    found = [s for s in answers.practice.scenes[session.language].values() if s.with_whom == whom or whom not in WHOM]
    text = answers.say("practice_pick", talk) + "\n\n" + "\n".join(f"- **{s.title}**: {s.texts['lesson']}" for s in found)
    return [Reply("practise_start", text, session.language, tuple(_scene_button(s) for s in found))]


def named(book: PracticeBook, language: str, text: str) -> list[Scene]:
    """Scenes whose words are in a message, likeliest first: "oefenen met een boze vader"."""
    said = words(text)
    hits = [(sum(matches(f, said) for f in s.find), s) for s in book.scenes.get(language, {}).values()]
    return [s for count, s in sorted(hits, key=lambda h: -h[0]) if count]


def meant(book: PracticeBook, language: str, text: str) -> Scene | None:
    """The one scene that a message names better than any other: "oefenen met een moeder die zich schaamt"; None when several fit as well, or none."""
    said = words(text)
    hits = sorted(((sum(matches(f, said) for f in s.find), s) for s in book.scenes.get(language, {}).values()), key=lambda h: -h[0])
    return hits[0][1] if hits and hits[0][0] > (hits[1][0] if len(hits) > 1 else 0) else None


def card(answers: Answers, talk: Talk, session: Session, scene: Scene) -> list[Reply]:
    """Who the other is and what the professional knows before; the next message begins."""
    session.stage, session.scene = "card", scene.name
    when = answers.say("practice_at_end" if session.at_end else "practice_at_once", talk)
    text = answers.say(
        "practice_card", talk, title=scene.title, who=scene.texts["who"], before=scene.texts["before"], lesson=scene.texts["lesson"],
        turns=str(LENGTHS[session.length]), when=when,
    )  # fmt: skip
    other = [f"length_{name}" for name in LENGTHS if name != session.length]
    names = ["level_easy", "level_normal", "level_hard", *other, "at_once" if session.at_end else "at_end", "other"]
    return [Reply("practise_start", text, talk.language, _buttons(answers, talk, *names))]


def changed(answers: Answers, talk: Talk, session: Session) -> list[Reply]:
    """The card once more, or one line when the scene is played already."""
    scene = answers.practice.scene(session.language, session.scene)
    if scene and session.stage == "card":
        return card(answers, talk, session, scene)
    key = "practice_at_end_set" if session.at_end else "practice_at_once_set"
    return [answers.notice(key, talk, play_buttons(answers, talk, session), topic="practice_notice")]


def _scene_button(scene: Scene) -> Button:
    return Button("practice:scene_" + scene.name, scene.title)


# --- playing -----------------------------------------------------------------------------------------------------------


def play_buttons(answers: Answers, talk: Talk, session: Session) -> tuple[Button, ...]:
    """Hint, other wording, feedback now or at the end, stop."""
    return _buttons(answers, talk, "hint", "wording", "at_once" if session.at_end else "at_end", "stop")


def hint(answers: Answers, talk: Talk, session: Session) -> list[Reply]:
    """A sign of danger just let fall comes first, then what the scene asks for and was not heard."""
    scene = answers.practice.scenes[session.language][session.scene]
    feedback = answers.practice.feedback[session.language]
    fresh = [h for h in scene.hints if h.id not in session.picked and len(session.turns) - session.hints.get(h.id, -99) <= SOON]
    if fresh:
        text = feedback.frame["hint_danger"].replace("<words>", shortened(fresh[-1].say))
    else:
        done = session.labels()
        label = next((x for x in scene.trains if x not in done), scene.trains[len(session.turns) % len(scene.trains)])
        about = feedback.labels[label]
        example = next_wording(label, Given({}, (), {}, scene.with_whom, shown=session.shown), feedback)
        session.shown[label] = session.shown.get(label, 0) + 1
        session.focus = label
        text = feedback.frame["hint_step"].replace("<say>", about.say).replace("<why>", about.why).replace("<example>", example)
    return [Reply("practice_hint", text, session.language, play_buttons(answers, talk, session))]


def wording(answers: Answers, talk: Talk, session: Session) -> list[Reply]:
    """Another wording of what feedback was last about."""
    scene = answers.practice.scene(session.language, session.scene) if session.stage == "play" else None
    whom = scene.with_whom if scene else session.whom or "victim"
    feedback = answers.practice.feedback[session.language]
    focus = session.focus or (scene.trains[0] if scene else "open_question")
    example = next_wording(focus, Given({}, (), {}, whom, shown=session.shown), feedback)
    session.shown[focus] = session.shown.get(focus, 0) + 1
    text = feedback.frame["wording"].replace("<name>", feedback.labels[focus].name).replace("<example>", example)
    buttons = play_buttons(answers, talk, session) if scene else sentence_buttons(answers, talk, session)
    return [Reply("practice_wording", text, session.language, buttons)]


def again(answers: Answers, talk: Talk, session: Session) -> list[Reply]:
    """Back in the scene: the person's last line once more, as a reminder."""
    text = answers.say("practice_back", talk, line=session.last)
    return [Reply("practice_notice", text, talk.language, play_buttons(answers, talk, session))]


def real_life(answers: Answers, talk: Talk, whom: str, own: bool) -> list[Reply]:
    """The scene waits; what helps the professional or the real person now."""
    topics = ["talk_to_person", "who_can_help"] if own else ["steps_sexting", RIGHT_TOPIC[whom], "meldcode", "talk_to_person"]
    key = "practice_own" if own else "practice_real_case"
    buttons = [*answers.topic_buttons(topics, talk), *_buttons(answers, talk, "stop")]
    links = answers.links(["emergency", "suicide_113"] if own else ["veilig_thuis"], talk.language, True)
    return [replace(answers.notice(key, talk, buttons), links=tuple(links))]


def foreign(answers: Answers, talk: Talk, session: Session, code: str) -> list[Reply]:
    """Said in a language that the scene does not know: told so in the scene's own and in that one, with the way out. The scene waits for the next line."""
    text = "\n\n".join(answers.content.say("practice_foreign", language) for language in (session.language, code))
    switch = [b for b in answers.language_buttons() if b.id == "language:" + code]
    return [replace(answers.notice("practice_foreign", talk, [*_buttons(answers, talk, "hint", "stop"), *switch]), text=text)]


# --- afterwards --------------------------------------------------------------------------------------------------------


def ended(answers: Answers, talk: Talk, session: Session) -> list[Reply]:
    """The report in a few lines with the PDF, and the same as a page."""
    made = report_of(answers.practice, session.to_dict())
    names = ["other", "sentence", "history" if session.code else "keep"]
    buttons = (Button("practice:scene_" + session.scene, answers.say("button_practice_again", talk)), *_buttons(answers, talk, *names))
    if made is None:
        return nothing_played(answers, talk)
    as_page = answers.practice.report[made.language].words["page"]
    return [
        Reply("practice_report", summary(answers.practice, made), session.language, file=REPORT),
        Reply("practice_report_page", as_page, session.language, buttons, file=PAGE),
    ]


def summary(book: PracticeBook, made: Report) -> str:
    """A report as one message."""
    say = book.report[made.language].words
    following = "\n".join(f"{n}. {what}{f': ‘{example}’' if example else ''}" for n, (what, example) in enumerate(made.next, 1))
    missed = "\n".join(f"- ‘{said}’ {means}" for said, means in made.missed)
    return (
        say["summary"]
        .replace("<title>", made.title)
        .replace("<level>", made.level)
        .replace("<turns>", say["turns"].replace("<count>", str(made.turns)))
        .replace("<trust>", trust_said(made, book.report[made.language]))
        .replace("<next>", following or say["nothing"])
        .replace("<hints>", f"**{say['hints_missed']}**\n{missed}\n\n" if missed else "")
    )


def nothing_played(answers: Answers, talk: Talk) -> list[Reply]:
    return [answers.notice("practice_nothing", talk, [*_buttons(answers, talk, "other"), answers.button("menu", "button_menu", talk)], topic="practise_stop")]


def ask_sentence(answers: Answers, talk: Talk, whom: str = "") -> list[Reply]:
    """Asks for the sentence; to whom it is said can be chosen."""
    names = [f"to_{w}" for w in WHOM if w != whom]
    return [answers.notice("practice_sentence", talk, _buttons(answers, talk, *names))]


def sentence_buttons(answers: Answers, talk: Talk, session: Session) -> tuple[Button, ...]:
    """After feedback on one sentence."""
    if session.stage == "play":
        return play_buttons(answers, talk, session)
    return _buttons(answers, talk, "wording", "sentence", "other")


def no_coach(answers: Answers, talk: Talk) -> list[Reply]:
    return [answers.notice("practice_no_coach", talk, answers.way_out(talk))]


def kept(answers: Answers, talk: Talk, code: str) -> list[Reply]:
    """The new code, shown once; or that the session was added."""
    buttons = _buttons(answers, talk, "history", "forget", "other")
    return [answers.notice("practice_code" if code else "practice_added", talk, buttons, topic="practice_history", code=code)]


def ask_code(answers: Answers, talk: Talk) -> list[Reply]:
    return [answers.notice("practice_ask_code", talk, _buttons(answers, talk, "other"), topic="practice_history")]


def unknown_code(answers: Answers, talk: Talk) -> list[Reply]:
    return [answers.notice("practice_unknown_code", talk, _buttons(answers, talk, "code", "other"), topic="practice_history")]


def forgotten(answers: Answers, talk: Talk) -> list[Reply]:
    return [answers.notice("practice_forgotten", talk, _buttons(answers, talk, "other"), topic="practice_history")]


def history(answers: Answers, talk: Talk, session: Session, sessions: Sequence[dict[str, Any]]) -> list[Reply]:
    """Earlier sessions, newest first."""
    if not sessions:
        return [answers.notice("practice_history_empty", talk, _buttons(answers, talk, "other"), topic="practice_history")]
    say = answers.practice.report[session.language].words
    lines = []
    for one in reversed(sessions[-12:]):
        scene = answers.practice.scene(one["language"], one["scene"])
        line = say["history_line"].replace("<day>", one["day"]).replace("<title>", scene.title if scene else one["scene"])
        line = line.replace("<level>", say["level_" + one["level"]]).replace("<turns>", say["turns"].replace("<count>", str(one["turns"])))
        lines.append("- " + line.replace("<first>", number(one["trust"][0], session.language)).replace("<last>", number(one["trust"][1], session.language)))
    text = f"**{say['history']}**\n" + "\n".join(lines)
    return [Reply("practice_history", text, session.language, _buttons(answers, talk, "forget", "other"))]
