"""The welcome: a personal greeting with one question, and people who notice that somebody is new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.api import (
    ChannelRef,
    Context,
    DirectMessage,
    Member,
    MemberJoined,
    MemberLeft,
    Message,
    Outbox,
    Post,
    channel_of,
)
from cogs.welcome.card import At, Shown, answer, card, language_of, preview, show, turn, variants_in
from cogs.welcome.feature import welcome
from cogs.welcome.followup import drop_nudge, nudge, plan_nudge, report
from cogs.welcome.hello import claim, hello_note, notice
from cogs.welcome.notes import TAG, is_raid, refused, remove_note, wait_for_note, write_note
from cogs.welcome.settings import Language, WelcomeAnswer, WelcomeLink, WelcomeSettings
from cogs.welcome.store import CANCELLED, GREETED, NOTED, WAITING, Arrival, Welcomes

__all__ = [
    "WelcomeAnswer",
    "WelcomeLink",
    "WelcomeSettings",
    "answer",
    "claim",
    "cog",
    "notice",
    "nudge",
    "preview",
    "refused",
    "remove_note",
    "report",
    "show",
    "turn",
    "write_note",
]

AGAIN = timedelta(days=7)
"""Whoever comes back sooner is not welcomed anew."""

cog = welcome


@welcome.on(MemberJoined)
async def arrive(ctx: Context, event: MemberJoined) -> None:
    """Welcomes a person who is new, unless so many come at once that they share one note."""
    member, store = ctx.who.get(event.account.ref), Welcomes(ctx.tx)
    if member is None or member.bot or not await ctx.people.is_here(member):
        return
    before = await store.arrival(member.id)
    if before is not None and before.state != CANCELLED and event.at - before.joined_at < AGAIN:
        await _come_back(ctx, before)
        return
    settings = ctx.settings(WelcomeSettings)
    newcomer = Arrival(
        member=member.id,
        community=ctx.community.id,
        account=event.account.ref,
        joined_at=event.at,
        state=NOTED if settings.mode == "off" else GREETED,
    )
    if await is_raid(ctx, settings, event.at):
        await store.save(replace(newcomer, state=NOTED if settings.mode == "off" else WAITING))
        await wait_for_note(ctx)
        return
    if event.account.locale and not member.locale:
        await ctx.people.refresh(event.account)
        member = replace(member, locale=event.account.locale)
    await store.save(await _greet(ctx, settings, event, member, newcomer))
    if settings.mode != "off":
        await plan_nudge(ctx, member.id, event.at)


async def _greet(
    ctx: Context, settings: WelcomeSettings, event: MemberJoined, member: Member, newcomer: Arrival
) -> Arrival:
    """Sends what the community has chosen; without a channel, a DM is all there is."""
    channel, staff = channel_of(settings.channel), channel_of(settings.hello_channel)
    if settings.mode in ("dm", "both") or (settings.mode == "post" and channel is None):
        shown = await _pick(ctx, event, language_of(member.locale, ctx.community), "dm", turns=not member.locale)
        message = card(settings, ctx.community, member, shown)
        sent = ctx.send(DirectMessage(event.account.ref, event.space, message), tag=f"{TAG}:{member.id}")
        newcomer = replace(newcomer, direct=sent.outbox, variant=shown.variant)
    if settings.mode in ("post", "both") and channel is not None:
        shown = await _pick(ctx, event, language_of(None, ctx.community), "post", turns=False)
        message = replace(card(settings, ctx.community, member, shown), pings=(event.account.ref,))
        newcomer = replace(newcomer, post=ctx.send(Post(channel, message)).outbox, variant=shown.variant)
    if staff is not None:
        newcomer = replace(newcomer, hello=_tell_staff(ctx, staff, hello_note(member)))
    return newcomer


async def _pick(ctx: Context, event: MemberJoined, lang: Language, at: At, *, turns: bool) -> Shown:
    count = variants_in(ctx.settings(WelcomeSettings), lang)
    variant = await Welcomes(ctx.tx).next_variant(ctx.community.id, lang, count, event.key)
    return Shown(variant, lang, at, turns)


def _tell_staff(ctx: Context, staff: ChannelRef, note: Message) -> int:
    return ctx.send(Post(staff, note)).outbox


async def _come_back(ctx: Context, arrival: Arrival) -> None:
    """Somebody who was here a moment ago: only what was put off by their leaving goes on."""
    if arrival.left_at is None:
        return
    await Welcomes(ctx.tx).change([arrival.member], left_at=None)
    if arrival.state == WAITING:
        await wait_for_note(ctx)
    elif arrival.state == GREETED and not arrival.nudged:
        await plan_nudge(ctx, arrival.member, arrival.joined_at)


@welcome.on(MemberLeft)
async def leave(ctx: Context, event: MemberLeft) -> None:
    """Takes back what has not reached them, and sends nothing more."""
    member, store = ctx.who.get(event.account.ref), Welcomes(ctx.tx)
    arrival = await store.arrival(member.id) if member is not None else None
    if member is None or arrival is None or await ctx.people.is_here(member):
        return
    await drop_nudge(ctx, member.id)
    sent = [one for one in (arrival.direct, arrival.post) if one is not None]
    waiting = [*sent, *([arrival.hello] if arrival.hello is not None else [])]
    taken_back = await Outbox(ctx.tx).cancel(waiting)
    unreached = arrival.state == GREETED and bool(sent) and set(sent) <= set(taken_back)
    await store.change([member.id], left_at=event.at, state=CANCELLED if unreached else arrival.state)


@welcome.exports
async def export(ctx: Context, member: Member) -> Mapping[str, Any]:
    return await Welcomes(ctx.tx).export(member.id)


@welcome.erases
async def erase(ctx: Context, member: Member) -> None:
    await drop_nudge(ctx, member.id)
    await Welcomes(ctx.tx).erase(member.id)


@welcome.merges
async def merge(ctx: Context, gone: Member, kept: Member) -> None:
    await drop_nudge(ctx, gone.id)
    await Welcomes(ctx.tx).merge(gone.id, kept.id)
