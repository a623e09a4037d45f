"""Everything that is kept about a person, as one file of JSON."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from bot.api import Context, Drafts, File, Member, board_day


async def export(work: Context, member: Member) -> File:
    """All communities of the person, with what every cog keeps under the cog's name."""
    kept = await work.people.export(member.person)
    memberships = kept.pop("memberships")
    kept["memberships"] = [
        await _membership(work, own, memberships[own.community])
        for own in sorted(await work.people.members_of(member.person), key=lambda own: own.id)
    ]
    content = {"exported_at": work.now.isoformat(), **kept}
    text = json.dumps(content, ensure_ascii=False, indent=2, default=_plain)
    day = board_day(work.now, work.community.zone)
    return File(f"madang-{day.isoformat()}.json", "application/json", text.encode())


async def _membership(work: Context, member: Member, kept: dict[str, Any]) -> dict[str, Any]:
    community = await work.people.community(member.community)
    assert community is not None, "a member's community is there"
    here = work.elsewhere(community)
    cogs: dict[str, dict[str, Any]] = {}
    for cog in work.catalogue.cogs:
        for exporter in cog.exporters:
            cogs.setdefault(cog.name, {}).update(await exporter(here.as_cog(cog), member))
    return {
        "community": {"id": community.id, "name": community.name},
        "member": kept,
        "unsent_forms": await Drafts(work.tx).export(member.id),
        "cogs": cogs,
    }


def _plain(value: Any) -> str:
    """What JSON has no type for."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
