"""Accounts: wrong tries, the second factor, the last manager. First what must not work."""

from __future__ import annotations

import pyotp
import pytest

from bot.accounts.sessions import IDLE, LONGEST, Sessions
from bot.accounts.users import LOCKED, WRONG, AccountError, Users
from bot.store.kept import Kept, key_for_memory

pytestmark = pytest.mark.anyio
AT = 1_700_000_000.0


@pytest.fixture
def kept() -> Kept:
    return Kept("sqlite://", key_for_memory())


@pytest.fixture
def users(kept: Kept) -> Users:
    return Users(kept)


async def test_wrong_tries_lock_the_account_for_a_while(users: Users) -> None:
    password = users.add("els", "counsellor", AT)
    for _ in range(WRONG):
        assert await users.check_password("els", "wrong", AT) is None
    assert await users.check_password("els", password, AT + 1) is None
    assert await users.check_password("els", password, AT + LOCKED + 1)


async def test_nobody_and_a_switched_off_account_do_not_log_in(users: Users) -> None:
    password = users.add("els", "counsellor", AT)
    assert await users.check_password("nobody", password, AT) is None
    users.switch("els", True)
    assert await users.check_password("els", password, AT) is None


def test_a_code_counts_once_and_wrong_ones_lock(users: Users) -> None:
    users.add("els", "counsellor", AT)
    secret = users.new_secret()
    assert not users.enrol("els", secret, "000000", AT) or pyotp.TOTP(secret).at(int(AT)) == "000000"
    assert users.enrol("els", secret, pyotp.TOTP(secret).at(int(AT)), AT)
    later = AT + 60
    code = pyotp.TOTP(secret).at(int(later))
    assert users.check_code("els", code, later)
    assert not users.check_code("els", code, later)
    for _ in range(WRONG):
        users.check_code("els", "abcdef", later)
    assert not users.check_code("els", pyotp.TOTP(secret).at(int(later + 60)), later + 60)


@pytest.mark.parametrize(("name", "role", "why"), [("", "manager", "name_wrong"), ("a b", "manager", "name_wrong"), ("x" * 65, "manager", "name_wrong"), ("els", "boss", "role_wrong")])
def test_what_cannot_be_an_account(users: Users, name: str, role: str, why: str) -> None:
    with pytest.raises(AccountError, match=why):
        users.add(name, role, AT)


def test_a_name_once_and_a_manager_stays(users: Users) -> None:
    users.add("els", "manager", AT)
    with pytest.raises(AccountError, match="name_taken"):
        users.add("Els ", "counsellor", AT)
    with pytest.raises(AccountError, match="last_manager"):
        users.switch("els", True)
    with pytest.raises(AccountError, match="password_short"):
        users.set_password("els", "kort")


def test_passwords_and_secrets_are_not_readable_in_the_store(users: Users, kept: Kept) -> None:
    import sqlalchemy as sa

    password = users.add("els", "counsellor", AT)
    secret = users.new_secret()
    users.enrol("els", secret, pyotp.TOTP(secret).at(int(AT)), AT)
    with kept.engine.connect() as connection:
        row = str(connection.execute(sa.text("SELECT * FROM users")).all())
    assert password not in row
    assert secret not in row
    assert "$argon2id$" in row


def test_sessions_end(kept: Kept) -> None:
    sessions = Sessions(kept)
    word = sessions.start("els", "full", AT)
    assert sessions.find("another", AT) is None
    found = sessions.find(word, AT + IDLE - 1)
    assert found
    assert sessions.find(word, AT + 2 * IDLE) is None
    word = sessions.start("els", "full", AT)
    for step in range(int(LONGEST // 1800)):
        assert sessions.find(word, AT + step * 1800)
    assert sessions.find(word, AT + LONGEST + 1) is None  # however busy
    word = sessions.start("els", "full", AT)
    sessions.end_all("els")
    assert sessions.find(word, AT) is None
