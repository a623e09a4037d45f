"""Who changed which setting, and when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Row, Table, Text, select, update

from bot.storage.database import Tx
from bot.storage.tables import metadata
from bot.storage.types import Moment

tables = metadata()

changes = Table(
    "settings_changes",
    tables,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("community_id", BigInteger, nullable=False),
    Column("cog", Text, nullable=False),
    Column("member_id", BigInteger, index=True),
    Column("operator", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "community_id", "id"),
)

OPERATOR, MEMBER = "operator", "member"
"""Who changed something: someone at the terminal, or a member."""


@dataclass(frozen=True, slots=True)
class Change:
    """`fields` has each field's old and new value as JSON; `member` is None for an operator, and for the forgotten."""

    id: int
    cog: str
    member: int | None
    by_operator: bool
    fields: Mapping[str, tuple[str, str]]
    at: datetime


class Changes:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def add(
        self, community: int, cog: str, member: int | None, fields: Mapping[str, tuple[str, str]], at: datetime
    ) -> None:
        await self._tx.execute(
            changes.insert().values(
                id=self._tx.ids.next(),
                community_id=community,
                cog=cog,
                member_id=member,
                operator=OPERATOR if member is None else MEMBER,
                fields=json.dumps(dict(fields), ensure_ascii=False),
                at=at,
            )
        )

    async def newest(self, community: int, before: int | None, limit: int) -> list[Change]:
        statement = select(changes).where(changes.c.community_id == community)
        if before is not None:
            statement = statement.where(changes.c.id < before)
        rows = await self._tx.rows(statement.order_by(changes.c.id.desc()).limit(limit))
        return [_change(row) for row in rows]

    async def export(self, member: int) -> list[dict[str, Any]]:
        """What a member changed, as JSON values."""
        rows = await self._tx.rows(select(changes).where(changes.c.member_id == member).order_by(changes.c.id))
        found = map(_change, rows)
        return [{"at": each.at.isoformat(), "cog": each.cog, "fields": dict(each.fields)} for each in found]

    async def erase(self, member: int) -> None:
        """What was changed stays known; by whom does not."""
        await self._tx.execute(update(changes).where(changes.c.member_id == member).values(member_id=None))

    async def merge(self, gone: int, kept: int) -> None:
        await self._tx.execute(update(changes).where(changes.c.member_id == gone).values(member_id=kept))


def _change(row: Row[Any]) -> Change:
    fields = {name: (old, new) for name, (old, new) in json.loads(row.fields).items()}
    return Change(row.id, row.cog, row.member_id, row.operator == OPERATOR, fields, row.at)
