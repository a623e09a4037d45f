"""Day 3: a nudge for those who have not spoken. Day 7: who is missing, and who was greeted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.api import (
    Card,
    CommunitySettings,
    Context,
    Facts,
    JobDue,
    Lines,
    LinkButton,
    Listed,
    Member,
    Message,
    Phrase,
    Post,
    When,
    board_day,
    channel_of,
    mention,
    needs_nudge,
    pick_variant,
)
from cogs.welcome.card import seed_of
from cogs.welcome.feature import say, welcome
from cogs.welcome.settings import WelcomeSettings
from cogs.welcome.store import GREETED, Arrival, Welcomes

NUDGE_AFTER = timedelta(days=3)
NUDGE_WITHIN = timedelta(days=2)
"""After downtime a nudge may come this late; later it would be none."""
NUDGES = 3
"""How many variants the catalogue has of `nudge-1`."""
REPORT_DAY = 7
MOST_CAUGHT_UP = timedelta(days=7)
"""Days that one report covers after downtime."""
MOST_REPORTED = 50
KEPT = timedelta(days=30)
MESSAGES = "messages"
"""The fact that the core counts for everybody."""


async def plan_nudge(ctx: Context, member: int, joined_at: datetime) -> None:
    at = joined_at + NUDGE_AFTER
    if at > ctx.now and ctx.settings(WelcomeSettings).nudge:
        await ctx.schedule(nudge, at, name=str(member), member=member)


async def drop_nudge(ctx: Context, member: int) -> None:
    await ctx.unschedule(nudge, str(member))


@welcome.job
async def nudge(ctx: Context, due: JobDue) -> None:
    """Once, and only for somebody who is here, whom DMs reach, who wants them, and who has not spoken."""
    settings, store = ctx.settings(WelcomeSettings), Welcomes(ctx.tx)
    number = int(due.values["member"])
    arrival, member = await store.arrival(number), await ctx.people.member(number)
    if arrival is None or member is None or arrival.left_at or arrival.nudged or arrival.state != GREETED:
        return
    if not settings.nudge or member.quiet or ctx.now - due.due > NUDGE_WITHIN:
        return
    if not needs_nudge(await Facts(ctx.tx).total(number, MESSAGES), None):
        return
    await store.change([number], nudged=True)
    await ctx.tell(member, _nudge(ctx, settings, member), platform=arrival.account.platform)


def _nudge(ctx: Context, settings: WelcomeSettings, member: Member) -> Message:
    variant = pick_variant(NUDGES, (), seed_of(member)) + 1
    text = say(f"nudge-{variant}", member=mention(member), community=ctx.community.name)
    links = tuple(LinkButton(say("as-written", text=link.label), link.url) for link in settings.links)
    return Message(text, (Card(footer=say("nudge-last")),), links)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """How the first week of somebody went."""

    member: Member
    messages: int
    greeters: tuple[Member, ...]
    claimed_by: Member | None


@welcome.every("0 9 * * *")
async def report(ctx: Context, due: JobDue) -> None:
    """Tells the managers about those who joined a week ago, in one message; nothing where nobody did."""
    store, zone = Welcomes(ctx.tx), ctx.community.zone
    day = board_day(due.due, zone) - timedelta(days=REPORT_DAY)
    until = _midnight(day + timedelta(days=1), zone)
    since = await store.report_from(ctx.community.id, until, until - _midnight(day, zone), MOST_CAUGHT_UP)
    channel = channel_of(ctx.settings(CommunitySettings).managers_channel)
    arrivals = await store.joined(ctx.community.id, since, until, MOST_REPORTED + 1)
    if channel is not None and arrivals:
        newcomers = await _first_weeks(ctx, arrivals[:MOST_REPORTED])
        footer = say("report-more", most=MOST_REPORTED) if len(arrivals) > MOST_REPORTED else None
        title = _title(since, _midnight(day, zone))
        ctx.send(Post(channel, Message(cards=(Card(title, Lines(tuple(_lines(newcomers))), footer=footer),))))
    await store.sweep(ctx.community.id, ctx.now - KEPT)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


async def _first_weeks(ctx: Context, arrivals: Sequence[Arrival]) -> list[Newcomer]:
    greeters = await Welcomes(ctx.tx).greeters([arrival.member for arrival in arrivals])
    everyone = {arrival.member for arrival in arrivals}.union(*greeters.values())
    everyone |= {arrival.claimed_by for arrival in arrivals if arrival.claimed_by is not None}
    people: Mapping[int, Member] = await ctx.people.members(everyone)
    return [
        Newcomer(
            people[arrival.member],
            await Facts(ctx.tx).total(arrival.member, MESSAGES),
            tuple(people[greeter] for greeter in greeters.get(arrival.member, ()) if greeter in people),
            people.get(arrival.claimed_by or 0),
        )
        for arrival in arrivals
        if arrival.member in people
    ]


def _title(first: datetime, last: datetime) -> Phrase:
    if first == last:
        return say("report-title", date=When(last, "date"))
    return say("report-title-days", first=When(first, "date"), last=When(last, "date"))


def _lines(newcomers: Sequence[Newcomer]) -> Iterator[Phrase]:
    yield say("report-count", count=len(newcomers))
    missing = _names([one.member for one in newcomers if one.messages == 0])
    yield say("report-missing", names=missing) if missing.items else say("report-all-well")
    alone = _names([one.member for one in newcomers if not one.greeters and one.claimed_by is None])
    if alone.items:
        yield say("report-ungreeted", names=alone)
    for one in newcomers:
        if one.greeters:
            yield say("report-greeted", who=mention(one.member), by=_names(one.greeters))
        elif one.claimed_by is not None:
            yield say("report-claimed", who=mention(one.member), by=mention(one.claimed_by))


def _names(members: Sequence[Member]) -> Listed:
    return Listed(tuple(mention(member) for member in members))
