"""Who is who: communities and spaces, people and their accounts, members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, bindparam, func, or_, select, text, update

from bot.storage.bulk import Among, Bulk
from bot.storage.database import Tx
from bot.storage.tables import accounts, communities, members, people, presences, spaces, tags
from bot.storage.types import storable
from bot.vocabulary.model import Account, AccountRef, Community, Member, SpaceRef

NAMELESS = "?"
"""The name of somebody who was forgotten, until they show themselves again."""


@dataclass(frozen=True, slots=True)
class Space:
    """A space and the community it belongs to."""

    ref: SpaceRef
    community: Community
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """What someone chose for themselves (None: what their platforms say), and their accounts."""

    id: int
    locale: str | None
    zone: str | None
    accounts: tuple[Account, ...]


def _asked(asked: ColumnElement[Any], source: FromClause) -> Select[Any]:
    """A row for each account of a member, with the member's own columns in every one."""
    return (
        select(
            asked.label("asked"),
            members.c.id,
            members.c.community_id,
            members.c.person_id,
            members.c.hidden,
            members.c.quiet,
            people.c.locale,
            people.c.zone,
            accounts.c.platform,
            accounts.c.account,
            accounts.c.name,
            accounts.c.bot,
            accounts.c.locale.label("told_locale"),
            accounts.c.zone.label("told_zone"),
        )
        .select_from(source.outerjoin(accounts, accounts.c.person_id == members.c.person_id))
        .order_by(asked, accounts.c.platform, accounts.c.account)
    )


_WITH_PEOPLE = members.join(people, people.c.id == members.c.person_id)
_OWN = accounts.alias("own")
_BY_ID = Among(members.c.id, lambda listed: _asked(members.c.id, _WITH_PEOPLE).where(listed))
_BY_ACCOUNT = Among(
    _OWN.c.account,
    lambda listed: _asked(_OWN.c.account, _WITH_PEOPLE.join(_OWN, _OWN.c.person_id == members.c.person_id)).where(
        listed, _OWN.c.platform == bindparam("of_platform"), members.c.community_id == bindparam("community")
    ),
)


_MEET = Bulk(
    presences.c.platform,
    presences.c.space,
    presences.c.account,
    then=lambda insert: insert.on_conflict_do_nothing(),
)


class People:
    """Reads and writes people in one transaction."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def communities(self) -> list[Community]:
        return [_community(row) for row in await self._tx.rows(select(communities).order_by(communities.c.id))]

    async def community(self, community_id: int) -> Community | None:
        row = await self._tx.row(select(communities).where(communities.c.id == community_id))
        return _community(row) if row else None

    async def save_community(self, community: Community) -> None:
        row = {"name": community.name, "locale": community.locale, "zone": community.zone}
        statement = self._tx.insert(communities).values(id=community.id, **row)
        await self._tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))

    async def spaces(self) -> list[Space]:
        joined = spaces.join(communities, communities.c.id == spaces.c.community_id)
        rows = await self._tx.rows(
            select(spaces.c.platform, spaces.c.space, spaces.c.name.label("title"), communities).select_from(joined)
        )
        return [
            Space(
                SpaceRef(row.platform, row.space),
                Community(row.id, row.name, row.locale, row.zone),
                row.title,
            )
            for row in rows
        ]

    async def save_space(self, space: Space) -> None:
        statement = self._tx.insert(spaces).values(
            platform=space.ref.platform, space=space.ref.id, community_id=space.community.id, name=space.name
        )
        await self._tx.execute(
            statement.on_conflict_do_update(
                index_elements=["platform", "space"],
                set_={"community_id": space.community.id, "name": space.name, "lost_at": None},
            )
        )

    async def lock_spaces(self) -> None:
        """Until the commit nobody else makes a space. SQLite has one writer at a time anyway."""
        if self._tx.engine == "postgresql":
            await self._tx.execute(text("LOCK TABLE spaces IN SHARE ROW EXCLUSIVE MODE"))

    async def lose_space(self, space: SpaceRef, at: datetime) -> None:
        await self._tx.execute(
            update(spaces).where(spaces.c.platform == space.platform, spaces.c.space == space.id).values(lost_at=at)
        )

    async def members_by_account(
        self, community: Community, platform: str, ids: Collection[str]
    ) -> dict[AccountRef, Member]:
        """The members behind accounts, for those that are known in this community."""
        rows = await _BY_ACCOUNT.rows(self._tx, ids, community=community.id, of_platform=platform)
        return {AccountRef(platform, account): member for account, member in _members(rows).items()}

    async def members(self, ids: Collection[int]) -> dict[int, Member]:
        return _members(await _BY_ID.rows(self._tx, ids))

    async def member(self, member_id: int) -> Member | None:
        return (await self.members([member_id])).get(member_id)

    async def members_of(self, person: int) -> list[Member]:
        rows = await self._tx.column(select(members.c.id).where(members.c.person_id == person))
        return list((await self.members(rows)).values())

    async def find(self, community: Community, typed: str, limit: int = 25) -> list[Member]:
        """Members whose display name begins with what was typed."""
        pattern = func.lower(accounts.c.name).startswith(typed.lower(), autoescape=True)
        ids = await self._tx.column(
            select(members.c.id)
            .select_from(members.join(accounts, accounts.c.person_id == members.c.person_id))
            .where(members.c.community_id == community.id, pattern)
            .limit(limit)
        )
        return list((await self.members(ids)).values())

    async def _accounts_of(self, person: int) -> Sequence[Row[Any]]:
        return await self._tx.rows(
            select(accounts).where(accounts.c.person_id == person).order_by(accounts.c.platform, accounts.c.account)
        )

    async def add(self, space: Space, new: Sequence[Account]) -> None:
        """Makes people, accounts and members for accounts that this space's community does not know yet.

        Another process may do the same at the same moment: whoever is second keeps the first one's rows.
        """
        persons = await self._person_ids(new)
        fresh = [account for account in new if account.ref not in persons]
        made = {account.ref: self._tx.ids.next() for account in fresh}
        await self._tx.execute(
            self._tx.insert(people).on_conflict_do_nothing(), [{"id": person} for person in made.values()]
        )
        await self._tx.execute(
            self._tx.insert(accounts).on_conflict_do_nothing(),
            sorted((_account_row(account, made[account.ref]) for account in fresh), key=_account_key),
        )
        persons = await self._person_ids(new) if fresh else persons
        rows = [
            {"id": self._tx.ids.next(), "community_id": space.community.id, "person_id": person}
            for person in sorted(set(persons.values()))
        ]
        await self._tx.execute(self._tx.insert(members).on_conflict_do_nothing(), rows)
        await self.meet(space.ref, [account.ref.id for account in new])

    async def meet(self, space: SpaceRef, ids: Collection[str]) -> None:
        """The accounts were seen in the space; what is known of their coming and going stays."""
        await _MEET.run(self._tx, [(space.platform, space.id, account) for account in sorted(ids)])

    async def _person_ids(self, new: Sequence[Account]) -> dict[AccountRef, int]:
        found: dict[AccountRef, int] = {}
        for platform in sorted({account.ref.platform for account in new}):
            ids = [account.ref.id for account in new if account.ref.platform == platform]
            rows = await self._tx.rows(
                select(accounts.c.account, accounts.c.person_id).where(
                    accounts.c.platform == platform, accounts.c.account.in_(ids)
                )
            )
            found.update({AccountRef(platform, row.account): row.person_id for row in rows})
        return found

    async def refresh(self, account: Account) -> bool:
        """Takes over what the platform says of an account now; whether that is anything new."""
        values: dict[str, Any] = {"name": storable(account.name), "bot": account.bot}
        values |= {key: value for key, value in (("locale", account.locale), ("zone", account.zone)) if value}
        differs = or_(*(accounts.c[name].is_distinct_from(value) for name, value in values.items()))
        return await self._tx.execute(update(accounts).where(_is(account.ref), differs).values(**values)) > 0

    async def came(self, member: Member, space: SpaceRef, account: AccountRef, at: datetime) -> None:
        """The account is in the space now; a member who had left is back."""
        values = {"joined_at": at, "left_at": None}
        statement = self._tx.insert(presences).values(
            platform=space.platform, space=space.id, account=account.id, **values
        )
        await self._tx.execute(
            statement.on_conflict_do_update(index_elements=["platform", "space", "account"], set_=values)
        )
        back = members.c.joined_at.is_(None) | members.c.left_at.is_not(None)
        await self._tx.execute(update(members).where(members.c.id == member.id, back).values(**values))

    async def went(self, member: Member, space: SpaceRef, account: AccountRef, at: datetime) -> None:
        """The account left the space; the member has left when no account of theirs is left in the community."""
        await self._tx.execute(
            update(presences)
            .where(
                presences.c.platform == space.platform,
                presences.c.space == space.id,
                presences.c.account == account.id,
            )
            .values(left_at=at)
        )
        if not await self.is_here(member):
            await self._tx.execute(update(members).where(members.c.id == member.id).values(left_at=at))

    async def is_here(self, member: Member) -> bool:
        """Whether an account of the member is known to be in a space of the community."""
        same = and_(
            presences.c.platform == accounts.c.platform,
            presences.c.account == accounts.c.account,
            presences.c.left_at.is_(None),
        )
        in_community = and_(
            spaces.c.platform == presences.c.platform,
            spaces.c.space == presences.c.space,
            spaces.c.community_id == member.community,
        )
        found = await self._tx.row(
            select(presences.c.account)
            .select_from(accounts.join(presences, same).join(spaces, in_community))
            .where(accounts.c.person_id == member.person)
            .limit(1)
        )
        return found is not None

    async def joined(self, community: Community, since: datetime, until: datetime) -> list[tuple[int, datetime]]:
        """Members who joined in [since, until) and have not left, with their moment, oldest first."""
        rows = await self._tx.rows(
            select(members.c.id, members.c.joined_at)
            .where(
                members.c.community_id == community.id,
                members.c.joined_at >= since,
                members.c.joined_at < until,
                members.c.left_at.is_(None),
            )
            .order_by(members.c.joined_at, members.c.id)
        )
        return [(row.id, row.joined_at) for row in rows]

    async def joined_at(self, member: Member) -> datetime | None:
        moment: datetime | None = await self._tx.scalar(select(members.c.joined_at).where(members.c.id == member.id))
        return moment

    async def space_of(self, member: Member, platform: str | None = None) -> tuple[SpaceRef, AccountRef] | None:
        """A space where the member can be reached, the one joined last; on `platform` where one is named."""
        same = and_(presences.c.platform == accounts.c.platform, presences.c.account == accounts.c.account)
        statement = (
            select(presences.c.platform, presences.c.space, presences.c.account)
            .select_from(accounts.join(presences, same))
            .where(accounts.c.person_id == member.person, presences.c.left_at.is_(None))
            .order_by(presences.c.joined_at.desc())
        )
        if platform is not None:
            statement = statement.where(presences.c.platform == platform)
        row = await self._tx.row(statement.limit(1))
        return (SpaceRef(row.platform, row.space), AccountRef(row.platform, row.account)) if row else None

    async def hold(self, persons: Collection[int]) -> None:
        """Nobody else joins or forgets these people until the commit."""
        held = select(people.c.id).where(people.c.id.in_(persons)).order_by(people.c.id)
        await self._tx.rows(held.with_for_update())

    async def person(self, person_id: int) -> Person | None:
        row = await self._tx.row(select(people).where(people.c.id == person_id))
        if row is None:
            return None
        known = await self._accounts_of(person_id)
        return Person(row.id, row.locale, row.zone, tuple(_account(account) for account in known))

    async def export(self, person_id: int) -> dict[str, Any]:
        """All that is kept here about a person, as JSON can hold it; memberships by the community's id."""
        person = (await self._tx.rows(select(people).where(people.c.id == person_id)))[0]
        known = await self._accounts_of(person_id)
        here = and_(presences.c.platform == accounts.c.platform, presences.c.account == accounts.c.account)
        places = await self._tx.rows(
            select(presences)
            .select_from(accounts.join(presences, here))
            .where(accounts.c.person_id == person_id)
            .order_by(presences.c.platform, presences.c.space)
        )
        own = await self._tx.rows(select(members).where(members.c.person_id == person_id).order_by(members.c.id))
        return {
            "person": {"id": person.id, "language": person.locale, "zone": person.zone},
            "accounts": [_exported(row, "platform", "account", "name", "bot", "locale", "zone") for row in known],
            "spaces": [_exported(row, "platform", "space", "account", "joined_at", "left_at") for row in places],
            "memberships": {
                row.community_id: _exported(row, "id", "joined_at", "left_at", "hidden", "quiet")
                | {"tags": await self._exported_tags(row.id)}
                for row in own
            },
        }

    async def _exported_tags(self, member_id: int) -> list[dict[str, Any]]:
        rows = await self._tx.rows(select(tags).where(tags.c.member_id == member_id).order_by(tags.c.tag))
        return [_exported(row, "tag", "at") for row in rows]

    async def set_person(self, person: int, **values: str | None) -> None:
        """`locale`, `zone`."""
        await self._tx.execute(update(people).where(people.c.id == person).values(**values))

    async def set_member(self, member_id: int, **values: bool) -> None:
        """`hidden`, `quiet`."""
        await self._tx.execute(update(members).where(members.c.id == member_id).values(**values))

    async def tag(self, member_id: int, tag: str, at: datetime) -> None:
        statement = self._tx.insert(tags).values(member_id=member_id, tag=tag, at=at)
        await self._tx.execute(statement.on_conflict_do_nothing())

    async def untag(self, member_id: int, which: Iterable[str]) -> None:
        await self._tx.execute(tags.delete().where(tags.c.member_id == member_id, tags.c.tag.in_(list(which))))

    async def tags(self, member_id: int) -> list[str]:
        return list(await self._tx.column(select(tags.c.tag).where(tags.c.member_id == member_id).order_by(tags.c.tag)))

    async def move_accounts(self, gone: int, kept: int) -> None:
        """Every account of one person is another's from now on."""
        await self._tx.execute(update(accounts).where(accounts.c.person_id == gone).values(person_id=kept))

    async def move_member(self, member_id: int, person: int) -> None:
        await self._tx.execute(update(members).where(members.c.id == member_id).values(person_id=person))

    async def merge_member(self, gone: Member, kept: Member) -> None:
        """Drops the row of a member who is part of another now; the earlier joining and the later leaving count."""
        both = members.c.id.in_([gone.id, kept.id])
        first = await self._tx.scalar(select(func.min(members.c.joined_at)).where(both))
        stays = await self._tx.scalar(select(members.c.id).where(both, members.c.left_at.is_(None)).limit(1))
        last = None if stays else await self._tx.scalar(select(func.max(members.c.left_at)).where(both))
        known = await self.tags(kept.id)
        moved = [tag for tag in await self.tags(gone.id) if tag not in known]
        await self._tx.execute(
            update(tags).where(tags.c.member_id == gone.id, tags.c.tag.in_(moved)).values(member_id=kept.id)
        )
        await self._tx.execute(tags.delete().where(tags.c.member_id == gone.id))
        await self._tx.execute(members.delete().where(members.c.id == gone.id))
        await self._tx.execute(update(members).where(members.c.id == kept.id).values(joined_at=first, left_at=last))

    async def drop_person(self, person: int) -> None:
        """Removes a person who has neither accounts nor memberships left."""
        await self._tx.execute(people.delete().where(people.c.id == person))

    async def forget(self, member: Member) -> None:
        """Erases name, language, zone and tags; the rows stay, so that references hold."""
        await self._tx.execute(tags.delete().where(tags.c.member_id == member.id))
        await self._tx.execute(
            update(accounts).where(accounts.c.person_id == member.person).values(name="", locale=None, zone=None)
        )
        await self.set_person(member.person, locale=None, zone=None)
        await self.set_member(member.id, hidden=True, quiet=True)


def _community(row: Row[Any]) -> Community:
    return Community(row.id, row.name, row.locale, row.zone)


def _account(row: Row[Any]) -> Account:
    return Account(AccountRef(row.platform, row.account), row.name, row.bot, row.locale, row.zone)


def _exported(row: Row[Any], *names: str) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _is(ref: AccountRef) -> Any:
    return and_(accounts.c.platform == ref.platform, accounts.c.account == ref.id)


def _account_row(account: Account, person: int) -> dict[str, Any]:
    return {
        "platform": account.ref.platform,
        "account": account.ref.id,
        "person_id": person,
        "name": storable(account.name),
        "bot": account.bot,
        "locale": account.locale,
        "zone": account.zone,
    }


def _account_key(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["platform"], row["account"]


def _members(rows: Iterable[Any]) -> dict[Any, Member]:
    """By what was asked."""
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.asked].append(row)
    return {asked: _member(own[0], [row for row in own if row.platform is not None]) for asked, own in found.items()}


def _member(row: Any, known: Sequence[Any]) -> Member:
    """The person's own choices first, else what their platforms say of them."""
    return Member(
        id=row.id,
        community=row.community_id,
        person=row.person_id,
        name=next((account.name for account in known if account.name), NAMELESS),
        accounts=tuple(AccountRef(account.platform, account.account) for account in known),
        locale=row.locale or next((account.told_locale for account in known if account.told_locale), None),
        zone=row.zone or next((account.told_zone for account in known if account.told_zone), None),
        hidden=row.hidden,
        quiet=row.quiet,
        bot=any(account.bot for account in known),
    )
