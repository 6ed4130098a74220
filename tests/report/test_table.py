"""The page for a police or legal reviewer."""

from __future__ import annotations

from bot.answers import Answers
from bot.report.rules import DERIVED
from bot.report.table import table_page
from bot.safety import Safety


def test_every_question_and_step_is_on_the_page_with_words_and_sources(words: tuple[Answers, Safety]) -> None:
    answers = words[0]
    page = table_page(answers.content, answers.report.rules)
    for step in answers.report.rules.steps:
        assert f"<td>{step.name}" in page
    for question in answers.report.rules.questions:
        assert f"<td>{question.slot}</td>" in page
    for name in DERIVED:  # a reviewer can read every condition
        assert f"<td><code>{name}</code></td>" in page
    assert "{" not in page.split("</style>")[1]
