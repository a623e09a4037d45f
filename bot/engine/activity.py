"""What members did, counted by day: the facts that every community has, whatever cogs it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.domain.days import day_of
from bot.storage.database import Tx
from bot.storage.facts import Facts
from bot.vocabulary.events import Event, MessagePosted, ReactionAdded
from bot.vocabulary.model import AccountRef, Community, Member

MESSAGES, REPLIES, REACTIONS = "messages", "replies", "reactions"


async def count_activity(
    tx: Tx, community: Community, events: Sequence[Event], who: Mapping[AccountRef, Member]
) -> None:
    """Messages, replies to someone else, and reactions of a batch, on the day they were made, in one statement."""
    counts: Counter[tuple[int, str, int]] = Counter()
    for event in events:
        fact, account = _fact(event)
        member = who.get(account) if account is not None else None
        if member is None or member.bot:
            continue
        day = day_of(event.at, member.zone or community.zone).toordinal()
        counts[member.id, fact, day] += 1
        if fact == MESSAGES and isinstance(event, MessagePosted) and event.reply_author not in (None, account):
            counts[member.id, REPLIES, day] += 1
    await Facts(tx).count([(member, fact, day, n) for (member, fact, day), n in counts.items()])


def _fact(event: Event) -> tuple[str, AccountRef | None]:
    if isinstance(event, MessagePosted):
        return MESSAGES, None if event.direct else event.author.ref
    if isinstance(event, ReactionAdded):
        return REACTIONS, event.by.ref
    return "", None
