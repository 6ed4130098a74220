"""What Rasa named, as replies: a topic's text, a part of it, a question back, the next step of a talk."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

from bot.answers import ROLES, Answers, speaks_as
from bot.conversation import PASSING, Talk
from bot.handoff.visitor import VisitorSide
from bot.language import set_language
from bot.masking import mask
from bot.messages import Message, Reply
from bot.nlu.normalise import words
from bot.practice.practice import Practice
from bot.report.guide import Guide
from bot.said import said_before
from bot.understand import Understanding, Understood

STOP = 4  # words of a message that stops, where nothing is practised
TELLS_ON = 2  # messages in a row that are not understood and get "do go on" while what happened is not known
POSSIBLE = 0.2  # how likely a topic must be to be offered beside what follows the last answer
SMALL = ("complaint", "chat_hours", "practise_stop", "organisation_details")  # as guesses they help nobody
CONTEXT_TOPICS = {"more_please": "more", "simpler_please": "easier"}


@dataclass(frozen=True)
class Naming:
    """Made anew for each turn: `answers` holds the words of the moment."""

    answers: Answers
    understanding: Understanding
    handoff: VisitorSide
    practice: Practice | None

    async def answer(self, talk: Talk, message: Message, text: str, seen: Understood) -> list[Reply]:
        if named := self.wished(seen):
            if named == talk.language and talk.turns:  # "do they speak Turkish", asked in Turkish, is about an interpreter; "I don't read Arabic well" wants another
                asked = text.rstrip().endswith(("?", "mi", "mı", "mu", "mü", "؟"))
                return self.topic(talk, "who_can_report" if asked else "change_language", message.at)
            return self.language(talk, named, message.at)
        # A yes or no to a danger's question was answered before; Rasa's stories, which know that question alone, would take it up again after a plan.
        names = [n for n in await self.understanding.names(talk.id, mask(text), seen) if n.get("as") not in ("more", "easier")]
        if not names:  # no rule or story fits, or Rasa fell silent in between: the topic answers for itself
            names = [{"topic": {"ask": "nlu_fallback", "out_of_scope": "out_of_scope"}.get(seen.decision, seen.topic)}]
        return await self.all_named(talk, names, seen, message.at, text)

    def wished(self, seen: Understood) -> str:
        """The language that a message asks for by name; "" when it asks for none."""
        return seen.details().get("language", "") if (seen.topic, seen.decision) == ("change_language", "answer") else ""

    async def all_named(
        self, talk: Talk, names: list[dict[str, Any]], seen: Understood, at: datetime.datetime, text: str = ""
    ) -> list[Reply]:
        replies: list[Reply] = []
        for name in names:
            if str(name["topic"]).startswith("report_") and name["topic"] not in self.answers.content.topics:  # Rasa's form asks
                if replies and talk.report.get("state") == "paused" and replies[-1].topic != "start_report":
                    return replies  # she stopped for now: a greeting or a question does not go on
                return [*replies, *await Guide(self.answers, self.understanding).begin(talk, at)]
            replies += self._named(talk, str(name["topic"]), str(name.get("as", "")), seen, at, text)
        return replies

    def _named(self, talk: Talk, topic: str, way: str, seen: Understood, at: datetime.datetime, text: str = "") -> list[Reply]:
        """One name from Rasa as replies."""
        answers = self.answers
        if topic in ("nlu_fallback", "out_of_scope"):
            talk.not_understood += 1
            if talk.not_understood <= TELLS_ON and self._only_begins(talk, text):
                return [answers.notice("short_go_on", talk, [*answers.starter_buttons(talk)[:3], *answers.way_out(talk)[:1]], topic=topic)]
        if topic == "nlu_fallback":
            if talk.not_understood > 1:
                return [answers.notice("ask_again", talk, answers.way_out(talk), topic="nlu_fallback")]
            likely = [t for t, _ in seen.candidates if t in answers.content.topics and t not in (*PASSING, *SMALL)][:3]
            if onward := self._goes_on(talk, text):  # she tells on: no list of guesses where a talk is under way
                named = [t for t, p in seen.candidates if t in likely and p >= POSSIBLE][:2]
                buttons = answers.topic_buttons(dict.fromkeys([*named, *onward]), talk)[:4]
                return [answers.notice("short_unsure", talk, [*buttons, *answers.way_out(talk)[:1]], topic="nlu_fallback")]
            return [
                answers.notice(
                    "ask_which",
                    talk,
                    [*answers.topic_buttons(likely, talk), answers.button("none", "button_none", talk)],
                    topic="nlu_fallback",
                )
            ]
        if topic == "out_of_scope":
            if talk.report.get("case", {}).get("what") and text and not answers.report.listener.asides.asks(text):  # she goes on with her story
                return [answers.notice("short_unsure", talk, [*answers.topic_buttons(self._following(talk), talk)[:3], *answers.way_out(talk)], topic=topic)]
            reply = answers.topic(topic, talk, at)
            said = answers.say("short_scope", talk) if talk.last == topic else reply.text
            return [replace(reply, text=said, buttons=tuple(answers.starter_buttons(talk)[:2] + answers.way_out(talk)))]
        talk.not_understood = 0
        if way == "helplines" and talk.topic:
            return [answers.who_to_call(talk, at)]
        if way == "follow_up":  # nothing in it that changes the last answer: "why not"
            return [self.part(talk, "more", at)]
        if part := CONTEXT_TOPICS.get(topic):
            if text and f"{talk.topic} {part}" in talk.said:  # typed once more: it was all there is
                return self.topic(talk, topic, at)
            return [self.part(talk, part, at)]
        if topic == "practise_start" and self.practice:
            return self.practice.start(answers, talk, at, text)
        if topic == "practise_stop" and self.practice:
            if report := self.practice.stopped(answers, talk):
                return report
            if len(words(text)) > STOP:  # "okay and how do you stop it": about something else
                return self._named(talk, "nlu_fallback", "", seen, at)
            return [answers.notice("short_stop", talk, answers.way_out(talk)[2:], topic="stopped")]  # where nothing was practised nothing ends
        if topic == "start_over":
            talk.topic = talk.perspective = talk.role = ""
            talk.details.clear()
            talk.report.clear()
            return [answers.topic("greet", talk, at)]
        if topic == "greet" and speaks_as(talk) in ROLES:  # "hello, I am a teacher": who it is was said
            return [answers.notice("role_set", talk, answers.starter_buttons(talk))]
        if topic == "greet" and not talk.turns and talk.report.get("case"):  # "hello, I am the grandma of a girl of 12": who she is needs no asking
            return [answers.notice("told_opening", talk, answers.starter_buttons(talk))]
        if topic == "greet" and talk.turns:
            return self.greeted(talk, "", at)
        if text and (once_more := said_before(answers, talk, topic, at)):
            talk.topic = once_more.topic if once_more.topic in answers.content.topics else talk.topic
            return [once_more]
        if text and topic == talk.last == "are_you_a_bot":
            return [replace(answers.topic(topic, talk, at), text=answers.say("short_bot", talk))]
        if topic == "deny" and len(words(text)) > STOP and (onward := self._goes_on(talk, text)):  # a no that tells on: "no, he won't, he'll just take the phone"
            return [answers.notice("short_unsure", talk, [*answers.topic_buttons(onward, talk)[:3], *answers.way_out(talk)[:1]], topic="deny")]
        if topic == "affirm" and talk.topic in answers.content.topics and not talk.danger:
            following = answers.topic_buttons(answers.content.topics[talk.topic].next, talk)[:3]
            return [replace(answers.topic(topic, talk, at), buttons=(*following, *answers.way_out(talk)[:1]))]
        return self.topic(talk, topic, at)

    def topic(self, talk: Talk, topic: str, at: datetime.datetime, above: str = "") -> list[Reply]:
        if topic not in self.answers.content.topics:
            return [self.answers.notice("ask_again", talk, self.answers.way_out(talk))]
        if topic == "talk_to_person" and (asked := self.handoff.ask(self.answers, talk, at)):
            return [asked]
        reply = self.answers.topic(topic, talk, at, above=above)
        if reply.topic not in PASSING:
            talk.topic = reply.topic
        if topic.startswith("danger_"):
            talk.danger = topic
        return [reply]

    def _only_begins(self, talk: Talk, text: str) -> bool:
        """Whether somebody tells on of whom it is about, and nothing was answered yet: "he is deaf, 15, goes to a special school"."""
        case = talk.report.get("case", {})
        return bool(text) and bool(case.get("person")) and not case.get("what") and talk.topic not in self.answers.content.topics and not self.answers.report.listener.asides.asks(text)

    def _goes_on(self, talk: Talk, text: str) -> list[str]:
        """What follows the last answer, where a message asks nothing and only tells on: "yesterday", "there are six of them"; [] elsewhere."""
        return [] if not text or self.answers.report.listener.asides.asks(text) else self._following(talk)

    def _following(self, talk: Talk) -> list[str]:
        """The next steps of what the talk is about, those not said yet."""
        topic = self.answers.content.topics.get(talk.topic)
        return [n for n in topic.next if n not in talk.said] if topic else []

    def part(self, talk: Talk, part: str, at: datetime.datetime) -> Reply:
        topic = self.answers.content.topics.get(talk.topic)
        if topic and part in (topic.texts.get(talk.language) or topic.texts["nl"]).parts:
            return self.answers.topic(talk.topic, talk, at, part=part)
        return self.answers.topic("more_please" if part == "more" else "simpler_please", talk, at)

    def greeted(self, talk: Talk, code: str, at: datetime.datetime) -> list[Reply]:
        """A greeting and no more; in a first message it says the language, unless half the world greets so."""
        before, shown = talk.language, talk.turns > 0 or "role:parent" in talk.offered  # who Noor is stood on the first screen
        if not talk.turns and code in self.answers.content.languages:
            set_language(talk, code, self.answers.content)
        talk.not_understood = 0
        reply = self.answers.topic("greet", talk, at)
        return [replace(reply, text=self.answers.say("greet_again", talk))] if shown and talk.language == before else [reply]

    def language(self, talk: Talk, code: str, at: datetime.datetime) -> list[Reply]:
        if code not in self.answers.content.languages:
            return self.topic(talk, "change_language", at)
        set_language(talk, code, self.answers.content, chosen=True)
        topic = self.answers.content.topics.get(talk.topic)
        if topic and topic.group == "danger" and not talk.asked:  # its question was answered; it does not begin anew
            return [self.answers.notice("language_set", talk, [*self.answers.topic_buttons(topic.next, talk)[:2], *self.answers.way_out(talk)])]
        if topic:
            return self.topic(talk, talk.topic, at, above=self.answers.say("language_set", talk))
        greet = self.answers.topic("greet", talk, at)
        return [replace(greet, text=self.answers.say("language_set", talk) + "\n\n" + greet.text)]
