"""What one language taught about a word, the others know: meanings of words in all languages (bot/nlu/meanings.py, data/meanings/)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.meanings import Meanings, read_meanings
from bot.nlu.normalise import normalise
from bot.nlu.topic_model import TopicModel

ROOT = Path(__file__).parents[2]


def test_words_of_all_languages_mean_the_same() -> None:
    meanings = read_meanings(ROOT / "data/meanings")
    for meaning, words in {
        "photo": ["foto", "picture", "resimleri", "الصورة", "tswira"],
        "blackmail": ["gechanteerd", "blackmailed", "şantaj", "يبتزني"],
        "police": ["politie", "police", "polise", "الشرطة", "lboulis"],
        "money": ["geld", "money", "parayı", "فلوس", "flous", "paisa"],
        "shame": ["schaamte", "ashamed", "utanıyorum", "حشومة", "hchouma"],
    }.items():
        for word in words:
            assert meaning in meanings.of(normalise(word)), (meaning, word)


@pytest.mark.parametrize(
    "word", ["die", "met", "door", "over", "is", "verhaal", "bakker", "silly", "attitude", "zonder", "dirty", "galerij", "loverboys", "betalen"]
)
def test_words_of_one_language_are_not_heard_in_another(word: str) -> None:
    wrong = {"die", "meet", "door", "ready", "job", "give", "look", "delete", "send", "sin", "what_do", "tell", "love", "child"}
    assert not wrong & read_meanings(ROOT / "data/meanings").of(word)


def test_an_article_written_onto_the_word_and_two_words_together() -> None:
    meanings = Meanings({"school": ["مدرسة"], "help": ["yardım*"], "report": ["pressing+charges"]})
    assert meanings.of(normalise("والمدرسة")) == {"school"}
    counted = meanings.split({"school": 0, "help": 1, "report": 2}.get)(normalise("yardımcı olun, pressing charges مدرسة"))
    assert sorted(counted) == [0, 1, 2]
    assert read_meanings(ROOT / "data/meanings").of("lflous") == {"money"}  # Darija in Latin letters


def test_a_word_that_no_example_has_is_understood_by_what_it_means(tmp_path: Path) -> None:
    meanings = Meanings({"photo": ["foto*", "resim*"], "delete": ["verwijder*", "sil*"], "money": ["geld", "para*"], "pay": ["betaal*", "öde*"]})
    texts = ["foto verwijderen", "een foto verwijder ik hoe", "verwijder die foto", "geld betaald", "ik betaalde geld", "betaal ik dat geld", "hoe laat is het", "wat een weer", "mooie fiets"]
    model = TopicModel(meanings).fit(texts * 4, (["remove_images"] * 3 + ["already_paid"] * 3 + ["out_of_scope"] * 3) * 4)
    assert model.read("resimleri sildirmek").ranking[0][0] == "remove_images"
    assert model.read("paraları ödedik").ranking[0][0] == "already_paid"


def test_a_broken_file_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "nl.yml").write_text("photo: [foto*]\nmoney: geld\n", "utf-8")
    (tmp_path / "en.yml").write_text("not: [no, never]\nphoto: [picture]\n", "utf-8")  # no is false in YAML
    faults: list[str] = []
    assert read_meanings(tmp_path, faults).of("picture") == {"photo"}
    assert len(faults) == 2 and all("write `" in fault for fault in faults) and "nl.yml: money" in faults[1]
    with pytest.raises(ValueError, match="money"):
        read_meanings(tmp_path)
