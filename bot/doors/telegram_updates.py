"""What a message on Telegram is to Noor: words, a command, or something to refuse by its kind. Nothing here fetches or keeps a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from telegram import Message, Update
from telegram.ext import filters

# Asked of Telegram. Noor is silent to the other kinds, and to these where there is nobody to answer.
ASKED = ["message", "edited_message", "channel_post", "callback_query", "inline_query", "my_chat_member"]
# what Telegram calls it -> what a turn calls it; first come, first served, since a venue has a location and an animation a document
MEDIA = {
    "photo": "photo",
    "video": "video",
    "animation": "animation",
    "video_note": "video_note",
    "story": "video",
    "paid_media": "photo",
    "document": "document",
    "voice": "voice",
    "audio": "audio",
    "sticker": "sticker",
    "contact": "contact",
    "venue": "location",
    "location": "location",
    "poll": "poll",
    "dice": "dice",
    "game": "game",
    "invoice": "invoice",
    "giveaway": "giveaway",
    "giveaway_winners": "giveaway",
    "checklist": "checklist",
}
# What Telegram tells about the chat itself (pinned, a timer set, a phone call ...).
_ABOUT_THE_CHAT = filters.StatusUpdate.ALL | filters.SUCCESSFUL_PAYMENT | filters.PASSPORT_DATA


@dataclass(frozen=True)
class Said:
    """`command` is the tap that a typed command stands for; `album` the number that the messages of one album share."""

    text: str = ""
    command: str = ""
    media: str = ""
    album: str = ""


def read(update: Update, message: Message, commands: Mapping[str, str]) -> Said | None:
    """A message of a person; None when Telegram only tells something about the chat.

    Who a forwarded message is from and what a reply quotes are not read: Noor answers the person who sends.
    """
    if _ABOUT_THE_CHAT.check_update(update):
        return None
    # A caption is what the person says; the picture itself is neither fetched nor kept.
    text = message.text or message.caption or ""
    media = next((kind for name, kind in MEDIA.items() if getattr(message, name)), "")
    album = message.media_group_id or ""
    return Said(text, command_in(text, commands), "album" if media and album else media, album)


def command_in(text: str, commands: Mapping[str, str]) -> str:
    """The tap for "/wis" or "/wis@noorbot"; "" for "/hulp ik wil dood": with words behind it the words are what counts."""
    first, _, rest = text.strip().partition(" ")
    tap = commands.get(first[1:].split("@")[0].lower(), "") if first.startswith("/") else ""
    return "" if rest.strip() and not (tap == "hello" and " " not in rest.strip()) else tap  # "/start abc" comes from a link


def kind(update: Update) -> str:
    """Which kind of update this is, as the Bot API names it; "" for one that is newer than this program."""
    return next((name for name in Update.ALL_TYPES if getattr(update, name, None) is not None), "")
