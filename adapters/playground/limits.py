"""What this platform takes at most: the one table that its checks and the encoder read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """How much one message, or one home view, may hold."""

    text: int
    cards: int
    controls: int
    files: int


MESSAGE: Final = BodyLimits(text=4000, cards=10, controls=25, files=10)
HOME: Final = BodyLimits(text=4000, cards=50, controls=100, files=0)

DEPTH: Final = 10
"""How deep styles may be nested in a rich text."""
NAME: Final = 80
"""Names of people, channels and roles, as rich text shows them."""
LABEL: Final = 80
TITLE: Final = 256
CARD_BODY: Final = 4000
DETAILS: Final = 25
DETAIL_LABEL: Final = 256
DETAIL_VALUE: Final = 1024
FOOTER: Final = 2048
ADDRESS: Final = 2048
ALT: Final = 1024
PACKED: Final = 100
CHOICES: Final = 25
CHOICE_VALUE: Final = 100
PINGS: Final = 50
FILE_NAME: Final = 200
FILE_BYTES: Final = 5_000_000
"""All files of a message together; in base64 they still fit into one line of the wire."""

FORM_TITLE: Final = 80
FORM_FIELDS: Final = 10
FORM_VALUE: Final = 4000
FIELD_NAME: Final = 100
HINT: Final = 100
FIELD_ERROR: Final = 300
REASON: Final = 512
THREAD_NAME: Final = 100
EMOJI: Final = 64
IDENTIFIER: Final = 100
