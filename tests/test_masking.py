"""Masking: what points at a person is gone before anything is kept."""

import pytest

from bot.masking import mask


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("bel me op 06-12345678 vanavond", "12345678"),
        ("mijn nummer is +31 6 1234 5678", "1234 5678"),
        ("mail naar fatma.kaya@example.org aub", "fatma"),
        ("kijk op https://t.me/joinchat/abc", "joinchat"),
        ("hij heet @badboy_020 op insta", "badboy"),
        ("rekening NL91ABNA0417164300", "NL91"),
        ("bsn 111222333", "111222333"),
        ("mijn naam is Fatma Kaya en ik ben bang", "Fatma"),
    ],
)
def test_what_points_at_a_person_is_masked(text: str, gone: str) -> None:
    assert gone not in mask(text)


@pytest.mark.parametrize("text", ["mijn dochter is 14 en betaalde 150 euro", "het gebeurde op 12 mei 2026 om 23:40", "bel 112 nu"])
def test_ordinary_numbers_stay(text: str) -> None:
    assert mask(text) == text
