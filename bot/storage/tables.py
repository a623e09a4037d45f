"""The core's tables. What one cog needs lives in that cog's `store.py`."""

from __future__ import annotations

from typing import TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from bot.storage.types import Moment

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, so that a migration can name it on both engines."""


Tables: TypeAlias = MetaData
"""The tables of the core, or of one cog."""


def metadata() -> Tables:
    """A cog's own metadata, named by the same convention."""
    return MetaData(naming_convention=NAMING)


core = metadata()


def _id() -> Column[int]:
    return Column("id", BigInteger, primary_key=True, autoincrement=False)


communities = Table(
    "communities",
    core,
    _id(),
    Column("name", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("zone", Text, nullable=False),
)

spaces = Table(
    "spaces",
    core,
    Column("platform", Text, primary_key=True),
    Column("space", Text, primary_key=True),
    Column("community_id", BigInteger, ForeignKey(communities.c.id), nullable=False),
    Column("name", Text, nullable=False),
    Column("lost_at", Moment),
)

people = Table(
    "people",
    core,
    _id(),
    Column("locale", Text),
    Column("zone", Text),
)

accounts = Table(
    "accounts",
    core,
    Column("platform", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("person_id", BigInteger, ForeignKey(people.c.id), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("bot", Boolean, nullable=False, server_default=false()),
    Column("locale", Text),
    Column("zone", Text),
)

members = Table(
    "members",
    core,
    _id(),
    Column("community_id", BigInteger, ForeignKey(communities.c.id), nullable=False),
    Column("person_id", BigInteger, ForeignKey(people.c.id), nullable=False, index=True),
    Column("joined_at", Moment),
    Column("left_at", Moment),
    Column("hidden", Boolean, nullable=False, server_default=false()),
    Column("quiet", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("community_id", "person_id"),
    Index(None, "community_id", "joined_at"),
)

presences = Table(
    "presences",
    core,
    Column("platform", Text, primary_key=True),
    Column("space", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("joined_at", Moment),
    Column("left_at", Moment),
    sqlite_with_rowid=False,
)

tags = Table(
    "tags",
    core,
    Column("member_id", BigInteger, ForeignKey(members.c.id), primary_key=True),
    Column("tag", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)

seen = Table(
    "seen",
    core,
    Column("key", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

facts = Table(
    "facts",
    core,
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("fact", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

fact_days = Table(
    "fact_days",
    core,
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("fact", Text, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

ledger = Table(
    "ledger",
    core,
    _id(),
    Column("community_id", BigInteger, nullable=False),
    Column("member_id", BigInteger, nullable=False),
    Column("points", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("rule", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reverses", BigInteger),
    UniqueConstraint("source", "reason", "member_id"),
    Index(None, "member_id", "id"),
)

scores = Table(
    "scores",
    core,
    Column("community_id", BigInteger, primary_key=True, autoincrement=False),
    Column("period", Text, primary_key=True),
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("points", Integer, nullable=False),
    Column("listed", Boolean, nullable=False, server_default=true()),
    Index(None, "community_id", "period", "points"),
    sqlite_with_rowid=False,
)

score_counts = Table(
    "score_counts",
    core,
    Column("community_id", BigInteger, primary_key=True, autoincrement=False),
    Column("period", Text, primary_key=True),
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("bucket", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

earners = Table(
    "earners",
    core,
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("last_award_ms", BigInteger),
    Column("day", Integer, nullable=False),
    Column("day_points", Integer, nullable=False),
    Column("prints", LargeBinary, nullable=False),
)

settings = Table(
    "settings",
    core,
    Column("community_id", BigInteger, primary_key=True, autoincrement=False),
    Column("cog", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

versions = Table(
    "versions",
    core,
    Column("name", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
)

schedules = Table(
    "schedules",
    core,
    _id(),
    Column("community_id", BigInteger, ForeignKey(communities.c.id), nullable=False),
    Column("cog", Text, nullable=False),
    Column("job", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("trigger", Text, nullable=False),
    Column("arguments", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("next_at", Moment, index=True),
    UniqueConstraint("community_id", "cog", "job", "name"),
)

_UNDONE = text("state IN ('waiting', 'claimed')")
_MERGES = text("merge_key IS NOT NULL AND state = 'waiting'")

outbox = Table(
    "outbox",
    core,
    _id(),
    Column("community_id", BigInteger, nullable=False),
    Column("platform", Text, nullable=False),
    Column("destination", Text, nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("action", Text, nullable=False),
    Column("tag", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("lease_ms", BigInteger),
    Column("worker", Text),
    Column("after_id", BigInteger),
    Column("merge_key", Text),
    Column("made_at", Moment, nullable=False),
    Column("error", Text),
    Column("result", Text),
    Index(None, "platform", "lane", "id", sqlite_where=_UNDONE, postgresql_where=_UNDONE),
    Index(None, "destination", "id", sqlite_where=_UNDONE, postgresql_where=_UNDONE),
    Index(None, "merge_key", sqlite_where=_MERGES, postgresql_where=_MERGES),
)

dead_events = Table(
    "dead_events",
    core,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("cog", Text, nullable=False),
    Column("listener", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

drafts = Table(
    "drafts",
    core,
    Column("id", Text, primary_key=True),
    Column("member_id", BigInteger, nullable=False),
    Column("form", Text, nullable=False),
    Column("answers", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
