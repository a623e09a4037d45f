"""Two accounts of one person, joined by a code."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from sqlalchemy import select

from bot.cog import Cog
from bot.context import Context
from bot.platform import Platform
from bot.storage.database import Database
from bot.storage.people import People, Space
from bot.storage.points import Award, Points
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.events import CommandUsed, MembersMerged
from bot.vocabulary.model import Account, AccountRef, Community, Member, SpaceRef, Standing
from bot.vocabulary.replies import Choice, FieldErrors, Form, Message
from bot.vocabulary.text import Voice
from cogs.me.store import codes
from tests.world import Village, village

VILLAGE = Community(7, "Village", "en", "Asia/Seoul")
PLAZA = SpaceRef("playground", "plaza")
OFFICE = SpaceRef("slack", "T1")
ABROAD = SpaceRef("slack", "T2")
"""A workspace that is a community of its own."""
CODE = re.compile(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}")


class Elsewhere:
    """A second platform, as far as somebody there uses commands."""

    name = "slack"
    capabilities = frozenset(Capability)
    connected = True
    form_fields = 10

    async def stop_taking(self) -> None: ...

    async def close(self) -> None: ...


@dataclass
class Heard:
    """A responder that keeps the words it was given."""

    said: list[str] = field(default_factory=list)

    async def reply(self, message: Message, voice: Voice, *, private: bool) -> None:
        assert private
        assert message.text is not None
        self.said.append(voice.plain(message.text))

    async def replace(self, message: Message, voice: Voice) -> None: ...

    async def open(self, form: Form, voice: Voice) -> None: ...

    async def reject(self, form: Form, errors: FieldErrors, voice: Voice) -> bool:
        return False

    async def suggest(self, choices: Sequence[Choice], voice: Voice) -> None: ...

    async def defer(self, *, private: bool) -> None: ...


@dataclass
class Two:
    """A village that is on two platforms, and what was told of members who became one."""

    v: Village
    merged: list[MembersMerged]
    used: int = 0

    async def there(self, user: str, *path: str, space: SpaceRef = OFFICE, key: str = "", **options: str) -> str:
        """A command of somebody on the second platform; nothing where it was handled before."""
        self.used += 1
        heard = Heard()
        used = CommandUsed(
            key=key or f"slack:{self.used}",
            at=self.v.clock.now(),
            space=space,
            by=Account(AccountRef("slack", user), user.title(), bot=user.startswith("bot")),
            standing=Standing(),
            channel=None,
            path=path,
            options=options,
        )
        await self.v.app.interact(used, heard)
        await self.v.settled()
        return "".join(heard.said)

    async def code_here(self, user: str = "ben") -> str:
        found = CODE.search(self.v.read(await self.v.command(user, "me", "link")))
        assert found is not None
        return found[0]

    async def link_there(self, code: str, user: str = "ben", **more: Any) -> str:
        return await self.there(user, "me", "link", code=code, **more)

    async def member(self, platform: str, user: str, community: Community = VILLAGE) -> Member:
        async with self.v.app.database.read() as tx:
            found = await People(tx).members_by_account(community, platform, [user])
        return found[AccountRef(platform, user)]


@asynccontextmanager
async def two(database_url: str) -> AsyncIterator[Two]:
    merged: list[MembersMerged] = []
    watch = Cog("watch", package="cogs")

    @watch.on(MembersMerged)
    async def told(ctx: Context, event: MembersMerged) -> None:
        merged.append(event)

    homes = {PLAZA: VILLAGE, OFFICE: VILLAGE}
    async with village(database_url, ("me", "points", watch), homes=homes) as v:
        v.app.services.platforms = {**v.app.services.platforms, "slack": cast("Platform", Elsewhere())}
        yield Two(v, merged)


async def award(v: Village, member: Member, points: int, source: str) -> None:
    async with v.app.database.write() as tx:
        await Points(tx).award_many(VILLAGE, [Award(member.id, points, "kudos", source, v.clock.now(), 1)])


async def test_a_code_joins_two_accounts_into_one_member_with_one_ledger(database_url: str) -> None:
    async with two(database_url) as t:
        await t.there("ben", "me", "zone", zone="뉴욕")
        here, there = await t.member("playground", "ben"), await t.member("slack", "ben")
        assert here.id != there.id
        await award(t.v, here, 100, "a")
        await award(t.v, there, 30, "b")
        assert "one member now" in await t.link_there(await t.code_here())
        one, same = await t.member("playground", "ben"), await t.member("slack", "ben")
        assert one == same
        assert one.id == min(here.id, there.id)
        assert one.accounts == (AccountRef("playground", "ben"), AccountRef("slack", "ben"))
        assert one.zone == "America/New_York"
        async with t.v.app.database.read() as tx:
            assert await Points(tx).total(VILLAGE, one.id) == 130
            assert await People(tx).member(max(here.id, there.id)) is None
            assert await People(tx).person(max(here.person, there.person)) is None
        assert [(event.member, event.gone) for event in t.merged] == [(one.id, max(here.id, there.id))]
        assert "joined with *Ben* on Slack" in t.v.dms("ben")[-1]


async def test_what_comes_next_belongs_to_the_one_member(database_url: str) -> None:
    async with two(database_url) as t:
        await t.v.say("ben", "Good morning to all of you!")
        await t.link_there(await t.code_here())
        await t.v.advance(minutes=5)
        await t.v.say("ben", "What a lovely day for a walk")
        one = await t.member("slack", "ben")
        async with t.v.app.database.read() as tx:
            assert len(await Points(tx).history(one.id)) == 2
        assert "Ben (the playground), Ben (Slack)" in t.v.read(await t.v.command("ben", "me", "show"))


async def test_the_older_member_stays_whoever_gives_the_code(database_url: str) -> None:
    async with two(database_url) as t:
        here = await t.member("playground", "ben")
        given = CODE.search(await t.there("ben", "me", "link"))
        assert given is not None
        assert "one member" in t.v.read(await t.v.command("ben", "me", "link", code=given[0].lower().replace("-", " ")))
        assert (await t.member("slack", "ben")).id == here.id


async def test_what_one_of_them_hid_stays_hidden(database_url: str) -> None:
    async with two(database_url) as t:
        await t.there("ben", "me", "privacy", state="on")
        await t.there("ben", "me", "notices", state="off")
        await t.link_there(await t.code_here())
        one = await t.member("playground", "ben")
        assert one.hidden
        assert one.quiet


async def test_a_member_of_another_community_only_moves(database_url: str) -> None:
    async with two(database_url) as t:
        await t.there("ben", "me", "notices", state="off", space=ABROAD)
        await t.link_there(await t.code_here(), space=ABROAD)
        one = await t.member("playground", "ben")
        async with t.v.app.database.read() as tx:
            own = await People(tx).members_of(one.person)
        assert len({member.community for member in own}) == len(own) == 2
        assert not one.quiet
        assert not t.merged


async def test_a_code_works_once(database_url: str) -> None:
    async with two(database_url) as t:
        code = await t.code_here()
        await t.link_there(code)
        assert "wrong or too old" in await t.link_there(code, user="mallory")


async def test_a_new_code_ends_the_earlier_one(database_url: str) -> None:
    async with two(database_url) as t:
        first = await t.code_here()
        await t.code_here()
        assert "wrong or too old" in await t.link_there(first)


async def test_a_code_runs_out_after_ten_minutes(database_url: str) -> None:
    async with two(database_url) as t:
        code = await t.code_here()
        await t.v.advance(minutes=10)
        assert "wrong or too old" in await t.link_there(code)


async def test_a_code_is_kept_as_a_hash_only(database_url: str) -> None:
    async with two(database_url) as t:
        code = await t.code_here()
        async with t.v.app.database.read() as tx:
            (row,) = await tx.rows(select(codes))
        assert code.replace("-", "") not in str(row)


async def test_five_wrong_codes_pause_for_an_hour(database_url: str) -> None:
    async with two(database_url) as t:
        code = await t.code_here()
        said = [await t.link_there(f"AAAA-AAA{number}") for number in range(2, 7)]
        assert "4 more tries" in said[0]
        assert "1 more try" in said[3]
        assert "in an hour" in said[4]
        assert "too many wrong codes" in await t.link_there(code)
        await t.v.advance(minutes=61)
        assert "one member now" in await t.link_there(await t.code_here())


@pytest.mark.parametrize("community", ["same", "other"])
async def test_two_accounts_of_one_platform_stay_two(database_url: str, community: str) -> None:
    async with two(database_url) as t:
        given = CODE.search(await t.there("ben", "me", "link"))
        assert given is not None
        space = OFFICE if community == "same" else ABROAD
        assert "one account of each platform" in await t.link_there(given[0], user="benji", space=space)


async def test_one_s_own_code_on_the_same_account_is_explained(database_url: str) -> None:
    async with two(database_url) as t:
        code = await t.code_here()
        answer = await t.v.command("ben", "me", "link", code=code)
        assert "your other account" in t.v.read(answer)
        assert "one member now" in await t.link_there(code)
        assert "wrong" in await t.link_there(code)
        assert "joined already" in await t.link_there(await t.code_here())


async def test_a_bot_is_not_joined(database_url: str) -> None:
    async with two(database_url) as t:
        assert "Bots cannot" in await t.link_there(await t.code_here(), user="bot-x")


async def test_who_asked_to_be_forgotten_decides_that_first(database_url: str) -> None:
    async with two(database_url) as t:
        asked = await t.v.command("ben", "me", "forget")
        assert asked.message is not None
        await t.v.press("ben", asked.message.id)
        assert "/me keep" in await t.link_there(await t.code_here())


async def test_a_redelivered_press_does_nothing(database_url: str) -> None:
    async with two(database_url) as t:
        code = await t.code_here()
        assert "one member now" in await t.link_there(code, key="slack:once")
        assert await t.link_there(code, key="slack:once") == ""
        assert len(t.merged) == 1


async def test_two_at_once_use_a_code_once(database_url: str) -> None:
    async with two(database_url) as t:
        await t.there("ann", "me", "show")
        await t.there("eve", "me", "show", space=ABROAD)
        code = await t.code_here()
        said = await asyncio.gather(t.link_there(code, user="ann"), t.link_there(code, user="eve", space=ABROAD))
        assert sum("one member now" in text for text in said) == 1


async def test_a_form_asks_for_the_code(database_url: str) -> None:
    async with two(database_url) as t:
        given = CODE.search(await t.there("ben", "me", "link"))
        assert given is not None
        answer = await t.v.command("ben", "me", "link")
        assert answer.message is not None
        opened = await t.v.press("ben", answer.message.id)
        assert opened.form is not None
        assert "one member now" in t.v.read(await t.v.submit("ben", opened.form.id, code=given[0]))


async def test_a_merge_keeps_a_member_here_while_one_account_is(database: Database) -> None:
    space = Space(PLAZA, VILLAGE, "Plaza")
    ben, bento = (Account(AccountRef("playground", name), name) for name in ("ben", "bento"))
    async with database.write() as tx:
        people = People(tx)
        await people.save_community(VILLAGE)
        await people.save_space(space)
        await people.add(space, [ben])
        await people.add(space, [bento])
        found = await people.members_by_account(VILLAGE, "playground", ["ben", "bento"])
        kept, gone = found[ben.ref], found[bento.ref]
        now = await tx.clock()
        await people.came(kept, PLAZA, ben.ref, now)
        await people.came(gone, PLAZA, bento.ref, now)
        await people.went(kept, PLAZA, ben.ref, now)
        await people.move_accounts(gone.person, kept.person)
        await people.merge_member(gone, kept)
        assert [
            member for member, _ in await people.joined(VILLAGE, now.replace(year=2000), now.replace(year=2999))
        ] == [kept.id]
