"""Forms that wait: to be opened by a button, or to be mended after a mistake."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from bot.storage.codec import dump, load
from bot.storage.database import Tx
from bot.storage.tables import drafts
from bot.vocabulary.replies import Form


class Drafts:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def keep(self, member_id: int, form: Form, values: Mapping[str, str], at: datetime) -> str:
        """Stores a form with what was written so far; the draft's id."""
        draft = secrets.token_urlsafe(9)
        await self._tx.execute(
            drafts.insert().values(
                id=draft, member_id=member_id, form=dump(form, Form), answers=json.dumps(dict(values)), at=at
            )
        )
        return draft

    async def find(self, draft: str, member_id: int) -> tuple[Form, dict[str, str]] | None:
        """The member's own draft."""
        row = await self._tx.row(select(drafts).where(drafts.c.id == draft, drafts.c.member_id == member_id))
        return (load(row.form, Form), json.loads(row.answers)) if row else None

    async def write(self, draft: str, values: Mapping[str, str]) -> None:
        await self._tx.execute(drafts.update().where(drafts.c.id == draft).values(answers=json.dumps(dict(values))))

    async def drop(self, draft: str) -> None:
        await self._tx.execute(delete(drafts).where(drafts.c.id == draft))

    async def forget(self, member_id: int) -> None:
        await self._tx.execute(delete(drafts).where(drafts.c.member_id == member_id))

    async def export(self, member_id: int) -> list[dict[str, Any]]:
        """What the member wrote into forms and has not sent yet."""
        rows = await self._tx.rows(select(drafts).where(drafts.c.member_id == member_id).order_by(drafts.c.at))
        return [{"at": row.at.isoformat(), "answers": json.loads(row.answers)} for row in rows]

    async def sweep(self, before: datetime) -> None:
        await self._tx.execute(delete(drafts).where(drafts.c.at < before))
