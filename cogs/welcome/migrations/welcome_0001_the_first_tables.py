"""the first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "welcome_0001"
down_revision = None
branch_labels = ("welcome",)


def upgrade(op: Operations) -> None:
    op.create_table(
        "welcome_answers",
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_welcome_answers")),
    )
    op.create_table(
        "welcome_arrivals",
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("variant", sa.Integer(), nullable=False),
        sa.Column("direct", sa.BigInteger(), nullable=True),
        sa.Column("post", sa.BigInteger(), nullable=True),
        sa.Column("hello", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.BigInteger(), nullable=True),
        sa.Column("nudged", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_welcome_arrivals")),
    )
    op.create_index(
        op.f("ix_welcome_arrivals_community_id_joined_at"),
        "welcome_arrivals",
        ["community_id", "joined_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_welcome_arrivals_platform_account"), "welcome_arrivals", ["platform", "account"], unique=False
    )
    op.create_table(
        "welcome_greetings",
        sa.Column("newcomer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("greeter_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("newcomer_id", "greeter_id", name=op.f("pk_welcome_greetings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "welcome_turns",
        sa.Column("community_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("used", sa.Text(), nullable=False),
        sa.Column("note_at", sa.BigInteger(), nullable=True),
        sa.Column("reported_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_welcome_turns")),
    )
