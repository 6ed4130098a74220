"""The Telegram door, on python-telegram-bot: polling by default, a webhook when Noor has a public address.

One-to-one only; photos, voice and files are refused by their kind, before a byte of them is fetched.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import hmac
import secrets
from html import escape
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ChatType, ParseMode
from telegram.error import Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, ChatMemberHandler, ContextTypes, MessageHandler, filters

from bot.conversation import Talk
from bot.doors.markup import telegram as as_telegram
from bot.files import NoFile
from bot.handoff.visitor import HELD
from bot.messages import File, Message, Reply
from bot.service import Service, now
from bot.settings import Settings
from bot.store.locks import TooFast

log = structlog.get_logger()
# typed command -> the tap it stands for
COMMANDS = {
    "start": "hello",
    "menu": "menu",
    "taal": "languages",
    "dil": "languages",
    "language": "languages",
    "wis": "topic:delete_my_data",
    "erase": "topic:delete_my_data",
    "sil": "topic:delete_my_data",
    "help": "topic:who_can_help",
    "hulp": "topic:who_can_help",
    "stop": "stop",
}
MEDIA = (
    "photo",
    "video",
    "animation",
    "document",
    "voice",
    "audio",
    "video_note",
    "sticker",
    "contact",
    "location",
    "venue",
    "poll",
    "dice",
)
LONGEST = 3500  # characters of one message; Telegram takes 4,096 after its own parsing


class TokenRefused(Exception):
    """Telegram does not know the token: one line that says so."""


class TelegramDoor:
    """start() and stop() inside the application's life; routes() for the webhook."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self._service, self._settings = service, settings
        self._secret = settings.telegram_secret or secrets.token_urlsafe(32)
        self._app = _application(settings)
        service.doors["telegram"] = self
        self._app.add_handler(ChatMemberHandler(self._joined, ChatMemberHandler.MY_CHAT_MEMBER))
        self._app.add_handler(CallbackQueryHandler(self._tapped))
        self._app.add_handler(MessageHandler(filters.UpdateType.MESSAGE, self._said))

    @classmethod
    async def check(cls, settings: Settings) -> None:
        """Asks Telegram who the bot is. Raises TokenRefused; a Telegram that can't be reached now is tried again later."""
        bot = _application(settings).bot
        try:
            await bot.initialize()
            await bot.shutdown()
        except InvalidToken:
            raise TokenRefused("TELEGRAM_TOKEN is refused by Telegram; copy the token from BotFather again") from None
        except TelegramError as error:
            log.error("telegram can't be reached yet", error=error.__class__.__name__)

    async def start(self) -> None:
        """Begins to listen: polling, or a webhook under the public address."""
        try:
            await self._app.initialize()
            await self._app.start()
            await self._app.bot.set_my_commands([BotCommand(c, self._service.turn.answers.content.say(k, "nl")) for c, k in _MENU])
            if self._settings.public_url:
                await self._app.bot.set_webhook(
                    f"{self._settings.public_url}/telegram", secret_token=self._secret, allowed_updates=_UPDATES
                )
            elif self._app.updater:
                await self._app.updater.start_polling(allowed_updates=_UPDATES)
        except TelegramError as error:
            log.error("telegram did not start", error=error.__class__.__name__)

    async def stop(self) -> None:
        if self._app.updater and self._app.updater.running:
            await self._app.updater.stop()
        if self._app.running:
            await self._app.stop()
        await self._app.shutdown()

    def routes(self) -> list[Route]:
        return [Route("/telegram", self._webhook, methods=["POST"])] if self._settings.public_url else []

    async def _webhook(self, request: Request) -> Response:
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return Response("", 403)
        try:
            update = Update.de_json(await request.json(), self._app.bot)
        except (ValueError, TypeError, KeyError):
            return Response("", 400)
        await self._app.update_queue.put(update)
        return Response("")

    # --- updates -----------------------------------------------------------------------------------------------------

    async def _said(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        if not message or not update.effective_chat:
            return
        if update.effective_chat.type != ChatType.PRIVATE:
            return await self._leave(update)
        chat = str(update.effective_chat.id)
        hint = (update.effective_user.language_code or "")[:2] if update.effective_user else ""
        media = next((kind for kind in MEDIA if getattr(message, kind, None)), None)
        # A caption is what the person says; the picture itself is neither fetched nor kept.
        text = message.text or message.caption or ""
        command = text[1:].split("@")[0].split()[0].lower() if text.startswith("/") and len(text) > 1 else ""
        if command in COMMANDS:
            return await self._command(update, chat, COMMANDS[command], hint)
        said = (
            Message(chat, now(), media=media, language=hint)
            if media and not message.caption
            else Message(chat, now(), text=text, language=hint)
        )
        replies = await self._ask(update, chat, said)
        if media and message.caption:
            replies += await self._ask(update, chat, Message(chat, now(), media=media), suffix="media")
        await self._send(chat, replies)

    async def _command(self, update: Update, chat: str, tap: str, hint: str) -> None:
        async with self._service.talk("telegram", chat) as talk:
            if tap == "hello":
                if not talk.turns and hint in self._service.turn.answers.content.spoken():
                    talk.language = hint
                replies = self._service.turn.hello(talk, now())
            elif talk.answered_by in HELD and tap == "stop":  # out of the queue, or out of the talk
                tap, replies = "handoff:leave", []
            elif tap == "stop":
                replies = [self._service.turn.answers.notice("stopped", talk)]
            else:
                talk.offer({tap: tap})
                replies = []
        if not replies:
            replies = await self._ask(update, chat, Message(chat, now(), tap=tap))
        await self._send(chat, replies)

    async def _tapped(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        if not query or not update.effective_chat:
            return
        with contextlib.suppress(TelegramError):  # older than Telegram's limit: the tap still counts
            await query.answer()
        chat = str(update.effective_chat.id)
        await self._send(chat, await self._ask(update, chat, Message(chat, now(), tap=query.data or "")))

    async def _joined(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        change, chat = update.my_chat_member, update.effective_chat
        if not change or not chat:
            return
        if chat.type != ChatType.PRIVATE:
            if change.new_chat_member.status in ("member", "administrator"):
                await self._leave(update)
        elif change.new_chat_member.status == "kicked":  # blocked: what was kept is of no more use to her
            await self._service.erase("telegram", str(chat.id))

    async def _leave(self, update: Update) -> None:
        chat = update.effective_chat
        if chat is None:
            return
        organisation = self._service.turn.answers.content.organisation
        try:
            if chat.type != ChatType.CHANNEL:
                await chat.send_message(
                    self._service.turn.answers.content.say("one_to_one", str(organisation.get("default_language", "nl")))
                )
            await chat.leave()
        except TelegramError as error:
            log.warning("could not leave a group", error=error.__class__.__name__)

    async def _ask(self, update: Update, chat: str, message: Message, suffix: str = "") -> list[Reply]:
        try:
            return await self._service.handle("telegram", chat, message, f"{update.update_id}{suffix}")
        except TooFast:
            content = self._service.turn.answers.content
            language = str(content.organisation.get("default_language", "nl"))
            return [Reply("too_fast", content.say("too_fast", language), language)]

    async def _send(self, chat: str, replies: list[Reply]) -> None:
        for reply in replies:
            text = escape(reply.text) if reply.sender == "human" else as_telegram(reply.text)
            if reply.links:
                text += "\n\n" + "\n".join(f"→ {link.title}" for link in reply.links)
            pieces = split(text)
            for piece in pieces:
                keyboard = _keyboard(reply) if piece is pieces[-1] else None
                try:
                    await self._message(chat, piece, keyboard)
                except Forbidden:
                    return  # blocked in the meantime
                except RetryAfter as error:
                    await asyncio.sleep(seconds(error))
                    with contextlib.suppress(TelegramError):
                        await self._message(chat, piece, keyboard)
                except TelegramError as error:
                    log.error("telegram took no message", error=error.__class__.__name__)
            if reply.file:
                await self._send_file(chat, reply.file)

    async def _message(self, chat: str, text: str, keyboard: InlineKeyboardMarkup | None) -> None:
        await self._app.bot.send_message(int(chat), text, parse_mode=ParseMode.HTML, reply_markup=keyboard, disable_web_page_preview=True)

    async def _send_file(self, chat: str, file: File) -> None:
        """A file that a reply offers: a picture as a photo, anything else as a document, under a neutral name."""
        try:
            _, made = await self._service.file("telegram", chat, file.kind)
            send = self._app.bot.send_photo if file.media_type.startswith("image/") else self._app.bot.send_document
            await send(int(chat), made, filename=file.name)
        except (NoFile, TelegramError) as error:
            log.error("telegram took no file", error=error.__class__.__name__)

    def note(self, talk: Talk, replies: list[Reply]) -> list[dict[str, Any]]:
        """Nothing is kept for Telegram: it keeps the chat itself."""
        return []

    async def bring(self, name: str, person: str, replies: list[Reply], noted: list[dict[str, Any]]) -> None:
        """Sends what is said outside a turn."""
        await self._send(person, replies)


_MENU = (
    ("start", "command_start"),
    ("menu", "command_menu"),
    ("taal", "command_language"),
    ("hulp", "command_help"),
    ("wis", "command_erase"),
    ("stop", "command_stop"),
)
_UPDATES = ["message", "callback_query", "my_chat_member"]  # an edited message is not answered a second time


def _application(settings: Settings) -> Application[Any, Any, Any, Any, Any, Any]:
    base = settings.telegram_api_base.rstrip("/") + "/bot"
    return ApplicationBuilder().token(settings.telegram_token).base_url(base).concurrent_updates(64).build()


def _keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(b.title, callback_data=b.id)] for b in reply.buttons if len(b.id.encode()) <= 64]
    return InlineKeyboardMarkup(rows) if rows else None


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait; it gives a number or a span."""
    wait = error.retry_after
    return float(wait.total_seconds() if isinstance(wait, datetime.timedelta) else wait)


def split(text: str, longest: int = LONGEST) -> list[str]:
    """A long answer in pieces, cut between paragraphs, then between lines."""
    pieces, rest = [], text
    while len(rest) > longest:
        cut = max(rest.rfind("\n\n", 0, longest), rest.rfind("\n", longest // 2, longest))
        cut = cut if cut > 0 else longest
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*pieces, rest] if rest else pieces
