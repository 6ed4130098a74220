"""The Telegram door, on python-telegram-bot: polling by default, a webhook when Noor has a public address.

One-to-one only; photos, voice and files are refused by their kind, before a byte of them is fetched.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import secrets
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Chat, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.clock import now
from bot.content.library import Content
from bot.conversation import Talk
from bot.doors.telegram_kept import EachOnce, KeptQueue, KeptUpdates
from bot.doors.telegram_outbox import Outbox
from bot.doors.telegram_setup import base, set_commands, taps
from bot.doors.telegram_updates import ASKED, Said, kind, read
from bot.handoff.visitor import HELD
from bot.messages import Message, Reply
from bot.service import Service, remember
from bot.settings import Settings
from bot.store.locks import TooFast

log = structlog.get_logger()
LEFT_ALONE = 10.0  # seconds after which an update that nobody answers is taken from a process that died
LONGEST_PAUSE = 60.0  # seconds between two tries to reach a Telegram that is away at the start


class TelegramDoor:
    """start() and stop() inside the application's life; routes() for the webhook."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self._service, self._settings = service, settings
        self._secret = settings.telegram_secret or secrets.token_urlsafe(32)
        self._updates = KeptUpdates(service.kept, service.locks)
        self._app = _application(settings, self._updates)
        self._out = Outbox(self._app.bot, lambda: self._content, lambda chat, file: service.file("telegram", chat, file))
        self._leaving: set[int] = set()
        self._tasks: list[asyncio.Task[None]] = []
        service.doors["telegram"] = self
        self._app.add_handler(MessageHandler(filters.UpdateType.MESSAGE, self._said))
        self._app.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, self._edited))
        self._app.add_handler(MessageHandler(filters.UpdateType.CHANNEL_POST, self._posted))
        self._app.add_handler(CallbackQueryHandler(self._tapped))
        self._app.add_handler(ChatMemberHandler(self._joined, ChatMemberHandler.MY_CHAT_MEMBER))
        self._app.add_handler(InlineQueryHandler(self._asked_inline))
        self._app.add_handler(TypeHandler(Update, self._nobody_to_answer))
        self._app.add_error_handler(self._failed)

    @property
    def _content(self) -> Content:
        """The present words."""
        return self._service.turn.answers.content

    async def start(self) -> None:
        """Begins to listen: polling, or a webhook under the public address. A Telegram that is away now is tried again and again."""
        if not await self._opened():
            self._tasks.append(asyncio.create_task(self._keep_trying()))
        if self._settings.redis:
            self._tasks.append(asyncio.create_task(self._take_over()))

    async def _keep_trying(self) -> None:
        pause = 1.0
        while True:
            await asyncio.sleep(pause)
            if await self._opened():
                return
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _take_over(self) -> None:
        """Answers what another process of this Noor was killed over."""
        while True:
            await asyncio.sleep(LEFT_ALONE)
            if self._app.running:
                await self._again(LEFT_ALONE)

    async def _again(self, older: float = 0.0) -> None:
        for kept in self._updates.waiting(older):
            await self._app.update_queue.put(Update.de_json(kept, self._app.bot))

    async def _opened(self) -> bool:
        """Whether Telegram now sends its updates here."""
        try:
            await self._app.initialize()
            if not self._app.running:
                await self._app.start()
                await self._again()
            if self._settings.public_url:
                await self._app.bot.set_webhook(f"{self._settings.public_url}/telegram", secret_token=self._secret, allowed_updates=ASKED)
            elif self._app.updater:
                await self._app.updater.start_polling(allowed_updates=ASKED)
        except TelegramError as error:
            log.error("telegram can't be reached; tried again", error=error.__class__.__name__)
            return False
        try:
            await set_commands(self._app.bot, self._content)
        except TelegramError as error:  # people are answered without the list too
            log.warning("telegram took no list of commands", error=error.__class__.__name__)
        return True

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
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
        except Exception as error:  # of whatever kind: Telegram would bring it again and again, and others would wait behind it
            log.error("telegram sent an update that can't be read", error=error.__class__.__name__)
            return Response("")
        await self._app.update_queue.put(update)
        return Response("")

    # --- updates -----------------------------------------------------------------------------------------------------

    async def _said(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message, chat = update.message, update.effective_chat
        if not message or not chat:
            return
        if chat.type != ChatType.PRIVATE:
            if not message.left_chat_member:
                await self._leave(chat)
            return
        said = read(update, message, taps(self._content))
        if said:
            await self._answer(update, str(chat.id), said, _hint(update))

    async def _answer(self, update: Update, chat: str, said: Said, hint: str) -> None:
        if said.command:
            return await self._command(update, chat, said.command, hint)
        if said.text or not said.media:  # sent before the file is looked at: what a caption tells of danger goes before any refusal
            await self._send(update, chat, await self._ask(update, chat, Message(chat, now(), text=said.text, language=hint)))
        if said.media:  # the messages of one album are refused once, each caption is answered
            own = f"album{said.album}" if said.album else f"{update.update_id}media"
            await self._send(update, chat, await self._ask(update, chat, Message(chat, now(), media=said.media, language=hint), own))

    async def _edited(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """What was answered is not answered again; only a danger that somebody writes into an old message is."""
        message, chat = update.edited_message, update.effective_chat
        if not message or not chat or chat.type != ChatType.PRIVATE:
            return
        said = read(update, message, {})
        language = self._service.look("telegram", str(chat.id)).language
        if said and said.text and self._service.turn.safety.danger(said.text, language):
            await self._answer(update, str(chat.id), Said(said.text), _hint(update))

    async def _command(self, update: Update, chat: str, tap: str, hint: str) -> None:
        replies: list[Reply] = []
        own = str(update.update_id)
        async with self._service.talk("telegram", chat) as talk:
            if own in talk.seen:
                replies = self._updates.replies(update.update_id, own)
            elif tap == "hello":
                if not talk.turns and hint in self._content.spoken():
                    talk.language = hint
                replies = self._service.turn.hello(talk, now(), "telegram")
            elif tap == "stop" and talk.answered_by in HELD:  # out of the queue, or out of the talk
                tap = "handoff:leave"
            elif tap == "stop":
                replies = [self._service.turn.answers.notice("stopped", talk)]
            else:
                talk.offer({tap: tap})
            if replies:
                self._updates.answered(update.update_id, own, replies)
                remember(talk, own)
        if not replies:
            replies = await self._ask(update, chat, Message(chat, now(), tap=tap, language=hint))
        await self._send(update, chat, replies)

    async def _tapped(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        query, chat = update.callback_query, update.effective_chat
        if not query:
            return
        with contextlib.suppress(TelegramError):  # older than Telegram's limit: the tap still counts
            await query.answer()
        if chat and chat.type == ChatType.PRIVATE:
            tap = Message(str(chat.id), now(), tap=query.data or "", language=_hint(update))
            await self._send(update, str(chat.id), await self._ask(update, str(chat.id), tap))

    async def _joined(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        change, chat = update.my_chat_member, update.effective_chat
        if not change or not chat:
            return
        if chat.type != ChatType.PRIVATE:
            if change.new_chat_member.status in ("member", "administrator"):
                await self._leave(chat)
        elif change.new_chat_member.status == "kicked":  # blocked: what was kept is of no more use to her
            await self._service.erase("telegram", str(chat.id))

    async def _posted(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.effective_chat:
            await self._leave(update.effective_chat)

    async def _asked_inline(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Nothing is offered in somebody else's chat: nobody there should see that Noor was asked."""
        if update.inline_query:
            with contextlib.suppress(TelegramError):
                await update.inline_query.answer([], cache_time=3600)

    async def _nobody_to_answer(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Reactions, polls, posts, payments, other people's business: nothing was said to Noor."""
        if not kind(update):
            log.warning("telegram sent an update of a kind that Noor does not know")

    async def _failed(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        log.error("telegram: an update failed", error=context.error.__class__.__name__)

    async def _leave(self, chat: Chat) -> None:
        """Out of a group or channel: said once, though Telegram tells of one joining in several updates."""
        if chat.id in self._leaving:
            return
        self._leaving.add(chat.id)
        try:
            if chat.type != ChatType.CHANNEL:
                with contextlib.suppress(TelegramError):  # a group where only administrators write
                    await chat.send_message(self._content.say("one_to_one", self._default_language()))
            await chat.leave()
        except TelegramError as error:
            log.warning("could not leave a group", error=error.__class__.__name__)
        finally:
            self._leaving.discard(chat.id)

    def _default_language(self) -> str:
        return str(self._content.organisation.get("default_language", "nl"))

    async def _ask(self, update: Update, chat: str, message: Message, own: str = "") -> list[Reply]:
        number, own = update.update_id, own or str(update.update_id)
        try:
            replies = await self._service.handle(
                "telegram", chat, message, own, lambda talk, replies: self._updates.answered(number, own, replies)
            )
        except TooFast:
            language = self._service.look("telegram", chat).language
            return [Reply("too_fast", self._content.say("too_fast", language), language)]
        # The talk has seen it and gives no replies again: what was kept when the process was killed goes out now.
        return replies or self._updates.replies(number, own)

    async def _send(self, update: Update, chat: str, replies: list[Reply]) -> None:
        number = update.update_id
        await self._out.send(chat, replies, due=lambda: self._updates.due(number), sent=lambda: self._updates.one_sent(number))

    def note(self, talk: Talk, replies: list[Reply]) -> list[dict[str, Any]]:
        """Nothing is kept for Telegram: it keeps the chat itself."""
        return []

    async def bring(self, name: str, person: str, replies: list[Reply], noted: list[dict[str, Any]]) -> None:
        """Sends what is said outside a turn."""
        await self._out.send(person, replies, quiet=False)


def _hint(update: Update) -> str:
    """The language of her Telegram, as "nl"; "" when it is not told."""
    user = update.effective_user
    return (user.language_code or "")[:2] if user else ""


def _application(settings: Settings, updates: KeptUpdates) -> Application[Any, Any, Any, Any, Any, Any]:
    builder = ApplicationBuilder().token(settings.telegram_token).base_url(base(settings))
    return builder.update_queue(KeptQueue(updates)).concurrent_updates(EachOnce(updates)).build()
