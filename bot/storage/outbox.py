"""What must leave: written in the transaction that decides it, delivered afterwards, at least once.

A row waits, is claimed with a lease, and ends as done, refused or dead. Rows of one destination leave one at a
time, in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any

from pydantic import Discriminator
from sqlalchemy import (
    BigInteger,
    Executable,
    Integer,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from bot.storage.codec import dump, load
from bot.storage.database import EngineName, Tx, database_ms
from bot.storage.tables import outbox
from bot.storage.types import storable
from bot.vocabulary.actions import (
    Action,
    Ban,
    Delete,
    DirectMessage,
    Edit,
    GrantRole,
    Kick,
    OpenThread,
    Post,
    PublishHome,
    React,
    RevokeRole,
    TimeOut,
)
from bot.vocabulary.model import ChannelRef, MessageRef, Undelivered

URGENT, POSTS, DIRECT = 0, 1, 2
"""Lanes: what protects people, then what a channel reads, then DMs."""

LEASE_MS = 30_000
"""How long a claimed row is left alone before another worker may take it."""

_LANES: dict[str, int] = {
    "delete": URGENT,
    "timeout": URGENT,
    "kick": URGENT,
    "ban": URGENT,
    "direct": DIRECT,
    "home": DIRECT,
}
_UNDONE = ("waiting", "claimed")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that this worker may deliver. `action` still holds references to undelivered messages."""

    id: int
    community: int
    platform: str
    action: Action
    tag: str
    attempts: int
    made_at: datetime
    worker: str


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A row as operators see it; the action's text is gone once it was delivered."""

    id: int
    community: int
    platform: str
    destination: str
    kind: str
    state: str
    attempts: int
    tag: str
    error: str | None
    made_at: datetime


class Outbox:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    def put(self, community: int, action: Action, *, at: datetime, tag: str = "") -> Undelivered:
        """Buffers an action; it is written by `flush`, before the commit."""
        row_id = self._tx.ids.next()
        platform, destination = _address(action)
        merge_key = _merge_key(action)
        self._tx.outgoing.append(
            {
                "id": row_id,
                "community_id": community,
                "platform": platform,
                "destination": destination,
                "lane": _LANES.get(action.kind, POSTS),
                "action": dump(action, Action),
                "tag": tag,
                "state": "waiting",
                "attempts": 0,
                "due_ms": 0,
                "after_id": _waits_for(action),
                "merge_key": merge_key,
                "made_at": at,
                "error": None,
            }
        )
        return Undelivered(row_id)

    async def flush(self) -> int:
        """Writes what was put; how many rows. An edit replaces an earlier one that still waits."""
        rows, self._tx.outgoing = self._tx.outgoing, []
        await self._own_platforms(rows)
        await self._tx.execute(_PUT, rows)
        for row in rows:
            if row["merge_key"]:
                await self._tx.execute(
                    update(outbox)
                    .where(
                        outbox.c.merge_key == row["merge_key"],
                        outbox.c.state == "waiting",
                        outbox.c.id < row["id"],
                    )
                    .values(state="superseded", action="")
                )
        return len(rows)

    async def _own_platforms(self, rows: Sequence[dict[str, Any]]) -> None:
        """An action on a message that is still in the outbox goes where that message goes.

        Where that row is gone, nobody would ever take this one.
        """
        waiting = [row for row in rows if not row["platform"]]
        known = {row["id"]: row["platform"] for row in rows}
        missing = {row["after_id"] for row in waiting} - known.keys()
        if missing:
            found = await self._tx.rows(select(outbox.c.id, outbox.c.platform).where(outbox.c.id.in_(missing)))
            known |= {row.id: row.platform for row in found}
        for row in waiting:
            row["platform"] = known.get(row["after_id"], "")
            if not row["platform"]:
                row |= {"state": "refused", "action": "", "error": "its message is not known any more"}

    async def claim(self, platform: str, worker: str, limit: int, lease_ms: int = LEASE_MS) -> list[Claimed]:
        """Takes what may leave now, in lanes. A row waits for earlier ones of its destination and for its target."""
        found = await self._tx.ask(_ready(self._tx.engine), {"for_platform": platform, "room": limit})
        if not found:
            return []
        claim = {"ids": [id for (id,) in found], "by": worker, "lease": lease_ms}
        rows = await self._tx.ask(_claim(self._tx.engine), claim)
        return [_claimed(row) for row in sorted(rows, key=lambda row: (row.lane, row.id))]

    async def next_ms(self, platform: str) -> int | None:
        """Milliseconds until the earliest row may be claimed; None where nothing waits."""
        ((first,),) = await self._tx.ask(_next(self._tx.engine), {"for_platform": platform})
        return None if first is None else max(0, int(first))

    async def result(self, outbox_id: int) -> MessageRef | None:
        """The message that a row became, once it is done."""
        text = await self._tx.scalar(select(outbox.c.result).where(outbox.c.id == outbox_id))
        return load(text, MessageRef) if text else None

    async def close(self, row: Claimed, state: str, *, result: MessageRef | None = None, error: str = "") -> bool:
        """Ends a claimed row and drops its text, but keeps that of a dead one.

        False where it had ended already, or where another worker has it since the lease ran out.
        """
        became = None if result is None else dump(result, MessageRef)
        ended = {
            "of": row.id,
            "held_by": row.worker,
            "ended": state,
            "why": storable(error) or None,
            "became": became,
        }
        return bool(await self._tx.ask(_CLOSE, ended))

    async def postpone(self, row: Claimed, after_ms: int, error: str) -> None:
        """Back to waiting, until the database's time has moved on by so much; nothing where another has it by now."""
        due_ms = database_ms(self._tx.engine) + after_ms
        await self._tx.execute(
            update(outbox).where(_HELD).values(state="waiting", due_ms=due_ms, lease_ms=None, error=storable(error)),
            [{"of": row.id, "held_by": row.worker}],
        )

    async def cancel(self, row_ids: Sequence[int]) -> list[int]:
        """Takes back what has not left yet; which rows those were."""
        touched = await self._tx.rows(
            update(outbox)
            .where(outbox.c.id.in_(row_ids), outbox.c.state == "waiting")
            .values(state="superseded", action="")
            .returning(outbox.c.id)
        )
        return [row.id for row in touched]

    async def redrive(self, row_id: int) -> bool:
        """Sends a dead row once more from the start."""
        touched = await self._tx.rows(
            update(outbox)
            .where(outbox.c.id == row_id, outbox.c.state == "dead")
            .values(state="waiting", attempts=0, due_ms=0)
            .returning(outbox.c.id)
        )
        return bool(touched)

    async def rows(self, *, states: Sequence[str], limit: int = 50) -> list[OutboxRow]:
        found = await self._tx.rows(select(outbox).where(outbox.c.state.in_(states)).order_by(outbox.c.id).limit(limit))
        return [_shown(row) for row in found]

    async def waiting(self) -> int:
        return int(await self._tx.scalar(select(func.count()).where(outbox.c.state.in_(_UNDONE))) or 0)

    async def sweep(self, before: datetime, limit: int = 5000) -> None:
        """Forgets what ended before a moment; dead rows stay until someone decides."""
        ended = outbox.c.state.not_in((*_UNDONE, "dead"))
        old = select(outbox.c.id).where(outbox.c.made_at < before, ended).limit(limit)
        await self._tx.execute(delete(outbox).where(outbox.c.id.in_(old)))


@cache
def _ready(engine: EngineName) -> Select[Any]:
    """What may leave now: neither too early, nor behind another of its destination, nor before its target."""
    now = database_ms(engine)
    earlier, target = outbox.alias("earlier"), outbox.alias("target")
    unblocked = ~(
        select(earlier.c.id)
        .where(
            earlier.c.destination == outbox.c.destination,
            earlier.c.state.in_(_UNDONE),
            earlier.c.id < outbox.c.id,
        )
        .exists()
    )
    settled = ~(select(target.c.id).where(target.c.id == outbox.c.after_id, target.c.state.in_(_UNDONE)).exists())
    waits = and_(outbox.c.state == "waiting", outbox.c.due_ms <= now)
    lapsed = and_(outbox.c.state == "claimed", outbox.c.lease_ms < now)
    return (
        select(outbox.c.id)
        .where(
            outbox.c.platform == bindparam("for_platform"),
            outbox.c.state.in_(_UNDONE),
            or_(waits, lapsed),
            unblocked,
            settled,
        )
        .order_by(outbox.c.lane, outbox.c.id)
        .limit(bindparam("room", type_=Integer))
        .with_for_update(skip_locked=True, of=outbox)
    )


@cache
def _claim(engine: EngineName) -> Executable:
    lease_ms = database_ms(engine) + bindparam("lease", type_=BigInteger)
    return (
        update(outbox)
        .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
        .values(state="claimed", worker=bindparam("by"), attempts=outbox.c.attempts + 1, lease_ms=lease_ms)
        .returning(outbox)
    )


@cache
def _next(engine: EngineName) -> Select[Any]:
    ready = case((outbox.c.state == "claimed", outbox.c.lease_ms), else_=outbox.c.due_ms)
    here = outbox.c.platform == bindparam("for_platform")
    return select(func.min(ready) - database_ms(engine)).where(here, outbox.c.state.in_(_UNDONE))


_PUT = outbox.insert()
_HELD = and_(
    outbox.c.id == bindparam("of"),
    outbox.c.state == "claimed",
    outbox.c.worker == bindparam("held_by"),
)
_CLOSE = (
    update(outbox)
    .where(_HELD)
    .values(
        state=bindparam("ended"),
        error=bindparam("why"),
        lease_ms=None,
        result=func.coalesce(bindparam("became", type_=Text), outbox.c.result),
        action=case((bindparam("ended", type_=Text) == "dead", outbox.c.action), else_=""),
    )
    .returning(outbox.c.id)
)


def _address(action: Action) -> tuple[str, str]:
    """Platform and destination. A lane has its own queue to each place."""
    match action:
        case Post(channel=channel):
            return channel.space.platform, f"post:{_channel(channel)}"
        case DirectMessage(to=to):
            return to.platform, f"direct:{to.platform}:{to.id}"
        case Edit() | Delete() | React() | OpenThread():
            target = action.target
            if isinstance(target, Undelivered):
                return "", f"{action.kind}:{target.outbox}"
            return target.channel.space.platform, f"{action.kind}:{_channel(target.channel)}"
        case GrantRole() | RevokeRole() | TimeOut() | Kick() | Ban() | PublishHome():
            return action.account.platform, f"account:{action.account.platform}:{action.account.id}"


def _channel(channel: ChannelRef) -> str:
    return f"{channel.space.platform}:{channel.space.id}:{channel.id}"


def _waits_for(action: Action) -> int | None:
    target = action.thread if isinstance(action, Post) else getattr(action, "target", None)
    return target.outbox if isinstance(target, Undelivered) else None


def _merge_key(action: Action) -> str | None:
    if not isinstance(action, Edit):
        return None
    target = action.target
    return f"edit:{target.outbox}" if isinstance(target, Undelivered) else f"edit:{target.source}"


_BY_KIND = Annotated[Action, Discriminator("kind")]
"""Read six times as fast as by trying one kind after the other."""


def _claimed(row: Row[Any]) -> Claimed:
    action = load(row.action, _BY_KIND)
    return Claimed(row.id, row.community_id, row.platform, action, row.tag, row.attempts, row.made_at, row.worker)


def _shown(row: Row[Any]) -> OutboxRow:
    kind = load(row.action, Action).kind if row.action else row.destination.partition(":")[0]
    return OutboxRow(
        row.id,
        row.community_id,
        row.platform,
        row.destination,
        kind,
        row.state,
        row.attempts,
        row.tag,
        row.error,
        row.made_at,
    )
