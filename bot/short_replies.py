"""What Noor says to a short message that leans on the talk: why, are you sure, a number, it did not work, and now, I'm a mum.

Each keeps the thread: the last topic's own reason, helplines and next steps, never a list of guesses. "I can't go on" and "she is gone" are
asked about as a danger is, with the way to help beside the question.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from bot.answers import Answers
from bot.conversation import Talk
from bot.follow_up import ALONE
from bot.messages import Button, Reply
from bot.naming import Naming
from bot.safety import Safety
from bot.understand import Understood

ASKED_ABOUT = {"weary": "danger_suicide", "gone": "danger_meeting"}  # whose question is then open
AFRAID = ("veilig_thuis", "helpwanted")
NO_TURN = ("affirm", "deny", "follow_up", "chat_hours", "organisation_details", "greet", "more_please")  # what says little beside a danger
SURELY = 0.6  # how likely a topic must be to be answered in place of a danger's question, of a message that asks nothing
GENERAL = ("helpwanted",)  # where the topic names no helpline
OF_PARENT = {"parent": "child", "kin": "other"}  # whom the talk is about when that was not said


@dataclass(frozen=True)
class ShortReplies:
    """Made anew for each turn: `answers` and `safety` hold the words of the moment."""

    answers: Answers
    safety: Safety
    naming: Naming

    def hard(self, talk: Talk, text: str) -> list[Reply]:
        """ "Kan niet meer", "ze is weg": may be a danger and may not; [] for anything else."""
        kind = self.safety.short.heard(text)
        if kind not in ASKED_ABOUT:
            return []
        topic = self.answers.content.topics[ASKED_ABOUT[kind]]
        talk.danger = talk.topic = topic.name
        links = self.answers.links(topic.helplines, talk.language, True)
        return [Reply(topic.name, self.answers.say("short_" + kind, talk), talk.language, tuple(self.answers.way_out(talk)[:2]), tuple(links), urgent=True)]

    def leaning(self, talk: Talk, text: str, at: datetime.datetime) -> list[Reply]:
        """Replies to a message that leans on the last answer; [] when it does not, or when nothing was answered yet."""
        kind = self.safety.short.heard(text)
        if kind == "afraid":
            return [self._notice(talk, kind, [*self.answers.topic_buttons(["anonymous_help"], talk), *self.answers.way_out(talk)[:2]], AFRAID)]
        if kind == "back":
            return self._back(talk, at)
        if talk.topic not in self.answers.content.topics:
            return self.naming.topic(talk, "who_can_help", at) if kind == "number" else []
        topic = self.answers.content.topics[talk.topic]
        following = self._following(talk)
        match kind:
            case "why":
                return [self.naming.part(talk, "more", at)] if f"{topic.name} more" not in talk.said else []
            case "source":
                return [self.answers.rests_on(talk)]
            case "number":
                return [replace(self.answers.who_to_call(talk, at), topic=talk.asked, urgent=True) if talk.asked else self.answers.who_to_call(talk, at)]
            case "tried":
                return [self._notice(talk, kind, [*following[:2], *self.answers.way_out(talk)[:2]], topic.helplines or GENERAL)]
            case "then" if topic.group in ("act_now", "report", "faith_and_honour"):
                return [self._notice(talk, kind, [self.answers.button("report:start", "r_start", talk), *following], topic.helplines)]
            case "said":
                return [self._notice(talk, kind, [*self.answers.way_out(talk)[:2], *following[:2]], topic.helplines)]
            case "again":
                title = (topic.texts.get(talk.language) or topic.texts["nl"]).title.rstrip("?؟.")
                paused = [self.answers.button("report:start", "r_resume", talk)] if talk.report.get("state") == "paused" else []
                return [self.answers.notice("short_again", talk, [*paused, *following, *self.answers.way_out(talk)[:1]], title=title)]
            case "sorry":
                return [self._notice(talk, kind, [*following[:3], *self.answers.way_out(talk)[:1]])]
            case "stop":
                return [self._notice(talk, kind, self.answers.way_out(talk)[2:])]
        return []

    def introduced(self, talk: Talk, text: str, at: datetime.datetime) -> list[Reply]:
        """Replies to a message that says who somebody is and no more; [] for any other."""
        role, _ = self.safety.short.role(text)
        if not role:
            return []
        answers, before = self.answers, self._last(talk, at)
        case = talk.report.setdefault("case", {})
        talk.role = role if role != "kin" else ""
        if role in OF_PARENT and case.get("person") in (None, "self"):
            case["person"] = OF_PARENT[role]
        if before is None:
            if role == "young":
                return self.naming.topic(talk, "i_am_young", at)
            return [answers.notice("short_role_" + role, talk, answers.starter_buttons(talk), topic="greet")]
        above = answers.say("short_now_" + role, talk)
        after = answers.topic(talk.topic, talk, at, above=above)
        if after.text == above + "\n\n" + before.text:  # what stands above is said to her too
            after = replace(after, text=above + "\n\n" + answers.say("short_now_rest", talk))
        return [after]

    def wordless(self, talk: Talk, text: str, at: datetime.datetime) -> list[Reply]:
        """Dots, question marks or pictures alone: she thinks, or did not follow. An open question about danger stays."""
        answers = self.answers
        key = "only_emoji" if any(not (c.isascii() or c in "…؟،") for c in text) else "short_marks" if {"?", "؟"} & set(text) else "short_silence"
        if talk.asked:
            return [self.held(talk, at, key)]
        own = [answers.button("part:easier", "button_easier", talk)] if key == "short_marks" and talk.topic in answers.content.topics else []
        return [answers.notice(key, talk, [*own, *(self._following(talk)[:3] or answers.starter_buttons(talk)), *answers.way_out(talk)[:1]], topic="nothing_typed")]

    def unanswered(self, talk: Talk, text: str, seen: Understood) -> bool:
        """Whether a message beside an open question about danger answers nothing and asks nothing: "my brother", "two days now"."""
        if talk.details.get("held") == talk.asked:  # asked twice is enough
            return False
        if self.safety.asks(text):
            return seen.decision == "ask" and (not seen.candidates or seen.candidates[0][1] < ALONE)  # nothing to answer either
        return seen.decision in ("ask", "out_of_scope") or (seen.decision == "answer" and (seen.topic in NO_TURN or seen.candidates[0][1] < SURELY))

    def held(self, talk: Talk, at: datetime.datetime, key: str = "short_held") -> Reply:
        """The question about danger once more, with its numbers: what was said was no answer to it."""
        talk.details["held"] = talk.asked
        full = self.answers.topic(talk.asked, talk, at)
        text = self.answers.say(key, talk) + "\n\n" + full.text.rpartition("\n\n")[2]
        return replace(full, text=text, urgent=True)

    def _back(self, talk: Talk, at: datetime.datetime) -> list[Reply]:
        """The answer before the last one; the menu when there is none."""
        earlier = [s for s in talk.said if " " not in s and s != talk.topic]
        if not earlier:
            return self.naming.topic(talk, "menu", at)
        return self.naming.topic(talk, earlier[-1], at, above=self.answers.say("short_back", talk))

    def _last(self, talk: Talk, at: datetime.datetime) -> Reply | None:
        return self.answers.topic(talk.topic, talk, at) if talk.topic in self.answers.content.topics else None

    def _following(self, talk: Talk) -> list[Button]:
        """The next steps of the last topic, those not said yet."""
        topic = self.answers.content.topics.get(talk.topic)
        return self.answers.topic_buttons((n for n in topic.next if n not in talk.said), talk) if topic else []

    def _notice(self, talk: Talk, kind: str, buttons: list[Button], helplines: tuple[str, ...] = ()) -> Reply:
        return replace(self.answers.notice("short_" + kind, talk, buttons), links=tuple(self.answers.links(helplines, talk.language, True)))
