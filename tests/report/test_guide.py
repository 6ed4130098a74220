"""The report conversation step by step: asking, steering, interruptions, contradictions, changes; without a model where that is enough."""

from __future__ import annotations

import pytest

from bot.messages import Reply
from bot.report.words import known_facts
from bot.report.words import say as said
from tests.conftest import Person

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def ids(reply: Reply) -> set[str]:
    return {b.id for b in reply.buttons}


# --- without a model: the same questions and the same plan -------------------------------------------------------------


async def test_the_whole_way_to_the_plan_works_without_a_model(without_model: Person) -> None:
    reply = (await without_model.says("maak een plan"))[-1]
    for answer in ("danger.calm", "person.child", "what.threat", "age.from_12", "family.safe"):
        assert reply.topic == "report_" + answer.split(".")[0]
        reply = (await without_model.taps("report:" + answer))[-1]
    assert reply.topic == "report_plan"
    assert {"report:sheet", "report:steps", "report:wrong"} <= ids(reply)


async def test_what_is_typed_answers_and_tells_more_at_once(without_model: Person) -> None:
    await without_model.says("maak een plan")
    await without_model.says("nee")
    reply = (await without_model.says("mijn dochter van 15, ze wordt gechanteerd"))[-1]
    assert reply.topic == "report_family"
    assert (await without_model.says("nee, haar vader zou haar slaan"))[-1].topic in ("report_plan", "danger_honour", "danger_violence_now")
    assert without_model.talk.report["case"]["family"] == "unsafe"


async def test_why_skip_back_and_pause(without_model: Person) -> None:
    first = (await without_model.says("maak een plan"))[-1]
    why = (await without_model.taps("report:why"))[-1]
    assert why.topic == first.topic == "report_danger"
    assert without_model.turn.answers.say("why_danger", without_model.talk) in why.text
    assert (await without_model.says("weet ik niet"))[-1].topic == "report_person"
    assert (await without_model.taps("report:person.self"))[-1].topic == "report_what"
    assert (await without_model.says("terug"))[-1].topic == "report_person"
    paused = (await without_model.taps("report:pause"))[-1]
    assert paused.topic == "report_paused"
    assert (await without_model.says("verder met het plan"))[-1].topic == "report_person"


async def test_stop_and_menu_pause_and_do_not_ask_on(without_model: Person) -> None:
    await without_model.says("maak een plan")
    assert [r.topic for r in await without_model.says("stop")] == ["stopped"]
    await without_model.says("maak een plan")
    assert not [r for r in await without_model.says("menu") if r.topic.startswith("report_")]


async def test_nonsense_is_no_answer(without_model: Person) -> None:
    await without_model.says("maak een plan")
    before = dict(without_model.talk.report["case"])
    reply = (await without_model.says("asdf qwer zxcv"))[-1]
    assert reply.topic == "report_danger"
    assert without_model.talk.report["case"] == before


async def test_danger_in_the_middle_comes_first_and_the_way_back_stands_last(without_model: Person) -> None:
    await without_model.says("maak een plan")
    reply = (await without_model.says("mijn dochter wil dood"))[-1]
    assert reply.topic == "danger_suicide"
    assert reply.urgent
    assert reply.buttons[-1].id == "report:start"


async def test_answering_that_there_is_danger_gives_the_number_before_anything_else(without_model: Person) -> None:
    await without_model.says("maak een plan")
    replies = await without_model.taps("report:danger.now")
    assert replies[0].urgent
    assert any(link.href == "tel:112" for link in replies[0].links)


async def test_the_family_question_comes_before_any_step_about_family(without_model: Person) -> None:
    replies = [*await without_model.says("ik ben 15, mijn foto staat online op snapchat. maak een plan?")]
    replies += await without_model.says("maak een plan")
    while replies[-1].topic != "report_plan":
        slot = replies[-1].topic.removeprefix("report_")
        answers = {"danger": "calm", "person": "self", "what": "spread", "age": "from_12", "family": "unsafe"}
        replies += await without_model.taps(f"report:{slot}.{answers[slot]}")
    topics = [r.topic for r in replies]
    assert topics.index("report_family") < topics.index("report_plan")
    family = [s for s in without_model.turn.answers.report.rules.steps if s.family]
    assert family
    for step in family:
        for variant in ("", "_self", "_pro"):
            key = f"step_{step.name}{variant}"
            if key in without_model.turn.answers.content.interface["nl"]:
                assert without_model.turn.answers.say(key, without_model.talk) not in replies[-1].text


async def test_the_plan_is_made_anew_with_what_changed_said_first(without_model: Person) -> None:
    await without_model.says("maak een plan")
    for answer in ("danger.calm", "person.child", "what.threat", "age.from_16", "family.safe"):
        plan = (await without_model.taps("report:" + answer))[-1]
    answers, talk = without_model.turn.answers, without_model.talk
    assert answers.say("step_do_not_pay", talk) in plan.text
    changed = (await without_model.says("hij heeft nu betaald"))[-1]
    assert changed.topic == "report_plan"
    assert changed.text.startswith(answers.say("plan_changed", talk, what=answers.say("known_money_paid", talk)))
    assert answers.say("step_pay_no_more", talk) in changed.text
    assert answers.say("step_do_not_pay", talk) not in changed.text


@pytest.mark.parametrize(
    ("plan", "text", "case"),
    [
        ("maak een plan", "13", {"years": "13"}), ("maak een plan", "14 jaar", {"years": "14"}), ("maak een plan", "mijn nichtje", {"person": "other"}), ("maak een plan", "leerling van mij", {"person": "pupil"}),
        ("maak een plan", "ik ben leerling", {"person": "self", "role": "young"}), ("maak een plan", "ik ben leerkracht", {"role": "pro"}), ("make a plan", "my niece", {"person": "other"}), ("make a plan", "I'm a pupil", {"person": "self"}),
        ("make a plan", "my pupil", {"person": "pupil", "role": "pro"}), ("plan yap", "öğrencim", {"person": "pupil", "role": "pro"}), ("plan yap", "öğrenciyim", {"person": "self"}), ("plan yap", "15 yaşında", {"years": "15"}),
        ("اعمل خطة", "أنا طالبة", {"person": "self"}), ("اعمل خطة", "طالبة عندي", {"person": "pupil"}), ("اعمل خطة", "بنت أختي", {"person": "other"}), ("اعمل خطة", "١٤", {"years": "14"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("pending", ["danger", "person", "what"])
async def test_who_and_how_old_in_a_word_or_two_is_an_answer_whatever_is_asked(person: Person, plan: str, text: str, case: dict[str, str], pending: str) -> None:
    reply = (await person.says(plan))[-1]
    if pending != "danger":
        reply = (await person.taps("report:danger.calm"))[-1]
    if pending == "what":
        reply = (await person.taps("report:skip"))[-1]
    assert reply.topic == f"report_{pending}"
    language = person.talk.language
    replies = await person.says(text)
    assert [r.topic.split("_")[0] for r in replies] == ["report"]  # the next question, and no topic's answer
    assert case.items() <= person.talk.report["case"].items()
    assert (person.talk.language, person.talk.understood) == (language, "")


@pytest.mark.parametrize(("slot", "text"), [("money", "50"), ("money", "15 euro"), ("what", "2"), ("danger", "112")])
async def test_a_bare_number_is_no_age_where_it_may_be_something_else(without_model: Person, slot: str, text: str) -> None:
    without_model.talk.report.update(case={"person": "child"}, state="asking", pending=slot, asked=[slot], told=0)
    await without_model.says(text)
    assert "age" not in without_model.talk.report["case"]


@pytest.mark.parametrize(
    ("language", "story", "agrees"),
    [
        ("nl", "mijn dochter van 14 wordt op snap gechanteerd", "klopt"), ("en", "my daughter of 14 is being blackmailed on snap", "correct"),
        ("tr", "kızım 14 yaşında, snapte şantaj yapıyorlar", "doğru"), ("ar", "بنتي عمرها 14 وعم يبتزوها عالسناب", "صحيح"),
    ],
)  # fmt: skip
async def test_one_question_a_turn_what_was_understood_is_stated(without_model: Person, language: str, story: str, agrees: str) -> None:
    without_model.talk.language = language
    await without_model.says(story)
    reply = (await without_model.taps("report:start"))[-1]
    assert reply.topic == "report_danger"
    assert "report:wrong" in ids(reply)
    assert sum(reply.text.count(mark) for mark in "?؟") == 1
    again = (await without_model.says(agrees))[-1]
    assert again.topic == "report_danger"  # "that is right" says nothing of danger
    assert "danger" not in without_model.talk.report["case"]
    yes = {"nl": "ja", "en": "yes", "tr": "evet", "ar": "نعم"}[language]
    assert (await without_model.says(yes))[0].urgent


@pytest.mark.parametrize("tapped", [True, False])
async def test_an_exact_answer_stands_whatever_topic_a_message_is_about(person: Person, tapped: bool) -> None:
    await person.says("maak een plan")
    for answer in ("danger.calm", "person.self", "what.spread", "age.from_16"):
        await person.taps("report:" + answer)
    if tapped:
        await person.taps("report:family.safe")
    else:
        await person.says("ja ze mogen het weten")
    assert person.talk.report["case"]["family"] == "safe"
    await person.says("wat als het thuis geheim moet blijven voor iedereen")
    assert person.talk.report["case"]["family"] == "safe"
    await person.says("mijn vader mag het toch niet weten")  # said outright: believed
    assert person.talk.report["case"]["family"] == "unsafe"


async def test_a_contradiction_is_asked_about_once(without_model: Person) -> None:
    await without_model.says("maak een plan")
    await without_model.says("mijn dochter is 12 jaar")
    asked = (await without_model.says("ze is 19 jaar"))[-1]
    assert asked.topic == "report_conflict"
    assert {"report:age.from_12", "report:age.from_18"} == ids(asked)
    await without_model.taps("report:age.from_18")
    assert without_model.talk.report["case"]["age"] == "from_18"
    again = (await without_model.says("ze is toch 12 jaar"))[-1]
    assert again.topic != "report_conflict"
    assert without_model.talk.report["case"]["age"] == "from_12"


async def test_an_unsafe_home_is_believed_at_once(without_model: Person) -> None:
    await without_model.says("maak een plan")
    for answer in ("danger.calm", "person.child", "what.spread", "age.from_16", "family.safe"):
        await without_model.taps("report:" + answer)
    plan = (await without_model.says("haar vader mag het niet weten"))[-1]
    assert plan.topic == "report_plan"
    assert without_model.turn.answers.say("step_tell_nobody", without_model.talk) in plan.text


async def test_that_home_is_safe_is_never_guessed(person: Person) -> None:
    await person.says("maak een plan")
    for answer in ("danger.calm", "person.child", "what.spread", "age.from_16"):
        await person.taps("report:" + answer)
    await person.says("ja elke dag")
    assert person.talk.report["case"].get("family") != "safe"


async def test_a_yes_to_something_else_does_not_answer_what_was_asked(without_model: Person) -> None:
    await without_model.says("maak een plan")
    replies = await without_model.says("ja thuis is veilig")
    assert without_model.talk.report["case"].get("danger") is None
    assert without_model.talk.report["case"]["family"] == "safe"
    assert [r.topic for r in replies] == ["report_danger"]


async def test_an_age_in_words_counts(without_model: Person) -> None:
    await without_model.says("maak een plan")
    for answer in ("danger.calm", "person.child", "what.spread"):
        await without_model.taps("report:" + answer)
    await without_model.says("ze is vijftien")
    assert without_model.talk.report["case"]["years"] == "15"


async def test_a_skip_never_takes_back_what_was_told(without_model: Person) -> None:
    await without_model.says("maak een plan")
    for answer in ("danger.calm", "person.child", "what.spread"):
        await without_model.taps("report:" + answer)
    assert (await without_model.says("ze is vijftien en ze wil dood"))[-1].topic == "danger_suicide"
    await without_model.says("weet ik niet")
    assert without_model.talk.report["case"]["years"] == "15"
    assert without_model.talk.report["case"]["age"] == "from_12"


async def test_what_was_understood_can_be_put_right(without_model: Person) -> None:
    await without_model.says("mijn zoon van 13 wordt gechanteerd op snapchat")
    await without_model.says("maak een plan")
    wrong = (await without_model.taps("report:wrong"))[-1]
    assert "report:redo.age" in ids(wrong)
    assert (await without_model.taps("report:redo.age"))[-1].topic == "report_age"
    assert (await without_model.says("16"))[-1].topic.startswith("report_")
    assert without_model.talk.report["case"]["age"] == "from_16"


async def test_an_answer_of_the_plan_can_be_changed(without_model: Person) -> None:
    await without_model.says("maak een plan")
    for answer in ("danger.calm", "person.child", "what.threat", "age.from_16", "family.safe"):
        await without_model.taps("report:" + answer)
    wrong = (await without_model.taps("report:wrong"))[-1]
    assert "report:redo.family" in ids(wrong)
    await without_model.taps("report:redo.family")
    plan = (await without_model.taps("report:family.unsafe"))[-1]
    answers, talk = without_model.turn.answers, without_model.talk
    assert plan.text.startswith(answers.say("plan_changed", talk, what=answers.say("known_family_unsafe", talk)))
    assert answers.say("step_tell_nobody", talk) in plan.text


async def test_nothing_that_was_typed_is_kept_in_the_case(without_model: Person) -> None:
    await without_model.says("maak een plan")
    await without_model.says("mijn dochter Plantedname van 14 wordt gechanteerd door plantedname@x.nl op snapchat")
    assert "planted" not in str(without_model.talk.report).lower()


async def test_starting_over_forgets_the_case(without_model: Person) -> None:
    await without_model.says("mijn zoon van 13 wordt gechanteerd")
    without_model.talk.report.clear()
    assert (await without_model.says("maak een plan"))[-1].topic == "report_danger"


@pytest.mark.parametrize("text", ["of", "mijn", "iemand", "banaan", "asdf qwer", "in de", "xx"])
@pytest.mark.parametrize("slot", ["person", "what", "age", "family", "by", "done", "meeting", "wants", "platform", "money", "ongoing"])
async def test_nonsense_and_small_words_are_stored_at_no_step(without_model: Person, slot: str, text: str) -> None:
    case = {"danger": "calm"}
    without_model.talk.report.update(case=dict(case), state="asking", pending=slot, asked=["danger", slot], told=0)
    reply = (await without_model.says(text))[-1]
    assert reply.topic == f"report_{slot}"
    assert without_model.talk.report["case"] == case


@pytest.mark.parametrize("text", ["groep 8", "15 euro", "klas 3", "14 dagen geleden", "nummer 12", "2", "123"])
async def test_a_number_that_is_no_age_is_not_stored_as_one(without_model: Person, text: str) -> None:
    without_model.talk.report.update(case={"danger": "calm", "person": "child"}, state="asking", pending="age", asked=["danger", "age"], told=1)
    await without_model.says(text)
    assert without_model.talk.report["case"].get("age") is None


@pytest.mark.parametrize(
    ("plan", "child", "first", "then"),
    [
        ("maak een plan", "mijn dochter", "12", "ze is 19"), ("make a plan", "my daughter", "12", "she is 19"),
        ("plan yap", "kızım", "12", "kızım 19 yaşında"), ("اعمل خطة", "بنتي", "12", "عمرها 19"), ("اعمل خطة", "بنتي", "١٢", "عندها ١٩ سنة"),
    ],
)  # fmt: skip
async def test_two_ages_are_asked_about_once_in_every_language(without_model: Person, plan: str, child: str, first: str, then: str) -> None:
    await without_model.says(plan)
    await without_model.taps("report:danger.calm")
    await without_model.says(child)
    await without_model.taps("report:what.threat")
    await without_model.says(first)
    assert without_model.talk.report["case"]["years"] == "12"
    assert (await without_model.says(then))[-1].topic == "report_conflict"
    assert (await without_model.says("19"))[-1].topic != "report_conflict"
    assert without_model.talk.report["case"]["years"] == "19"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "ik ben haar bijlesdocent, een meisje van 15 wordt gechanteerd. haar broers mogen het niet weten"),
        ("en", "I'm her maths tutor. a girl, 15, is being blackmailed. her brothers must never hear about it"),
        ("tr", "ben öğretmenim, bir kız öğrencim 15 yaşında şantaj yapıyorlar, ailesi duymasın"),
        ("ar", "انا مدرسة، طالبة عندي عمرها 15 عم يبتزوها، اهلها لازم ما يعرفو"),
    ],
)
async def test_who_says_to_be_a_professional_is_spoken_to_as_one(without_model: Person, language: str, text: str) -> None:
    without_model.talk.language = language
    await without_model.taps("role:parent")
    await without_model.says(text)
    reply = (await without_model.taps("report:start"))[-1]
    assert without_model.talk.role == "pro"
    while reply.topic != "report_plan":
        reply = (await without_model.taps("report:skip"))[-1]
    answers, talk = without_model.turn.answers, without_model.talk
    assert answers.say("step_tell_nobody_pro", talk) in reply.text
    assert answers.say("step_tell_nobody", talk) not in reply.text
    await without_model.says("my parents think so too")
    assert talk.report["case"]["role"] == "pro"


async def test_a_teachers_own_daughter_is_her_child(without_model: Person) -> None:
    await without_model.says("ik ben docent, maar dit gaat over mijn eigen kind: mijn dochter van 14 wordt gechanteerd")
    assert without_model.talk.role != "pro"
    assert known_facts(without_model.talk)["speaker"] == "parent"


# --- with the model ----------------------------------------------------------------------------------------------------


async def test_the_answer_comes_first_and_the_plan_is_offered_below_it(person: Person) -> None:
    replies = await person.says("mijn dochter van 14 wordt op snap gechanteerd, ze heeft al betaald")
    assert replies[0].topic in ("already_paid", "being_blackmailed")
    assert replies[0].buttons[0].id == "report:start"
    assert person.turn.answers.say("known_relation_daughter", person.talk) in replies[0].text


@pytest.mark.parametrize(
    ("story", "detail", "holds"),
    [
        ("mijn dochter wordt gechanteerd op snap", "14", {"years": "14"}), ("mijn zoon wordt afgeperst", "hij is 16", {"years": "16"}), ("mijn zoon wordt afgeperst", "op insta", {"platform": "instagram"}),
        ("my son is being blackmailed", "he's 13", {"years": "13"}), ("kızıma şantaj yapıyorlar", "15 yaşında", {"years": "15"}), ("بنتي عم يبتزوها", "عمرها 15", {"years": "15"}),
    ],
)  # fmt: skip
async def test_a_detail_after_the_story_is_kept_and_opens_no_answer_of_its_own(person: Person, story: str, detail: str, holds: dict[str, str]) -> None:
    told = (await person.says(story))[-1]
    reply = (await person.says(detail))[-1]
    assert reply.topic in ("report_kept", told.topic)  # an age says what it changes in the answer above (tests/test_follow_up.py)
    assert len(reply.text) < len(told.text)
    assert reply.buttons[0].id == "report:start"
    assert holds.items() <= person.talk.report["case"].items()


@pytest.mark.parametrize(
    ("plan", "sheet"),
    [("maak een plan", "ik wil het blad"), ("make a plan", "can i have the sheet please"), ("plan yap", "kağıdı istiyorum"), ("اعمل خطة", "بدي الورقة")],
)
async def test_the_sheet_is_given_in_whatever_words_it_is_asked_for(person: Person, plan: str, sheet: str) -> None:
    await person.says(plan)
    for answer in ("danger.calm", "person.child", "what.threat", "age.from_16", "family.safe"):
        await person.taps("report:" + answer)
    replies = await person.says(sheet)
    assert [r.topic for r in replies] == ["report_sheet", "report_sheet_page"]
    assert all(r.file for r in replies)


@pytest.mark.parametrize(("word", "topic"), [("dat klopt niet", "report_wrong"), ("nee", "report_wrong"), ("ja", "report_danger"), ("klopt", "report_danger")])
async def test_what_was_understood_is_put_right_or_agreed_to_in_words(person: Person, word: str, topic: str) -> None:
    replies = await person.says("mijn dochter van 14 wordt op snap gechanteerd, ze heeft al betaald")
    assert person.turn.answers.say("known_relation_daughter", person.talk) in replies[0].text
    assert (await person.says(word))[-1].topic == topic


async def test_whether_it_is_her_sons_fault_is_answered_and_ours_comes_again(person: Person) -> None:
    for story, topic in (("kızım 15 yaşında, fotoğrafı yayıldı", "is_it_her_own_fault"), ("oğlum 14 yaşında, bir kızın fotoğrafını gruba atmış", "consequences_for_spreader")):
        person.talk.report.clear()
        await person.says(story)
        await person.says("plan yap")
        await person.says("hayır")
        replies = await person.says("bu suç onda mı" if "kızım" in story else "bu suç oğlumda mı")
        assert [r.topic for r in replies] == [topic, "report_family"]
        assert "family" not in person.talk.report["case"]
        assert person.turn.answers.say("r_back_to", person.talk) in replies[-1].text


async def test_a_question_in_between_is_answered_and_ours_is_asked_again(person: Person) -> None:
    await person.says("maak een plan")
    replies = await person.says("wat is sextortion eigenlijk?")
    assert [r.topic for r in replies] == ["what_is_sextortion", "report_danger"]
    assert "what" not in person.talk.report["case"]


async def test_asking_to_report_begins_the_conversation(person: Person) -> None:
    replies = await person.taps("topic:start_report")
    assert [r.topic for r in replies] == ["start_report", "report_danger"]


async def test_rasas_form_asks_what_the_table_asks(person: Person) -> None:
    reply = (await person.says("maak een plan"))[-1]
    guide = person.turn.guide
    for answer in ("danger.calm", "person.pupil", "what.spread", "age.from_16"):
        rules, report = guide.answers.report.rules, person.talk.report
        own = rules.next_slot(report["case"], known_facts(person.talk), len(report["asked"]), report["told"])
        assert await guide.asking.next_slot(person.talk) == own
        reply = (await person.taps("report:" + answer))[-1]
    assert reply.topic == "report_family"
    names = await person.turn.understanding.names(person.talk.id, "", _state({**person.talk.report["case"], "family": "safe"}))
    assert names[-1]["topic"] in ("report_plan", "report_by", "report_wants", "report_platform")


def _state(case: dict[str, object]):  # type: ignore[no-untyped-def]
    from bot.understand import with_case

    return with_case({"case": case, "asked": ["a"] * 5, "told": 0, "speaks": "pro", "language": "nl"})


async def test_the_talk_about_risks_ends_in_what_protects(without_model: Person) -> None:
    reply = (await without_model.taps("risk:start"))[-1]
    assert reply.topic == "risk_age"
    assert (await without_model.says("14"))[-1].topic == "risk_what"  # typed is as good as tapped
    for answer in ("what.sent", "worry.faith"):
        reply = (await without_model.taps("risk:" + answer))[-1]
    assert reply.topic == "risk_perspective"
    assert without_model.talk.perspective == ""
    reply = (await without_model.taps("risk:perspective.islam"))[-1]
    assert reply.topic == "risk_picture"
    assert said(without_model.turn.answers, "risk_protects", without_model.talk) in reply.text
    assert without_model.talk.perspective == "islam"


@pytest.mark.parametrize(
    ("language", "young", "child"),
    [
        ("nl", "ik ben 15, mijn ouders weten niks", ("je kind", "mijn kind", "jongere")), ("en", "i'm 15, my parents know nothing", ("your child", "my child", "the young person")),
        ("tr", "15 yaşındayım", ("çocuğu", "gencin")), ("ar", "عمري 15", ("طفل", "الفتاة")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("worry", ["safety", "people", "law", "feelings"])
async def test_who_speaks_of_herself_reads_nothing_about_a_child_of_hers(
    without_model: Person, language: str, young: str, child: tuple[str, ...], worry: str
) -> None:
    without_model.talk.language = language
    await without_model.says(young)
    await without_model.taps("role:young")
    replies = await without_model.taps("risk:start")
    for answer in ("age.from_12", "what.sent", f"worry.{worry}", "perspective.no"):
        if replies[-1].topic == "risk_" + answer.split(".")[0]:
            replies += await without_model.taps("risk:" + answer)
    assert replies[-1].topic == "risk_picture"
    read = " ".join([*(r.text for r in replies), *(b.title for r in replies for b in r.buttons)]).lower()
    law = without_model.turn.answers.say("risk_worry_law", without_model.talk).lower()  # what the law says of children stays
    assert not [word for word in child if word in read.replace(law, "")]
    assert said(without_model.turn.answers, "risk_protects", without_model.talk) in replies[-1].text
    assert "topic:signs_at_home" not in ids(replies[-1])


async def test_the_risks_are_the_same_for_a_daughter_and_a_son(without_model: Person) -> None:
    texts = []
    for relation in ("daughter", "son"):
        without_model.talk.report = {"case": {"person": "child", "relation": relation, "age": "from_12"}}
        await without_model.taps("risk:start")
        await without_model.taps("risk:what.spread")
        texts.append((await without_model.taps("risk:worry.law"))[-1].text)
    assert texts[0] == texts[1]


async def test_what_answers_the_talk_about_risks_tells_nothing_of_a_case(person: Person) -> None:
    await person.says("hoe gevaarlijk is dit?")
    await person.says("14")
    assert (await person.says("er is een foto gestuurd"))[-1].topic == "risk_worry"
    assert "what" not in person.talk.report["case"]


async def test_the_talk_about_risks_takes_answers_in_any_order(without_model: Person) -> None:
    await without_model.taps("risk:start")
    assert (await without_model.says("wat mensen zeggen"))[-1].topic == "risk_age"
    assert (await without_model.says("15"))[-1].topic == "risk_what"
    assert (await without_model.taps("risk:what.spread"))[-1].topic == "risk_perspective"


async def test_who_paused_is_not_asked_on_by_a_greeting(person: Person) -> None:
    await person.says("maak een plan")
    await person.says("nee")
    await person.says("pauze")
    assert [r.topic for r in await person.says("hallo")] == ["greet"]
    assert (await person.says("verder met het plan"))[-1].topic == "report_person"


async def test_an_age_that_comes_late_is_kept_and_the_open_question_comes_again(person: Person) -> None:
    await person.taps("role:young")
    await person.says("er gaat een foto van mij rond op school")
    await person.says("maak een plan")
    for text in ("nee", "weet niet"):
        await person.says(text)
    replies = await person.says("13")
    assert [r.topic for r in replies] == ["report_family"]
    assert person.talk.report["case"]["years"] == "13"


async def test_a_danger_that_the_model_alone_hears_is_asked_about(person: Person) -> None:
    for alarm, topic in (("model", "report_danger"), ("rule", "report_person")):
        person.talk.danger = "danger_violence_now"
        person.talk.report.clear()
        person.talk.report["alarm"] = alarm
        assert (await person.taps("report:start"))[-1].topic == topic
        assert person.talk.report["case"].get("danger") == {"model": None, "rule": "now"}[alarm]


async def test_the_rules_alarm_is_remembered_as_theirs(without_model: Person) -> None:
    assert (await without_model.says("mijn dochter wil dood"))[0].urgent
    assert (await without_model.says("maak een plan"))[-1].topic != "report_danger"
    assert without_model.talk.report["case"]["danger"] == "now"


@pytest.mark.parametrize(("slot", "text", "value"), [("done", "the police came today", "police"), ("what", "he is being blackmailed", "threat")])
async def test_what_is_told_after_i_do_not_know_is_known_then(without_model: Person, slot: str, text: str, value: str) -> None:
    case = {"danger": "calm", "person": "child", "age": "from_16", "family": "safe", "what": ["spread"], slot: "unknown"}
    without_model.talk.report.update(case=case, state="planned", pending="", asked=["danger"], told=1)
    await without_model.says(text)
    assert without_model.talk.report["case"][slot] == [value]


async def test_a_plan_that_is_not_right_can_be_said_so(without_model: Person) -> None:
    await without_model.says("maak een plan")
    for answer in ("danger.calm", "person.child", "what.threat", "age.from_16", "family.safe"):
        await without_model.taps("report:" + answer)
    reply = (await without_model.says("dat klopt niet"))[-1]
    assert "report:redo.age" in ids(reply)
