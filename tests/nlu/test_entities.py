"""Details in what people type: a word of one language that means something else in another is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.entities import EntityModel

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def entities() -> EntityModel:
    return EntityModel.from_files(ROOT / "data" / "lexicon", ROOT / "content")


def _found(entities: EntityModel, text: str) -> set[tuple[str, str]]:
    return {(e["entity"], e["value"]) for e in entities.find(text)}


def test_turkish_last_is_no_english_son(entities: EntityModel) -> None:
    assert _found(entities, "son zamanlarda kızım çok sessiz") == {("relation", "daughter")}
    assert _found(entities, "en son ne yapayım") == set()
    assert ("relation", "son") in _found(entities, "my son sent a picture")


def test_a_fake_account_is_no_fake_picture(entities: EntityModel) -> None:
    for text in ("it was a fake account", "het was een nep account", "meğer sahte hesapmış", "fake hesap açmışlar"):
        assert ("what_happened", "fake") not in _found(entities, text)
    assert any(value == "fake" for _, value in _found(entities, "het is een nep foto"))
    assert any(value == "fake" for _, value in _found(entities, "resim sahte ama herkes inandı"))
