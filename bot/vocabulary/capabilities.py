"""What a platform can do, and what happens where it cannot."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """Declared by an adapter, asked by the core; never guessed from a platform's name."""

    DIRECT_MESSAGES = "direct-messages"
    PRIVATE_REPLIES = "private-replies"
    EDITS = "edits"
    DELETE_OTHERS = "delete-others"
    REACTIONS = "reactions"
    THREADS = "threads"
    ROLES = "roles"
    TIMEOUTS = "timeouts"
    KICKS = "kicks"
    BANS = "bans"
    HOME = "home"
    FORMS = "forms"
    FORM_ERRORS = "form-errors"
    BUTTONS = "buttons"
    SELECTS = "selects"
    PICTURES = "pictures"
    FILES = "files"
    NATIVE_TIMES = "native-times"


class Fallback(StrEnum):
    """What is done instead of an effect that a platform cannot do."""

    BY_HAND = "by-hand"
    """The moderators are asked to do it, and the person concerned is told."""
    POST = "post"
    """A post that names whom it is for, where the sender of a DM allowed one; else nothing, for it is private."""
    DIRECT = "direct"
    """The same words as a DM."""
    TEXT = "text"
    """The same words as plain text."""
    NEW_MESSAGE = "new-message"
    """A new message in the channel, for an edit or for a post in a thread; a thread itself is not opened."""
    COMMANDS = "commands"
    """The same, reached by a command."""
    NOTHING = "nothing"
    """It is decoration, and left out."""


FALLBACKS: dict[Capability, Fallback] = {
    Capability.DIRECT_MESSAGES: Fallback.POST,
    Capability.PRIVATE_REPLIES: Fallback.DIRECT,
    Capability.EDITS: Fallback.NEW_MESSAGE,
    Capability.DELETE_OTHERS: Fallback.BY_HAND,
    Capability.REACTIONS: Fallback.NOTHING,
    Capability.THREADS: Fallback.NEW_MESSAGE,
    Capability.ROLES: Fallback.BY_HAND,
    Capability.TIMEOUTS: Fallback.BY_HAND,
    Capability.KICKS: Fallback.BY_HAND,
    Capability.BANS: Fallback.BY_HAND,
    Capability.HOME: Fallback.COMMANDS,
    Capability.FORMS: Fallback.COMMANDS,
    Capability.FORM_ERRORS: Fallback.TEXT,
    Capability.BUTTONS: Fallback.COMMANDS,
    Capability.SELECTS: Fallback.COMMANDS,
    Capability.PICTURES: Fallback.TEXT,
    Capability.FILES: Fallback.TEXT,
    Capability.NATIVE_TIMES: Fallback.TEXT,
}
