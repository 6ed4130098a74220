"""One message is counted as scikit-learn's vectorizers count it."""

from __future__ import annotations

import random

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.ngrams import Letters, Words, letter_groups, weighted
from bot.nlu.topic_model import TopicModel

TEXTS = ["mijn dochter huilt de hele dag", "foto foto van mijn zoon op snap", "kizimin fotografi yayildi", "صوره بنتي", "a"]


@pytest.mark.parametrize("text", [*TEXTS, "dochter  dochter, op a b", "", "!?", "onbekendwoord"])
def test_the_same_numbers_as_scikit_learn(text: str) -> None:
    words = TfidfVectorizer(token_pattern=r"(?u)\w+", ngram_range=(1, 2), lowercase=False, sublinear_tf=True, dtype=np.float32).fit(TEXTS)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), lowercase=False, sublinear_tf=True, dtype=np.float32).fit(TEXTS)
    for ours, theirs in ((Words(words.vocabulary_), words), (Letters(letters.vocabulary_), letters)):
        found, values = weighted(ours.numbers(text), theirs.idf_)
        row = theirs.transform([text]).sorted_indices()
        assert found.tolist() == row.indices.tolist()
        assert np.allclose(values, row.data, atol=1e-6)


def test_letter_groups_of_a_short_word() -> None:
    assert letter_groups("a") == [" ", "a", " ", " a", "a ", " a "]


def test_a_read_message_has_the_features_it_would_be_learned_with() -> None:
    rng = random.Random(1)
    some = {"one": "mijn dochter huilt foto", "two": "zoon snap foto gezin", "danger_x": "hij slaat mij nu help", "out_of_scope": "weer fiets soep bus"}
    lines = [(" ".join(rng.sample(words.split(), 3)), topic) for topic, words in some.items() for _ in range(40)]
    model = TopicModel().fit([t for t, _ in lines], [y for _, y in lines])
    for text in some.values():
        assert np.allclose(model._row(text).toarray(), model._features([text]).toarray(), atol=1e-6)
