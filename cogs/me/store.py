"""Codes that join two accounts, tries with wrong ones, and who asked to be forgotten."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, Table, Text, delete, select

from bot.storage.database import Tx
from bot.storage.tables import metadata
from bot.storage.types import Moment

tables = metadata()


def _person() -> Column[int]:
    return Column("person_id", BigInteger, primary_key=True, autoincrement=False)


codes = Table(
    "me_codes",
    tables,
    _person(),
    Column("hash", Text, nullable=False, unique=True),
    Column("ends_at", Moment, nullable=False),
)

tries = Table(
    "me_tries",
    tables,
    _person(),
    Column("since", Moment, nullable=False),
    Column("number", Integer, nullable=False),
)

farewells = Table(
    "me_farewells",
    tables,
    _person(),
    Column("community_id", BigInteger, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong codes in a row of time that began at `since`."""

    number: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Farewell:
    """Somebody wants to be forgotten at `due_at`; they asked in this community."""

    person: int
    community: int
    asked_at: datetime
    due_at: datetime


class MeStore:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def keep_code(self, person: int, code: str, ends_at: datetime, now: datetime) -> None:
        """A person has one code at a time, kept as a hash only; those that ran out go."""
        await self._tx.execute(delete(codes).where(codes.c.ends_at <= now))
        values = {"hash": _hash(code), "ends_at": ends_at}
        statement = self._tx.insert(codes).values(person_id=person, **values)
        await self._tx.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=values))

    async def giver(self, code: str, now: datetime) -> int | None:
        """The person whose code this is."""
        found: int | None = await self._tx.scalar(select(codes.c.person_id).where(*_valid(code, now)))
        return found

    async def use_code(self, code: str, now: datetime) -> bool:
        """True once for each code."""
        return bool(await self._tx.rows(delete(codes).where(*_valid(code, now)).returning(codes.c.person_id)))

    async def tries(self, person: int, after: datetime) -> Tries | None:
        """Wrong codes so far, where the first of them was tried after a moment."""
        row = await self._tx.row(select(tries).where(tries.c.person_id == person, tries.c.since > after))
        return Tries(row.number, row.since) if row else None

    async def count_try(self, person: int, now: datetime, after: datetime) -> None:
        """One wrong code more; what began at `after` or earlier counts no longer."""
        await self._tx.execute(delete(tries).where(tries.c.since <= after))
        statement = self._tx.insert(tries).values(person_id=person, since=now, number=1)
        await self._tx.execute(
            statement.on_conflict_do_update(index_elements=["person_id"], set_={"number": tries.c.number + 1})
        )

    async def ask(self, farewell: Farewell) -> Farewell:
        """Who asks twice keeps the first date."""
        statement = self._tx.insert(farewells).values(
            person_id=farewell.person,
            community_id=farewell.community,
            asked_at=farewell.asked_at,
            due_at=farewell.due_at,
        )
        await self._tx.execute(statement.on_conflict_do_nothing())
        return await self.farewell(farewell.person) or farewell

    async def farewell(self, person: int) -> Farewell | None:
        row = await self._tx.row(select(farewells).where(farewells.c.person_id == person))
        return Farewell(row.person_id, row.community_id, row.asked_at, row.due_at) if row else None

    async def take_back(self, person: int) -> bool:
        """Whether there was a farewell to be taken back."""
        gone = delete(farewells).where(farewells.c.person_id == person).returning(farewells.c.person_id)
        return bool(await self._tx.rows(gone))

    async def export(self, person: int) -> dict[str, Any]:
        code = await self._tx.scalar(select(codes.c.ends_at).where(codes.c.person_id == person))
        tried = await self._tx.row(select(tries).where(tries.c.person_id == person))
        wish = await self.farewell(person)
        return {
            "code": {"ends_at": code.isoformat()} if code else None,
            "wrong_codes": {"number": tried.number, "since": tried.since.isoformat()} if tried else None,
            "forget": {"asked_at": wish.asked_at.isoformat(), "due_at": wish.due_at.isoformat()} if wish else None,
        }

    async def erase(self, person: int) -> None:
        for table in (codes, tries, farewells):
            await self._tx.execute(delete(table).where(table.c.person_id == person))


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _valid(code: str, now: datetime) -> tuple[Any, Any]:
    return codes.c.hash == _hash(code), codes.c.ends_at > now
