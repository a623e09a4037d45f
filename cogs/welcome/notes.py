"""One note for all who could not be welcomed by themselves: closed DMs, or too many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.api import (
    Button,
    Context,
    Delete,
    DeliveryRefused,
    JobDue,
    Listed,
    Member,
    Message,
    Post,
    Undelivered,
    channel_of,
    mention,
    raid,
)
from cogs.welcome.card import show
from cogs.welcome.feature import say, welcome
from cogs.welcome.settings import WelcomeSettings
from cogs.welcome.store import NOTED, WAITING, Welcomes

TAG = "welcome"
"""What a newcomer's DM is called in the outbox: `welcome:<member>`."""
NOTE_AFTER = timedelta(seconds=60)
NOTE_STAYS = timedelta(days=1)
NAMED = 10
"""Names in a note; the others are counted."""


async def is_raid(ctx: Context, settings: WelcomeSettings, at: datetime) -> bool:
    """Whether one more joining would be one of too many."""
    joins = await Welcomes(ctx.tx).joins(ctx.community.id, 2 * settings.raid_joins)
    _, found = raid(joins, int(at.timestamp() * 1000), settings.raid_joins, settings.raid_seconds)
    return found


async def wait_for_note(ctx: Context) -> None:
    """Sees to it that a note will be written."""
    at = ctx.now + NOTE_AFTER
    if await Welcomes(ctx.tx).open_note(ctx.community.id, at):
        await ctx.schedule(write_note, at, name="note")


@welcome.on(DeliveryRefused)
async def refused(ctx: Context, event: DeliveryRefused) -> None:
    """A closed DM is not tried again: the newcomer is named in the next note, unless they read a post already."""
    kind, _, number = event.tag.partition(":")
    if kind != TAG or event.kind != "direct":
        return
    store = Welcomes(ctx.tx)
    arrival = await store.arrival(int(number))
    if arrival is None:
        return
    channel = channel_of(ctx.settings(WelcomeSettings).channel)
    reads_elsewhere = channel is None or arrival.post is not None
    await store.change([arrival.member], state=NOTED if reads_elsewhere else WAITING)
    if not reads_elsewhere and arrival.left_at is None:
        await wait_for_note(ctx)


@welcome.job
async def write_note(ctx: Context, due: JobDue) -> None:
    """Names everyone who waits and has not left; later, while newcomers still pour in."""
    settings, store = ctx.settings(WelcomeSettings), Welcomes(ctx.tx)
    waiting = await store.close_note(ctx.community.id)
    if await _still_pouring(ctx, settings):
        await wait_for_note(ctx)
        return
    channel = channel_of(settings.channel)
    await store.change(waiting, state=NOTED)
    found = await ctx.people.members(waiting[:NAMED])
    named = [found[member] for member in waiting if member in found]
    if channel is None or not named:
        return
    posted = ctx.send(Post(channel, _note(named, len(waiting) - len(named))))
    await ctx.schedule(remove_note, ctx.now + NOTE_STAYS, name=str(posted.outbox), outbox=posted.outbox)


async def _still_pouring(ctx: Context, settings: WelcomeSettings) -> bool:
    joins = await Welcomes(ctx.tx).joins(ctx.community.id, settings.raid_joins)
    window = timedelta(seconds=settings.raid_seconds)
    since = int((ctx.now - window).timestamp() * 1000)
    return len(joins) == settings.raid_joins and joins[0] > since


def _note(named: Sequence[Member], more: int) -> Message:
    names = Listed(tuple(mention(member) for member in named))
    text = say("note-more", names=names, more=more) if more else say("note", names=names)
    # In a crowd nobody is pinged: it may be a raid that asks for attention.
    pings = () if more else tuple(account for member in named for account in member.accounts)
    return Message(text, controls=(Button(say("note-show"), show()),), pings=pings)


@welcome.job
async def remove_note(ctx: Context, due: JobDue) -> None:
    ctx.send(Delete(Undelivered(int(due.values["outbox"]))))
