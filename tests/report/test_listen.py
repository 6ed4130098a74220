"""What messages tell about a case, without a model: patterns of data/report/frames in five languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.answers import Answers
from bot.report.listen import Listener, load_listener
from bot.safety import Safety


@pytest.fixture(scope="module")
def listener(words: tuple[Answers, Safety]) -> Listener:
    return words[0].report.listener


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mijn dochter van 14 wordt gechanteerd, ze heeft al betaald", {"person": "child", "age": "from_12", "what": ["threat"], "money": "paid"}),
        ("we hebben nog niet betaald", {"money": "asked"}),
        ("mijn zoon heeft de foto van een meisje doorgestuurd", {"person": "child", "what": ["did_it"]}),
        ("ik ben 15 en mijn ouders mogen het niet weten", {"role": "young", "age": "from_12", "family": "unsafe"}),
        ("ik ben docent en een leerling heeft een nepfoto", {"role": "pro", "person": "pupil", "what": ["fake"]}),
        ("mijn man weet het ook, thuis is het goed", {"family": "safe"}),
        ("we hebben al aangifte gedaan en alles bewaard", {"done": ["saved", "police"], "wants": "report"}),
        ("my son is 13, a grown man is texting him", {"person": "child", "age": "from_12", "what": ["contact"]}),
        ("kızım 16 yaşında, babası duymasın", {"person": "child", "age": "from_16", "family": "unsafe"}),
        ("بنتي عمرها 12 سنة وواحد يهددها", {"person": "child", "age": "from_12", "what": ["threat"]}),
        ("bnti 15, kayhddedha wa7d, makhlsnach", {"person": "child", "age": "from_12", "what": ["threat"], "money": "asked"}),
        ("zonder papieren in nederland", {"papers": "none"}),
        ("we hebben al betaald en nu willen ze nog meer geld", {"money": "paid"}),
        ("they want more money but we already paid", {"money": "paid"}),
        ("he wants to be paid 300 euros", {"money": "asked"}),
        ("ödedik ama yine para istiyorlar", {"money": "paid"}),
        ("دفعنا ولسا بدهم مصاري", {"money": "paid"}),
        ("hij wil dat er geld betaald wordt, anders betaald worden via tikkie", {"money": "asked"}),
        ("een jongen heeft de video van onze zoon doorgestuurd", {"person": "child", "what": ["spread"]}),
        ("the boy who forwarded a clip of my son", {"person": "child", "what": ["spread"]}),
        ("ik heb het echt niet doorgestuurd alleen bekeken", {"person": None, "what": ["spread"]}),
        ("ik weet niet waarom maar ik heb een foto doorgestuurd", {"person": "self", "what": ["did_it"]}),
        ("هو شاب ما منعرفه", {"by": "stranger"}),
        ("mijn ouders weten het en steunen me", {"family": "safe"}),
        ("mijn ouders weten het niet", {"family": None}),
        ("mijn vader mag het nooit weten, mijn familie weet ervan en steunt hem", {"family": "unsafe"}),
    ],
)
def test_what_a_message_tells(listener: Listener, text: str, told: dict[str, Any]) -> None:
    heard = listener.hear(text)
    assert {slot: heard.get(slot) for slot in told} == told


@pytest.mark.parametrize("text", ["twee jaar geleden", "hij wil 15 euro", "hallo", "klas 3", "al 12 dagen", "asdf qwer"])
def test_nothing_is_made_of_nothing(listener: Listener, text: str) -> None:
    assert not listener.hear(text).keys() & {"age", "what", "person", "family"}


def test_of_two_ages_the_childs_counts(listener: Listener) -> None:
    assert listener.hear("ik ben 41 en mijn zoon is 15 jaar")["years"] == "15"


def test_words_that_steer_are_known_in_every_language(listener: Listener) -> None:
    for text, kind in {"weet ik niet": "skip", "back": "back", "neden": "why", "لاحقا": "pause", "iyeh": "yes", "لا": "no", "maak een plan": "plan"}.items():
        assert listener.word(text) == kind, text


def test_a_broken_pattern_is_named(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "report" / "frames"
    folder.mkdir(parents=True)
    (folder / "xx.yml").write_text("frames: {money: {paid: ['?!']}}\nwords: {jump: [x]}\n", "utf-8")
    faults = load_listener(tmp_path)[1]
    assert any("xx.yml: money.paid" in f for f in faults)
    assert any("jump" in f for f in faults)


@pytest.mark.parametrize(
    ("text", "language"),
    [("maak een plan", "nl"), ("ja graag, maak een plan", "nl"), ("yes please make a plan", "en"), ("tamam bir plan yap", "tr"), ("mijn man heeft een plan om haar weg te sturen", "")],
)
def test_asking_for_the_plan_in_a_few_words(listener: Listener, text: str, language: str) -> None:
    assert listener.in_language("plan", text, "nl") == language
