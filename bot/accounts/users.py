"""Accounts of the console: argon2 passwords, a time-based second factor (RFC 6238), a lock after wrong tries, an audit line for each look."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import Any

import pyotp
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.store.kept import Kept
from bot.store.tables import AUDIT, USERS

ROLES = ("counsellor", "editor", "manager")
WRONG, LOCKED = 5, 900.0  # wrong tries in a row, and seconds that the account is locked after them
LEAST = 12  # characters of a password
STEP = 30  # seconds that a code is good
_HASHER = PasswordHasher()
U = USERS.c
_BY_NAME = sa.select(USERS).where(U.name == sa.bindparam("name"), U.disabled == 0)  # asked at every message: built once


class AccountError(Exception):
    """What somebody asked for can't be done: the key of a sentence in content/console.*.yml."""


@dataclass(frozen=True)
class User:
    """One account. `enrolled`: the second factor is set up; `subject`: who she is at the OIDC provider, or ""."""

    name: str
    role: str
    enrolled: bool
    subject: str
    disabled: bool
    language: str
    locked_until: float


class Users:
    """Rows of `users` and `audit`. Times in seconds since 1970."""

    def __init__(self, kept: Kept) -> None:
        self._kept, self._engine = kept, kept.engine

    def add(self, name: str, role: str, at: float, subject: str = "") -> str:
        """A new account; returns its first password, "" for one that comes by OIDC. Raises AccountError."""
        name = name.strip().lower()
        if not (1 <= len(name) <= 64 and name.replace("-", "").replace(".", "").replace("_", "").isalnum()):
            raise AccountError("name_wrong")
        if role not in ROLES:
            raise AccountError("role_wrong")
        password = "" if subject else first_password()
        values = {"name": name, "role": role, "password": _HASHER.hash(password) if password else None, "subject": subject or None}
        try:
            with self._engine.begin() as connection:
                connection.execute(USERS.insert().values(**values, totp_step=0, failed=0, locked_until=0.0, disabled=0, language="nl", created_at=at))
        except sa.exc.IntegrityError:
            raise AccountError("name_taken") from None
        return password

    def all(self) -> list[User]:
        with self._engine.connect() as connection:
            return [_user(row) for row in connection.execute(sa.select(USERS).order_by(U.name))]

    def get(self, name: str) -> User | None:
        """An account that may log in; None for one that is not there or is switched off."""
        with self._engine.connect() as connection:
            row = connection.execute(_BY_NAME, {"name": name.strip().lower()}).first()
        return _user(row) if row else None

    def by_subject(self, subjects: list[str]) -> User | None:
        """The account of somebody whom the OIDC provider names."""
        return next((u for u in self.all() if u.subject and u.subject in subjects and not u.disabled), None)

    # --- logging in --------------------------------------------------------------------------------------------------

    async def check_password(self, name: str, password: str, at: float) -> User | None:
        """The user, when the password is right and the account not locked. A name that is not there takes as long as a wrong password."""
        user, row = self.get(name), self._row(name)
        known = row.password if row is not None and row.password else _NOBODY
        right = await asyncio.to_thread(_verified, known, password)
        if user is None or row is None or not row.password or row.locked_until > at:
            return None
        return user if self._tried(user.name, right, at) else None

    def check_code(self, name: str, code: str, at: float) -> bool:
        """Whether a code of the second factor is right; each counts once, and wrong ones lock like wrong passwords."""
        row = self._row(name)
        if row is None or not row.totp or row.locked_until > at:
            return False
        totp = pyotp.TOTP(self._kept.unseal(row.totp, "second factor")["secret"])
        step = next((s for s in (int(at) // STEP + d for d in (0, -1, 1)) if secrets.compare_digest(totp.at(s * STEP), code.strip())), 0)
        with self._engine.begin() as connection:
            used = connection.execute(USERS.update().where(U.name == row.name, U.totp_step < step).values(totp_step=step)).rowcount
        return self._tried(row.name, bool(used), at)

    def new_secret(self) -> str:
        """A secret for the second factor, in base32."""
        return pyotp.random_base32()

    def enrol(self, name: str, secret: str, code: str, at: float) -> bool:
        """Sets the second factor up when the code shows that the phone has the secret."""
        if not pyotp.TOTP(secret).verify(code.strip(), for_time=int(at), valid_window=1):
            return False
        self._set(name, totp=self._kept.seal({"secret": secret}), totp_step=int(at) // STEP)
        return True

    def _tried(self, name: str, right: bool, at: float) -> bool:
        with self._engine.begin() as connection:
            if right:
                connection.execute(USERS.update().where(U.name == name).values(failed=0))
            else:
                connection.execute(USERS.update().where(U.name == name).values(failed=U.failed + 1))
                connection.execute(USERS.update().where(U.name == name, U.failed >= WRONG).values(failed=0, locked_until=at + LOCKED))
        return right

    # --- changing ----------------------------------------------------------------------------------------------------

    def set_password(self, name: str, password: str) -> None:
        """Raises AccountError for one that is too short."""
        if len(password) < LEAST:
            raise AccountError("password_short")
        self._set(name, password=_HASHER.hash(password))

    def reset(self, name: str) -> str:
        """A new first password, with the second factor to be set up again; returns the password."""
        password = first_password()
        self._set(name, password=_HASHER.hash(password), totp=None, failed=0, locked_until=0.0)
        return password

    def set_language(self, name: str, language: str) -> None:
        self._set(name, language=language)

    def switch(self, name: str, disabled: bool) -> None:
        """Switches an account off or on. Raises AccountError for the last manager."""
        managers = [u.name for u in self.all() if u.role == "manager" and not u.disabled]
        if disabled and managers == [name]:
            raise AccountError("last_manager")
        self._set(name, disabled=int(disabled))

    def _set(self, name: str, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(USERS.update().where(U.name == name).values(**values))

    def _row(self, name: str) -> Any:
        with self._engine.connect() as connection:
            return connection.execute(sa.select(USERS).where(U.name == name.strip().lower())).first()

    # --- who looked --------------------------------------------------------------------------------------------------

    def note(self, user: str, what: str, about: str, at: float) -> None:
        """An audit line: what is a word of content/console.*.yml (audit_...), about a talk's id or an account."""
        with self._engine.begin() as connection:
            connection.execute(AUDIT.insert().values(at=at, user=user, what=what, about=about[:64]))

    def notes(self, most: int = 500) -> list[Any]:
        """The newest audit lines: rows of at, user, what, about."""
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(AUDIT).order_by(AUDIT.c.id.desc()).limit(most)))


def first_password() -> str:
    """Four groups of four letters and digits that nobody takes for each other: 77 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def _verified(known: str, password: str) -> bool:
    try:
        return bool(_HASHER.verify(known, password))
    except (VerificationError, InvalidHashError):
        return False


# The hash of no password, with which the time for an unknown name is spent.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$3AOeLaQK+U0Xv7x/F6j2Jg$Fymmc2ogIODuJVW/w50F4PUDeWvy+dhqwfb01CUMDHY"


def _user(row: Any) -> User:
    return User(row.name, row.role, bool(row.totp), row.subject or "", bool(row.disabled), row.language, row.locked_until)
