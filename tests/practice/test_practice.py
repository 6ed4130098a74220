"""Practice in a talk. First what must never go wrong: real life is noticed, and words of danger that belong to the work are not."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import yaml

from bot.answers import Answers
from bot.practice.book import PracticeBook
from bot.practice.ear import Ear
from bot.practice.feedback import Given, feedback
from bot.practice.history import CODE, Fleeting, History
from bot.practice.outside import KINDS
from bot.practice.practice import Practice
from bot.safety import Safety
from bot.turn import Turn
from bot.understand import Understanding
from tests.conftest import Person
from tests.practice.players import ear, hears
from tests.practice.test_scenes import start

pytestmark = pytest.mark.anyio
GOOD_QUESTIONS = (
    "Denk je aan zelfmoord?",
    "Denk je er weleens aan om er niet meer te zijn?",
    "Ben je bang dat je broer je iets aandoet?",
    "Heeft hij u geslagen? Bent u thuis veilig?",
    "Ze wil niet meer leven, zegt u. Hoe lang al?",
    "Ik hoor dat je dood wilt. Ik ben blij dat je het zegt.",
)


@pytest.mark.parametrize("text", GOOD_QUESTIONS)
async def test_words_of_danger_that_belong_to_the_work_are_played_on(professional: Person, text: str) -> None:
    await start(professional, "nl", "girl_image_spread")
    replies = await professional.says(text)
    assert replies[0].topic == "practice_line"
    assert professional.talk.answered_by == "practice"


@pytest.mark.parametrize(
    "text",
    ["ik kan zelf niet meer, ik wil dood", "ik wil niet meer leven", "i want to kill myself", "ölmek istiyorum", "بدي موت ما بدي عيش"],
)
async def test_a_crisis_of_the_professional_gets_the_danger_answer(professional: Person, text: str) -> None:
    await start(professional, "nl", "mother_ashamed")
    replies = await professional.says(text)
    assert replies[0].topic == "danger_suicide" and replies[0].urgent
    assert professional.talk.answered_by == "bot"
    assert text not in str(professional.talk.practice)
    assert "practice:go" in {b.id for b in replies[-1].buttons}


@pytest.mark.parametrize("text", ["dit gaat over een echte leerling van mij", "dit is geen oefening, een leerling van mij heeft dit nu", "this is about a real client"])
async def test_a_real_case_pauses_and_nothing_of_it_is_kept(professional: Person, text: str) -> None:
    await start(professional, "nl", "pupil_secrecy")
    await professional.says("Ik hoor hoe zwaar dit is.")
    before = dict(professional.talk.practice)
    replies = await professional.says(text)
    assert replies[0].topic == "practice_real_case"
    assert professional.talk.answered_by == "bot"
    assert {"topic:talk_with_victim", "topic:meldcode", "practice:go"} <= {b.id for b in replies[0].buttons}
    assert professional.talk.practice == {**before, "paused": True}
    assert text not in str(professional.talk.to_dict())
    back = await professional.taps("practice:go")
    assert professional.talk.answered_by == "practice"
    assert before["last"] in back[0].text


async def test_a_real_case_with_danger_gets_the_danger_answer(professional: Person) -> None:
    await start(professional, "nl", "pupil_secrecy")
    replies = await professional.says("dit gaat over een echte leerling van mij, ze wil dood")
    assert replies[0].topic == "danger_suicide"


async def test_distress_without_danger_is_met_kindly(professional: Person) -> None:
    await start(professional, "nl", "mother_ashamed")
    replies = await professional.says("dit raakt me te veel, ik heb dit zelf meegemaakt")
    assert replies[0].topic == "practice_own"
    assert "topic:talk_to_person" in {b.id for b in replies[0].buttons}
    assert any(link.href == "tel:113" for link in replies[0].links)


@pytest.mark.parametrize(("text", "code"), [("bunu nasıl söylesem bilmiyorum", "tr"), ("لا أفهم ماذا أقول", "ar")])
async def test_a_line_in_a_language_no_scene_knows_is_told_so_in_both_and_the_scene_waits(professional: Person, text: str, code: str) -> None:
    await start(professional, "nl", "mother_ashamed")
    (reply,) = await professional.says(text)
    say = professional.turn.answers.content.say
    assert reply.text == say("practice_foreign", "nl") + "\n\n" + say("practice_foreign", code)
    assert {"practice:stop", "language:" + code} <= {b.id for b in reply.buttons}
    assert (await professional.says("Wat erg dat u dit meemaakt."))[0].topic == "practice_line"
    (switched,) = await professional.taps("language:" + code)
    assert switched.language == code and professional.talk.answered_by == "bot"


def test_examples_of_lines_in_another_language(root: Path, book: PracticeBook) -> None:
    raw = yaml.safe_load((root / "data" / "practice" / "outside.yml").read_text("utf-8"))["foreign"]
    assert [e for e in raw["examples"] if not book.outside.in_another_language(e)] == []
    assert [e for e in raw["counter_examples"] if book.outside.in_another_language(e)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_examples_of_what_is_outside_a_scene(root: Path, book: PracticeBook, kind: str) -> None:
    raw = yaml.safe_load((root / "data" / "practice" / "outside.yml").read_text("utf-8"))
    assert [e for e in raw[kind]["examples"] if not book.outside.is_(kind, e)] == []
    assert [e for e in raw[kind]["counter_examples"] if book.outside.is_(kind, e)] == []


@pytest.mark.parametrize("text", ["stop", "stop de oefening", "ik wil het verslag zien"])
async def test_stopping_gives_the_report(professional: Person, text: str) -> None:
    await start(professional, "nl", "mother_ashamed")
    await professional.says("Ik hoor hoe zwaar dit is.")
    replies = await professional.says(text)
    assert [(r.topic, r.file.kind if r.file else "") for r in replies] == [("practice_report",) * 2, ("practice_report_page",) * 2]
    assert professional.talk.answered_by == "bot"


async def test_stopping_before_the_first_sentence_says_so(professional: Person) -> None:
    await start(professional, "nl", "mother_ashamed")
    replies = await professional.says("stop")
    assert (replies[0].topic, replies[0].file) == ("practise_stop", None)


@pytest.mark.parametrize("text", ["help", "menu", "ik wil een mens", "wis dit gesprek"])
async def test_what_must_always_work_works_in_a_scene_and_the_scene_waits(professional: Person, text: str) -> None:
    await start(professional, "nl", "mother_ashamed")
    replies = await professional.says(text)
    assert replies[0].topic in ("who_can_help", "menu", "talk_to_person", "delete_my_data")
    assert "practice:go" in {b.id for b in replies[-1].buttons}


@pytest.mark.parametrize("text", ["Oefenen", "ik wil oefenen", "Een gesprek oefenen", "I want to practise"])
async def test_practice_starts_by_word_without_a_model(professional: Person, text: str) -> None:
    replies = await professional.says(text)
    assert replies[0].topic == "practise_start"
    assert "practice:whom_parent" in {b.id for b in replies[0].buttons}


@pytest.mark.parametrize("text", ["I want to practise", "How does this sound: Why did you do that?"])
async def test_a_first_message_in_english_is_answered_in_english(professional: Person, text: str) -> None:
    assert (await professional.says(text))[0].language == "en"
    assert professional.talk.language == "en"


async def test_a_scene_is_found_by_what_it_is_about(professional: Person) -> None:
    await professional.says("ik wil oefenen met een boze vader die zijn dochter weg wil sturen")
    assert professional.talk.practice["scene"] == "father_send_away"


async def test_the_first_sentence_may_be_typed_at_once(professional: Person) -> None:
    await professional.says("oefenen")
    await professional.taps("practice:scene_mother_ashamed")
    replies = await professional.says("Ik hoor hoe zwaar dit is.")
    assert [r.topic for r in replies] == ["practice_line", "practice_line", "practice_feedback"]


async def test_who_reads_turkish_gets_the_dutch_scene_with_turkish_buttons(professional: Person) -> None:
    await start(professional, "tr", "mother_ashamed")
    replies = await professional.says("Ik hoor hoe zwaar dit is.")
    assert {r.language for r in replies} == {"nl"}
    assert next(b.title for b in replies[-1].buttons if b.id == "practice:hint") == "İpucu"


async def test_feedback_names_what_worked_and_what_may_hurt_with_the_words(professional: Person) -> None:
    await start(professional, "nl", "mother_ashamed")
    good = (await professional.says("Ik hoor hoe zwaar dit is."))[1].text
    assert "Ik hoor hoe zwaar dit is" in good and "**Werkt" in good and "**Kan pijn" not in good
    bad = (await professional.says("Waarom deed je dat dan ook?"))[1].text
    assert "Waarom deed je dat dan ook" in bad and "**Kan pijn" in bad and "**Liever zo" in bad
    unknown = (await professional.says("de trein van half negen"))[1].text
    assert "**Kan pijn" not in unknown and "**Werkt" not in unknown


async def test_feedback_waits_for_the_end_when_asked(professional: Person) -> None:
    await start(professional, "nl", "mother_ashamed")
    await professional.taps("practice:at_end")
    assert [r.topic for r in await professional.says("Waarom deed je dat dan ook?")] == ["practice_line"]
    await professional.taps("practice:at_once")
    assert [r.topic for r in await professional.says("Waarom deed je dat dan ook?")] == ["practice_line", "practice_feedback"]


async def test_a_hint_and_another_wording_are_never_the_same_twice(professional: Person) -> None:
    await start(professional, "nl", "girl_image_spread")
    await professional.says("Ik hoor hoe zwaar dit is.")
    assert (await professional.taps("practice:hint"))[0].topic == "practice_hint"
    first, second = [(await professional.taps("practice:wording"))[0].text for _ in range(2)]
    assert first != second


async def test_a_scene_plays_on_when_there_is_no_coach(words: object) -> None:
    def broken() -> object:
        raise OSError("no coach")

    practice = Practice(Ear(broken), History(Fleeting()))  # type: ignore[arg-type]
    person = Person(Turn(*words, Understanding(lambda path: None), practice=practice))  # type: ignore[misc, arg-type, return-value]
    await start(person, "nl", "mother_ashamed")
    assert [r.topic for r in await person.says("Ik hoor hoe zwaar dit is.")] == ["practice_line", "practice_no_coach"]
    assert [r.topic for r in await person.says("Hoe gaat het nu met je dochter?")] == ["practice_line"]  # said once
    assert (await person.says("hoe klinkt dit: Ik hoor hoe zwaar dit is."))[0].topic == "practice_no_coach"


async def test_a_coach_that_is_still_being_trained_keeps_nobody_waiting(words: object) -> None:
    ready = threading.Event()

    def training() -> object:
        ready.wait(30)
        return hears

    practice = Practice(Ear(training, patience=0.01), History(Fleeting()))  # type: ignore[arg-type]
    person = Person(Turn(*words, Understanding(lambda path: None), practice=practice))  # type: ignore[misc, arg-type, return-value]
    await start(person, "nl", "mother_ashamed")
    assert [r.topic for r in await person.says("Ik hoor hoe zwaar dit is.")] == ["practice_line", "practice_no_coach"]
    ready.set()
    await practice.ear.wake()
    assert [r.topic for r in await person.says("Hoe gaat het nu met je dochter?")] == ["practice_line", "practice_feedback"]


@pytest.mark.parametrize("text", ["Hoe klinkt dit: Je moet nu meteen aangifte doen.", "hoe klinkt deze zin “Je moet nu meteen aangifte doen.”"])
async def test_one_sentence_gets_feedback_without_a_scene(professional: Person, text: str) -> None:
    replies = await professional.says(text)
    assert replies[0].topic == "practice_feedback"
    assert "**Kan pijn" in replies[0].text
    assert professional.talk.answered_by == "bot"
    assert (await professional.taps("practice:wording"))[0].topic == "practice_wording"


async def test_what_to_try_beside_a_sentence_that_works_is_something_else(professional: Person) -> None:
    text = (await professional.says("Hoe klinkt dit: Wat goed dat je het vertelt, dat is niet makkelijk."))[0].text
    assert "**Werkt" in text and "(benoemen wat goed gaat)" not in text and "(open vraag)" in text


def test_the_same_words_are_not_praised_and_blamed_at_once(book: PracticeBook, words: tuple[Answers, Safety]) -> None:
    def made(removal: str) -> str:
        given = Given({"ask_removal": removal, "pressure": "je wist hem nu"}, (), {}, "spreader")
        return feedback(given, book.feedback["nl"], book.trust, words[0].content.sources).text

    assert "**Werkt" not in made("je wist hem nu") and "**Kan pijn" in made("je wist hem nu")
    assert "**Werkt" in made("zullen we kijken hoe") and "**Kan pijn" in made("zullen we kijken hoe")


async def test_the_editors_own_words_are_called_so_in_the_language_of_the_feedback(professional: Person) -> None:
    text = (await professional.says("Hoe klinkt dit: Ik hoor hoe zwaar dit is."))[0].text
    assert "(eigen woorden van de redactie)" in text and "Own wording" not in text


async def test_one_sentence_about_suicide_is_no_danger_and_a_cry_is(professional: Person) -> None:
    assert (await professional.says("hoe klinkt dit: denk je aan zelfmoord?"))[0].topic == "practice_feedback"
    assert (await professional.says("hoe klinkt dit: ik wil dood"))[0].topic == "danger_suicide"


async def test_the_sentence_may_come_after_the_question(professional: Person) -> None:
    assert (await professional.says("hoe klinkt dit?"))[0].topic == "practice_sentence"
    assert (await professional.says("Ik hoor hoe zwaar dit is."))[0].topic == "practice_feedback"
    assert (await professional.says("wat is sexting"))[0].topic == "not_available"  # an ordinary question again; no model here


async def test_a_button_of_the_ordinary_talk_lets_the_scene_wait(professional: Person) -> None:
    await start(professional, "nl", "mother_ashamed")
    replies = await professional.taps("topic:meldcode")
    assert replies[0].topic == "meldcode"
    assert professional.talk.answered_by == "bot"
    assert "practice:go" in {b.id for b in replies[-1].buttons}


async def test_a_history_is_kept_under_a_code_without_words_and_erased_on_request(words: object) -> None:
    rows = Fleeting()
    practice = Practice(ear(), History(rows))
    person = Person(Turn(*words, Understanding(lambda path: None), practice=practice))  # type: ignore[misc, arg-type, return-value]
    await start(person, "nl", "mother_ashamed")
    await person.says("Ik hoor hoe zwaar dit is.")
    await person.says("stop")
    code = CODE.search((await person.taps("practice:keep"))[0].text)
    assert code
    assert "Ik hoor" not in str(rows._rows)

    other = Person(Turn(*words, Understanding(lambda path: None), practice=practice))  # type: ignore[misc, arg-type, return-value]
    await other.says("oefenen")
    await other.taps("practice:code")
    assert "vind ik niets" in (await other.says("AAAA-BBBB-CCCC-DDDD"))[0].text
    await other.taps("practice:code")
    assert "Een moeder die zich schaamt" in (await other.says(code[0].lower()))[0].text
    await start(other, "nl", "mother_ashamed")
    await other.says("Waarom deed je dat dan ook?")
    await other.says("stop")
    assert len((await other.taps("practice:history"))[0].text.splitlines()) == 3
    await other.taps("practice:forget")
    assert not rows._rows


async def test_a_session_survives_being_kept(professional: Person) -> None:
    from bot.conversation import Talk

    await start(professional, "nl", "mother_ashamed")
    await professional.says("Ik hoor hoe zwaar dit is.")
    professional.talk = Talk.from_dict(professional.talk.to_dict())
    assert (await professional.says("Hoe gaat het nu met je dochter?"))[0].topic == "practice_line"


async def test_personal_details_are_masked_before_anything_is_kept(professional: Person) -> None:
    from tests.practice import players

    text = "Ik hoor het, bel me op 06-12345678 of mail jan@school.nl"
    with players.also_heard(text, "reflection"):
        await start(professional, "nl", "mother_ashamed")
        await professional.says(text)
    assert "12345678" not in str(professional.talk.practice) and "jan@" not in str(professional.talk.practice)


@pytest.mark.parametrize(("typed", "title"), [("oefenen met een moeder die zich schaamt", "**Een moeder die zich schaamt**"), ("oefenen met een moeder", "")])
async def test_a_scene_that_one_message_names_is_shown_at_once(professional: Person, typed: str, title: str) -> None:
    reply = (await professional.says(typed))[0]
    assert (title or professional.turn.answers.content.topics["practise_start"].texts["nl"].short[:20]) in reply.text
    assert (professional.talk.practice["stage"] == "card") == bool(title)
