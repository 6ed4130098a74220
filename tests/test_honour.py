"""Relatives who are dangerous: violence unless words make honour likely; then honour, because nobody at home may be told."""

from __future__ import annotations

import pytest

from tests.conftest import Person

pytestmark = pytest.mark.anyio

VIOLENCE = [
    "mijn broer heeft een mes en staat in mijn kamer",
    "mijn broer bedreigt me met een mes",
    "mijn vader slaat mij",
    "mijn vader zegt dat hij mij gaat vermoorden",
    "mijn man slaat mijn dochter",
    "mijn oom dreigt me in elkaar te slaan",
    "my brother is threatening me with a knife",
    "my father hits me",
    "my dad says he will kill me",
    "my uncle has a gun",
    "abim bana bıçak çekti",
    "babam beni dövüyor",
    "abim beni öldürmekle tehdit ediyor",
    "amcamın elinde silah var",
    "اخي معه سكين ويهددني",
    "ابي يضربني",
    "ابوي بيهددني بالقتل",
    "اخوي ماسك سكين",
    "khouya hazz mous 3liya",
    "baba kaydrebni",
    "خويا هاز عليا موس",
]
HONOUR = [
    "mijn broer slaat mij sinds hij het filmpje heeft gezien",
    "mijn vader gaat mij vermoorden als hij de foto ziet",
    "mijn broers zeggen dat de eer gezuiverd moet worden",
    "mijn ouders willen mij naar marokko sturen",
    "mijn vader heeft mijn paspoort afgepakt",
    "haar broers zijn naar haar op zoek",
    "my father will kill me if he sees the picture",
    "my brother beats me because I have a boyfriend",
    "they took her passport",
    "babam öğrenirse beni öldürür",
    "abim namus için öldürecek",
    "pasaportumu aldılar",
    "أبي سيقتلني إذا عرف",
    "ضربها ابوها بالحزام بسبب الصورة",
    "اخوها ماسك سكين وعم يدور عليها",
    "baba ghadi y9telni ila 3ref",
    "khouha hazz mous w kay9elleb 3liha",
    "ضربني بابا بالسمطة ملي لقا الميساجات",
]


@pytest.mark.parametrize("text", VIOLENCE)
async def test_violence_at_home_is_answered_as_violence(person: Person, text: str) -> None:
    reply = (await person.says(text))[0]
    assert reply.topic == "danger_violence_now"
    assert reply.links[0].href == "tel:112"


@pytest.mark.parametrize("text", HONOUR)
async def test_honour_said_or_likely_stays_honour(person: Person, text: str) -> None:
    assert (await person.says(text))[0].topic == "danger_honour"


@pytest.mark.parametrize("before", ["er gaat een naaktfoto van mij rond op snap", "mijn familie mag dit nooit te weten komen"])
async def test_what_was_told_before_makes_honour_likely(person: Person, before: str) -> None:
    await person.says(before)
    assert (await person.says("mijn vader zegt dat hij mij gaat vermoorden"))[0].topic == "danger_honour"


async def test_without_a_model_too(without_model: Person) -> None:
    assert (await without_model.says("mijn broer zegt dat hij mij gaat vermoorden"))[0].topic == "danger_violence_now"
    without_model.talk.topic = without_model.talk.danger = without_model.talk.asked = ""
    assert (await without_model.says("mijn broer gaat mij vermoorden om de eer"))[0].topic == "danger_honour"


async def test_a_threat_by_the_same_relative_stays_honour(person: Person) -> None:
    await person.says("mijn vader gaat mij vermoorden als hij de foto ziet")
    worse = (await person.says("hij heeft nu een mes"))[0]
    assert worse.topic == "danger_honour"
    assert worse.text.startswith("Bel dan nu **112**")
