"""Topic and talk become a Reply: the reviewed text in the person's language, for her role, perspective and platform.

Every word comes from content/. A translation that is missing, or stale while the topic is high-risk, is replaced by the Dutch
text with one line in her language above it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_day_names

from bot import card
from bot.content import Content, Topic
from bot.content.facts import host, isolated
from bot.conversation import Talk
from bot.handoff.hours import Hours, hours_of
from bot.messages import Button, File, Link, Reply, Source
from bot.practice.book import PracticeBook
from bot.report.book import ReportBook

ROLES = ("parent", "pro", "young", "looking")
PERSPECTIVES = {"islam": "faith islam", "hinduism": "faith hinduism", "christianity": "faith christianity", "honour": "honour"}
WITH_CARD = ("first_steps", "image_spread", "remove_images")  # topics that the overview card shows in pictures
NO_PROFESSIONAL = ("parent", "young", "adult", "other")
# The part that stands in place of the short answer, the first that is written.
OWN_PART = {"pro": ("professional",), **dict.fromkeys(NO_PROFESSIONAL, ("parent",)), "young": ("young", "friend", "parent"), "other": ("friend", "parent")}
MOST_SOURCES = 2  # named to somebody who doubts an answer
MINORS = ("under_12", "from_12", "from_16")
AGE_BANDS = (("age_under_12", 0, 11), ("age_12_15", 12, 15), ("age_16_17", 16, 17), ("age_18", 18, 130))


class Answers:
    """Builds replies from one set of content. Not changed after it is made: new content makes new Answers."""

    def __init__(self, content: Content, starters: dict[str, list[str]], report: ReportBook, practice: PracticeBook) -> None:
        self.content = content
        self.starters = starters
        self.report = report
        self.practice = practice

    def topic(self, name: str, talk: Talk, at: datetime.datetime, *, part: str = "", above: str = "") -> Reply:
        """The answer to a topic; `part` is "more" or "easier", `above` a line put before it. Raises KeyError for an unknown topic."""
        speaker = speaks_as(talk)
        topic = self._for_whom(self.content.topics[name], speaker)
        language = self._language_of(topic, talk.language)
        text = topic.texts[language]
        # A part that is not written is simply not offered; asking for it gives the short answer.
        own_part = next((p for p in OWN_PART.get(speaker, ()) if p in text.parts and not part), "")
        chosen = text.parts.get(part) or text.parts.get(own_part) or text.short
        if not part and (place := text.parts.get("on " + talk.door)):
            first, _, rest = chosen.partition("\n\n")
            chosen = "\n\n".join(p for p in (first, place, rest) if p)
        paragraphs = [above] if above else []
        if language != talk.language:
            paragraphs.append(self.say("dutch_text", talk))
        if topic.name == "organisation_details" and (card := self._card(talk.details.get("organisation", ""), language)):
            paragraphs.append(card)
        else:
            paragraphs.append(chosen)
            if not part and (own := text.parts.get("platform " + talk.details.get("platform", ""))):
                paragraphs = [*paragraphs[:-1], own, chosen]
            if not part and (perspective := text.parts.get(PERSPECTIVES.get(talk.perspective, ""))):
                paragraphs.append(perspective)
        if name in ("chat_hours", "talk_to_person"):
            paragraphs.append(self.chat_state(talk, at))
        filled = self.content.facts.fill("\n\n".join(paragraphs), language, high_risk=topic.high_risk, rtl=self.content.rtl(language))
        return Reply(
            topic.name, filled, language, tuple(self._buttons(topic, talk, part)), tuple(self.links(self._helplines(topic, talk), language, topic.high_risk)),
            tuple(self._sources(topic)), topic.review_by, urgent=topic.group == "danger",
            part=part if part in text.parts else "",
        )  # fmt: skip

    def notice(self, key: str, talk: Talk, buttons: Iterable[Button] = (), *, topic: str = "", **values: str) -> Reply:
        """A short notice of interface.<language>.yml as a reply."""
        return Reply(topic or key, self.say(key, talk, **values), talk.language, tuple(buttons))

    def card(self, talk: Talk) -> Reply:
        """The overview card as a picture, with the same words beside it."""
        links = self.links(("helpwanted", "veilig_thuis", "police"), talk.language, True)
        name = self.say("card_file", talk) + ".png"
        return Reply(
            "overview_card", card.text(self.content, talk.language), talk.language, tuple(self.way_out(talk)), tuple(links),
            file=File("card", name, card.TYPES["png"]),
        )  # fmt: skip

    def say(self, key: str, talk: Talk, **values: str) -> str:
        return self.content.say(key, talk.language, **values)

    def _for_whom(self, topic: Topic, speaker: str) -> Topic:
        """A professional's topic for a professional; for a parent or youngster what stands in its place."""
        other = topic.for_parents if speaker in NO_PROFESSIONAL else topic.for_professionals if speaker == "pro" else ""
        return self.content.topics.get(other, topic)

    # --- buttons -----------------------------------------------------------------------------------------------------

    def button(self, button_id: str, key: str, talk: Talk) -> Button:
        return Button(button_id, self.say(key, talk))

    def topic_buttons(self, names: Iterable[str], talk: Talk) -> list[Button]:
        """One button per topic, titled as a person would say it."""
        found = []
        for name in names:
            if topic := self.content.topics.get(name):
                texts = topic.texts
                found.append(Button("topic:" + name, (texts.get(talk.language) or texts["nl"]).title))
        return found

    def role_buttons(self, talk: Talk) -> list[Button]:
        return [self.button("role:" + r, "role_" + r, talk) for r in ROLES]

    def starter_buttons(self, talk: Talk) -> list[Button]:
        speaker = speaks_as(talk)
        return self.topic_buttons(self.starters.get(speaker if speaker in ROLES else talk.role or "looking", []), talk)

    def language_buttons(self) -> list[Button]:
        return [Button("language:" + code, str(self.content.languages[code]["name"])) for code in self.content.spoken()]

    def perspective_buttons(self, talk: Talk) -> list[Button]:
        return [self.button("perspective:" + p, "perspective_" + p, talk) for p in (*PERSPECTIVES, "no")]

    def way_out(self, talk: Talk) -> list[Button]:
        """What is always there when Noor does not know: a person, who can help, the menu."""
        return [*self.topic_buttons(["talk_to_person", "who_can_help"], talk), self.button("menu", "button_menu", talk)]

    def _buttons(self, topic: Topic, talk: Talk, part: str) -> list[Button]:
        if topic.name == "greet":
            return [*self.role_buttons(talk), *[b for b in self.language_buttons() if b.id != "language:" + talk.language]]
        if topic.name == "menu":
            return [
                *self.starter_buttons(talk),
                self.button("report:start", "r_start", talk),
                self.button("risk:start", "risk_start", talk),
                self.button("perspectives", "button_perspective", talk),
                self.button("languages", "button_language", talk),
            ]
        if topic.name == "change_language":
            return self.language_buttons()
        if topic.name == "delete_my_data":
            return [self.button("erase:yes", "button_erase_yes", talk), self.button("erase:no", "button_erase_no", talk)]
        parts = topic.texts.get(talk.language, topic.texts["nl"]).parts
        speaker = speaks_as(talk)
        following = dict.fromkeys(self._for_whom(self.content.topics[n], speaker).name for n in topic.next if n in self.content.topics)
        found = self.topic_buttons((n for n in following if n != topic.name), talk)[:4]
        for name in ("more", "easier"):
            if name in parts and part != name:
                found.append(self.button("part:" + name, "button_" + name, talk))
        if topic.name in WITH_CARD:
            found.append(self.button("card", "button_card", talk))
        if not talk.perspective and any(p in parts for p in PERSPECTIVES.values()):
            found.append(self.button("perspectives", "button_perspective", talk))
        return found

    # --- facts around an answer --------------------------------------------------------------------------------------

    def links(self, organisations: Iterable[str], language: str, high_risk: bool) -> list[Link]:
        """For each organisation the number to call, or else its site; what may not be shown is left out."""
        found = []
        for name in organisations:
            title = self.content.facts.name(name, language)
            phone, site = self.content.facts.phone(name, high_risk), self.content.facts.site(name)
            if phone:
                shown = isolated(phone, self.content.rtl(language))
                found.append(Link(f"{title}: {shown}" if title != phone else phone, "tel:" + phone.replace(" ", "").replace("-", "")))
            elif site:
                shown = isolated(host(site), self.content.rtl(language))
                found.append(Link(title if host(site).lower() == title.lower() else f"{title}: {shown}", site))
        return found

    def who_to_call(self, talk: Talk, at: datetime.datetime) -> Reply:
        """The helplines of the topic talked about; who_can_help when there is none."""
        topic = self.content.topics.get(talk.topic)
        if not topic or not topic.helplines:
            return self.topic("who_can_help", talk, at)
        return Reply(
            "who_can_help",
            self.say("who_to_call", talk),
            talk.language,
            tuple(self.topic_buttons(["talk_to_person", "who_can_help"], talk)),
            tuple(self.links(topic.helplines, talk.language, True)),
        )

    def sources(self, talk: Talk) -> Reply:
        """Where the last answer comes from and until when it counts as reviewed."""
        topic = self.content.topics.get(talk.topic)
        named = [s for s in self._sources(topic) if s.url] if topic else []
        if not topic or not named:
            return self.notice("sources_none", talk)
        date = format_date(topic.review_by, "d MMMM y", locale=Locale.parse(talk.language))
        return Reply(
            "sources",
            self.say("source_line", talk, source="; ".join(s.title for s in named), date=date),
            talk.language,
            (),
            tuple(Link(s.title, s.url) for s in named),
        )

    def rests_on(self, talk: Talk) -> Reply:
        """What the last answer rests on, said to somebody who doubts it: at most two sources, the press last; and where it can be asked once more."""
        topic = self.content.topics.get(talk.topic)
        named = sorted((s for s in topic.sources if s in self.content.sources), key=lambda s: bool(self.content.sources[s].get("press"))) if topic else []
        if not topic or not named:
            return self.notice("sources_none", talk)
        titles = [str(self.content.sources[s]["title"]) for s in named[:MOST_SOURCES]]
        date = format_date(topic.review_by, "d MMMM y", locale=Locale.parse(talk.language))
        text = self.say("rests_on", talk, source="; ".join(titles), date=date)
        return Reply("sources", text, talk.language, (self.button("source", "button_source", talk),), tuple(self.links(topic.helplines or ("helpwanted",), talk.language, True)))

    def chat_state(self, talk: Talk, at: datetime.datetime) -> str:
        """Whether the human chat is open now, and when it opens next, in the person's language."""
        hours = hours_of(self.content.organisation)
        locale = Locale.parse(talk.language)
        if now := hours.now(at):
            return self.say("chat_open", talk, time=self._clock(now.closes, hours, talk))
        opening = hours.next(at)
        if opening is None:
            return self.say("chat_unknown", talk)
        if (opening.opens.timestamp() - at.timestamp()) > 6 * 86400:
            date = format_date(opening.opens, "EEEE d MMMM", locale=locale)
            return self.say("chat_opens_date", talk, time=self._clock(opening.opens, hours, talk), date=date)
        days = (opening.opens.date() - at.astimezone(ZoneInfo(hours.timezone)).date()).days
        key = {0: "chat_opens_today", 1: "chat_opens_tomorrow"}.get(days, "chat_opens_day")
        return self.say(
            key, talk, time=self._clock(opening.opens, hours, talk), day=get_day_names("wide", locale=locale)[opening.opens.weekday()]
        )

    def age_note(self, age: str) -> str:
        """The interface key for an age in years ("16") or a band; "" when it is none."""
        years = int(age) if age.isdigit() else -1
        return next((key for key, low, high in AGE_BANDS if low <= years <= high), "")

    def _clock(self, moment: datetime.datetime, hours: Hours, talk: Talk) -> str:
        clock = f"{moment.astimezone(ZoneInfo(hours.timezone)):%H:%M}"
        return isolated(clock, self.content.rtl(talk.language))

    def _card(self, organisation: str, language: str) -> str:
        facts = self.content.facts
        if not organisation or organisation not in facts:
            return ""
        lines = ["**{" + organisation + ".name}**", facts.about(organisation, language) or facts.about(organisation, "nl")]
        shown = [f for f in ("phone", "free_phone", "hours", "cost") if facts.field(organisation, f)]
        if not facts.phone(organisation, True):
            shown = [f for f in shown if f != "phone"]
        lines += ["- {" + f"{organisation}.{f}" + "}" for f in shown]
        if site := facts.site(organisation):
            lines.append(f"- {host(site)}")
        return "\n".join(line for line in lines if line)

    def _helplines(self, topic: Topic, talk: Talk) -> list[str]:
        if topic.name == "organisation_details" and (named := talk.details.get("organisation")):
            return [named]
        return list(topic.helplines)

    def _sources(self, topic: Topic) -> list[Source]:
        known = self.content.sources
        return [Source(str(known[s]["title"]), str(known[s].get("url") or "")) for s in topic.sources if s in known]

    def _language_of(self, topic: Topic, language: str) -> str:
        if language not in topic.texts or (topic.high_risk and topic.stale(language)):
            return "nl"
        return language


def speaks_as(talk: Talk) -> str:
    """Who speaks, as it was chosen or said: pro, parent, young, adult, other; "" while nothing is known.

    A role by tap counts before words; "my daughter" makes no parent of somebody who chose to be a professional, and no professional of a parent who teaches.
    """
    case = talk.report.get("case", {})
    person = case.get("person")
    if talk.role in ("pro", "parent", "young"):
        return talk.role
    if case.get("role") == "pro" and person != "child":
        return "pro"
    if case.get("role") == "young" or (person == "self" and case.get("age") in MINORS):
        return "young" if person in (None, "self") else {"child": "parent"}.get(str(person), "other")
    return {"child": "parent", "self": "adult", "other": "other", "pupil": "pro", "client": "pro"}.get(str(person), "")
