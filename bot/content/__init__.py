"""The words for people: loading, checking and reviewing what lies under content/ and organisations/."""

from bot.content.library import Content, ContentError, Text, Topic, load_content

__all__ = ["Content", "ContentError", "Text", "Topic", "load_content"]
