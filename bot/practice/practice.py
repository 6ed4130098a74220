"""Practice in a talk: choose a scene, play it, stop. Where something goes is decided here; what is said stands in content/practice.

`typed` and `tap` give the replies, or None when the message is no part of practice and goes the usual way.
"""

from __future__ import annotations

import datetime
from dataclasses import replace

from bot.answers import Answers
from bot.conversation import Talk
from bot.language import set_language
from bot.messages import Reply
from bot.practice import screens
from bot.practice.ear import Ear
from bot.practice.history import History
from bot.practice.play import Play
from bot.practice.scene import WHOM
from bot.practice.session import LENGTHS, Session
from bot.practice.single import Single
from bot.practice.trust import LEVELS
from bot.safety import Safety

LONGEST_START = 14  # words of a message that asks to practise; a longer one is read by Rasa
LONGEST = 2_000


class Practice:
    """One for all talks. Its words are those of `answers`: when their files change, a scene in play goes on with the new ones."""

    def __init__(self, ear: Ear, history: History) -> None:
        self.history = history
        self.ear, self._play, self._single = ear, Play(ear), Single(ear)

    async def typed(self, answers: Answers, talk: Talk, text: str, at: datetime.datetime, safety: Safety) -> list[Reply] | None:
        """What somebody typed, before the danger rules and Rasa see it."""
        session, text = Session.from_dict(talk.practice), text[:LONGEST]
        playing = talk.answered_by == "practice"
        outside = answers.practice.outside

        def danger(sentence: str) -> object:
            return safety.danger(sentence, talk.language)

        said = outside.sentence_in(text)
        begins = outside.is_("start", text) and len(text.split()) <= LONGEST_START
        if not talk.turns and (said is not None or begins) and outside.is_english(text):
            set_language(talk, "en", answers.content)
        if said is not None or (session.stage == "sentence" and not safety.command(text, talk.language)):
            if outside.notice(said or text, danger, session.language) in ("own", "real"):  # type: ignore[arg-type]
                session.stage = "play" if playing else ""
                talk.practice = session.to_dict()
                return self._pause(answers, talk, session, said or text, safety) if playing else None
            replies = await self._single.hear(answers, talk, session, said if said is not None else text)
            return self._keep(talk, session, replies)
        if playing:
            return await self._playing(answers, talk, session, text, at, safety)
        if session.stage == "code" and (replies := self._code(answers, talk, session, text)):
            return self._keep(talk, session, replies)
        if session.stage in ("choose", "card") and not safety.danger(text, talk.language) and not safety.command(text, talk.language):
            if found := screens.named(answers.practice, session.language, text):
                return self._keep(talk, session, screens.card(answers, talk, session, found[0]))
            if session.stage == "card" and not outside.notice(text, danger, session.language):  # type: ignore[arg-type]
                return await self._begin(answers, talk, session, at, text)
        if begins and not safety.danger(text, talk.language):
            return self.start(answers, talk, at, text)
        if session.paused and outside.is_("stop", text):
            return self._stop(answers, talk, session)
        return None

    async def tap(self, answers: Answers, talk: Talk, value: str, at: datetime.datetime) -> list[Reply]:
        """A button of practice: "scene_mother_ashamed", "level_hard", "hint", "stop" ..."""
        session = Session.from_dict(talk.practice)
        kind, _, rest = value.partition("_")
        playing = talk.answered_by == "practice" or session.paused
        if kind == "whom":
            replies = screens.scenes(answers, talk, session, rest)
        elif kind == "scene" and (scene := answers.practice.scene(session.language, rest)):
            replies = screens.card(answers, talk, session, scene)
        elif (kind == "length" and rest in LENGTHS) or value in ("at_end", "at_once"):
            if kind == "length":
                session.length = rest
            else:
                session.at_end = value == "at_end"
            replies = screens.changed(answers, talk, session)
        elif kind == "level" and rest in LEVELS and session.scene:
            session.level = rest
            return await self._begin(answers, talk, session, at)
        elif value == "sentence" or (kind == "to" and rest in WHOM):
            replies = await self._single.tap(answers, talk, session, rest if kind == "to" else "")
        elif value == "wording":
            replies = screens.wording(answers, talk, session)
        elif value == "hint" and playing:
            replies = screens.hint(answers, talk, session)
        elif value == "go" and playing:
            session.paused, talk.answered_by = False, "practice"
            replies = screens.again(answers, talk, session)
        elif value == "stop" and playing:
            return self._stop(answers, talk, session)
        elif value in ("keep", "history", "forget", "code"):
            replies = self._history(answers, talk, session, value)
        else:
            return self.start(answers, talk, at)
        return self._keep(talk, session, replies)

    def start(self, answers: Answers, talk: Talk, at: datetime.datetime, text: str = "") -> list[Reply]:
        """The first screen of practice, with the scenes that the message names in front; the card of one that it names alone."""
        session = Session(stage="choose", language=answers.practice.spoken(talk.language), code=Session.from_dict(talk.practice).code)
        talk.answered_by = "bot"
        if scene := screens.meant(answers.practice, session.language, text):
            return self._keep(talk, session, screens.card(answers, talk, session, scene))
        return self._keep(talk, session, screens.choose(answers, talk, session, at, text))

    def stopped(self, answers: Answers, talk: Talk) -> list[Reply] | None:
        """The report, when somebody asks for it in other words; None when nothing was played."""
        session = Session.from_dict(talk.practice)
        return self._stop(answers, talk, session) if session.stage in ("play", "over") and session.turns else None

    def leave(self, talk: Talk) -> None:
        """A button of the ordinary talk was tapped: the scene waits."""
        if talk.answered_by == "practice":
            talk.answered_by = "bot"
            talk.practice["paused"] = True

    def forget(self, talk: Talk) -> None:
        """Everything of this talk is erased: what is kept under its code too."""
        if code := Session.from_dict(talk.practice).code:
            self.history.erase(code)

    def beside(self, answers: Answers, talk: Talk, replies: list[Reply]) -> list[Reply]:
        """While a scene waits, every answer offers to go on with it."""
        if not replies or not talk.practice.get("paused") or talk.answered_by != "bot":
            return replies
        go_on = answers.button("practice:go", "button_practice_go", talk)
        return [*replies[:-1], replace(replies[-1], buttons=(*replies[-1].buttons, go_on))]

    # --- inside ------------------------------------------------------------------------------------------------------

    async def _playing(self, answers: Answers, talk: Talk, session: Session, text: str, at: datetime.datetime, safety: Safety) -> list[Reply] | None:
        command = safety.command(text, talk.language)
        if command and command.kind == "stop":
            return self._stop(answers, talk, session)
        if command:
            self.leave(talk)
            return None
        notice = answers.practice.outside.notice(text, lambda sentence: safety.danger(sentence, talk.language), session.language)
        if notice == "stop":
            return self._stop(answers, talk, session)
        if notice:
            return self._pause(answers, talk, session, text, safety)
        if code := answers.practice.outside.in_another_language(text):
            return screens.foreign(answers, talk, session, code)
        replies, over = await self._play.turn(answers, talk, session, text)
        if over:
            return [*replies, *self._stop(answers, talk, session)]
        return self._keep(talk, session, replies)

    async def _begin(self, answers: Answers, talk: Talk, session: Session, at: datetime.datetime, text: str = "") -> list[Reply]:
        replies = self._play.begin(answers, talk, session, at)
        if text:
            played, _ = await self._play.turn(answers, talk, session, text)
            replies = [*replies, *played]
        return self._keep(talk, session, replies)

    def _pause(self, answers: Answers, talk: Talk, session: Session, text: str, safety: Safety) -> list[Reply] | None:
        """Real life comes first: None lets the danger rules answer, otherwise Noor says what there is. Nothing of the message is kept here."""
        session.paused, talk.answered_by = True, "bot"
        talk.practice = session.to_dict()
        if safety.danger(text, talk.language):
            return None
        own = not answers.practice.outside.is_("real", text)
        scene = answers.practice.scene(session.language, session.scene)
        return screens.real_life(answers, talk, scene.with_whom if scene else "victim", own)

    def _stop(self, answers: Answers, talk: Talk, session: Session) -> list[Reply]:
        talk.answered_by, session.paused = "bot", False
        if not session.turns:
            session.stage = ""
            return self._keep(talk, session, screens.nothing_played(answers, talk))
        session.stage = "over"
        if session.code:
            self.history.add(session.code, session)
        return self._keep(talk, session, screens.ended(answers, talk, session))

    def _history(self, answers: Answers, talk: Talk, session: Session, value: str) -> list[Reply]:
        if value == "keep":
            code = ""
            if not session.code:
                code, session.code = self.history.new()
            self.history.add(session.code, session)
            return screens.kept(answers, talk, code)
        if value == "code":
            session.stage = "code"
            return screens.ask_code(answers, talk)
        if value == "forget" and session.code:
            self.history.erase(session.code)
            session.code = ""
            return screens.forgotten(answers, talk)
        return screens.history(answers, talk, session, self.history.sessions(session.code) if session.code else [])

    def _code(self, answers: Answers, talk: Talk, session: Session, text: str) -> list[Reply]:
        name = self.history.find(text)
        if name is None:
            return []
        if not name:
            return screens.unknown_code(answers, talk)
        session.code, session.stage = name, "choose"
        return screens.history(answers, talk, session, self.history.sessions(name))

    def _keep(self, talk: Talk, session: Session, replies: list[Reply]) -> list[Reply]:
        talk.practice = session.to_dict()
        return replies


