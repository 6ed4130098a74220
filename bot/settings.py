"""Every setting, from the environment, in one frozen object. docs/running.md lists them; a test keeps the two the same."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class SettingError(Exception):
    """A setting that can't be used: one line that says which and what to write."""


@dataclass(frozen=True)
class Settings:
    """As `from_environment` reads them; tests make their own."""

    root: Path = Path()
    data: Path = Path("var")
    models: Path = Path("models")
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    organisation: str = "qpido"
    key: str = ""
    database: str = ""
    redis: str = ""
    proxies: str = "127.0.0.1"
    metrics_token: str = ""
    deadline: float = 3.0
    silence_hours: float = 24.0
    telegram_token: str = ""
    telegram_api_base: str = "https://api.telegram.org"
    telegram_secret: str = ""
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: str = ""
    matrix_url: str = ""
    matrix_as_token: str = ""
    matrix_hs_token: str = ""
    matrix_users: str = ""

    def database_url(self) -> str:
        """Where talks and Rasa's trackers are kept: the given database, or one SQLite file."""
        return self.database or f"sqlite:///{self.data}/noor.db"


# environment name -> (field, what to write)
NAMES = {
    "NOOR_ROOT": ("root", "the project's folder"),
    "NOOR_DATA": ("data", "a folder that Noor may write in"),
    "NOOR_MODELS": ("models", "a folder for trained models"),
    "NOOR_HOST": ("host", "the address to listen on, as 127.0.0.1 or 0.0.0.0"),
    "NOOR_PORT": ("port", "a number from 1 to 65535, or 0 for any free one"),
    "NOOR_PUBLIC_URL": ("public_url", "the https address under which people reach Noor; with it Telegram uses a webhook"),
    "NOOR_ORGANISATION": ("organisation", "the name of a folder under organisations/"),
    "NOOR_KEY": ("key", "a long secret; with it talks are encrypted. Without it one is made in NOOR_DATA/key"),
    "NOOR_DATABASE": ("database", "a SQLAlchemy address, as postgresql://user@host/noor; SQLite files in NOOR_DATA when empty"),
    "NOOR_REDIS": ("redis", "an address as redis://host:6379/0, when several processes serve together; none for one process"),
    "NOOR_PROXIES": ("proxies", "addresses of the proxies in front, commas between: only they may say whom a call comes from"),
    "NOOR_METRICS_TOKEN": ("metrics_token", "a long secret that /metrics asks for; without it only this machine sees /metrics"),
    "NOOR_DEADLINE": ("deadline", "seconds that Rasa gets for an answer"),
    "NOOR_SILENCE_HOURS": ("silence_hours", "hours of silence after which a talk is erased"),
    "TELEGRAM_TOKEN": ("telegram_token", "the token that BotFather gave, as 123456:ABC..."),
    "TELEGRAM_API_BASE": ("telegram_api_base", "the address of a Bot API server"),
    "NOOR_OIDC_ISSUER": ("oidc_issuer", "the address of the organisation's OpenID Connect provider; with it counsellors log in there"),
    "NOOR_OIDC_CLIENT": ("oidc_client", "the client id that the provider gave"),
    "NOOR_OIDC_SECRET": ("oidc_secret", "the client secret that the provider gave"),
    "NOOR_MATRIX_URL": ("matrix_url", "the address of the organisation's Matrix homeserver; with it counsellors take talks there"),
    "NOOR_MATRIX_AS_TOKEN": ("matrix_as_token", "a long secret that Noor shows the homeserver"),
    "NOOR_MATRIX_HS_TOKEN": ("matrix_hs_token", "another long secret, that the homeserver shows Noor"),
    "NOOR_MATRIX_USERS": ("matrix_users", "the counsellors, commas between, as @els:example.org,@ali:example.org; all of one homeserver"),
    "TELEGRAM_SECRET": ("telegram_secret", "letters, digits, _ and -: the secret Telegram sends with each webhook call"),
}


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Reads the environment. Raises SettingError for a value that can't be used."""
    values: dict[str, object] = {}
    for name, (field, what) in NAMES.items():
        raw = environ.get(name, "").strip()
        if not raw:
            continue
        default = getattr(Settings, field)
        try:
            values[field] = type(default)(raw) if not isinstance(default, Path) else Path(raw)
        except ValueError:
            raise SettingError(f"{name} is {raw!r}; write {what}") from None
    settings = Settings(**values)  # type: ignore[arg-type]
    if not 0 <= settings.port <= 65535:
        raise SettingError(f"NOOR_PORT is {settings.port}; write {NAMES['NOOR_PORT'][1]}")
    if settings.telegram_token and not (settings.telegram_token.split(":")[0].isdigit() and ":" in settings.telegram_token):
        raise SettingError(f"TELEGRAM_TOKEN does not look like a token; write {NAMES['TELEGRAM_TOKEN'][1]}")
    if settings.oidc_issuer and (urlsplit(settings.oidc_issuer).scheme not in ("http", "https") or not settings.oidc_client):
        raise SettingError(f"NOOR_OIDC_ISSUER is {settings.oidc_issuer!r}; write an https address, and NOOR_OIDC_CLIENT beside it")
    _matrix(settings)
    if settings.public_url and urlsplit(settings.public_url).scheme not in ("http", "https"):
        raise SettingError(f"NOOR_PUBLIC_URL is {settings.public_url!r}; write {NAMES['NOOR_PUBLIC_URL'][1]}")
    return settings


def _matrix(settings: Settings) -> None:
    """The four of Matrix belong together; a counsellor of another homeserver could not be kept out of its copies."""
    if not settings.matrix_url:
        return
    if urlsplit(settings.matrix_url).scheme not in ("http", "https"):
        raise SettingError(f"NOOR_MATRIX_URL is {settings.matrix_url!r}; write {NAMES['NOOR_MATRIX_URL'][1]}")
    for name in ("NOOR_MATRIX_AS_TOKEN", "NOOR_MATRIX_HS_TOKEN", "NOOR_MATRIX_USERS"):
        if not getattr(settings, NAMES[name][0]):
            raise SettingError(f"{name} is not set and NOOR_MATRIX_URL is; write {NAMES[name][1]}")
    if re.search(r"\s", settings.matrix_as_token + settings.matrix_hs_token):
        raise SettingError("NOOR_MATRIX_AS_TOKEN and NOOR_MATRIX_HS_TOKEN may hold no spaces: a homeserver reads only up to the first")
    named = [u.strip() for u in settings.matrix_users.split(",") if u.strip()]
    if any(not re.fullmatch(r"@[^:\s]+:\S+", u) for u in named) or len({u.partition(":")[2] for u in named}) != 1:
        raise SettingError(f"NOOR_MATRIX_USERS is {settings.matrix_users!r}; write {NAMES['NOOR_MATRIX_USERS'][1]}")
