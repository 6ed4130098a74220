"""The phrase coach: rules hold, harm denied is no harm, and every label stays with its words."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.content import ContentError
from bot.practice.coach import Coach, model_folder
from bot.practice.coach_data import faults, read_kinds, read_labelled
from bot.practice.coach_model import CoachModel, Measure
from bot.practice.feedback import load_feedback

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def coach() -> Coach:
    return Coach.open(ROOT, ROOT / "models")


def names(coach: Coach, text: str, with_whom: str = "victim", language: str = "nl", before: str = "") -> set[str]:
    return {label.name for label in coach.hear(text, with_whom, language, before).labels}


def test_the_data_has_no_faults() -> None:
    assert faults(ROOT) == []


@pytest.mark.parametrize("text", ["", "   ", "?!", "\x00", "a" * 100_000, "👍", "سلام", "?" * 5000])
def test_odd_input_is_heard_without_an_error(coach: Coach, text: str) -> None:
    heard = coach.hear(text, "victim", "xx")
    assert all(0 <= label.start < label.end <= len(text) for label in heard.labels)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_plain_harm_is_heard_and_what_looks_like_it_is_not(coach: Coach, language: str) -> None:
    harm = {"promise_secrecy", "ask_to_see", "unsafe_evidence", "tell_family_unsafe"}
    lines = yaml.safe_load((ROOT / "tests" / "practice" / "plain_harm.yml").read_text("utf-8"))[language]
    heard = {line["text"]: sorted(names(coach, line["text"], line["with"], language) & harm) for line in lines}
    assert heard == {line["text"]: sorted(line["labels"]) for line in lines}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_the_feedback_advises_is_heard_as_what_it_is(coach: Coach, language: str) -> None:
    """Who types the wording that Noor advised must never be told that it may hurt, and nearly always that it works."""
    labels = yaml.safe_load((ROOT / "content" / "practice" / "feedback" / f"{language}.yml").read_text("utf-8"))["labels"]
    hurts, unheard, tried = [], [], 0
    for name, entry in labels.items():
        for with_whom in coach.kinds[name].with_whom:
            better = entry["better"]
            for text in better.get({"parent": "parent", "victim": "young"}.get(with_whom, "spreader")) or better.get("young") or ():
                heard = names(coach, text, with_whom, language)
                tried += 1
                hurts += [(with_whom, text, x) for x in sorted(heard) if coach.kinds[x].group == "hinders"]
                unheard += [(with_whom, name, text)] if coach.kinds[name].group == "helps" and name not in heard else []
    assert hurts == []
    assert len(unheard) <= 0.05 * tried, unheard


@pytest.mark.parametrize("language", ["nl", "en"])
def test_who_spread_it_is_not_told_that_it_is_not_his_fault(coach: Coach, language: str) -> None:
    """And a victim is never offered words that are for who spread it."""
    faults_found: list[str] = []
    words = load_feedback(ROOT, None, faults_found)[language]
    assert faults_found == []
    for name, about in words.labels.items():
        told = about.wordings("spreader")
        assert name == "remove_blame" or not [t for t in told if "remove_blame" in names(coach, t, "spreader", language)]
    assert not set(words.labels["label_or_threaten"].wordings("victim")) & set(words.labels["label_or_threaten"].wordings("spreader"))


def test_every_label_has_sixty_dutch_examples() -> None:
    kinds = read_kinds(ROOT)
    messages = read_labelled(ROOT, "nl", kinds)
    assert {name: n for name in kinds if (n := sum(name in m.labels for m in messages)) < 60} == {}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Ik beloof je dat ik dit aan niemand vertel.", "promise_secrecy"),
        ("Dit blijft onder ons.", "promise_secrecy"),
        ("Mag ik die foto eens zien?", "ask_to_see"),
        ("Stuur het filmpje door naar de politie.", "unsafe_evidence"),
        ("Ik ga je ouders bellen.", "tell_family_unsafe"),
    ],
)
def test_harm_in_plain_words_is_heard(coach: Coach, text: str, label: str) -> None:
    assert label in names(coach, text)


@pytest.mark.parametrize(
    ("text", "not_heard", "heard"),
    [
        ("Ik kan niet beloven dat ik het geheim houd.", "promise_secrecy", "honest_about_secrecy"),
        ("Stuur de foto niet door.", "unsafe_evidence", None),
        ("Je hoeft de foto niet te laten zien.", "ask_to_see", "reduce_shame"),
        ("Ik bel je ouders niet zonder dat jij het weet.", "tell_family_unsafe", None),
    ],
)
def test_harm_denied_is_no_harm(coach: Coach, text: str, not_heard: str, heard: str | None) -> None:
    found = names(coach, text)
    assert not_heard not in found
    assert heard is None or heard in found


def test_a_question_has_one_form(coach: Coach) -> None:
    for text in ("Hoe gaat het thuis?", "Weet je wie het heeft?", "Je hebt het toch zelf gestuurd, hè?"):
        assert len(names(coach, text) & {"open_question", "closed_question", "leading_question"}) <= 1


def test_a_label_that_does_not_count_with_a_person_is_not_given(coach: Coach) -> None:
    assert "empathy_for_victim" not in names(coach, "Hoe denk je dat zij zich nu voelt?", "parent")
    assert "connect_values" not in names(coach, "Hoe kijk je er vanuit je geloof naar?", "spreader")


def test_each_label_points_at_its_own_words(coach: Coach) -> None:
    text = "Wat goed dat je het vertelt. Ik beloof dat ik het aan niemand zeg."
    spans = {label.name: text[label.start : label.end] for label in coach.hear(text, "victim", "nl").labels}
    assert "niemand" in spans["promise_secrecy"]
    assert "goed" in spans["affirmation"]


def test_a_label_that_is_not_precise_enough_is_only_named_as_unsure(coach: Coach) -> None:
    model = replace(coach.models["nl"], measured={**coach.models["nl"].measured, "affirmation": Measure(7, 10, 20)})
    unreliable = Coach(coach.kinds, {"nl": model}, coach.rules)
    assert "affirmation" in names(unreliable, "Wat goed dat je het vertelt.")
    heard = unreliable.hear_reliably("Wat goed dat je het vertelt.", "victim", "nl")
    assert "affirmation" in heard.unsure and "affirmation" not in {label.name for label in heard.labels}


def test_a_model_kept_and_read_again_says_the_same(coach: Coach, tmp_path: Path) -> None:
    model = coach.models["nl"]
    model.save(tmp_path)
    again = CoachModel.load(tmp_path, model.alike)
    assert (again.scores("Wat goed dat je het vertelt!", "victim")[0] == model.scores("Wat goed dat je het vertelt!", "victim")[0]).all()


def test_another_file_under_data_coach_makes_another_model(tmp_path: Path) -> None:
    (tmp_path / "data" / "coach").mkdir(parents=True)
    before = model_folder(tmp_path, tmp_path)
    (tmp_path / "data" / "coach" / "nl.yml").write_text("[]")
    assert model_folder(tmp_path, tmp_path) != before


def test_faults_in_the_data_say_where_and_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "coach"
    folder.mkdir(parents=True)
    (folder / "labels.yml").write_text((ROOT / "data" / "coach" / "labels.yml").read_text())
    (folder / "nl.yml").write_text('- {text: "Hoi", with: neighbour, labels: []}\n- {text: "Hoi", with: victim, labels: [kindness]}\n')
    with pytest.raises(ContentError) as error:
        read_labelled(tmp_path, "nl", read_kinds(tmp_path))
    assert error.value.faults == [
        "data/coach/nl.yml: item 1: with is 'neighbour'; use parent, victim, spreader",
        "data/coach/nl.yml: item 2: unknown label kindness; see data/coach/labels.yml",
    ]


def test_the_command_answers_each_line_and_says_what_is_wrong_with_one(coach: Coach) -> None:
    lines = [json.dumps({"id": 1, "with": "victim", "lang": "nl", "text": "Dit blijft onder ons."}), "no json", json.dumps({"id": 3, "with": "cat", "text": "Hoi"})]
    done = subprocess.run([sys.executable, "-m", "bot.cli", "coach", "--jsonl"], input="\n".join(lines), capture_output=True, text=True, cwd=ROOT, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert "promise_secrecy" in answers[0]["labels"]
    assert "JSON" in answers[1]["error"]
    assert answers[2]["id"] == 3 and "cat" in answers[2]["error"]


def test_no_held_back_sentence_is_trained_on() -> None:
    from bot.practice.coach_eval import held_back

    kinds = read_kinds(ROOT)
    for language in ("nl", "en"):
        trained = {one.text.casefold() for one in read_labelled(ROOT, language, kinds)}
        # Short everyday phrases are bound to meet; a sentence is not.
        assert not [m.text for m in held_back(ROOT, language) if len(m.text.split()) > 6 and m.text.casefold() in trained]


def test_labels_are_those_of_the_guide() -> None:
    guide = (ROOT / "docs" / "coach.md").read_text("utf-8")
    for group in yaml.safe_load((ROOT / "data" / "coach" / "labels.yml").read_text("utf-8")).values():
        for label in group:
            assert f"| `{label}` |" in guide
