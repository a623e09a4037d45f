"""What a member chooses for themselves. Language and zone are the person's, privacy and notices the member's."""

from __future__ import annotations

from bot.api import CommandName, Context, Invalid, Invocation, Listed, Points, Say
from cogs.me import zones
from cogs.me.words import NAME, say

AUTO = zones.AUTO


async def language(ctx: Invocation, chosen: str) -> Say:
    async with ctx.write() as work:
        await work.people.set_person(ctx.member.person, locale=None if chosen == AUTO else chosen)
        await _changed(ctx, work)
    ctx.locale = ctx.member.locale or ctx.told_locale or ctx.community.locale
    return say("language-auto") if chosen == AUTO else say("language-set")


async def zone(ctx: Invocation, typed: str) -> Say:
    """Raises Invalid for what is no zone, with those that are near."""
    chosen = None if zones.key_of(typed) in zones.AUTOMATIC else _zone(typed)
    async with ctx.write() as work:
        await work.people.set_person(ctx.member.person, zone=chosen)
        await _changed(ctx, work)
    key = "zone-auto" if chosen is None else "zone-set"
    return say(key, zone=ctx.zone, time=zones.clock(ctx, ctx.zone))


def _zone(typed: str) -> str:
    found = zones.find(typed)
    if found is not None:
        return found
    near = zones.near(typed)
    problem = say("zone-near", typed=typed, near=Listed(tuple(near))) if near else say("zone-unknown", typed=typed)
    raise Invalid({"zone": problem})


async def privacy(ctx: Invocation, *, hidden: bool) -> Say:
    async with ctx.write() as work:
        await work.people.set_member(ctx.member.id, hidden=hidden)
        await Points(work.tx).list_member(ctx.community, ctx.member.id, listed=not hidden)
        await _changed(ctx, work)
    return say("privacy-set", state="on" if hidden else "off")


async def notices(ctx: Invocation, *, wanted: bool) -> Say:
    async with ctx.write() as work:
        await work.people.set_member(ctx.member.id, quiet=not wanted)
        await _changed(ctx, work)
    return say("notices-set", state="on" if wanted else "off", change=CommandName(NAME, "notices"))


async def _changed(ctx: Invocation, work: Context) -> None:
    await work.changed_people()
    ctx.member = await work.people.member(ctx.member.id) or ctx.member
