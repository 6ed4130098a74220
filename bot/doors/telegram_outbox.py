"""Replies as Telegram messages: in order, in pieces that Telegram takes, at the speed that Telegram allows."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable, Iterator
from html import escape

import structlog
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import Forbidden, RetryAfter, TelegramError

from bot.content.library import Content
from bot.doors.markup import telegram as as_telegram
from bot.files import NoFile
from bot.messages import File, Reply
from bot.store.locks import Locks

log = structlog.get_logger()
LONGEST = 3500  # characters of one message; Telegram takes 4,096 after its own parsing
TRIES = 6  # how often a message is offered again after Telegram asked to wait
SENDERS = {"human": "widget_human", "practice": "widget_practice"}  # who speaks, when it is not Noor


class Outbox:
    """`send` for the chats of one bot. `words` gives the present content, `made` the bytes of a file that a reply of a chat offers."""

    def __init__(self, bot: Bot, words: Callable[[], Content], made: Callable[[str, str], Awaitable[tuple[str, bytes]]]) -> None:
        self._bot, self._words, self._made = bot, words, made
        self._locks = Locks()

    async def send(
        self, chat: str, replies: list[Reply], *, quiet: bool = True, due: Callable[[], bool] = lambda: True, sent: Callable[[], None] = lambda: None
    ) -> None:
        """Everything in order, also behind what waits for Telegram's limits. Who blocked Noor in the meantime gets nothing more.

        `quiet` answers make no sound: she has the phone in her hand, and nobody else has to hear it. `due` is asked for each message
        whether it is still to be sent; `sent` is called after it.
        """
        if not replies:
            return
        async with self._locks.holding(chat):
            try:
                for call in (call for reply in replies for call in self._calls(int(chat), reply, quiet)):
                    if due():
                        await obeying(call)
                        sent()
            except Forbidden:
                log.info("telegram: blocked in the meantime")

    def _calls(self, chat: int, reply: Reply, quiet: bool) -> Iterator[Callable[[], Awaitable[None]]]:
        """The calls of the Bot API that a reply takes, in order."""
        pieces = texts(reply, self._words())
        for piece in pieces:
            keyboard = _keyboard(reply) if piece is pieces[-1] else None

            async def message(text: str = piece, buttons: InlineKeyboardMarkup | None = keyboard) -> None:
                await self._bot.send_message(
                    chat, text, ParseMode.HTML, reply_markup=buttons, disable_web_page_preview=True, disable_notification=quiet
                )

            yield message
        if file := reply.file:

            async def attached(file: File = file) -> None:
                """A picture as a photo, anything else as a document, under a neutral name."""
                try:
                    _, made = await self._made(str(chat), file.kind)
                except NoFile as error:
                    log.error("no file to send", error=error.__class__.__name__)
                    return
                send = self._bot.send_photo if file.media_type.startswith("image/") else self._bot.send_document
                await send(chat, made, filename=file.name, disable_notification=quiet)

            yield attached


async def obeying(call: Callable[[], Awaitable[None]]) -> None:
    """One call, again as often as Telegram asks to wait. Raises Forbidden; what Telegram refuses otherwise is logged without its words."""
    for _ in range(TRIES):
        try:
            return await call()
        except RetryAfter as error:
            await asyncio.sleep(seconds(error))
        except Forbidden:
            raise
        except TelegramError as error:
            log.error("telegram took no message", error=error.__class__.__name__)
            return
    log.error("telegram took no message: it asked to wait too often")


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait; it gives a number or a span."""
    wait = error.retry_after
    return float(wait.total_seconds() if isinstance(wait, datetime.timedelta) else wait)


def texts(reply: Reply, content: Content) -> list[str]:
    """A reply as messages in Telegram's HTML. What a human typed is shown as typed, and each message says who speaks when it is not Noor."""
    form = escape if reply.sender == "human" else as_telegram
    pieces = [form(piece) for piece in split(reply.text)] or [""]
    if reply.links:
        pieces[-1] += "\n\n" + "\n".join(f"→ {_link(link.title, link.href)}" for link in reply.links)
    if who := SENDERS.get(reply.sender):
        pieces = [f"<b>{escape(content.say(who, reply.language))}</b>\n{piece}" for piece in pieces]
    return [piece for piece in pieces if piece.strip()]


def _link(title: str, href: str) -> str:
    """A site as a link; a number as text: Telegram makes numbers tappable itself, and knows no tel: links."""
    return f'<a href="{escape(href)}">{escape(title)}</a>' if href.startswith("https://") else escape(title)


def _keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(b.title, callback_data=b.id)] for b in reply.buttons if len(b.id.encode()) <= 64]
    return InlineKeyboardMarkup(rows) if rows else None


def split(text: str, longest: int = LONGEST) -> list[str]:
    """A long answer in pieces, cut between paragraphs, then between lines, then between words."""
    pieces, rest = [], text.strip()
    while len(rest) > longest:
        cut = max(rest.rfind("\n\n", 0, longest), rest.rfind("\n", longest // 2, longest))
        cut = cut if cut > 0 else rest.rfind(" ", longest // 2, longest)
        cut = cut if cut > 0 else longest
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*pieces, rest] if rest else pieces
