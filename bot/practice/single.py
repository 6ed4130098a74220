"""One sentence without a scene: "How does this sound: ..."."""

from __future__ import annotations

from bot.answers import Answers
from bot.conversation import Talk
from bot.masking import mask
from bot.messages import Reply
from bot.nlu.normalise import words
from bot.practice import screens
from bot.practice.ear import Ear
from bot.practice.feedback import Given, feedback
from bot.practice.session import Session

POLITE = {"u", "uw", "mevrouw", "meneer", "madam", "sir"}
NEXT = ("open_question", "reflection", "affirmation")  # what to try beside a sentence that works: the first that it lacks
TO_PARENT = {"uw dochter", "uw zoon", "uw kind", "your daughter", "your son", "your child"}


class Single:
    """Gives feedback on sentences with what `ear` hears."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear

    async def hear(self, answers: Answers, talk: Talk, session: Session, sentence: str) -> list[Reply]:
        """Feedback on a sentence; asks for one when it is empty. A scene in play is left as it is."""
        if session.stage in ("", "choose", "card", "over", "sentence") and not session.paused:
            session.language = answers.practice.spoken(talk.language)
        if not words(sentence):
            session.stage = session.stage if session.stage == "play" else "sentence"
            return screens.ask_sentence(answers, talk)
        session.whom = self._whom(sentence, session)
        return await self._about(answers, talk, session, sentence)

    async def tap(self, answers: Answers, talk: Talk, session: Session, whom: str) -> list[Reply]:
        """The button "one sentence", or to whom it is said."""
        if whom:
            session.whom = whom
        if session.stage != "play":
            session.stage, session.language = "sentence", answers.practice.spoken(talk.language)
        return screens.ask_sentence(answers, talk, whom)

    def _whom(self, sentence: str, session: Session) -> str:
        said = words(sentence)
        if session.whom and session.stage == "sentence":
            return session.whom
        polite = POLITE & set(said) or any(p in " ".join(said) for p in TO_PARENT)
        return "parent" if polite else "victim"

    async def _about(self, answers: Answers, talk: Talk, session: Session, sentence: str) -> list[Reply]:
        found = await self._ear.hear(sentence, session.whom, session.language)
        if session.stage == "sentence":
            session.stage = ""
        if found is None:
            return screens.no_coach(answers, talk)
        labels = {label.name: mask(sentence[label.start : label.end]) for label in found.labels}
        given = Given(labels, found.unsure, {}, session.whom, wanted=NEXT if labels else ())
        made = feedback(given, answers.practice.feedback[session.language], answers.practice.trust, answers.content.sources)
        session.focus = made.focus or next(iter(labels), "")
        session.shown = {session.focus: 1} if session.stage != "play" else session.shown
        return [Reply("practice_feedback", made.text, session.language, screens.sentence_buttons(answers, talk, session))]
