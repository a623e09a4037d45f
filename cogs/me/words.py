"""The feature's name, and how its files say things."""

from __future__ import annotations

from bot.api import Say, Value

NAME = "me"


def say(key: str, **values: Value) -> Say:
    return Say(NAME, key, values)
