"""One person with several accounts: a code given on one of them, typed on the other.

A person has one account on each platform. Two on the same one would count twice what may count once.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from bot.api import (
    CommandName,
    Context,
    Drafts,
    Invocation,
    Listed,
    Member,
    MembersMerged,
    Message,
    Person,
    Phrase,
    Say,
    When,
)
from cogs.me.store import MeStore
from cogs.me.words import NAME, say

LIVES = timedelta(minutes=10)
LENGTH = 8
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, 1, I, L and O, which are read as one another."""
MOST_TRIES = 5
STRETCH = timedelta(hours=1)


async def give(work: Context, member: Member) -> str:
    """A new code for the member's other account; an earlier one is worth nothing any more."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    await MeStore(work.tx).keep_code(member.person, code, work.now + LIVES, work.now)
    half = LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


async def join(work: Context, ctx: Invocation, typed: str) -> Phrase:
    """Joins whoever gave the code with whoever typed it; what to say of it."""
    store, mine = MeStore(work.tx), ctx.member.person
    code = "".join(letter for letter in typed.upper() if letter.isalnum())
    giver = await store.giver(code, work.now)
    if giver is not None:
        # First of all: whoever writes by what they remember of these people ends before anything is moved.
        await work.changed_people()
    await work.people.hold({mine, giver or mine})
    tried = await store.tries(mine, work.now - STRETCH)
    if tried is not None and tried.number >= MOST_TRIES:
        return say("link-paused", until=When(tried.since + STRETCH, "relative"))
    if giver is None:
        await store.count_try(mine, work.now, work.now - STRETCH)
        return say("link-wrong", left=MOST_TRIES - (tried.number if tried else 0) - 1)
    one, other = await work.people.person(giver), await work.people.person(mine)
    if one is None or other is None:
        return say("link-again")
    hindrance = await _hindrance(store, ctx, one, other)
    if hindrance is not None:
        return hindrance
    if not await store.use_code(code, work.now):
        return say("link-again")
    await _tell_giver(work, ctx, one)
    await unite(work, one, other)
    return say("linked", accounts=accounts(one, other))


async def _hindrance(store: MeStore, ctx: Invocation, one: Person, other: Person) -> Phrase | None:
    if one.id == other.id:
        return say("link-same")
    if any(account.bot for account in (*one.accounts, *other.accounts, ctx.account)):
        return say("link-bot")
    doubled = platforms(one) & platforms(other)
    if doubled:
        return say("link-same-platform", platform=platform_name(min(doubled)))
    if await store.farewell(one.id) or await store.farewell(other.id):
        return say("link-leaving", keep=CommandName(NAME, "keep"))
    return None


async def _tell_giver(work: Context, ctx: Invocation, giver: Person) -> None:
    """On the account where the code was made, so that nobody is joined without seeing it."""
    members = await work.people.members_of(giver.id)
    if members:
        text = say("linked-notice", name=ctx.account.name, platform=platform_name(ctx.account.ref.platform))
        await work.tell(members[0], Message(text))


async def unite(work: Context, one: Person, other: Person) -> None:
    """Makes one person of two: the older stays, and so does the older member of each community.

    The caller has told that people change before holding them.
    """
    kept, gone = sorted((one, other), key=lambda person: person.id)
    people = work.people
    own = {member.community: member for member in await people.members_of(kept.id)}
    theirs = {member.community: member for member in await people.members_of(gone.id)}
    await people.move_accounts(gone.id, kept.id)
    for community in sorted(theirs):
        if community in own:
            await _merge(work, own[community], theirs[community])
        else:
            await people.move_member(theirs[community].id, kept.id)
    await people.set_person(kept.id, locale=kept.locale or gone.locale, zone=kept.zone or gone.zone)
    await MeStore(work.tx).erase(gone.id)
    await people.drop_person(gone.id)


async def _merge(work: Context, own: Member, theirs: Member) -> None:
    """What both members of a community have becomes the older one's; what one of them hid stays hidden."""
    kept, gone = sorted((own, theirs), key=lambda member: member.id)
    community = await work.people.community(own.community)
    assert community is not None, "a member's community is there"
    here = work.elsewhere(community)
    for cog in work.catalogue.cogs:
        for merger in cog.mergers:
            await merger(here.as_cog(cog), gone, kept)
    await work.people.merge_member(gone, kept)
    await work.people.move_member(kept.id, own.person)
    await work.people.set_member(kept.id, hidden=own.hidden or theirs.hidden, quiet=own.quiet or theirs.quiet)
    await Drafts(work.tx).forget(gone.id)
    here.emit(MembersMerged(community=community.id, at=work.now, member=kept.id, gone=gone.id))


def platforms(person: Person) -> set[str]:
    return {account.ref.platform for account in person.accounts}


def platform_name(platform: str) -> Say:
    return say("platform", platform=platform)


def accounts(*persons: Person) -> Listed:
    """Every account by its name and platform."""
    return Listed(
        tuple(
            say("account", name=account.name or "?", platform=platform_name(account.ref.platform))
            for person in persons
            for account in person.accounts
        )
    )
