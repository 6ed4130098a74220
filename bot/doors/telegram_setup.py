"""What people see of the bot before they talk: its name, its two descriptions and its commands, in each language Noor answers in.

All words are in content/interface.*.yml. The name and descriptions are neutral: they stand in a list of chats that others may see.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from collections.abc import Iterator

import structlog
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import ApplicationBuilder

from bot.content.library import Content
from bot.doors.telegram_outbox import seconds
from bot.settings import SettingError, Settings

log = structlog.get_logger()
# what a command does -> the tap it stands for; its names are telegram_<what> in the interface, its description command_<what>
TAPS = {"start": "hello", "menu": "menu", "language": "languages", "help": "topic:who_can_help", "erase": "erase:yes", "stop": "stop"}
NAME = re.compile(r"[a-z0-9_]{1,32}")  # what Telegram takes as a command
LONGEST = {"telegram_name": 64, "telegram_about": 120, "telegram_description": 512}  # characters that Telegram takes


class TokenRefused(Exception):
    """Telegram does not know the token: one line that says so."""


def base(settings: Settings) -> str:
    """The address of the Bot API, as python-telegram-bot wants it."""
    return settings.telegram_api_base.rstrip("/") + "/bot"


async def check(settings: Settings) -> None:
    """Asks Telegram who the bot is. Raises TokenRefused; a Telegram that can't be reached now is tried again later."""
    bot = ApplicationBuilder().token(settings.telegram_token).base_url(base(settings)).build().bot
    try:
        await bot.initialize()
        await bot.shutdown()
    except InvalidToken:
        raise TokenRefused("TELEGRAM_TOKEN is refused by Telegram; copy the token from BotFather again") from None
    except TelegramError as error:
        log.error("telegram can't be reached yet", error=error.__class__.__name__)


def names(content: Content, what: str, language: str) -> list[str]:
    """How a command may be typed in a language; the first name stands in Telegram's list."""
    return [name.strip() for name in content.say(f"telegram_{what}", language).split(",")]


def taps(content: Content) -> dict[str, str]:
    """Every name of every command in every language, with the tap it stands for."""
    return {name: tap for language in content.spoken() for what, tap in TAPS.items() for name in names(content, what, language)}


def commands(content: Content, language: str) -> list[BotCommand]:
    """Telegram's list in one language."""
    return [BotCommand(names(content, what, language)[0], content.say(f"command_{what}", language)) for what in TAPS]


def faults(content: Content) -> Iterator[str]:
    """What Telegram would refuse, as lines that say what to do."""
    for language in content.spoken():
        where = f"content/interface.{language}.yml"
        for what in TAPS:
            for name in names(content, what, language):
                if not NAME.fullmatch(name):
                    yield f"{where}: telegram_{what}: {name!r} is no command; write small letters a-z, digits and _ only"
        for key, longest in LONGEST.items():
            if len(content.say(key, language)) > longest:
                yield f"{where}: {key} is longer than {longest} characters; make it shorter"


def _codes(content: Content) -> list[tuple[str, str | None]]:
    """(language, Telegram's code for it); without a code it is what people see whose language Noor does not speak."""
    default = str(content.organisation.get("default_language", "nl"))
    return [(default, None), *((language, language) for language in content.spoken())]


async def set_commands(bot: Bot, content: Content) -> None:
    """The list of commands, for one-to-one chats alone. Raises TelegramError."""
    for language, code in _codes(content):
        await bot.set_my_commands(commands(content, language), BotCommandScopeAllPrivateChats(), code)


async def set_profile(bot: Bot, content: Content) -> None:
    """Name, descriptions and commands. Raises TelegramError."""
    for language, code in _codes(content):
        await bot.set_my_name(content.say("telegram_name", language), code)
        await bot.set_my_short_description(content.say("telegram_about", language), code)
        await bot.set_my_description(content.say("telegram_description", language), code)
    await set_commands(bot, content)


def run_telegram(args: argparse.Namespace, settings: Settings) -> int:
    """`noor telegram setup`. Raises SettingError and ContentError."""
    from bot.content import ContentError
    from bot.service import load_words

    if not settings.telegram_token:
        raise SettingError("TELEGRAM_TOKEN is not set; write the token that BotFather gave, as 123456:ABC...")
    answers, _, wrong = load_words(settings.root.resolve(), settings.organisation)
    if wrong := [*wrong, *faults(answers.content)]:
        raise ContentError(wrong)
    async def work() -> None:
        async with ApplicationBuilder().token(settings.telegram_token).base_url(base(settings)).build().bot as bot:
            await set_profile(bot, answers.content)

    try:
        asyncio.run(work())
    except InvalidToken:
        raise SettingError("TELEGRAM_TOKEN is refused by Telegram; copy the token from BotFather again") from None
    except RetryAfter as error:
        print(f"Telegram: asks to wait {seconds(error):.0f} seconds; run this again then, it does no harm twice", file=sys.stderr)
        return 1
    except TelegramError as error:
        print(f"Telegram: {error.__class__.__name__}: {error.message}; is {settings.telegram_api_base} reachable from here?", file=sys.stderr)
        return 1
    for language in answers.content.spoken():
        shown = " ".join("/" + command.command for command in commands(answers.content, language))
        print(f"{language}: {answers.content.say('telegram_name', language)} | {answers.content.say('telegram_about', language)} | {shown}")
    return 0
