"""What people wrote, made harmless to show; what it says stays as it is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeAlias

from bot.vocabulary.text import ChannelLink, Mention, RoleName

Named: TypeAlias = Mention | ChannelLink | RoleName

_BREAKS = re.compile("\r\n?|[\u2028\u2029]")
_REVERSALS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # they turn the rest of the line around
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # lone surrogates cannot be encoded
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Without bidirectional overrides; control characters and lone surrogates become U+FFFD."""
    if _HARMFUL.search(text) is None:
        return text
    return _CONTROLS.sub("\ufffd", _REVERSALS.sub("", _BREAKS.sub("\n", text)))


def clean_name(leaf: Named) -> Named:
    """The leaf with its name cleaned, on one line."""
    name = " ".join(clean(leaf.name).split("\n"))
    return leaf if name == leaf.name else replace(leaf, name=name)
