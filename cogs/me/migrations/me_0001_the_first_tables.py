"""the first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "me_0001"
down_revision = None
branch_labels = ("me",)


def upgrade(op: Operations) -> None:
    op.create_table(
        "me_codes",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_me_codes")),
        sa.UniqueConstraint("hash", name=op.f("uq_me_codes_hash")),
    )
    op.create_table(
        "me_farewells",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_me_farewells")),
    )
    op.create_table(
        "me_tries",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_me_tries")),
    )
