"""Words that sound alike have one skeleton, whatever the script and the school their writer learned to spell in."""

import pytest

from bot.nlu.normalise import words
from bot.nlu.skeleton import skeleton, skeletons


@pytest.mark.parametrize(
    "alike",
    [
        "tswira tessouira teswiera tswera تصويرة",
        "chno chnou sjnoe shnu شنو",
        "kifach kiefesj kifash keefach كيفاش",
        "bghit bghiet bghyt بغيت",
        "koulchi kolshi koelsji kulchi كلشي",
        "3endi 3ndi endi عندي",
        "hta 7ta hatta حتى",
        "kaygoul kajgoel kay9ol kayqoul كيقول كيگول",
        "bntha bintha بنتها",
        "lhaja l7aja lhadja لحاجة",
        "foetoe foto fouto",
    ],
)
def test_one_skeleton(alike: str) -> None:
    found = {skeleton(word) for word in words(alike)}
    assert len(found) == 1 and found != {""}


@pytest.mark.parametrize("nothing", ["12", "3", "a", "ou", "", "😀"])
def test_no_consonants(nothing: str) -> None:
    assert skeleton(nothing) == ""


def test_other_words_stay_apart() -> None:
    assert len({skeleton(word) for word in words("foto video bnti weldi politie school khouya rajli chno fin mama baba")}) == 12


def test_whole_skeletons_and_their_groups_are_counted() -> None:
    found: list[str] = []

    def number(term: str) -> int:
        found.append(term)
        return len(found)

    assert skeletons(number)("o 12 tswirtha!") == list(range(1, len(found) + 1))
    assert found == [" tsrth ", " ts", "tsr", "srt", "rth", "th "]
