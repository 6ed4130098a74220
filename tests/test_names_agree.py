"""One name from question to answer: intent, response, rule, content and examples of a topic are called the same."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.answers import Answers
from bot.safety import Safety

OWN = {"follow_up", "nlu_fallback"}  # understood, but answered with another topic's text


def test_intents_responses_and_content_agree(root: Path, words: tuple[Answers, Safety]) -> None:
    domain = yaml.safe_load((root / "domain.yml").read_text("utf-8"))
    topics = set(words[0].content.topics)
    assert set(domain["intents"]) == topics | OWN
    answered = {part["custom"]["topic"] for parts in domain["responses"].values() for part in parts}
    asked = {f"report_{q.slot}" for q in words[0].report.rules.questions} | {"report_plan"}
    assert asked <= answered  # the report form's questions, written by bot/report
    answered -= asked
    assert answered | {"who_can_help", "affirm", "deny"} == topics | {"nlu_fallback"}  # an action, and two that bot/turn.py answers


def test_every_topic_has_a_rule_or_a_story_and_no_rule_a_stranger(root: Path, words: tuple[Answers, Safety]) -> None:
    ruled = {
        step["intent"]
        for path in (root / "data" / "rules").glob("*.yml")
        for rule in yaml.safe_load(path.read_text("utf-8"))["rules"]
        for step in rule["steps"]
        if "intent" in step
    }
    assert ruled == set(words[0].content.topics) - {"affirm", "deny"} | OWN


def test_example_files_carry_names_of_topics_in_their_group(root: Path, words: tuple[Answers, Safety]) -> None:
    topics = words[0].content.topics
    for path in (root / "data" / "nlu").glob("*/*/*.yml"):
        assert path.stem in OWN or topics[path.stem].group == path.parent.name, path


def test_dutch_and_english_have_forty_examples_of_every_topic(root: Path, words: tuple[Answers, Safety]) -> None:
    from bot.nlu.examples import nlu_lines

    short = {}
    for language in ("nl", "en"):
        for topic in words[0].content.topics.values():
            count = len(set(nlu_lines(root / "data" / "nlu" / language / topic.group / f"{topic.name}.yml")))
            if count < 40:
                short[language, topic.name] = count
    assert not short


def test_no_held_back_message_is_trained_on(root: Path) -> None:
    from bot.evaluation import held_back
    from bot.nlu.examples import topic_examples
    from bot.nlu.normalise import words as folded

    trained = {" ".join(folded(text)) for text in topic_examples(root / "data" / "nlu")[0]}
    # Short everyday phrases ("ja graag") are bound to meet; a sentence is not.
    same = [
        line["text"]
        for lines in held_back(root).values()
        for line in lines
        if len(folded(line["text"])) > 5 and " ".join(folded(line["text"])) in trained
    ]
    assert not same
