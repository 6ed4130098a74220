"""Ten sessions of five kinds of player with every scene: nobody gets stuck, nothing is said twice, trust goes the right way."""

from __future__ import annotations

import pytest

from bot.practice.book import PracticeBook
from bot.practice.session import LENGTHS, Session
from tests.conftest import Person
from tests.practice.players import LINES, PLAYERS, player

pytestmark = pytest.mark.anyio
SESSIONS = 10
RIGHT_WAY = 0.95


async def start(professional: Person, language: str, scene: str, level: str = "normal") -> list[str]:
    """Begins a scene; the person's first line."""
    professional.talk.language = language
    await professional.taps("topic:practise_start")
    await professional.taps(f"practice:scene_{scene}")
    replies = await professional.taps(f"practice:level_{level}")
    assert professional.talk.answered_by == "practice"
    return [r.text for r in replies if r.sender == "practice"]


def test_there_are_enough_scenes_of_each_kind(book: PracticeBook) -> None:
    assert len(book.scenes["nl"]) >= 12
    assert len(book.scenes["en"]) >= 4
    assert {s.with_whom for s in book.scenes["nl"].values()} == {"parent", "victim", "spreader"}


@pytest.mark.parametrize("kind", PLAYERS)
async def test_no_dead_end_no_repeated_line_and_trust_goes_the_right_way(professional: Person, book: PracticeBook, kind: str) -> None:
    moves, right = 0, 0
    for language, scenes in book.scenes.items():
        for scene in scenes:
            for seed in range(SESSIONS):
                level = ("easy", "normal", "hard")[seed % 3]
                said = await start(professional, language, scene, level)
                typed = player(kind, language, seed)
                for turn in range(1, LENGTHS["usual"] + 1):
                    before = Session.from_dict(professional.talk.practice)
                    text = next(typed)
                    # An empty message never gets as far as the scene (bot/turn.py answers it).
                    replies = await professional.says(text or "...")
                    line = [r for r in replies if r.sender == "practice"]
                    if not line:
                        assert replies[0].topic in ("only_emoji", "nothing_typed"), (scene, text)
                        professional.talk.practice = before.to_dict()
                        replies = await professional.says("hm")
                        line = [r for r in replies if r.sender == "practice"]
                    assert len(line) == 1 and line[0].text.strip(), (scene, text)
                    said.append(line[0].text)
                    after = Session.from_dict(professional.talk.practice)
                    labels = set(LINES[language].get(text, ()))
                    helps, hinders = any(map(book.trust.helps, labels)), any(map(book.trust.hinders, labels))
                    broken = "promise_secrecy" in before.labels() and labels & {"mention_reporting", "tell_family_unsafe"}
                    if helps != hinders and not broken:
                        moves += 1
                        at_the_end = after.trust in (0, book.trust.scale)
                        right += at_the_end or (after.trust > before.trust if helps else after.trust < before.trust)
                    ended = professional.talk.answered_by != "practice"
                    assert ended == (turn == LENGTHS["usual"]), (scene, kind, turn)
                assert len(said) == len(set(said)), (scene, kind, seed)
                assert {r.topic for r in replies} >= {"practice_report", "practice_report_page"}
    assert right >= RIGHT_WAY * moves
    assert moves or kind == "silent"


async def test_each_line_of_a_scene_can_be_said(professional: Person, book: PracticeBook) -> None:
    """Blame is answered otherwise than warmth, and secrecy otherwise than a question about safety."""
    for scene in book.scenes["nl"].values():
        answers = {}
        for text in ("Waarom deed je dat dan ook?", "Ik hoor hoe zwaar dit is.", "Ik beloof dat ik het aan niemand vertel.", "Is het veilig thuis, als iemand het hoort?"):
            await start(professional, "nl", scene.name)
            answers[text] = (await professional.says(text))[0].text
        assert len(set(answers.values())) == 4, scene.name


async def test_what_was_promised_is_remembered(professional: Person, book: PracticeBook) -> None:
    scene = book.scenes["nl"]["mother_ashamed"]
    await start(professional, "nl", scene.name)
    await professional.says("Ik beloof dat ik het aan niemand vertel.")
    trust = professional.talk.practice["trust"]
    replies = await professional.says("Je kunt ook aangifte doen, als je dat wilt.")
    assert any(line.text in replies[0].text for line in scene.pools["remembers_promise"]["open"])
    assert professional.talk.practice["trust"] < trust


async def test_the_longest_session_of_one_kind_of_sentence_never_runs_dry(professional: Person, book: PracticeBook) -> None:
    for name in book.scenes["nl"]:
        professional.talk.language = "nl"
        await professional.taps("topic:practise_start")
        await professional.taps(f"practice:scene_{name}")
        await professional.taps("practice:length_long")
        await professional.taps("practice:level_hard")
        lines = [(await professional.says("Heb je het al aan iemand verteld?"))[0].text for _ in range(LENGTHS["long"])]
        assert len(set(lines)) == LENGTHS["long"]
