"""Who asks, and whom their options name: accounts of a platform become members."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.access import access_of
from bot.context import Invocation, Services
from bot.engine.binding import Bound
from bot.engine.requests import Request
from bot.settings import CommunitySettings
from bot.storage.database import Tx, retried
from bot.storage.people import People, Space
from bot.vocabulary.events import CommandUsed, FormSubmitted, Interaction, Pressed
from bot.vocabulary.model import Account, AccountRef, Member
from bot.vocabulary.text import Say

_OWN_ID = re.compile(r"~[0-9]{1,18}")


class Callers:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def invocation(self, request: Request) -> Invocation:
        interaction, services = request.interaction, self._services
        cog = services.catalogue.cog(request.endpoint.cog)
        assert cog is not None, "endpoints come from the catalogue"
        version = services.settings.version
        space, member = await self.member(interaction)
        settings = services.settings.of(space.community.id, CommunitySettings)
        return Invocation(
            services=services,
            cog=cog,
            community=space.community,
            now=services.clock.now(),
            space=interaction.space,
            member=member,
            account=interaction.by,
            standing=interaction.standing,
            access=access_of(interaction.standing, interaction.space, settings),
            channel=interaction.channel,
            locale=member.locale or interaction.locale or space.community.locale,
            key=request.key or interaction.key,
            message=interaction.message if isinstance(interaction, CommandUsed | Pressed | FormSubmitted) else None,
            target=interaction.author if isinstance(interaction, CommandUsed) else None,
            told_locale=interaction.locale,
            version=version,
        )

    async def member(self, interaction: Interaction) -> tuple[Space, Member]:
        """Where an interaction happens and who asks; someone new is made a member."""
        services = self._services
        async with services.database.read() as tx:
            await services.refresh(tx)
            space = services.directory.known_space(interaction.space) or await self._stored_space(tx, interaction)
            if space is not None:
                found = await services.directory.find(tx, space, [interaction.by.ref.id])
                if interaction.by.ref in found:
                    return space, found[interaction.by.ref]
        made: tuple[Space, Member] = await retried(lambda: self._make(interaction))
        return made

    async def _make(self, interaction: Interaction) -> tuple[Space, Member]:
        services = self._services
        async with services.database.write() as tx:
            await services.refresh(tx, lock=True)
            space = await services.directory.space(tx, interaction.space)
            made = await services.directory.members(tx, space, [interaction.by])
        return space, made[interaction.by.ref]

    async def _stored_space(self, tx: Tx, interaction: Interaction) -> Space | None:
        return next((space for space in await People(tx).spaces() if space.ref == interaction.space), None)

    async def look_up(self, bound: Bound, request: Request, invocation: Invocation) -> None:
        """Turns the people that options name into members."""
        if not bound.people:
            return
        interaction = request.interaction
        space = self._services.directory.known_space(interaction.space)
        if space is None:
            space, _ = await self.member(interaction)
        known = await self._known_people(bound, space, interaction)
        for name, typed in bound.people.items():
            member = known.get(typed)
            if member is None or member.community != invocation.community.id:
                bound.errors[name] = Say("core", "invalid-no-member", {"typed": typed})
            else:
                bound.values[name] = member

    async def _known_people(self, bound: Bound, space: Space, interaction: Interaction) -> dict[str, Member]:
        """By what was written: Madang's own id from a button, a platform's id, a mention or a name."""
        wanted = {typed: typed.removeprefix("<@").removesuffix(">") for typed in bound.people.values()}
        own = {typed: int(typed[1:]) for typed in wanted if _OWN_ID.fullmatch(typed)}
        directory = self._services.directory
        async with self._services.database.read() as tx:
            members = await People(tx).members(list(own.values()))
            found = {typed: members[number] for typed, number in own.items() if number in members}
            by_id = await directory.find(tx, space, list(set(wanted.values())))
            for typed, account in wanted.items():
                member = by_id.get(AccountRef(space.ref.platform, account))
                if member is None and typed.startswith("@") and len(typed) > 1:
                    named = await People(tx).find(space.community, typed[1:], limit=2)
                    member = named[0] if len(named) == 1 else None
                if member is not None:
                    found.setdefault(typed, member)
        new = [
            interaction.accounts[wanted[typed]] for typed in wanted if self._is_new(typed, found, wanted, interaction)
        ]
        if new:
            found |= await retried(lambda: self._introduce(space, new, wanted))
        return found

    def _is_new(
        self, typed: str, found: Mapping[str, Member], wanted: Mapping[str, str], interaction: Interaction
    ) -> bool:
        return typed not in found and wanted[typed] in interaction.accounts

    async def _introduce(self, space: Space, new: Sequence[Account], wanted: Mapping[str, str]) -> dict[str, Member]:
        async with self._services.database.write() as tx:
            await self._services.refresh(tx, lock=True)
            made = await self._services.directory.members(tx, space, new)
        by_id = {ref.id: member for ref, member in made.items()}
        return {typed: by_id[account] for typed, account in wanted.items() if account in by_id}
