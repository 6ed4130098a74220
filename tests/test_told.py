"""What is told between two questions is heard, in every language, and answered so that the thread is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.answers import Answers
from bot.safety import Safety
from bot.told import KINDS
from tests.conftest import ROOT, Person

pytestmark = pytest.mark.anyio
FILES = sorted((ROOT / "data" / "told").glob("*.yml"))
LINES = [
    (path.stem, kind, part, str(text))
    for path in FILES
    for kind, entry in yaml.safe_load(Path(path).read_text("utf-8")).items()
    for part in ("examples", "counter_examples")
    for text in entry.get(part, ())
]


@pytest.mark.parametrize(("language", "kind", "part", "text"), LINES)
def test_the_files_hold_their_examples(words: tuple[Answers, Safety], language: str, kind: str, part: str, text: str) -> None:
    assert (words[1].told.heard(text) == kind) == (part == "examples"), words[1].told.heard(text)


def test_every_kind_has_its_words_in_every_language(words: tuple[Answers, Safety]) -> None:
    content = words[0].content
    assert not [(code, kind) for code in content.spoken() for kind in KINDS if kind not in ("sure", "bye") and not content.say("told_" + kind, code)]


@pytest.mark.parametrize(
    ("talk", "topic"),
    [
        # no danger after all: not the same block again, nor another one
        (["kızımın fotoğrafını yaymışlar", "babası duyarsa kızı memlekete gönderir", "yok şu an bi şey yok bilmiyor dedim ya"], "told_home_calm"),
        (["mijn dochter van 13 wordt gechanteerd", "haar vader mag dit niet weten", "nee slaan doet ie niet maar wel schreeuwen. 112 is niet nodig"], "told_home_calm"),
        (["wa7ed lweld kayhedded benti b tsawer", "baba dyalha ghadi yqtelha", "la ghir hadra"], "told_home_calm"),
        # what a danger rule sees stays danger
        (["my daughter is being blackmailed with a photo", "my dad would just be mad but i want to kill myself tonight"], "danger_suicide"),
        (["mijn dochter van 13 wordt gechanteerd", "hij slaat haar niet maar hij heeft een mes in zijn hand en staat voor de deur"], "danger_violence_now"),
        # the thread is kept
        (["my daughter is being blackmailed with a photo", "we haven't paid anything"], "told_held_off"),
        (["my daughter is being blackmailed with a photo", "we haven't paid anything", "yes please"], "report_danger"),
        (["mijn zoon heeft een foto van een meisje doorgestuurd", "het is een lieve jongen hoor"], "told_regret"),
        (["ابني بعت صورة بنت لرفقاتو", "هو ندمان كتير"], "told_regret"),
        (["my son is blackmailed on instagram, he paid 300", "I told you already he's my son"], "told_known"),
        (["kızımın fotoğrafını yaymışlar", "tamam düşüneyim"], "told_thinking"),
        (["bir öğretmenim, öğrencimin fotoğrafı yayılıyor", "zaten baktım"], "told_looked"),
        (["mijn zoon wordt afgeperst", "weet u zeker dat we niet moeten betalen?"], "sources"),
        (["mijn dochter haar naaktfoto staat in een telegramgroep", "wat moet ik nu als eerste doen", "heb ik al gedaan"], "told_done"),
        (["my daughters ex posted her nudes on insta", "just give me the number", "not the police"], "who_can_help"),
        (["my son is blackmailed", "he said he can't do this anymore and wants to die", "no that's not what I meant"], "danger_suicide"),
        # a rule hears "hit" in "won't hit"; words and model together say that it is none
        (["khoya kayhedded b video dyali", "khayf mn baba", "la maghadich ydrebni ghir ghadi yghewet"], "told_home_calm"),
        # a beginning is no reason to guess
        (["yeğenim için soruyorum"], "told_opening"),
        (["i did something stupid"], "told_opening"),
        (["numara lazım"], "who_can_help"),
        (["my son is blackmailed on instagram", "what if he posts it anyway"], "told_what_if"),
        (["ابني ارسل فيديو لبنت الى اصحابه", "ضربته"], "told_struck"),
        (["mijn dochter wordt gechanteerd", "ik lig er wakker van dat hij ze gaat delen"], "told_what_if"),
        (["mijn dochter haar foto gaat rond in de klas", "oke ik ga morgen om 9 uur school bellen"], "told_decided"),
        (["kızımın fotoğrafını yaymışlar", "saat on birde karakola giderim yarın"], "told_decided"),
        (["my son is blackmailed on instagram", "alright. thank you, going to sit with him"], "told_beside"),
        (["my daughter is being blackmailed with a photo", "no idea, she hasn't said"], "told_unknown"),
        (["my son is blackmailed on instagram", "my son deleted the app is that bad"], "told_erased"),
        (["my son is blackmailed on instagram", "alright. thank you, going to sit with him"], "told_beside"),
        (["my son is blackmailed on instagram", "great thanks, bye"], "goodbye"),
        (["oğlumu biri şantajla tehdit ediyor", "engelliyim mi"], "told_block"),
        (["mijn zoon wordt gechanteerd", "mijn telefoon is bijna leeg geef me 1 nummer"], "who_can_help"),
        (["kızımın fotoğrafını yaymışlar", "hollandaca bilmiyorum ki"], "told_no_dutch"),
        (["ما بحكي هولندي"], "told_no_dutch"),
        (["nummer politie", "nee niet 112 gewoon bellen voor advies"], "who_can_help"),
        (["my ex says he will send my pics to my brothers", "they would kill me", "they dont know anything yet", "no i cant call anyone they check my phone"], "danger_honour"),
        (["I teach year 9 and there's a nude of one of my girls on half the phones in the class", "should i look at it to check it's her?"], "told_look"),
        # what was misunderstood and is said better is answered
        (["kızımın fotoğrafını yaymışlar", "onu sormadım aslında, melding mi aangifte mi"], "report_or_aangifte"),
        # who sleeps, who is away, that nobody was told: no list of guesses
        (["my daughter's picture is in the snap of other girls", "her father sleep now he not know"], "told_around"),
        (["there's a video of my daughter going round", "my husband is away for work until friday"], "told_around"),
        (["mijn dochter haar foto gaat rond in de klas", "mijn man slaapt nu"], "told_around"),
        (["my daughter's picture is going round", "I haven't told anyone"], "told_untold"),
        (["my daughter's picture is going round", "is it okay if i tell her teacher"], "school_protocol"),
        (["my son is blackmailed on instagram", "ok ill call tomorrow"], "told_decided"),
        # sorry, after a danger that has passed, is no danger
        (["my ex put our video on telegram", "i dont want to be here anymore", "my roommate just came in", "sorry about that"], "short_sorry"),
        (["hi its about my cousin"], "told_opening"),
        # whom a boy showed it to did not pass it on
        (["something happened with my daughter", "its a photo. a boy from her class showed it to the others"], "image_spread"),
        # who hit a child herself hears what she can do, and what the brothers may do stays danger
        (["my daughter sent a bad photo to a boy and now the whole neighbourhood talks", "i took her phone and i hit her"], "told_struck"),
        (["my daughter sent a bad photo to a boy and now the whole neighbourhood talks", "i hit her", "her brothers dont know yet, if they know they kill her"], "danger_honour"),
        (["my son is blackmailed on instagram", "he's calm again, we ate pizza"], "told_around"),
        # one who passed it on is answered as one, and nobody else is
        (["i forwarded smth in the group chat", "it was a vid of her, everyone was doing it"], "child_spread_image"),
        (["onze zoon van 12 krijgt foto's van een meisje uit zijn klas"], "received_image"),
        # whom it is about was told, and what happened is told in pieces
        (["not for me. for my son", "he is deaf, 15, goes to special school"], "nlu_fallback"),
        # her own image, put online by a friend: she is no bystander; what was sent to a stranger is no payment
        (["my bestie leaked my nudes lmaooo"], "image_spread"),
        (["my lil sis is 13 n some guy on roblox keeps asking her for feet pics", "she sent 2 already"], "adult_contacts_child"),
        (["a girl sent me a pic n now she says i owe her"], "child_under_pressure"),
        (["my son is blackmailed, he paid 200", "No, not beat. He is just hard man"], "told_home_calm"),
        (["my daughters video is on a site", "that was not my question. how do I get it off"], "remove_images"),
        (["someone put my daughter's face on a naked body", "i feel disgusting"], "told_shaken"),
        # "stop" without a scene is no end of one
        (["someone put my daughter's face on a naked body", "her father want to go to school and fight", "how i stop him"], "do_not_confront"),
        # what was sent to a boyfriend is no payment
        (["is it normal that my boyfriend wants pics every day", "he gets angry if i say no", "i already sent a lot"], "child_under_pressure"),
        (["my brother forwarded a nude from a girl in his school"], "child_spread_image"),
        # an age in the middle of a talk is no danger
        (["mijn zoon heeft een filmpje van een meisje doorgestuurd", "hij is nog maar 12"], "child_spread_image"),
    ],
)  # fmt: skip
async def test_what_is_told_between_two_questions(person: Person, talk: list[str], topic: str) -> None:
    replies = [(await person.says(said))[-1] for said in talk]
    assert replies[-1].topic == topic, [r.topic for r in replies]


@pytest.mark.parametrize(
    ("talk", "topic"),
    [
        # who is where and who did it
        (["kızımın fotoğrafını yaymışlar", "eşim vardiyada çocuklar uyuyor"], "told_around"),
        (["öğretmenim, bir öğrencimin fotoğrafı sınıfta dolaşıyor", "su an okulda yanimda oturuyor"], "told_around"),
        (["kızımın fotoğrafını yaymışlar", "kim yaymis bilmiyoruz"], "told_unknown"),
        (["kızımın fotoğrafını yaymışlar", "daha kimseye soylemedim"], "told_untold"),
        (["bir adam kızımdan oyunda resim istiyor", "kizim atmamis cok sukur"], "told_held_off"),
        # "abi" calls whom one writes to; a brother who threatens is something else
        (["abi bi kız beni tehdit ediyo"], "being_blackmailed"),
        (["abim beni öldürecek resmimi görmüş"], "danger_honour"),
        # no empathy is no wish to die; who mistrusts is told what is kept
        (["kızımın fotoğrafını yaymışlar", "siz ne anlarsınız zaten"], "complaint"),
        (["polise söyler misiniz"], "what_do_you_store"),
        (["kimseye söylemicen dimi"], "what_do_you_store"),
        # how to report is no complaint about the police, nor the button of an app
        (["kızımın fotoğrafını yaymışlar", "peki polise nasıl şikayet edilir"], "report_danger"),
        (["kızımın fotoğrafını yaymışlar", "sikayet nasil edilir"], "report_danger"),
        (["oğlumun hesabına giren var", "instada nasıl şikayet ederim"], "report_to_platform"),
        # the school called: what goes round, not what the police left undone
        (["okuldan aradılar kızım hakkında bişey dolaşıyormuş, ben de orada öğrendim"], "image_spread"),
    ],
)
async def test_what_is_told_in_turkish_with_and_without_its_letters(person: Person, talk: list[str], topic: str) -> None:
    replies = [(await person.says(said))[-1] for said in talk]
    assert replies[-1].topic == topic, [r.topic for r in replies]


async def test_who_wants_no_police_gets_other_numbers(person: Person) -> None:
    await person.says("numara lazım")
    reply = (await person.says("polis değil başka"))[0]
    assert reply.links and not {link.href for link in reply.links} & {"tel:112", "tel:09008844"}


async def test_the_first_to_call_is_that_of_the_danger(person: Person) -> None:
    await person.says("kızım ölmek istiyor")
    reply = (await person.says("önce hangisini arayayım"))[0]
    assert reply.links[0].href == "tel:113"
    assert person.talk.asked == "danger_suicide"  # and its question stays open


async def test_home_that_is_calm_after_all_is_asked_about_later(person: Person) -> None:
    """The plan must not tell a family in honour's danger what a father who shouts needs, nor the other way round."""
    await person.says("mijn dochter van 15 haar foto gaat rond en haar vader mag het niet weten")
    assert person.talk.report["case"]["family"] == "unsafe"
    await person.says("hij wordt alleen boos hoor, meer niet")
    assert person.talk.report["case"]["family"] == "unsure"


async def test_a_language_asked_for_is_gone_on_in(person: Person) -> None:
    await person.says("wa7ed lweld kayhedded benti b tsawer")
    assert person.talk.language == "ar"
    reply = (await person.says("in het nederlands graag"))[0]
    assert (reply.topic, reply.language) == ("being_blackmailed", "nl")


async def test_a_danger_that_only_the_model_half_hears_opens_no_second_block(person: Person) -> None:
    await person.says("my dad will send me abroad because of the photo, he says I dishonoured the family")
    reply = (await person.says("he says he didn't mean it. he's eating something now"))[0]
    assert reply.topic == "danger_honour"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("i know where her ex lives. im going round there with my brother to beat him up", "fine im still at home"),
        ("ik weet waar hij woont en ik maak hem vandaag dood", "ok ik blijf thuis"),
        ("şimdi gidip o çocuğu öldüreceğim", "tamam evdeyim gitmiyorum"),
    ],
)
async def test_who_stays_home_after_all_is_told_what_can_be_done(person: Person, first: str, then: str) -> None:
    assert (await person.says(first))[0].topic == "danger_violence_now"
    replies = await person.says(then)
    assert person.talk.details["danger_heard"] == "stays" and not person.talk.asked
    assert replies[0].text.startswith(person.turn.answers.say("after_danger_violence_now_stays", person.talk)[:20])


async def test_a_question_of_the_report_is_not_put_coldly(person: Person) -> None:
    """Who says how shaken she is while a question is open is heard, and asked again; not "I did not understand that as an answer"."""
    await person.says("my daughter of 14 is blackmailed with a photo, on instagram")
    await person.says("make a plan")
    assert [r.topic for r in await person.says("I was so scared, I'm shaking")] == ["told_shaken", "report_danger"]


async def test_what_is_told_and_not_understood_is_no_other_subject(person: Person) -> None:
    await person.says("my daughter is being blackmailed with a photo")
    reply = (await person.says("it rained here all afternoon and the bus was late"))[0]
    assert reply.topic == "out_of_scope" and reply.text == person.turn.answers.say("short_unsure", person.talk)


async def test_who_is_of_age_is_no_youngster(person: Person) -> None:
    await person.says("حدا ركب صورتي على جسم عريان ونشرها")
    assert (await person.says("انا مو قاصر"))[0].topic == "told_grown"
    assert person.talk.report["case"]["age"] == "from_18"


async def test_a_mother_who_is_of_age_says_nothing_of_her_child(person: Person) -> None:
    await person.says("my daughter is being blackmailed with a photo")
    assert (await person.says("I am an adult"))[0].topic != "told_grown"
    assert "age" not in person.talk.report["case"]


async def test_an_amount_beside_a_story_is_no_age(person: Person) -> None:
    await person.says("ik word afgeperst op snap")
    await person.says("nog niet 500, 50 wel gestuurd")
    assert "years" not in person.talk.report["case"]
    assert "18" not in (await person.says("nog nie 50 wel gestuurd"))[0].text.split("\n")[0]


async def test_who_stays_home_some_messages_later_is_heard_too(person: Person) -> None:
    await person.says("i know where her ex lives. im going round there with my brother to beat him up")
    await person.says("how do i report the photo on instagram")
    await person.says("ok i'm staying home")
    assert person.talk.details["danger_heard"] == "stays"


async def test_a_misunderstood_danger_is_taken_back(person: Person) -> None:
    await person.says("my son said he wants to die")
    await person.says("no that's not what I meant")
    assert person.talk.details["danger_heard"] == "mistaken"


@pytest.mark.parametrize("said", ["dag, ik ben een oma van 71 en ik snap niks van die telefoons", "snap je het niet?"])
def test_who_understands_nothing_names_no_app_and_no_child(words: tuple[Answers, Safety], said: str) -> None:
    assert words[0].report.listener.hear(said) == {}


@pytest.mark.parametrize("text", ["hollandaca bilmiyorum ki", "ما بحكي هولندي", "makanhderch hollandiya"])
async def test_who_speaks_no_dutch_is_not_answered_in_dutch(person: Person, text: str) -> None:
    await person.says("kızımın fotoğrafını yaymışlar")
    assert (await person.says(text))[0].language != "nl"
    assert person.talk.language != "nl"


async def test_not_112_but_a_call_for_advice_is_the_polices_other_number(person: Person) -> None:
    await person.says("nummer politie")
    reply = (await person.says("nee niet 112 gewoon bellen voor advies"))[0]
    assert reply.links[0].href == "tel:09008844"


async def test_no_waiting_and_a_number_are_both_heard(person: Person) -> None:
    await person.says("oğlumu biri şantajla tehdit ediyor")
    await person.says("bir insanla konuşmak istiyorum")
    replies = await person.says("hayır sıra falan beklemem numara ver")
    assert [r.topic for r in replies] == ["handoff_declined", "who_can_help"] and replies[-1].links


@pytest.mark.parametrize(
    ("talk", "topic", "years"),
    [
        (["I'm a form tutor. A nude of a girl in my class is going round.", "she is 14", "what about his punishment, hes 15"], "punishment_and_halt", "14"),
        (["someone put a picture of my lad round the whole year", "hes 13", "the boy who did it is 14 by the way"], "", "13"),
        (["they make fake nude from my friend with AI and put on instagram", "she is 17 and i am 18"], "report_kept", "17"),
        (["my bestie leaked my nudes", "im 16", "shes 15"], "", "16"),
        (["kızımın fotoğrafını sınıftan biri yaydı", "14 yaşında", "çocuk 15 yaşında ceza alır mı"], "punishment_and_halt", "14"),
        (["bir adam 12 yaşındaki kızımdan oyunda resim istiyor", "adam 30 yaşında falan diyor"], "adult_contacts_child", "12"),
        (["do you tell my husband", "my son has photos of a girl on his phone", "he is 17"], "", "17"),
    ],
)
async def test_the_age_of_another_is_not_taken(person: Person, talk: list[str], topic: str, years: str) -> None:
    replies = [(await person.says(said))[-1] for said in talk]
    case = person.talk.report["case"]
    assert case["years"] == years and (case.get("person") == "self") == talk[0].startswith("my bestie"), case
    assert not topic or replies[-1].topic == topic


async def test_whether_they_have_to_know_is_no_home_that_must_not(person: Person) -> None:
    await person.says("I'm a form tutor. A nude of a girl in my class is going round.")
    await person.says("do I have to inform her parents?")
    assert person.talk.report["case"].get("family") != "unsafe"


async def test_who_tells_on_is_asked_what_happened_and_gets_no_list_of_guesses(person: Person) -> None:
    await person.says("not for me. for my son")
    reply = (await person.says("he is deaf, 15, goes to special school"))[-1]
    assert reply.text.startswith(person.turn.answers.say("short_go_on", person.talk))


async def test_a_doubt_makes_no_home_safer(person: Person) -> None:
    await person.says("my boyfriend has vids of me, if my brothers find out they lock me up or send me to morocco")
    await person.says("can i tell my mentor? will she call home?")
    assert person.talk.report["case"]["family"] == "unsafe"


async def test_who_speaks_of_his_class_is_no_teacher(person: Person) -> None:
    await person.says("a girl sent me a pic n now she says i owe her")
    await person.says("all the boys in my class do it")
    assert person.talk.report["case"].get("person") != "pupil"


async def test_who_begins_far_from_it_is_asked_what_happened(person: Person) -> None:
    reply = (await person.says("my ex took our daughter to Egypt on holiday"))[-1]
    assert person.turn.answers.say("short_go_on", person.talk) in reply.text or reply.topic == "marriage_pressure"


async def test_who_says_once_more_that_she_is_alone_is_not_asked_who_is_there(person: Person) -> None:
    for said in ("i dont want to be here anymore", "i took some pills out of the cupboard"):
        await person.says(said)
    reply = (await person.says("no im alone"))[0]
    assert reply.urgent and not reply.text.startswith(person.turn.answers.say("short_held", person.talk))
