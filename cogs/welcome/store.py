"""Who came, how they were greeted, by whom, and what they answered."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Row,
    Table,
    Text,
    case,
    delete,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    update,
)

from bot.api import AccountRef, pick_variant
from bot.storage.database import Tx
from bot.storage.tables import metadata
from bot.storage.types import Moment, to_ms

GREETED = "greeted"
"""A welcome was sent."""
WAITING = "waiting"
"""They will be named in the next note."""
NOTED = "noted"
"""A note named them, or there is nothing more to do."""
CANCELLED = "cancelled"
"""They left before anything reached them."""

STALE_NOTE = timedelta(hours=1)
"""A note that is this much overdue was lost, and the next one does not wait for it."""
AT_ONCE = 500
"""Accounts looked up by one statement."""

tables = metadata()

arrivals = Table(
    "welcome_arrivals",
    tables,
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("community_id", BigInteger, nullable=False),
    Column("platform", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("joined_at", Moment, nullable=False),
    Column("left_at", Moment),
    Column("state", Text, nullable=False),
    Column("variant", Integer, nullable=False),
    Column("direct", BigInteger),
    Column("post", BigInteger),
    Column("hello", BigInteger),
    Column("claimed_by", BigInteger),
    Column("nudged", Boolean, nullable=False, server_default=false()),
    Index(None, "community_id", "joined_at"),
    Index(None, "platform", "account"),
)

answers = Table(
    "welcome_answers",
    tables,
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("tag", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

greetings = Table(
    "welcome_greetings",
    tables,
    Column("newcomer_id", BigInteger, primary_key=True, autoincrement=False),
    Column("greeter_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

turns = Table(
    "welcome_turns",
    tables,
    Column("community_id", BigInteger, primary_key=True, autoincrement=False),
    Column("used", Text, nullable=False),
    Column("note_at", Moment),
    Column("reported_until", Moment),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A newcomer. `direct`, `post` and `hello` are what waits, or waited, in the outbox for them."""

    member: int
    community: int
    account: AccountRef
    joined_at: datetime
    state: str
    left_at: datetime | None = None
    variant: int = 0
    direct: int | None = None
    post: int | None = None
    hello: int | None = None
    claimed_by: int | None = None
    nudged: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    tag: str
    role: str


class Welcomes:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    # ------------------------------------------------------------- arrivals

    async def arrival(self, member_id: int) -> Arrival | None:
        row = await self._tx.row(select(arrivals).where(arrivals.c.member_id == member_id))
        return _arrival(row) if row else None

    async def save(self, arrival: Arrival) -> None:
        """A member who came anew: what was kept of an earlier time is over."""
        values = _values(arrival)
        statement = self._tx.insert(arrivals).values(member_id=arrival.member, **values)
        await self._tx.execute(statement.on_conflict_do_update(index_elements=["member_id"], set_=values))
        await self._tx.execute(delete(greetings).where(greetings.c.newcomer_id == arrival.member))

    async def change(self, member_ids: Collection[int], **values: Any) -> None:
        """`state`, `left_at`, `nudged`."""
        await self._tx.execute(update(arrivals).where(arrivals.c.member_id.in_(member_ids)).values(**values))

    async def joins(self, community_id: int, most: int) -> tuple[int, ...]:
        """The moments of the last joins in milliseconds, the oldest first; also of those who left again."""
        mine = select(arrivals.c.joined_at).where(arrivals.c.community_id == community_id)
        found = await self._tx.column(mine.order_by(arrivals.c.joined_at.desc()).limit(most))
        return tuple(to_ms(moment) for moment in reversed(found))

    async def joined(self, community_id: int, since: datetime, until: datetime, most: int) -> list[Arrival]:
        """Who joined in [since, until) and has not left, the oldest first."""
        rows = await self._tx.rows(
            select(arrivals)
            .where(arrivals.c.community_id == community_id, arrivals.c.left_at.is_(None))
            .where(arrivals.c.joined_at >= since, arrivals.c.joined_at < until)
            .order_by(arrivals.c.joined_at, arrivals.c.member_id)
            .limit(most)
        )
        return [_arrival(row) for row in rows]

    async def newcomers(
        self, community_id: int, accounts: Iterable[AccountRef], since: datetime
    ) -> dict[AccountRef, Arrival]:
        """Which of these accounts joined since a moment, and have not left."""
        by_platform: dict[str, set[str]] = defaultdict(set)
        for account in accounts:
            by_platform[account.platform].add(account.id)
        found: dict[AccountRef, Arrival] = {}
        for platform in sorted(by_platform):
            ids = sorted(by_platform[platform])
            for start in range(0, len(ids), AT_ONCE):
                some = ids[start : start + AT_ONCE]
                for row in await self._tx.rows(_recent(community_id, since, platform, some)):
                    found[AccountRef(platform, row.account)] = _arrival(row)
        return found

    # ---------------------------------------------------------------- notes

    async def next_variant(self, community_id: int, pool: str, count: int, seed: str) -> int:
        """One of `count` texts, none twice before all have come. Holds the community's row until the commit."""
        pools: dict[str, list[int]] = json.loads(await self._turn(community_id))
        size, *used = pools.get(pool, [count])
        if size != count:
            used = []
        picked = pick_variant(count, used, seed)
        used.append(picked)
        # Whole rounds only are forgotten, so that the current one stays known.
        pools[pool] = [count, *(used[count:] if len(used) >= 2 * count else used)]
        await self._tx.execute(update(turns).where(turns.c.community_id == community_id).values(used=json.dumps(pools)))
        return picked

    async def _turn(self, community_id: int) -> str:
        statement = self._tx.insert(turns).values(community_id=community_id, used="{}")
        own = statement.on_conflict_do_update(index_elements=["community_id"], set_={"used": turns.c.used}).returning(
            turns.c.used
        )
        return str(await self._tx.scalar(own))

    async def open_note(self, community_id: int, at: datetime) -> bool:
        """Whether a new note is to be written at that moment; else one will be already."""
        statement = self._tx.insert(turns).values(community_id=community_id, used="{}", note_at=at)
        over = or_(turns.c.note_at.is_(None), turns.c.note_at < at - STALE_NOTE)
        note_at = case((over, literal(at, Moment)), else_=turns.c.note_at)
        planned = statement.on_conflict_do_update(index_elements=["community_id"], set_={"note_at": note_at}).returning(
            turns.c.note_at
        )
        return bool(await self._tx.scalar(planned) == _whole_ms(at))

    async def close_note(self, community_id: int) -> list[int]:
        """Who waits for the note that is written now, the oldest first. Whoever comes later waits for the next."""
        await self._tx.execute(update(turns).where(turns.c.community_id == community_id).values(note_at=None))
        return list(
            await self._tx.column(
                select(arrivals.c.member_id)
                .where(arrivals.c.community_id == community_id, arrivals.c.state == WAITING)
                .where(arrivals.c.left_at.is_(None))
                .order_by(arrivals.c.joined_at, arrivals.c.member_id)
            )
        )

    # ------------------------------------------------------------ greetings

    async def claim(self, newcomer_id: int, member_id: int) -> int | None:
        """Who says hello: the member, or whoever was first; None for somebody who is not there."""
        await self._tx.execute(
            update(arrivals)
            .where(arrivals.c.member_id == newcomer_id, arrivals.c.claimed_by.is_(None))
            .where(arrivals.c.left_at.is_(None))
            .values(claimed_by=member_id)
        )
        here = arrivals.c.left_at.is_(None)
        claimer: int | None = await self._tx.scalar(
            select(arrivals.c.claimed_by).where(arrivals.c.member_id == newcomer_id, here)
        )
        return claimer

    async def greet(self, newcomer_id: int, greeter_id: int, at: datetime) -> bool:
        """Whether it is their first greeting."""
        row = {"newcomer_id": newcomer_id, "greeter_id": greeter_id, "at": at}
        statement = self._tx.insert(greetings).values(row).on_conflict_do_nothing()
        return await self._tx.row(statement.returning(greetings.c.newcomer_id)) is not None

    async def greeters(self, newcomer_ids: Collection[int]) -> Mapping[int, list[int]]:
        """Who greeted each of these newcomers, the first one first."""
        rows = await self._tx.rows(
            select(greetings)
            .where(greetings.c.newcomer_id.in_(newcomer_ids))
            .order_by(greetings.c.at, greetings.c.greeter_id)
        )
        found: dict[int, list[int]] = defaultdict(list)
        for row in rows:
            found[row.newcomer_id].append(row.greeter_id)
        return found

    async def report_from(self, community_id: int, until: datetime, usual: timedelta, most: timedelta) -> datetime:
        """Where the report up to a moment begins: where the last one ended, if there was one lately."""
        kept = select(turns.c.reported_until).where(turns.c.community_id == community_id)
        last: datetime | None = await self._tx.scalar(kept)
        statement = self._tx.insert(turns).values(community_id=community_id, used="{}", reported_until=until)
        reached = {"reported_until": statement.excluded.reported_until}
        await self._tx.execute(statement.on_conflict_do_update(index_elements=["community_id"], set_=reached))
        return until - usual if last is None else max(last, until - most)

    # -------------------------------------------------------------- answers

    async def answer(self, member_id: int, tag: str, role: str, at: datetime) -> Answered | None:
        """Keeps an answer; what it replaces."""
        statement = self._tx.insert(answers).values(member_id=member_id, tag="", role="", at=at)
        # Locks the row, and leaves it as it is, so that two presses at once come one after the other.
        held = statement.on_conflict_do_update(index_elements=["member_id"], set_={"tag": answers.c.tag})
        row = await self._tx.row(held.returning(answers.c.tag, answers.c.role))
        await self._tx.execute(
            update(answers).where(answers.c.member_id == member_id).values(tag=tag, role=role, at=at)
        )
        return Answered(row.tag, row.role) if row is not None and row.tag else None

    async def answered(self, member_id: int) -> Answered | None:
        row = await self._tx.row(select(answers).where(answers.c.member_id == member_id))
        return Answered(row.tag, row.role) if row else None

    # --------------------------------------------------- a member as a whole

    async def export(self, member_id: int) -> dict[str, Any]:
        """All that is kept here about a member, as JSON can hold it."""
        arrival, answered = await self.arrival(member_id), await self.answered(member_id)
        greeted = select(func.count()).where(greetings.c.greeter_id == member_id)
        greeted_by = select(func.count()).where(greetings.c.newcomer_id == member_id)
        return {
            "joined_at": arrival.joined_at.isoformat() if arrival else None,
            "answer": answered.tag if answered else None,
            "newcomers_greeted": int(await self._tx.scalar(greeted) or 0),
            "greeted_by": int(await self._tx.scalar(greeted_by) or 0),
        }

    async def erase(self, member_id: int) -> None:
        for table in (arrivals, answers):
            await self._tx.execute(delete(table).where(table.c.member_id == member_id))
        either = or_(greetings.c.newcomer_id == member_id, greetings.c.greeter_id == member_id)
        await self._tx.execute(delete(greetings).where(either))
        await self._tx.execute(update(arrivals).where(arrivals.c.claimed_by == member_id).values(claimed_by=None))

    async def merge(self, gone: int, kept: int) -> None:
        """What belonged to one member belongs to another; where both have something, the other's stays."""
        for table in (arrivals, answers):
            await self._move(table, "member_id", gone, kept)
        for column in ("newcomer_id", "greeter_id"):
            await self._move(greetings, column, gone, kept)
        oneself = (greetings.c.newcomer_id == kept, greetings.c.greeter_id == kept)
        await self._tx.execute(delete(greetings).where(*oneself))
        await self._tx.execute(update(arrivals).where(arrivals.c.claimed_by == gone).values(claimed_by=kept))

    async def _move(self, table: Table, column: str, gone: int, kept: int) -> None:
        """Rows of `gone` to `kept`, except where `kept` has one that is the same otherwise."""
        other = table.alias("other")
        keys = [key.name for key in table.primary_key if key.name != column]
        same = [other.c[column] == kept, *(other.c[key] == table.c[key] for key in keys)]
        taken = exists(select(literal(1)).select_from(other).where(*same)).correlate(table)
        await self._tx.execute(delete(table).where(table.c[column] == gone, taken))
        await self._tx.execute(update(table).where(table.c[column] == gone).values({column: kept}))

    async def sweep(self, community_id: int, before: datetime) -> None:
        """Forgets arrivals of long ago with their greetings; the answers are the members' own."""
        old = select(arrivals.c.member_id).where(arrivals.c.community_id == community_id, arrivals.c.joined_at < before)
        await self._tx.execute(delete(greetings).where(greetings.c.newcomer_id.in_(old)))
        await self._tx.execute(
            delete(arrivals).where(arrivals.c.community_id == community_id, arrivals.c.joined_at < before)
        )


def _recent(community_id: int, since: datetime, platform: str, ids: Sequence[str]) -> Any:
    return select(arrivals).where(
        arrivals.c.community_id == community_id,
        arrivals.c.platform == platform,
        arrivals.c.account.in_(ids),
        arrivals.c.joined_at > since,
        arrivals.c.left_at.is_(None),
    )


def _whole_ms(moment: datetime) -> datetime:
    """The moment as the database gives it back."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _values(arrival: Arrival) -> dict[str, Any]:
    return {
        "community_id": arrival.community,
        "platform": arrival.account.platform,
        "account": arrival.account.id,
        "joined_at": arrival.joined_at,
        "left_at": arrival.left_at,
        "state": arrival.state,
        "variant": arrival.variant,
        "direct": arrival.direct,
        "post": arrival.post,
        "hello": arrival.hello,
        "claimed_by": arrival.claimed_by,
        "nudged": arrival.nudged,
    }


def _arrival(row: Row[Any]) -> Arrival:
    return Arrival(
        member=row.member_id,
        community=row.community_id,
        account=AccountRef(row.platform, row.account),
        joined_at=row.joined_at,
        state=row.state,
        left_at=row.left_at,
        variant=row.variant,
        direct=row.direct,
        post=row.post,
        hello=row.hello,
        claimed_by=row.claimed_by,
        nudged=row.nudged,
    )
