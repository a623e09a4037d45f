"""the first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "settings_0001"
down_revision = None
branch_labels = ("settings",)


def upgrade(op: Operations) -> None:
    op.create_table(
        "settings_changes",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("cog", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings_changes")),
    )
    op.create_index(
        op.f("ix_settings_changes_community_id_id"), "settings_changes", ["community_id", "id"], unique=False
    )
    op.create_index(op.f("ix_settings_changes_member_id"), "settings_changes", ["member_id"], unique=False)
