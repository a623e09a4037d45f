"""What is due when: a row a schedule, with the moment of its next occurrence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Row, case, delete, func, or_, select, update

from bot.domain.schedule import Once, Policy, Trigger, check, next_after
from bot.storage.codec import dump, load
from bot.storage.database import Tx
from bot.storage.tables import schedules

UNREADABLE = (ValueError, ArithmeticError)
"""What a trigger raises that is none: malformed, in no zone, or every 0 seconds."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Schedule:
    """`name` tells schedules of one job apart; `values` are handed to the job."""

    id: int
    community: int
    cog: str
    job: str
    name: str
    trigger: Trigger
    values: Mapping[str, str | int]
    policy: Policy
    next_at: datetime | None


class Schedules:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def put(
        self,
        community: int,
        cog: str,
        job: str,
        trigger: Trigger,
        *,
        now: datetime,
        name: str = "",
        values: Mapping[str, str | int] | None = None,
        policy: Policy = "once",
    ) -> None:
        """Sets a schedule; one of the same job and name is replaced, and keeps its next run if its trigger is the same.

        A moment that has passed is due at once. Raises BadSchedule.
        """
        first = (next_after(trigger, now) or now) if isinstance(trigger, Once) else check(trigger, now)
        row = {
            "trigger": dump(trigger, Trigger),
            "arguments": json.dumps(dict(values or {})),
            "policy": policy,
            "next_at": first,
        }
        identity = {"community_id": community, "cog": cog, "job": job, "name": name}
        statement = self._tx.insert(schedules).values(id=self._tx.ids.next(), **identity, **row)
        new = statement.excluded
        kept = case(
            (schedules.c.trigger == new.trigger, func.coalesce(schedules.c.next_at, new.next_at)), else_=new.next_at
        )
        await self._tx.execute(
            statement.on_conflict_do_update(
                index_elements=list(identity),
                set_={**row, "next_at": kept},
                where=or_(
                    schedules.c.next_at.is_(None),
                    *(schedules.c[name] != new[name] for name in ("trigger", "arguments", "policy")),
                ),
            )
        )

    async def remove(self, community: int, cog: str, job: str, name: str = "") -> None:
        await self._tx.execute(
            delete(schedules).where(
                schedules.c.community_id == community,
                schedules.c.cog == cog,
                schedules.c.job == job,
                schedules.c.name == name,
            )
        )

    async def due(self, now: datetime, limit: int = 200) -> tuple[list[Schedule], list[int]]:
        """What is due, and the ids of due rows that cannot be read."""
        rows = await self._tx.rows(
            select(schedules).where(schedules.c.next_at <= now).order_by(schedules.c.next_at).limit(limit)
        )
        return _readable(rows), [row.id for row in rows if _schedule(row) is None]

    async def next_at(self) -> datetime | None:
        first: datetime | None = await self._tx.scalar(select(func.min(schedules.c.next_at)))
        return first

    async def advance(self, schedule_id: int, done: datetime) -> None:
        """An occurrence was taken: on to the next one; a schedule that has none left goes, an unreadable one stops."""
        row = await self._tx.row(select(schedules).where(schedules.c.id == schedule_id))
        if row is None or row.next_at is None or row.next_at > done:
            return
        try:
            following = next_after(load(row.trigger, Trigger), done)
        except UNREADABLE as error:
            await self.stop(schedule_id, error)
            return
        if following is None:
            await self._tx.execute(delete(schedules).where(schedules.c.id == schedule_id))
            return
        await self._tx.execute(update(schedules).where(schedules.c.id == schedule_id).values(next_at=following))

    async def stop(self, schedule_id: int, why: object) -> None:
        """Never due again, until it is set anew."""
        log.error("a schedule cannot be read, and stops", schedule=schedule_id, error=str(why))
        await self._tx.execute(update(schedules).where(schedules.c.id == schedule_id).values(next_at=None))

    async def skip_to(self, schedule: Schedule, following: datetime | None) -> None:
        """Nothing of what was missed is run."""
        if following is None:
            await self._tx.execute(delete(schedules).where(schedules.c.id == schedule.id))
            return
        await self._tx.execute(
            update(schedules)
            .where(schedules.c.id == schedule.id, schedules.c.next_at == schedule.next_at)
            .values(next_at=following)
        )

    async def all(self, community: int | None = None) -> list[Schedule]:
        """Those that can be read."""
        statement = select(schedules).order_by(schedules.c.next_at)
        if community is not None:
            statement = statement.where(schedules.c.community_id == community)
        return _readable(await self._tx.rows(statement))


def _readable(rows: Sequence[Row[Any]]) -> list[Schedule]:
    return [schedule for row in rows if (schedule := _schedule(row)) is not None]


def _schedule(row: Row[Any]) -> Schedule | None:
    """None for a row that cannot be read: written by another version, or by hand."""
    try:
        trigger, values = load(row.trigger, Trigger), json.loads(row.arguments)
    except UNREADABLE:
        return None
    return Schedule(row.id, row.community_id, row.cog, row.job, row.name, trigger, values, row.policy, row.next_at)
