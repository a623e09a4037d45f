"""People who greet people: a staff note that one of them claims, and greetings as they happen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

from bot.api import (
    AccountRef,
    Batch,
    Button,
    Edit,
    Facts,
    Invocation,
    Member,
    Message,
    MessagePosted,
    Refusal,
    Reply,
    Whole,
    mention,
)
from cogs.welcome.feature import say, welcome
from cogs.welcome.store import Welcomes

GREETED_WITHIN = timedelta(days=7)
GREETINGS = "greetings"
"""The fact: how many newcomers somebody has greeted."""


def hello_note(newcomer: Member) -> Message:
    """Asks the staff who would like to say hello."""
    button = Button(say("hello-claim"), claim(newcomer=newcomer.id))
    return Message(say("hello-note", who=mention(newcomer)), controls=(button,))


@welcome.button()
async def claim(ctx: Invocation, newcomer: Annotated[int, Whole(1, 2**63 - 1)]) -> Reply:
    """The first one has it; the others are told who. The note is rewritten for everyone."""
    async with ctx.write() as work:
        first = await Welcomes(work.tx).claim(newcomer, ctx.member.id)
        people = await work.people.members([newcomer, *([first] if first else [])])
        if first is None or newcomer not in people:
            raise Refusal(say("hello-over"))
        if first != ctx.member.id:
            raise Refusal(say("hello-taken", by=mention(people[first])) if first in people else say("hello-over"))
        who = mention(people[newcomer])
        if ctx.message is not None:
            claimed = say("hello-claimed", who=who, by=mention(ctx.member))
            work.send(Edit(ctx.message, Message(claimed)))
    return Reply(say("hello-yours", who=who))


@welcome.on_batch(MessagePosted)
async def notice(batch: Batch) -> None:
    """Whoever answers or mentions a newcomer in their first week has greeted them.

    Runs with every batch of messages: one query where anybody speaks to anybody, else none.
    """
    spoken = [(event, member, refs) for event, member, refs in _addressed(batch)]
    if not spoken:
        return
    store = Welcomes(batch.tx)
    wanted = {ref for _, _, refs in spoken for ref in refs}
    newcomers = await store.newcomers(batch.community.id, wanted, batch.now - GREETED_WITHIN)
    greeted: dict[tuple[int, int], tuple[datetime, Member]] = {}
    for event, member, refs in spoken if newcomers else ():
        for ref in refs:
            arrival = newcomers.get(ref)
            if arrival is not None and arrival.member != member.id and event.at >= arrival.joined_at:
                greeted.setdefault((arrival.member, member.id), (event.at, member))
    for (newcomer, greeter), (at, member) in sorted(greeted.items(), key=lambda item: item[0]):
        if await store.greet(newcomer, greeter, at):
            source = f"greeting:{newcomer}"
            await Facts(batch.tx).record(greeter, GREETINGS, source, at, batch.day_of(member))


def _addressed(batch: Batch) -> Iterator[tuple[MessagePosted, Member, tuple[AccountRef, ...]]]:
    """Messages that speak to somebody, with their author and whom they speak to."""
    for arrived in batch.arrived:
        event, member = arrived.event, arrived.member
        if not isinstance(event, MessagePosted) or not (event.mentions or event.reply_author):
            continue
        if member is None or member.bot or event.direct:
            continue
        refs = (*event.mentions, event.reply_author) if event.reply_author else event.mentions
        yield event, member, refs
