"""Whether a danger from relatives is about honour, or violence at home that is answered as violence: 112 first (data/honour/).

The advice differs: with honour the family itself is the danger and nobody there may be told. So honour stays wherever words make it likely, in this message or
earlier in the talk; a relative with a knife of whom nothing else is said is violence.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.conversation import Talk
from bot.nlu.patterns import PatternIndex, joined
from bot.rule_files import read_index

KINDS = ("acute", "likely")
HONOUR, VIOLENCE = "danger_honour", "danger_violence_now"
ABOUT_HONOUR = {"honour_and_gossip", "family_must_not_know", "marriage_pressure", "double_standard", HONOUR}  # topics
IMAGES = {"spread", "threat", "fake", "request"}  # what was told to have happened: an image that relatives may have seen


@dataclass(frozen=True)
class Honour:
    """The patterns of all languages, by (language, kind)."""

    index: PatternIndex

    def weighed(self, danger: str, text: str, likely: bool = False, known: bool = False) -> str:
        """The danger to answer: violence in place of honour where blows, a weapon or a threat is all that was said, and honour in place of violence where both the
        talk so far and the message speak for it ("he will hit me when he sees it"). `likely`: likely_before() this message; `known`: honour was the danger a moment ago."""
        if danger not in (HONOUR, VIOLENCE) or likely != (danger == VIOLENCE):
            return danger
        if known:
            return HONOUR
        found = {kind for _, kind in self.index.look(joined(text)).names()}
        if danger == HONOUR:
            return VIOLENCE if found == {"acute"} else HONOUR
        return HONOUR if found == {"acute", "likely"} else VIOLENCE


def likely_before(talk: Talk) -> bool:
    """Whether what was said before makes honour likely: the topic, a choice, an image that goes round, a home that must not know."""
    case = talk.report.get("case", {})
    known = talk.topic in ABOUT_HONOUR or talk.danger == HONOUR or talk.perspective == "honour"
    return known or case.get("family") in ("unsafe", "unsure") or bool(IMAGES & set(case.get("what") or ()))


def load_honour(root: Path, faults: list[str]) -> Honour:
    """Reads data/honour; what can't be read becomes a fault."""
    return Honour(read_index(root / "data" / "honour", KINDS, faults))
