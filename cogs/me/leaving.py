"""Being forgotten: asked for, waited for, taken back or carried out. It reaches every community of the person."""

from __future__ import annotations

from datetime import timedelta

from bot.api import CommandName, Context, Drafts, Job, Lines, Member, Message, Points, Schedules, Template
from cogs.me.store import Farewell, MeStore
from cogs.me.words import NAME, say

WAIT = timedelta(days=7)


def explained() -> Lines:
    """What is erased and what is kept, before anybody decides."""
    return Lines(
        (
            say("forget-what", days=WAIT.days),
            say("forget-erased"),
            say("forget-kept"),
            say("forget-until", export=CommandName(NAME, "export")),
        )
    )


async def ask(work: Context, member: Member, job: Job) -> Farewell:
    """Keeps the wish, to be carried out after WAIT; who asks twice keeps the date."""
    wish = Farewell(member.person, work.community.id, work.now, work.now + WAIT)
    kept = await MeStore(work.tx).ask(wish)
    await work.schedule(job, kept.due_at, name=_name(member.person), person=member.person)
    return kept


async def take_back(work: Context, member: Member, job: Job) -> bool:
    """Whether there was anything to take back."""
    store = MeStore(work.tx)
    wish = await store.farewell(member.person)
    if wish is None:
        return False
    await Schedules(work.tx).remove(wish.community, job.cog, job.name, _name(member.person))
    return await store.take_back(member.person)


def _name(person: int) -> str:
    return f"person-{person}"


async def carry_out(ctx: Context, person: int) -> None:
    """Erases the person everywhere, all of it or nothing. Does nothing where the wish was taken back."""
    store = MeStore(ctx.tx)
    # First of all: whoever writes by what they remember of the person ends before anything is erased.
    await ctx.changed_people()
    await ctx.people.hold([person])
    wish = await store.farewell(person)
    if wish is None or wish.due_at > ctx.now:
        return
    members = sorted(await ctx.people.members_of(person), key=lambda member: member.id)
    if members:
        # Said in words of their language now: when it is delivered, nobody knows it any more.
        await ctx.tell(members[0], Message(Template(ctx.voice(members[0].locale).plain(say("forgotten")))))
    for member in members:
        await _forget(ctx, member)
    await store.erase(person)


async def _forget(ctx: Context, member: Member) -> None:
    community = await ctx.people.community(member.community)
    assert community is not None, "a member's community is there"
    here = ctx.elsewhere(community)
    for cog in ctx.catalogue.cogs:
        for eraser in cog.erasers:
            await eraser(here.as_cog(cog), member)
    await ctx.people.forget(member)
    # Whoever writes again afterwards starts in private, on the boards too.
    await Points(ctx.tx).list_member(community, member.id, listed=False)
    await Drafts(ctx.tx).forget(member.id)
