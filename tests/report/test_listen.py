"""What messages tell about a case, without a model: patterns of data/report/frames in five languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.answers import Answers
from bot.report.listen import Listener, load_listener
from bot.safety import Safety

LINES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "told_lines.yml").read_text("utf-8"))

@pytest.fixture(scope="module")
def listener(words: tuple[Answers, Safety]) -> Listener:
    return words[0].report.listener


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mijn dochter van 14 wordt gechanteerd, ze heeft al betaald", {"person": "child", "age": "from_12", "what": ["threat"], "money": "paid"}),
        ("we hebben nog niet betaald", {"money": "asked"}),
        ("mijn zoon heeft de foto van een meisje doorgestuurd", {"person": "child", "what": ["did_it"]}),
        ("ik ben 15 en mijn ouders mogen het niet weten", {"role": "young", "age": "from_12", "family": "unsafe"}),
        ("ik ben docent en een leerling heeft een nepfoto", {"role": "pro", "person": "pupil", "what": ["fake"]}),
        ("mijn man weet het ook, thuis is het goed", {"family": "safe"}),
        ("we hebben al aangifte gedaan en alles bewaard", {"done": ["saved", "police"], "wants": "report"}),
        ("my son is 13, a grown man is texting him", {"person": "child", "age": "from_12", "what": ["contact"]}),
        ("kızım 16 yaşında, babası duymasın", {"person": "child", "age": "from_16", "family": "unsafe"}),
        ("بنتي عمرها 12 سنة وواحد يهددها", {"person": "child", "age": "from_12", "what": ["threat"]}),
        ("bnti 15, kayhddedha wa7d, makhlsnach", {"person": "child", "age": "from_12", "what": ["threat"], "money": "asked"}),
        ("zonder papieren in nederland", {"papers": "none"}),
        ("we hebben al betaald en nu willen ze nog meer geld", {"money": "paid"}),
        ("they want more money but we already paid", {"money": "paid"}),
        ("he wants to be paid 300 euros", {"money": "asked"}),
        ("ödedik ama yine para istiyorlar", {"money": "paid"}),
        ("دفعنا ولسا بدهم مصاري", {"money": "paid"}),
        ("hij wil dat er geld betaald wordt, anders betaald worden via tikkie", {"money": "asked"}),
        ("een jongen heeft de video van onze zoon doorgestuurd", {"person": "child", "what": ["spread"]}),
        ("the boy who forwarded a clip of my son", {"person": "child", "what": ["spread"]}),
        ("ik heb het echt niet doorgestuurd alleen bekeken", {"person": None, "what": ["spread"]}),
        ("ik weet niet waarom maar ik heb een foto doorgestuurd", {"person": "self", "what": ["did_it"]}),
        ("هو شاب ما منعرفه", {"by": "stranger"}),
        ("mijn ouders weten het en steunen me", {"family": "safe"}),
        ("mijn ouders weten het niet", {"family": None}),
        ("mijn vader mag het nooit weten, mijn familie weet ervan en steunt hem", {"family": "unsafe"}),
    ],
)
def test_what_a_message_tells(listener: Listener, text: str, told: dict[str, Any]) -> None:
    heard = listener.hear(text)
    assert {slot: heard.get(slot) for slot in told} == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # relatives found out, told by the one on the image
        ("mijn broer heeft gisteren m'n snap gezien en nu weet hij van de foto's die rondgaan, hij zegt het tegen mijn vader en dan mag ik niet meer naar buiten", {"person": "self", "what": ["spread"], "family": "unsafe"}),
        ("me oom heeft het filmpje gezien dat iedereen doorstuurt van mij. sinds gisteren zit ik op me kamer opgesloten", {"person": "self", "what": ["spread"], "family": "unsafe"}),
        ("mijn vader is erachter gekomen dat er fotos van mij online staan en heeft me telefoon afgepakt, ik ben zo bang voor hem", {"person": "self", "what": ["spread"], "family": "unsafe"}),
        ("mijn neven hebben gehoord dat er een video van me is. ik durf niet naar huis", {"person": "self", "family": "unsafe"}),
        ("my brother saw the pics that are going round of me and he told my dad, he says i'm dead to him", {"person": "self", "what": ["spread"], "family": "unsafe"}),
        ("my uncle found out about the video of me, im scared to go home", {"person": "self", "family": "unsafe"}),
        ("abim internetteki fotoğraflarımı görmüş, babama söyleyecek, eve gitmeye korkuyorum", {"person": "self", "family": "unsafe"}),
        ("اخي شاف صوري المنتشرة وقال رح يخبر ابي، خايفة ارجع عالبيت", {"person": "self", "what": ["spread"], "family": "unsafe"}),
        # bystander
        ("er gaat in de groepsapp van onze klas een naaktfoto rond van een meisje uit mijn klas, ik heb hem niet doorgestuurd maar wel gezien", {"person": "other", "what": ["spread"]}),
        ("iemand bij mij op school wordt gechanteerd met een filmpje, ze wil het aan niemand vertellen. hoe help ik haar", {"person": "other", "what": ["threat"]}),
        ("ik kreeg een filmpje van een jongen van school binnen en ik vind het zielig voor hem, wat moet ik", {"person": "other", "what": ["spread"]}),
        ("someone sent me a nude of a girl in my year, i didn't share it, how do i help her", {"person": "other", "what": ["spread"]}),
        ("a girl from my class her pics are all over snap, i feel so bad for her", {"person": "other", "what": ["spread"]}),
        ("sınıfımdan bir kızın fotoğrafı grupta dolaşıyor, ben kimseye göndermedim, ona nasıl yardım ederim", {"person": "other", "what": ["spread"]}),
        ("وصلتني صورة لبنت من صفي بالقروب، ما بعتها لحدا، كيف بساعدها", {"person": "other", "what": ["spread"]}),
        # home told by what they do
        ("mijn man en ik gaan morgen samen naar school, er staat een foto van onze dochter van 13 in een exposegroep", {"family": "safe"}),
        ("haar vader en ik zitten met haar om tafel, dochter van 15, filmpje lekt uit", {"family": "safe"}),
        ("ik ben 16 en word afgeperst, mijn moeder zit naast me en helpt me typen", {"family": "safe"}),
        ("mijn ouders weten het en gaan morgen met me mee naar de politie, ik ben 17", {"family": "safe"}),
        ("we hebben het thuis met z'n allen besproken, zoon van 14, wordt gechanteerd", {"family": "safe"}),
        ("iedereen thuis weet het al, dochter 12, foto rond op school", {"family": "safe"}),
        ("i'm 16, my mum is sitting next to me, someone wants money or they'll post my pics", {"family": "safe"}),
        ("i told my parents and they said it's not my fault. i'm 15 and being blackmailed", {"family": "safe"}),
        ("her dad and I are going to the school together, she's 13 and her picture is in a group chat", {"family": "safe"}),
        ("my dad knows and he's coming to the police with me, im 17", {"family": "safe"}),
        ("we've told the whole family, my son is 14 and is being blackmailed", {"family": "safe"}),
        ("eşimle birlikte okula gideceğiz, kızım 13 yaşında fotoğrafı grupta", {"family": "safe"}),
        ("annem yanımda oturuyor, 16 yaşındayım, şantaj yapıyorlar", {"family": "safe"}),
        ("babama anlattım, senin suçun yok dedi, 15 yaşındayım", {"family": "safe"}),
        ("امي قاعدة جنبي، عمري ١٦، حدا عم يبتزني", {"family": "safe"}),
        ("انا وزوجي رح نروح سوا عالمدرسة، بنتي ١٣ سنة صورتها بالقروب", {"family": "safe"}),
        ("حكيت لابي وقال مو ذنبك، عمري ١٥", {"family": "safe"}),
        # not safe
        ("mijn man en ik hebben ruzie, hij zegt dat hij haar het huis uit zet", {"family": "unsafe"}),
        ("mijn ouders weten het niet, ik ben 15", {"family": None}),
        ("my mum is sitting downstairs, she can't find out", {"family": "unsafe"}),
        ("mijn vader weet het en is woest", {"family": None}),
        ("mijn man weet het niet en ik durf het niet", {"family": "unsure"}),
        ("een jongen uit mijn klas heeft mijn foto doorgestuurd", {"person": "self"}),
        ("een meisje uit mijn klas chanteert me", {"person": "self"}),
        ("mijn zoon heeft een foto van een meisje uit zijn klas doorgestuurd", {"person": "child", "what": ["did_it"]}),
        ("ik heb een foto van een meisje uit mijn klas doorgestuurd", {"person": "self", "what": ["did_it"]}),
    ],
)
def test_who_it_is_about_and_what_home_is_like_when_no_word_says_so_outright(listener: Listener, text: str, told: dict[str, Any]) -> None:
    heard = listener.hear(text)
    for slot, value in told.items():
        assert (set(value) <= set(heard.get(slot) or ())) if isinstance(value, list) else heard.get(slot) == value, heard


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("bitti mi", "ongoing"), ("bu bitti mi acaba", "ongoing"), ("has it stopped?", "ongoing"), ("is het gestopt", "ongoing"), ("هل توقف هذا", "ongoing"),
        ("ödedi mi bilmiyorum", "money"), ("ik weet niet of hij al heeft betaald", "money"), ("اذا ما دفعت بينشر صوري", "money"), ("if we had paid", "money"),
        ("اذا رحت للشرطة يوصل خبر للبيت؟", "done"), ("ik heb nog nooit aangifte gedaan", "done"), ("how do i ask a girl if it is safe at home", "family"), ("veilig thuis 24 uur open", "family"),
    ],
)  # fmt: skip
def test_what_is_asked_or_supposed_is_not_told(listener: Listener, text: str, slot: str) -> None:
    assert listener.hear(text).get(slot) in (None, "asked")


@pytest.mark.parametrize(
    "text",
    [
        "my son sent a girl a pic and she passed it on", "our daughter sent one photo to her boyfriend. He passed it to his cousin", "the girl he sent it to has shown it to everyone",
        "A boy in my daughter's class forwarded her nude", "waarom heeft hij dat doorgestuurd, iedereen heeft het gezien", "mijn dochter heeft foto's gestuurd en die worden nu in het dorp rondgestuurd",
        "mijn dochter heeft gezien dat een klasgenootje bloot rondgestuurd wordt", "ik kreeg een filmpje van een meisje van school doorgestuurd, ik wil het niet hebben",
    ],
)  # fmt: skip
def test_who_was_sent_on_is_never_led_as_who_sent_on(listener: Listener, text: str) -> None:
    assert "did_it" not in listener.hear(text).get("what", ())


@pytest.mark.parametrize(("text", "value"), [(t, v) for v, texts in LINES["what"].items() for t in texts])
def test_what_happened_is_heard_however_it_is_said(listener: Listener, text: str, value: str) -> None:
    assert value in listener.hear(text).get("what", ())


@pytest.mark.parametrize(("text", "value"), [(t, v) for v, texts in LINES["family"].items() for t in texts])
def test_what_home_is_like_is_heard_however_it_is_said(listener: Listener, text: str, value: str) -> None:
    assert listener.hear(text, about="child").get("family") in {"safe": ["safe"], "careful": ["unsafe", "unsure"], "none": [None]}[value]


@pytest.mark.parametrize("text", LINES["never_safe"])
def test_where_one_word_of_doubt_stands_home_is_not_heard_as_safe(listener: Listener, text: str) -> None:
    for person in ("", "child", "self", "other"):
        assert listener.hear(text, about=person).get("family") != "safe", person


@pytest.mark.parametrize("text", LINES["nothing"])
def test_what_tells_of_nothing_that_happened(listener: Listener, text: str) -> None:
    assert not listener.hear(text).get("what")


@pytest.mark.parametrize(
    ("text", "not_so"),
    [
        ("She was never blackmailed", "threat"), ("she isn't being blackmailed, he just likes her", "threat"), ("nobody threatened him", "threat"), ("there are no threats so far", "threat"), ("it hasn't been shared yet", "spread"),
        ("nothing has been leaked", "spread"), ("mijn dochter wordt niet gechanteerd", "threat"), ("hij is nooit bedreigd", "threat"), ("er is geen sprake van chantage", "threat"), ("niemand heeft haar bedreigd", "threat"),
        ("er is nog niks verspreid", "spread"), ("het staat nergens online", "spread"), ("kimse şantaj yapmadı", "threat"), ("tehdit edilmedi", "threat"), ("foto daha yayılmadı", "spread"), ("ما حدا هددها", "threat"), ("ما في تهديد", "threat"),
        ("لسا ما انتشرت الصورة", "spread"), ("ما كيهددهاش", "threat"),
    ],
)  # fmt: skip
def test_what_did_not_happen_is_not_heard(listener: Listener, text: str, not_so: str) -> None:
    assert not_so not in listener.hear(text).get("what", ())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("she was never blackmailed before, but now he threatens her", "threat"), ("hij dreigt en het is nog niet verspreid", "threat"), ("ik word niet alleen gechanteerd, het staat ook online", "spread"),
        ("eerder niet bedreigd, nu chanteert hij haar wel", "threat"), ("şantaj yapıyorlar ama daha yayılmadı", "threat"), ("عم يهددها بس لسا ما نشر", "threat"),
    ],
)  # fmt: skip
def test_what_did_happen_is_heard_beside_it(listener: Listener, text: str, value: str) -> None:
    assert value in listener.hear(text).get("what", ())


@pytest.mark.parametrize("text", ["twee jaar geleden", "hij wil 15 euro", "hallo", "klas 3", "al 12 dagen", "asdf qwer"])
def test_nothing_is_made_of_nothing(listener: Listener, text: str) -> None:
    assert not listener.hear(text).keys() & {"age", "what", "person", "family"}


@pytest.mark.parametrize("text", ["they post it at eleven tonight", "om elf uur zegt hij", "saat on iki de", "I'll call at 9", "الساعة 11", "om negen"])
def test_an_hour_is_no_age(listener: Listener, text: str) -> None:
    assert listener.ages.find(text, bare=True) is None


@pytest.mark.parametrize(("text", "years"), [("ze is elf", 11), ("she got it at 12 years old", 12), ("started at 15", 15), ("zij is 11 en om 10 uur belt hij", 11)])
def test_an_age_near_such_a_word_is_one(listener: Listener, text: str, years: int) -> None:
    assert listener.ages.find(text, bare=True) == years


def test_of_two_ages_the_childs_counts(listener: Listener) -> None:
    assert listener.hear("ik ben 41 en mijn zoon is 15 jaar")["years"] == "15"


def test_words_that_steer_are_known_in_every_language(listener: Listener) -> None:
    for text, kind in {"weet ik niet": "skip", "back": "back", "neden": "why", "لاحقا": "pause", "iyeh": "yes", "لا": "no", "maak een plan": "plan"}.items():
        assert listener.word(text) == kind, text


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [("en", "it's fine they know", "safe"), ("nl", "dat is prima", "safe"), ("tr", "sıkıntı yok", "safe"), ("ar", "عادي بيعرفو", "safe"), ("en", "no they can never know", ""), ("nl", "niet prima", "")],
)
def test_that_the_family_may_know_is_heard_as_people_type_it(listener: Listener, language: str, text: str, value: str) -> None:
    assert listener.answer("family", text, language) == value


def test_a_broken_pattern_is_named(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "report" / "frames"
    folder.mkdir(parents=True)
    (folder / "xx.yml").write_text("frames: {money: {paid: ['?!']}}\nwords: {jump: [x]}\n", "utf-8")
    faults = load_listener(tmp_path)[1]
    assert any("xx.yml: money.paid" in f for f in faults)
    assert any("jump" in f for f in faults)
    (folder / "xx.yml").write_text("questions: {behindd: [mi]}\n", "utf-8")
    assert any("behindd" in f for f in load_listener(tmp_path)[1])
    (folder / "xx.yml").write_text("frames:\n  money: [\n", "utf-8")
    assert any("xx.yml: line 3 can't be read" in f for f in load_listener(tmp_path)[1])


@pytest.mark.parametrize(
    ("text", "language"),
    [("maak een plan", "nl"), ("ja graag, maak een plan", "nl"), ("yes please make a plan", "en"), ("tamam bir plan yap", "tr"), ("mijn man heeft een plan om haar weg te sturen", "")],
)
def test_asking_for_the_plan_in_a_few_words(listener: Listener, text: str, language: str) -> None:
    assert listener.in_language("plan", text, "nl") == language
