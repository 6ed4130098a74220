"""Whose age it is: that of the one it is about, never that of who did it, in every language."""

from __future__ import annotations

import pytest

from bot.answers import Answers
from bot.safety import Safety


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("a boy of 16 in my class sent round a picture of a girl, she is 14", "14"), ("a girl of 16 in my class, a boy of 14 posted her photo", "16"),
        ("A boy of 13 in my class sent it round, my pupil is 15", "15"), ("mijn dochter van 15, een jongen van 13 heeft haar foto doorgestuurd", "15"),
        ("een jongen van 13 heeft de foto van mijn dochter van 15 doorgestuurd", "15"), ("mijn zoon van 14 heeft een foto van een meisje van 12 doorgestuurd", "14"),
        ("my son (15) forwarded a picture of a girl of 13", "15"), ("her ex of 19 posted it, my daughter is 14", "14"), ("he's 19 i'm 16", "16"), ("she's 19 i'm 20, i forwarded her nude", "20"),
        ("kızım 15 yaşında, 13 yaşında bir çocuk yaymış", "15"), ("eski sevgilim fotoğrafımı yaymakla tehdit ediyor 24 yaşındayım", "24"), ("24 yaşında öğrenciyim eski sevgilim tehdit ediyor", "24"), ("16 yaşında bir çocuk kızımın fotoğrafını yaymış, kızım 17", "17"), ("ابني 14 سنة بعت صورة بنت عمرها 12", "14"),
        ("عندي بنت عمرها 15 وولد 17 نشر صورتها", "15"), ("benti 3endha 14 3am, weld 13 kayheddedha", "14"),
        # what only says how old who did it is tells nothing of the one it is about
        ("a boy of 16 in my class sent it round", None), ("this guy i met on snap says hes 17", None), ("een jongen van 16 heeft de foto van mijn dochter doorgestuurd", None),
        # and one age is the one it is about
        ("my kid is 12", "12"), ("my son 15 is blackmailed", "15"), ("een bewoner, 31, wordt gechanteerd", "31"), ("mijn dochter van 13 huilt al 3 dagen", "13"),
    ],
)  # fmt: skip
def test_the_age_is_that_of_the_one_it_is_about(words: tuple[Answers, Safety], text: str, years: str | None) -> None:
    assert words[0].report.listener.hear(text).get("years") == years


def test_a_grandmother_has_no_daughter_in_it_and_no_age(words: tuple[Answers, Safety]) -> None:
    told = words[0].report.listener.hear("mijn kleinzoon heeft een filmpje rondgestuurd, nu staat de politie bij mijn dochter op de stoep, ik ben zelf 71")
    assert told["person"] == "child" and "relation" not in told
