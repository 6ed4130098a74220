"""One turn of a scene: the message is heard, trust moves, the person answers, feedback follows."""

from __future__ import annotations

import datetime
from dataclasses import replace

from bot.answers import Answers
from bot.clock import day_of
from bot.conversation import Talk
from bot.masking import mask
from bot.messages import Reply
from bot.nlu.normalise import words
from bot.practice import person, screens
from bot.practice.ear import Ear
from bot.practice.feedback import Given, feedback
from bot.practice.scene import Scene
from bot.practice.session import LENGTHS, Said, Session
from bot.practice.trust import Trust


class Play:
    """Plays scenes with what `ear` hears."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear

    def begin(self, answers: Answers, talk: Talk, session: Session, at: datetime.datetime) -> list[Reply]:
        """The person's first line."""
        scene = answers.practice.scenes[session.language][session.scene]
        session.stage, session.paused, session.turns = "play", False, []
        session.used, session.hints, session.picked, session.shown, session.focus, session.told = [], {}, {}, {}, "", False
        session.trust = session.first_trust = float(answers.practice.trust.start[session.level])
        session.started = day_of(at).isoformat()
        session.last = scene.opening[session.level]
        talk.answered_by = "practice"
        return [Reply("practice_line", session.last, session.language, screens.play_buttons(answers, talk, session), sender="practice")]

    async def turn(self, answers: Answers, talk: Talk, session: Session, text: str) -> tuple[list[Reply], bool]:
        """(replies, whether the scene has ended)."""
        scene = answers.practice.scenes[session.language].get(session.scene)
        if scene is None:  # an editor took it away while it was played
            return screens.nothing_played(answers, talk), True
        found = await self._ear.hear(text, scene.with_whom, session.language, session.last)
        # Only masked words are kept, and only those that a label is about.
        labels = {label.name: mask(text[label.start : label.end]) for label in found.labels} if found else {}
        heard = person.Heard(tuple(labels), text)
        before = {label: session.count(label) for label in labels}
        memory = person.Memory(session.labels(), tuple(session.turns[-1].labels) if session.turns else (), session.used)
        for hint in scene.hints:
            if 0 <= len(session.turns) - session.hints.get(hint.id, -99) <= person.SOON and person.picks_up(hint.pick_up, heard):
                session.picked.setdefault(hint.id, len(session.turns) + 1)
        session.trust = answers.practice.trust.moved(session.trust, labels, session.level, quiet=heard.quiet, broken=memory.broken(heard))
        said = Said(labels, list(found.unsure) if found else [], len(words(text)), 0, session.trust)
        session.turns.append(said)
        over, line = self._answer(answers.practice.trust, scene, session, heard, memory)
        said.heard = len(words(line))
        session.last = line
        replies = [Reply("practice_line", line, session.language, () if over else screens.play_buttons(answers, talk, session), sender="practice")]
        if found is None and session.told:  # said once in a session is enough
            return replies, over
        if found is None:
            session.told = True
            beside = screens.no_coach(answers, talk)[0]
        elif session.at_end:
            return replies, over
        else:
            beside = Reply("practice_feedback", self._feedback(answers, session, scene, said, before), session.language)
        return [replace(replies[0], buttons=()), replace(beside, buttons=replies[0].buttons)], over

    def _answer(self, trust: Trust, scene: Scene, session: Session, heard: person.Heard, memory: person.Memory) -> tuple[bool, str]:
        band = trust.band(session.trust)
        line = None if len(session.turns) >= LENGTHS[session.length] else person.next_line(scene, trust, band, heard, memory)
        if line is None:
            return True, scene.endings[band]
        session.used.append(line.id)
        late = 1 if session.level == "hard" else 0
        hint = next((h for h in scene.hints if h.id not in session.hints and len(session.turns) >= h.after + late), None)
        if hint is None:
            return False, line.text
        session.hints[hint.id] = len(session.turns)
        return False, f"{line.text} {hint.say}"

    def _feedback(self, answers: Answers, session: Session, scene: Scene, said: Said, before: dict[str, int]) -> str:
        closed = 0
        for turn in reversed(session.turns):
            if "closed_question" not in turn.labels or "open_question" in turn.labels:
                break
            closed += 1
        done = session.labels()
        wanted = [label for label in scene.trains if label not in done] or list(scene.trains)
        first = len(session.turns) % len(wanted)  # not the same advice each turn
        wanted = wanted[first:] + wanted[:first]
        given = Given(said.labels, said.unsure, before, scene.with_whom, closed, wanted, session.shown)
        made = feedback(given, answers.practice.feedback[session.language], answers.practice.trust, answers.content.sources)
        if made.focus:
            session.focus = made.focus
            session.shown[made.focus] = session.shown.get(made.focus, 0) + 1
        return made.text
