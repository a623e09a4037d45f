"""Points for taking part: earned by messages, with levels, boards, and a reason for every one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.api import (
    Award,
    Batch,
    BoardPage,
    Button,
    Card,
    Channel,
    ChannelRef,
    Cog,
    CogSettings,
    Context,
    Detail,
    Earners,
    EarnRules,
    Entry,
    Facts,
    GrantRole,
    Invocation,
    LevelReached,
    Lines,
    Member,
    Message,
    MessageDeleted,
    MessagePosted,
    People,
    Period,
    Phrase,
    Points,
    PointsAwarded,
    PointsReversed,
    Post,
    Refusal,
    Reply,
    Role,
    Say,
    SpaceRef,
    Visibility,
    When,
    Whole,
    channel_of,
    day_of,
    decide,
    mention,
    period_key,
    progress,
    role_of,
)

MESSAGE = "message"
"""The reason of a message's award in the ledger."""
PAGE = 10


class LevelRole(CogSettings):
    """A role that is given when a level is reached."""

    level: Annotated[int, Field(ge=1, le=1000)]
    role: Role


class PointsSettings(CogSettings):
    """The defaults are MEE6's, so that points can be taken over."""

    least: Annotated[int, Field(ge=0, le=1000)] = 15
    most: Annotated[int, Field(ge=0, le=1000)] = 25
    cooldown: Annotated[int, Field(ge=0, le=86_400)] = 60
    daily: Annotated[int, Field(ge=0, le=100_000)] = 300
    letters: Annotated[int, Field(ge=0, le=100)] = 3
    similarity: Annotated[int, Field(ge=50, le=100)] = 85
    notices: Literal["channel", "dm", "off"] = "channel"
    notice_channel: Channel = ""
    level_roles: tuple[LevelRole, ...] = ()

    @property
    def rules(self) -> EarnRules:
        most = max(self.least, self.most)
        return EarnRules(self.least, most, self.cooldown, self.daily, self.letters, self.similarity / 100)


points = cog = Cog("points", settings=PointsSettings)
say = points.say


@points.on_batch(MessagePosted, MessageDeleted)
async def earn(batch: Batch) -> None:
    """A message earns its author points once; a message that is removed takes them along."""
    posted = list(_posted_by_people(batch))
    if posted:
        await _award(batch, posted)
    removed = [a.event.message.source for a in batch.arrived if isinstance(a.event, MessageDeleted)]
    if removed:
        await _take_back(batch, removed)


def _posted_by_people(batch: Batch) -> Iterable[tuple[MessagePosted, Member]]:
    for arrived in batch.arrived:
        event, member = arrived.event, arrived.member
        if isinstance(event, MessagePosted) and member is not None and not (member.bot or event.direct):
            yield event, member


async def _award(batch: Batch, posted: Sequence[tuple[MessagePosted, Member]]) -> None:
    rules = batch.settings(PointsSettings).rules
    earners = await Earners(batch.tx).load(member.id for _, member in posted)
    awards: list[Award] = []
    for event, member in posted:
        day = day_of(event.at, batch.zone_of(member)).toordinal()
        at_ms = int(event.at.timestamp() * 1000)
        earned = decide(earners[member.id], event.key, at_ms, day, event.text, rules)
        if earned:
            awards.append(Award(member.id, earned, MESSAGE, event.message.source, event.at, rules.rule_version))
    await Earners(batch.tx).save(earners)
    await Points(batch.tx).award_many(batch.community, awards, announce=batch.heard(PointsAwarded))


async def _take_back(batch: Batch, sources: Sequence[str]) -> None:
    store = Points(batch.tx)
    for award in await store.reverse(batch.community, sources, batch.now):
        batch.emit(
            PointsReversed(
                community=batch.community.id,
                at=batch.now,
                member=award.member_id,
                points=award.points,
                total=await store.total(batch.community, award.member_id),
                reason=award.reason,
                source=award.source,
            )
        )


@points.on(LevelReached)
async def level_up(ctx: Context, event: LevelReached) -> None:
    """Gives the roles of every level that was passed, and says so unless it is not wanted."""
    member = await ctx.people.member(event.member)
    if member is None:
        return
    settings = ctx.settings(PointsSettings)
    await _give_roles(ctx, settings, member, event)
    message = Message(say("level-up", who=mention(member), level=event.level, total=event.total))
    if settings.notices == "off" or member.quiet:
        return
    channel = channel_of(settings.notice_channel) or _channel_of_source(event.source)
    if settings.notices == "dm" or channel is None:
        await ctx.tell(member, message)
    else:
        ctx.send(Post(channel, message))


async def _give_roles(ctx: Context, settings: PointsSettings, member: Member, event: LevelReached) -> None:
    for reward in settings.level_roles:
        role = role_of(reward.role)
        account = member.account_on(role.space.platform) if role else None
        if role is not None and account is not None and event.before < reward.level <= event.level:
            ctx.send(GrantRole(account, role, say("level-role-reason", level=reward.level)))


def _channel_of_source(source: str) -> ChannelRef | None:
    """Where the message stands that brought the level; None for other sources."""
    kind, *parts = source.split(":")
    if kind != "message" or len(parts) != 4:
        return None
    platform, space, channel, _ = parts
    return ChannelRef(SpaceRef(platform, space), channel)


@points.command()
async def rank(ctx: Invocation, member: Member | None = None) -> Reply:
    """Where somebody stands: level, points, and the rank of every current board."""
    whose = member or ctx.member
    if whose != ctx.member and whose.hidden:
        raise Refusal(say("rank-private", who=mention(whose)))
    return Reply(cards=(await _rank_card(ctx, whose),))


@points.home
async def panel(ctx: Invocation) -> Card | None:
    return await _rank_card(ctx, ctx.member)


async def _rank_card(ctx: Invocation, member: Member) -> Card:
    async with ctx.read() as work:
        store = Points(work.tx)
        standings = {period: await store.standing(ctx.community, member.id, _key(ctx, period)) for period in Period}
    stand = progress(standings[Period.ALL].points)
    details = [
        Detail(say(f"period-{period.value}"), _place(standings[period].rank, standings[period].points))
        for period in Period
    ]
    title = say("rank-title", who=mention(member), level=stand.level)
    body = say("rank-body", total=standings[Period.ALL].points, left=stand.needed - stand.into, next=stand.level + 1)
    footer = say("rank-hidden") if member.hidden else None
    return Card(title, body, tuple(details), footer=footer)


def _place(rank: int | None, points: int) -> Phrase:
    return say("place-none") if rank is None else say("place", rank=rank, points=points)


def _key(ctx: Invocation, period: Period) -> str:
    return period_key(period, ctx.now, ctx.community.zone)


@points.command(visibility=Visibility.PUBLIC)
async def leaderboard(ctx: Invocation, period: Period = Period.WEEK) -> Reply:
    """Who has the most points."""
    return await _board(ctx, period, 1)


@points.button(visibility=Visibility.PUBLIC)
async def board_page(ctx: Invocation, period: Period, page: Annotated[int, Whole(1, 1_000_000)]) -> Reply:
    return await _board(ctx, period, page, turned=True)


async def _board(ctx: Invocation, period: Period, page: int, *, turned: bool = False) -> Reply:
    async with ctx.read() as work:
        found = await Points(work.tx).board(ctx.community, _key(ctx, period), page, PAGE)
        members = await People(work.tx).members([row.member_id for row in found.rows])
    lines: list[Phrase] = [
        say("board-row", rank=row.rank, who=mention(members[row.member_id]), points=row.points)
        for row in found.rows
        if row.member_id in members
    ]
    card = Card(
        say("board-title", period=say(f"period-{period.value}")),
        Lines(tuple(lines)) if lines else say("board-empty"),
        footer=say("board-footer", page=found.page, pages=found.pages),
    )
    return Reply(cards=(card,), controls=_turns(period, found), replaces=turned)


def _turns(period: Period, found: BoardPage) -> tuple[Button, ...]:
    pages = ((found.page - 1, "page-back"), (found.page + 1, "page-on"))
    return tuple(
        Button(say(label), board_page(period=period, page=page)) for page, label in pages if 1 <= page <= found.pages
    )


@points.command()
async def why(ctx: Invocation) -> Reply:
    """Where my points come from, newest first."""
    return await _history(ctx, None)


@points.button()
async def why_before(ctx: Invocation, before: Annotated[int, Whole(1, 2**63 - 1)]) -> Reply:
    return await _history(ctx, before)


async def _history(ctx: Invocation, before: int | None) -> Reply:
    async with ctx.read() as work:
        entries = await Points(work.tx).history(ctx.member.id, before, PAGE + 1)
    shown = entries[:PAGE]
    if not shown:
        return Reply(say("why-empty", letters=ctx.settings(PointsSettings).letters))
    card = Card(say("why-title"), Lines(tuple(_line(entry) for entry in shown)), footer=_rules(ctx))
    older = (Button(say("why-older"), why_before(before=shown[-1].id)),) if len(entries) > PAGE else ()
    return Reply(cards=(card,), controls=older, replaces=before is not None)


def _line(entry: Entry) -> Say:
    key = "why-taken-back" if entry.reverses else "why-line"
    reason = say(f"reason-{entry.reason}") if entry.reason in REASONS else say("reason-other")
    return say(key, at=When(entry.at, "datetime"), points=abs(entry.points), reason=reason)


REASONS = frozenset((MESSAGE, "kudos", "answer", "suggestion", "newcomer", "attendance"))
"""Reasons that have words of their own in the catalogue."""


def _rules(ctx: Invocation) -> Say:
    rules = ctx.settings(PointsSettings).rules
    return say("why-rules", least=rules.least, most=rules.most, cooldown=rules.cooldown, daily=rules.daily)


@points.exports
async def export(ctx: Context, member: Member) -> Mapping[str, Any]:
    return {**await Points(ctx.tx).export(member.id), "facts": await Facts(ctx.tx).export(member.id)}


@points.erases
async def erase(ctx: Context, member: Member) -> None:
    await Points(ctx.tx).erase(member.id, ctx.community)
    await Facts(ctx.tx).erase(member.id)


@points.merges
async def merge(ctx: Context, gone: Member, kept: Member) -> None:
    await Points(ctx.tx).merge(ctx.community, gone.id, kept.id)
    await Facts(ctx.tx).merge(gone.id, kept.id)
