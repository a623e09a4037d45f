"""What may go wrong, as types: said to a person, or told to the outbox."""

from __future__ import annotations

from collections.abc import Mapping

from bot.vocabulary.replies import Form
from bot.vocabulary.text import Phrase


class Refusal(Exception):
    """A cog says no: the phrase is shown to the member in private, and nothing is kept."""

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase)
        self.phrase = phrase


class Invalid(Exception):
    """Values that a person can mend: a phrase for each field, and the form to mend them in where a cog made it."""

    def __init__(self, errors: Mapping[str, Phrase], form: Form | None = None) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)
        self.form = form


class AlreadyDone(Exception):
    """The interaction was handled before; a platform delivered it twice."""


class CogError(TypeError):
    """A cog is declared in a way that cannot work; raised at import, naming the file and the parameter."""


class DeliveryError(Exception):
    """A platform did not take an action. `reason` is for logs and holds no secrets."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TryLater(DeliveryError):
    """A rate limit, a server error or a broken connection: try again, not before `after` seconds.

    `doubtful` says that the platform may have taken it; its idempotency key settles that.
    """

    def __init__(self, reason: str, after: float = 0.0, *, doubtful: bool = False) -> None:
        super().__init__(reason)
        self.after = after
        self.doubtful = doubtful


class Refused(DeliveryError):
    """Final: DMs are closed, a permission is missing, the target is gone."""


class PlatformGone(DeliveryError):
    """The platform does not let the bot in at all: a revoked token, a removed app."""
