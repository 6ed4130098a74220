"""What a message tells about a case: patterns of data/report/frames/<language>.yml, ages, and what Rasa read.

Gives closed values only. Frames of every language look at every message: people mix, and the talk's language follows later.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.normalise import words
from bot.nlu.patterns import PatternIndex, PatternSet, joined
from bot.report.ages import Ages
from bot.report.aside import Asides
from bot.report.case import MANY, WHO, band, telling
from bot.report.frames import WORDS, Frames, age_pattern, load_frames
from bot.report.typed import meant
from bot.report.whose_age import WhoseAge, whose_age
from bot.understand import Understood

STEERING = ("back", "skip", "why", "pause", "wrong")
LONG_ENOUGH = 6  # letters of a steering phrase in which a slip is forgiven
AND = re.compile(r"(?<= )[وف](?=[\u0621-\u064a]{2,})")
OPENING = re.compile(r"\s*([^,.;:!?؟،؛\n]+)([,.;:!?؟،؛\n].*)", re.DOTALL)
SENTENCE = tuple(".;!\n")
OLDER = 25  # who says she is younger, and names nobody else, tells of herself; an older one may be a parent
STATED = {"money", "ongoing", "done", "meeting", "wants"}  # slots that say how things stand
FROM_HOME = {"danger_honour", "danger_violence_now"}
HEARD_SAFE = ("safe", "ours")
HOPED = {("family", value) for value in HEARD_SAFE}
LONG = 10  # words of a message that asks for the sheet among other things: "can I have it in English and print it"
SHORT = 6  # words: a message no longer than this that holds a phrase of several words says nothing else
# What the topic of a message says about the case, when Rasa is sure of the topic.
TOPICS: dict[str, dict[str, Any]] = {
    "being_blackmailed": {"what": ["threat"]},
    "already_paid": {"what": ["threat"], "money": "paid"},
    "image_spread": {"what": ["spread"]},
    "in_expose_group": {"what": ["spread"]},
    "fake_nude_of_child": {"what": ["fake"]},
    "adult_contacts_child": {"what": ["contact"]},
    "child_spread_image": {"what": ["did_it"]},
    "family_must_not_know": {"family": "unsafe"},
    "danger_honour": {"family": "unsafe"},
}
# Of several signs of what home is like the most careful counts. `unclear`: hope, anger, "they don't know yet"; nothing is taken and it is asked.
# `ours`: said by a parent of her own home ("we are not angry with her"); a school that says "we support her" tells nothing about home.
CAREFUL = ("unsafe", "unsure", "unclear", "safe", "ours")
# Values of the frames that stand before others because they are surer: "we paid, he wants more" is paid, "we don't know him" is a stranger.
SURER = {"not_paid": "asked", "has_paid": "paid", "not_known": "stranger", "writer": "self", "whole_school": "classmate"}
WARDS = {"of_mine": "pupil", "my_pupil": "pupil", "my_client": "client"}  # "one of the girls in my form", from a professional
NAMED: dict[str, tuple[str, ...]] = {"platform": (), "relation": ("daughter", "son")}  # entities of the lexicons, and which of their values
UNDONE = {"spread", "threat", "fake"}  # of `what`, what a message can take back: "nothing has been shared yet"
ENTITIES = {"spread", "threat", "request"}  # values of what_happened that are answers here; "nep" alone is no fake image
GRANDCHILD = "grandchild"  # the writer's child, and no daughter or son: "my grandson sent it, the police are at my daughter's door"
STUDENT = "student"  # "I am a pupil": who writes is none of her own pupils
ALONE = 4  # words: in a message no longer than this, who she is says whom it is about
STORY_FROM = 4  # words: what a shorter message is about says nothing of a case ("mijn dochter")
SEEN_AT_ALL = 0.1  # how likely topics that say what happened must be beside a danger; the likeliest has most of it
LIKELIER = 0.9  # how likely a topic must be to say worse than the words do
WORSE = ((["held"], ["threat"]), (["held"], ["spread"]), (["threat"], ["spread"]))
OTHERWISE = 0.6  # how likely a topic must be to say that something was fake, beside what the words say
ACCUSED = 0.8  # how likely it must be to say that an image was passed on by the child, or that money was paid, of which no word is said
SURE = 0.8  # how likely a topic must be to say that home is dangerous, beside what the words say
NEAREST = ("pupil", "client", "daughter", "son", "self", "friend")  # whom a story with several people is about


@dataclass(frozen=True)
class Listener:
    """hear() and word() over the frames of all languages."""

    frames: Mapping[str, Frames]
    ages: Ages
    asides: Asides
    whose: WhoseAge = field(default_factory=WhoseAge)
    named: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)  # {"platform": {"op": {" op snap ": "snapchat"}}, ...} of the lexicons, by the first word

    @cached_property
    def index(self) -> PatternIndex:
        """The patterns of all languages, by (language, slot, value)."""
        return PatternIndex({(code, slot, v): p for code, f in self.frames.items() for slot, values in f.slots.items() for v, p in values.items()})

    @cached_property
    def not_so(self) -> PatternIndex:
        """What did not happen, by (language, value)."""
        return PatternIndex({(code, v): p for code, f in self.frames.items() for v, p in f.not_so.items()})

    @cached_property
    def announced(self) -> PatternIndex:
        """What somebody says he will do, by (language, number of the pattern)."""
        return PatternIndex({(code, n): PatternSet((p,)) for code, f in self.frames.items() for n, p in enumerate(f.announced.patterns)})

    def hear(self, text: str, seen: Understood | None = None, about: str = "", exact: Container[str] = (), untold: bool = False) -> dict[str, Any]:
        """{slot: value} of what a message tells; `what` and `done` are lists. Empty when it tells nothing. `about`: whom the case is known to be about;
        `exact`: slots that were answered outright, of which the topic of a message says nothing more; `untold`: it is not known yet what happened.
        `undone` lists values of `what` that did not happen after all."""
        line, denied = self._so(_both(joined(text)))
        undone = denied & UNDONE
        if "feared" in denied:  # "she is afraid that he posts it": neither done nor threatened, whatever the topic of the message is
            denied |= {"spread", "threat"}
        told: dict[str, Any] = {}
        app, ward, own, people = "", "", False, []
        found = self._found(text, line)
        if (threatened := self._announced(line)) != line and not any(n[1:] == ("what", "spread") for n in self.index.look(threatened).names()):
            found = [n for n in found if n[1:] != ("what", "spread")]  # "he says he will send it to everyone": nothing went round
            denied.add("spread")
        student = any(value == STUDENT for _, _, value in found)
        for _, slot, value in found:
            if slot == "home" or value == STUDENT or (student and value == "pupil"):
                continue
            if value == GRANDCHILD:
                told.setdefault("person", "child")
            elif value in WARDS:
                ward, own = ward or WARDS[value], own or value == "of_mine"
            elif slot == "platform":
                app = app or value
            elif value == "passed":  # "he sent a girl's video to his friends", after "my son did something stupid"
                if about == "child" and untold:
                    told["what"] = ["did_it"]
            elif slot == "family":
                told[slot] = min(told.get(slot, value), value, key=CAREFUL.index)
            elif slot not in MANY:
                told.setdefault(slot, SURER.get(value, value))
                people += [SURER.get(value, value)] if slot == "person" else []
            elif value not in told.get(slot, ()):
                told[slot] = [*told.get(slot, ()), value]
        if ward and told.get("role", "pro" if about == "pupil" else "") == "pro" and (own or told.get("person") != "child"):  # "I teach ... one of my girls" 
            told["person"] = ward  # "a boy from my class" said by a pupil is not the one it is about
        if student and line.count(" ") - 1 <= ALONE:
            told.setdefault("person", "self")
        if "fine" in denied and not self.asides.asks(text):  # "no problem if they know"
            told.setdefault("family", "safe")
        if "meeting" in denied:
            told.setdefault("meeting", "none")
        self._from_rasa(told, seen, line.count(" ") - 1, denied, exact, self.asides.asks(text) or self.asks_to_tell(text))
        if told.get("person") == "pupil" and about != "pupil" and told.get("role") != "pro" and not any(value == "pupil" for _, _, value in found):
            del told["person"]  # "all the boys in my class do it", of one who is no teacher
        self._from_lexicon(told, line)
        if app:
            told.setdefault("platform", app)
        if any(value == GRANDCHILD for _, _, value in found):
            told.pop("relation", None)
        self._home(told, about)
        what = told["what"] = self._not_denied(told, told.get("what", []), people)
        if undone := undone - set(what):
            told["undone"] = sorted(undone)  # what an earlier message seemed to say is taken back
        if "did_it" in what:
            told["what"] = ["did_it"]
        elif "spread" in what and ("threat" in what or "fake" in what) and seen and seen.topic in ("being_blackmailed", "already_paid"):
            told["what"] = [w for w in what if w != "spread"]  # "he says he will spread it": nothing went round yet
        told |= {slot: telling(slot, told[slot]) for slot in MANY & told.keys()}  # "he has it and says he will post it" is more than having it
        if not told["what"]:
            del told["what"]
        if "person" not in told and told.get("role") != "pro" and (self.ages.own(text) or OLDER) < OLDER and not (about in ("other", "child", "pupil", "client") and self.whose.two(text)):
            told["person"] = "self"  # "I'm 15, somebody ..." and nobody else named; not "she is 17 and I am 18", of a friend
        young = told.get("person") != "self"
        others = self.whose.others(text, str(told.get("person") or about), str(told.get("relation") or ""), "did_it" in told.get("what", ()), told.get("by") == "stranger" and "person" not in told)
        years = self.ages.find(text, young, named="person" in told or "what" in told, without=others)
        if years and not (years >= OLDER and not about and "person" not in told and not told.get("what")):  # "I am a grandmother of 71" says nothing of a case
            told |= {"years": str(years), "age": band(years)}
        return told

    def _so(self, line: str) -> tuple[str, set[str]]:
        """A line without what it says did not happen, and which values of `what` those are: " she was never blackmailed " gives (" she ", {"threat"})."""
        denied: set[str] = set()
        for code, value in self.not_so.look(line).names():
            denied.add(value)
            for pattern in self.frames[code].not_so[value].patterns:
                line = pattern.search.sub(" ", line)
        return f" {' '.join(line.split())} ", denied

    def _announced(self, line: str) -> str:
        """A line without what somebody says he will do with the image."""
        for code, number in self.announced.look(line).names():
            line = self.frames[code].announced.patterns[number].search.sub(" ", line)
        return f" {' '.join(line.split())} "

    def _found(self, text: str, line: str) -> list[Any]:
        """The names of the patterns that are found; of how things stand only what is said, not what is asked or supposed."""
        names = list(self.index.look(line).names())
        plain = joined(text)
        stated = self.asides.stated(text, plain)
        if stated == plain:
            return names
        said = set(self.index.look(_both(stated)).names())
        return [n for n in names if n in said or (n[1] not in STATED and n[1:] not in HOPED)]

    def _from_lexicon(self, told: dict[str, Any], line: str) -> None:
        """Names of apps and words as "dochter", which need no model."""
        said = set(line.split())
        for slot, phrases in self.named.items():
            if slot not in told and (slot != "relation" or told.get("person") == "child"):
                named = [(line.index(p), v) for w in said & phrases.keys() for p, v in phrases[w].items() if p in line]
                if named:
                    told[slot] = min(named)[1]  # of two apps the one that is named first: there it happened

    def _home(self, told: dict[str, Any], about: str) -> None:
        """`family` as it is taken: never more than was said in words."""
        if told.get("family") == "ours":
            told["family"] = "safe" if told.get("person", about) == "child" and told.get("role") != "pro" else "unclear"
        if told.get("family") == "unclear":
            del told["family"]

    def _not_denied(self, told: dict[str, Any], what: list[str], people: list[str]) -> list[str]:
        """What happened, without "she passed it on" where the message says that she did not, or that it is her image.

        A victim or a bystander must never be led as a suspect; the other mistake is asked away by the next question."""
        if "accused" in what:  # "they say that he passed it on": whether he did is asked
            return [w for w in what if w not in ("accused", "denied", "did_it", "spread")]
        if "denied" not in what:
            return what
        if "did_it" in what and told.get("person") == "self":
            del told["person"]  # only "I did not pass it on" said so: it is somebody else's image, or whose it is, is asked
            if "other" in people:
                told["person"] = "other"
        rest = [w for w in what if w not in ("denied", "did_it")]
        return rest or (["spread"] if "did_it" in what else [])

    def word(self, text: str, slips: bool = False) -> str:
        """What a whole message says: one of WORDS ("back", "yes", ...), or ""; `slips`: a slip of the keys is forgiven in what steers ("wet niet")."""
        line = joined(text[:100]).strip()
        if found := next((kind for kind in WORDS for f in self.frames.values() if line in f.words.get(kind, ())), ""):
            return found
        if not slips or len(line) < LONG_ENOUGH:
            return ""
        return next((kind for kind in STEERING for f in self.frames.values() for phrase in f.words.get(kind, ()) if meant(line, phrase)), "")

    def opening(self, text: str) -> tuple[str, bool]:
        """How a message begins, up to its first mark or "but", and whether a "but" or a whole new sentence follows."""
        piece = OPENING.match(text)
        first, rest = (piece[1], piece[2]) if piece else (text, "")
        spoken = joined(first).split()
        but = next((n for n, w in enumerate(spoken) if any(w in f.but for f in self.frames.values())), 0)
        if but:
            return " ".join(spoken[:but]), True
        after = joined(rest[1:]).split()[:1]
        return first, rest[:1] in SENTENCE or any(w in f.but for w in after for f in self.frames.values())

    def of_home(self, text: str) -> bool:
        """Whether a message says who knows of it, or must not."""
        return any(slot == "family" and value in ("unsafe", "unsure", "unclear") for _, slot, value in self.index.look(_both(joined(text))).names())

    def asks_to_tell(self, text: str) -> bool:
        """Whether a message asks if the family should be told: "aileye haber vereyim mi"."""
        return any(n[1:] == ("home", "ask") for n in self.index.look(_both(joined(text))).names())

    def agrees(self, text: str) -> bool:
        """Whether a whole message says that something is right ("klopt"), which is no answer to whether somebody is in danger."""
        return any(joined(text[:100]).strip() in f.words.get("agreed", ()) for f in self.frames.values())

    def answer(self, slot: str, text: str, language: str = "nl") -> str:
        """The answer that a whole message is to the question of a slot, in any language; slips of the keys are forgiven in the talk's own."""
        said = words(text)
        exact = (a for f in self.frames.values() if (a := f.typed.find(slot, said)))
        own = [f for code, f in self.frames.items() if code == language or (code, language) == ("ary", "ar")]
        return next(exact, "") or next((a for f in own if (a := f.typed.find(slot, said, slips=True))), "")

    def in_language(self, kind: str, text: str, first: str) -> str:
        """In which language a message says `kind` and little else ("ja graag, maak een plan"), `first` looked at first; "" when in none."""
        line = joined(text[:100])
        whole, short = line.strip(), line.count(" ") - 1 <= (LONG if kind == "sheet" else SHORT)

        def says(phrases: Collection[str]) -> bool:
            return whole in phrases or (short and any(f" {phrase} " in line for phrase in phrases if " " in phrase))

        return next((c for c in sorted(self.frames, key=lambda c: c != first) if says(self.frames[c].words.get(kind, ()))), "")

    def _from_rasa(self, told: dict[str, Any], seen: Understood | None, told_in_words: int, denied: Container[str], exact: Container[str], asks: bool) -> None:
        if seen is None:
            return
        found: dict[str, list[str]] = {}
        for entity in seen.entities:
            found.setdefault(str(entity["entity"]), []).append(str(entity["value"]))
        if near := next((r for r in NEAREST if r in found.get("relation", ())), None):
            # A friend in a story of "my brother must not know" is seldom the one it is about: then it is asked.
            if WHO[near] != "other" or not (told.keys() & {"person", "family"} or seen.danger == "danger_honour"):
                told.setdefault("person", WHO[near])
            if near in ("daughter", "son") and told.get("person") == "child":
                told.setdefault("relation", near)
        for value in found.get("what_happened", ()):
            if value in ENTITIES and value not in denied and value not in told.get("what", ()):
                told["what"] = [*told.get("what", ()), value]
            if value == "meeting":
                told.setdefault("meeting", "planned")
        for slot, known in (("money", ("paid", "asked")), ("platform", ())):
            if slot == "platform" and "app" in denied:
                continue  # "ik snap het niet"
            for value in found.get(slot, ())[:1]:
                told.setdefault(slot, value if not known or value in known else known[0])
        likely = dict(seen.candidates)
        if seen.danger in FROM_HOME and likely.get(seen.danger, 0.0) >= SURE and told.get("family") in HEARD_SAFE:
            del told["family"]  # beside a danger from home no word of calm counts
        elif seen.danger == "danger_honour" and told.get("family") in HEARD_SAFE:
            told |= {"family": "unclear", "doubt": "home"}
        if "unsafe" in found.get("family_knows", ()):
            told["family"] = "unsafe"  # of two signs the careful one counts
        if seen.decision in ("answer", "danger") and told_in_words >= STORY_FROM:
            self._from_topic(told, seen, seen.danger or seen.topic, denied, exact, asks=asks)
        if seen.danger and not told.get("what"):
            self._from_topic(told, seen, _beside(seen), denied, exact, ("what",))

    def _from_topic(self, told: dict[str, Any], seen: Understood, topic: str, denied: Container[str], exact: Container[str], only: Container[str] = (), asks: bool = False) -> None:
        """What the topic of a message says, less what its words deny and what was answered outright; `only`: of these slots; `asks`: the message is a question."""
        for slot, value in TOPICS.get(topic, {}).items():
            if only and slot not in only:
                continue
            if (slot in exact and topic != "danger_honour") or (slot == "what" and value[0] in denied):
                continue
            if topic == "already_paid" and "money" not in told and "threat" not in told.get("what", ()) and seen.candidates[0][1] < ACCUSED:
                continue  # "i already sent a lot": photos as likely as money
            if value == ["did_it"] and seen.decision == "answer" and seen.candidates[0][1] < ACCUSED:
                continue  # nobody is led as the one who passed it on by a guess: "he gets photos from a girl in his class"
            if value == ["fake"] and (told.get("what") or "spread" in denied) and seen.decision == "answer" and seen.candidates[0][1] < OTHERWISE:
                continue
            if (told.get("what"), value) in WORSE and seen.candidates[0][1] < LIKELIER:
                continue  # in words nothing more than that somebody has it, or threatens with it
            if slot == "what":
                told["what"] = [*told.get("what", ()), *(v for v in value if v not in told.get("what", ()))]
            elif slot != "family":
                told.setdefault(slot, value)
            elif told.get(slot) in HEARD_SAFE and topic != "danger_honour":
                if seen.candidates[0][1] >= SURE:
                    told[slot] = "unclear"  # the words say one thing, the topic another: it is asked
            elif topic == "family_must_not_know" and asks:
                told.setdefault(slot, "unsure")  # whether they have to know is asked, not that they must not
            elif "doubt" not in told and (told.get(slot) != "unsure" or topic == "danger_honour"):
                told[slot] = value  # "mum may know, dad may not" stays what it says


def _beside(seen: Understood) -> str:
    """The topic that says most clearly what happened beside a danger, "" when none does: "image_spread" of a girl who is locked in for it."""
    telling = [(t, p) for t, p in seen.candidates if "what" in TOPICS.get(t, {})]
    whole = sum(p for _, p in telling)
    return telling[0][0] if whole >= SEEN_AT_ALL and telling[0][1] >= whole * SURE and TOPICS[telling[0][0]]["what"] not in (["fake"], ["did_it"]) else ""


def _both(line: str) -> str:
    """Arabic writes "and" onto the word: both spellings are looked at, one after the other."""
    return line + (AND.sub("", line) if AND.search(line) else "")


def load_listener(root: Path) -> tuple[Listener, list[str]]:
    """Reads every frames file and the ages of every lexicon; returns them with every fault."""
    faults: list[str] = []
    frames = {p.stem: load_frames(p, faults) for p in sorted((root / "data" / "report" / "frames").glob("*.yml"))}
    ages: list[str] = []
    named: dict[str, dict[str, dict[str, str]]] = {slot: {} for slot in NAMED}
    for path in sorted((root / "data" / "lexicon").glob("*.yml")):
        try:
            lexicon = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) or {}
            ages += [age_pattern(str(age)) for age in lexicon.get("ages") or ()]
            for slot, values in NAMED.items():
                for value, phrases in (lexicon.get("entities") or {}).get(slot, {}).items():
                    for phrase in (joined(str(p)) for p in phrases if not values or value in values):
                        named[slot].setdefault(phrase.split()[0], {})[phrase] = str(value)
        except (OSError, yaml.YAMLError, AttributeError):
            continue  # load_safety names it
    return Listener(frames, Ages.of(frames, ages), Asides.of(frames), whose_age(f.whose for f in frames.values()), named), faults
