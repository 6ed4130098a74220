"""Texts are counted as scikit-learn's vectorizers count them."""

from __future__ import annotations

import random

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.naive_bayes import MultinomialNB

from bot.nlu.ngrams import Tfidf, count_terms, letter_groups, letters, words
from bot.nlu.topic_model import COUNTED_SHARE, NEAREST, SMOOTHING, TopicModel, _counted, _nearest

TEXTS = ["mijn dochter huilt de hele dag", "foto foto van mijn zoon op snap", "kizimin fotografi yayildi", "صوره بنتي", "a", "", "de zoon op de foto"]
KINDS = {"words": (words, {"token_pattern": r"(?u)\w+", "ngram_range": (1, 2)}), "letters": (letters(4), {"analyzer": "char_wb", "ngram_range": (4, 4)})}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_numbers_as_scikit_learn(kind: str) -> None:
    split, theirs = KINDS[kind]
    vectorizer = TfidfVectorizer(**theirs, lowercase=False, sublinear_tf=True, min_df=2, dtype=np.float32)
    expected = vectorizer.fit_transform(TEXTS).toarray()
    own, rows = Tfidf.fit(split, TEXTS)
    order = [own.terms.index(term) for term in vectorizer.get_feature_names_out()]
    assert len(order) == len(own.terms) > 5
    assert np.allclose(rows.toarray()[:, order], expected, atol=1e-6)
    for text in [*TEXTS, "dochter  dochter, op a b", "!?", "onbekendwoord"]:
        found, values = own.row(text)
        row = np.zeros(len(own.terms), np.float32)
        row[found] = values
        assert np.allclose(row[order], vectorizer.transform([text]).toarray()[0], atol=1e-6)


def test_the_most_frequent_terms_are_kept() -> None:
    terms, counts = count_terms(letters(1), TEXTS, most=5)
    theirs = CountVectorizer(analyzer="char_wb", ngram_range=(1, 4), lowercase=False, min_df=2, max_features=5).fit_transform(TEXTS)
    assert len(terms) == counts.shape[1] == 5
    assert (counts > 0).sum() >= (theirs > 0).sum() - 5


def test_what_most_texts_have_is_left_out() -> None:
    texts = [*TEXTS, "de hele dag", "de dag"]
    every, few = Tfidf.fit(words, texts)[0].terms, Tfidf.fit(words, texts, at_most=3)[0].terms
    assert set(every) - set(few) == {"de"}


def test_what_is_counted_are_the_odds_of_naive_bayes() -> None:
    features = Tfidf.fit(words, TEXTS)[1]
    labels = np.array(["a", "a", "b", "b", "b", "c", "c"])
    counted = _counted(features, labels, ["c", "a"])
    for column, name in zip(counted.T, ("c", "a"), strict=True):
        theirs = MultinomialNB(alpha=float(SMOOTHING)).fit(features, labels == name)
        assert np.allclose(column, COUNTED_SHARE * (theirs.feature_log_prob_[1] - theirs.feature_log_prob_[0]), atol=1e-4)


def test_letter_groups_of_a_short_word() -> None:
    assert letter_groups("a", 1) == [" ", "a", " ", " a", "a ", " a "]
    assert letter_groups("a", 4) == [" a "]


def test_a_read_message_has_the_features_it_was_learned_with() -> None:
    rng = random.Random(1)
    some = {"one": "mijn dochter huilt foto", "two": "zoon snap foto gezin", "danger_x": "hij slaat mij nu help", "out_of_scope": "weer fiets soep bus"}
    lines = [(" ".join(rng.sample(words.split(), 3)), topic) for topic, words in some.items() for _ in range(40)]
    model = TopicModel()
    rows = model.learn_features([t for t, _ in lines])
    for (text, _), row in zip(lines, rows, strict=True):
        found, values = model.features(text)
        read = np.zeros(row.shape[1])
        read[found] = values
        assert np.allclose(read, row.toarray()[0], atol=1e-6)


def test_the_nearest_are_those_of_a_full_search_whether_many_are_near_or_none() -> None:
    rng = np.random.default_rng(1)
    for highest in (0.1, 0.26, 2.0):
        alike = rng.random(200).astype(np.float32) * highest
        assert np.isclose(_nearest(alike), np.sort(alike)[-NEAREST:].mean())
