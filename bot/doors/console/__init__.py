"""The console: counsellors take talks, managers look after accounts. People who log in; visitors never come here."""

from bot.doors.console.door import ConsoleDoor

__all__ = ["ConsoleDoor"]
