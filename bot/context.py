"""What a cog's functions may use: the community, its settings, the transaction, and the way out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, Self, TypeAlias, TypeVar

from pydantic import BaseModel

from bot.catalogue import Catalogue
from bot.clock import Clock
from bot.cog import Cog, Job
from bot.directory import Directory
from bot.domain.days import day_of
from bot.domain.schedule import Cron, Once
from bot.platform import Platform
from bot.settings import CommunitySettings, Settings, json_differences
from bot.settings_form import CommunityForm
from bot.settings_slots import COMMUNITY
from bot.storage.database import Database, Tx
from bot.storage.events import Events
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.schedules import Schedules
from bot.storage.settings import SettingsRows
from bot.vocabulary.actions import Action, DirectMessage
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.errors import AlreadyDone
from bot.vocabulary.events import DomainEvent, Event, SettingsChanged
from bot.vocabulary.model import (
    Access,
    Account,
    AccountRef,
    ChannelRef,
    Community,
    Member,
    MessageRef,
    SpaceRef,
    Standing,
    Undelivered,
)
from bot.vocabulary.replies import Message
from bot.vocabulary.text import Say, Value, Voice

M = TypeVar("M", bound=BaseModel)


class Settler(Protocol):
    """Ends a transaction well: tells listeners what happened in it, and writes what must leave."""

    async def settle(self, tx: Tx, now: datetime) -> None: ...


Watcher: TypeAlias = Callable[[object], None]
"""Is told, after the commit, of every event, domain event and delivery: the playground's panel, the demo."""


@dataclass(slots=True)
class Services:
    """What the core is made of, passed to whatever needs it. `wake` is told when something waits to leave."""

    database: Database
    clock: Clock
    catalogue: Catalogue
    settings: Settings
    directory: Directory
    platforms: Mapping[str, Platform]
    voice: Callable[[str | None, str | None], Voice]
    wake_outbox: Callable[[], None]
    wake_scheduler: Callable[[], None]
    settler: Settler = field(init=False)
    watchers: list[Watcher] = field(default_factory=list)
    has_text: Callable[[str, str], bool] = lambda *_: True
    """Whether a cog's catalogue has a text that it may leave out, such as a setting's hint."""

    async def install(self, tx: Tx, community: Community) -> None:
        """Sets the schedules that cogs declare, by the community's clock."""
        now = self.clock.now()
        for job in self.catalogue.jobs.values():
            if job.cron is not None:
                trigger = Cron(job.cron, community.zone)
                await Schedules(tx).put(community.id, job.cog, job.name, trigger, now=now, policy=job.policy)
        tx.after_commit.append(self.wake_scheduler)

    async def refresh(self, tx: Tx, *, lock: bool = False) -> None:
        """Drops what is remembered where any process has changed settings, people or spaces since.

        A transaction that writes by what is remembered takes the `lock`: until its commit nobody changes any.
        """
        if await self.settings.refresh(tx, lock=lock):
            self.directory.forget()

    def tell_watchers(self, seen: Iterable[object]) -> None:
        for watcher in self.watchers:
            for one in seen:
                watcher(one)

    def can(self, platform: str, capability: Capability) -> bool:
        known = self.platforms.get(platform)
        return known is not None and capability in known.capabilities


@dataclass(slots=True)
class Base:
    services: Services
    cog: Cog
    community: Community
    now: datetime

    def settings(self, model: type[M]) -> M:
        """This community's settings of a cog."""
        return self.services.settings.of(self.community.id, model)

    def say(self, key: str, **values: Value) -> Say:
        return Say(self.cog.name, key, values)

    def zone_of(self, member: Member) -> str:
        return member.zone or self.community.zone

    def day_of(self, member: Member) -> int:
        """The member's day, 04:00 to 04:00 in their zone, as a date's ordinal."""
        return day_of(self.now, self.zone_of(member)).toordinal()

    def can(self, platform: str, capability: Capability) -> bool:
        return self.services.can(platform, capability)

    @property
    def catalogue(self) -> Catalogue:
        """Every cog that runs."""
        return self.services.catalogue

    def has_text(self, text: Say) -> bool:
        """Whether a catalogue has a text that it may leave out."""
        return self.services.has_text(text.cog, text.key)

    def voice(self, locale: str | None) -> Voice:
        """Words in a language, where they are compared with what was typed, or kept beyond a reader's choice."""
        return self.services.voice(locale or self.community.locale, self.community.zone)

    def as_cog(self, cog: Cog) -> Self:
        """The same, for a function of another cog."""
        return replace(self, cog=cog)


@dataclass(slots=True)
class Context(Base):
    """Inside a transaction: what a listener, a job or a command's `write` works with."""

    tx: Tx
    who: Mapping[AccountRef, Member] = field(default_factory=dict)

    @property
    def people(self) -> People:
        return People(self.tx)

    def send(self, action: Action, *, tag: str = "") -> Undelivered:
        """Delivered after the commit. `tag` names it in Delivered and DeliveryRefused."""
        return Outbox(self.tx).put(self.community.id, action, at=self.now, tag=tag)

    async def tell(self, member: Member, message: Message, *, tag: str = "", platform: str | None = None) -> bool:
        """A DM where the member was seen last; False where they cannot be reached at all."""
        place = await self.people.space_of(member, platform)
        if place is None:
            return False
        space, account = place
        self.send(DirectMessage(account, space, message), tag=tag)
        return True

    def elsewhere(self, community: Community) -> Context:
        """The same transaction in another community."""
        return replace(self, community=community, who={})

    def seen_by(self, member: Member, account: Account, space: SpaceRef) -> Invocation:
        """What a member is shown unasked, such as their home: an invocation that reads in this transaction."""
        return Invocation(
            services=self.services,
            cog=self.cog,
            community=self.community,
            now=self.now,
            space=space,
            member=member,
            account=account,
            standing=Standing(known=False),
            access=Access.MEMBER,
            channel=None,
            locale=member.locale or account.locale or self.community.locale,
            key="",
            within=self.tx,
        )

    async def changed_people(self) -> None:
        """Every process looks people up again."""
        await SettingsRows(self.tx).touch()

    def heard(self, kind: type[DomainEvent]) -> bool:
        """Whether anyone listens or watches; for events that would be made by the thousand."""
        return bool(self.services.catalogue.listeners(kind) or self.services.watchers)

    def emit(self, event: DomainEvent) -> None:
        """Told to listeners in this transaction."""
        self.tx.emitted.append(event)

    async def schedule(self, job: Job, at: datetime, *, name: str, **values: str | int) -> None:
        """Runs a job once; one of the same name is moved."""
        await Schedules(self.tx).put(
            self.community.id,
            job.cog,
            job.name,
            Once(at),
            now=self.now,
            name=name,
            values=values,
            policy=job.policy,
        )
        self.tx.after_commit.append(self.services.wake_scheduler)

    async def unschedule(self, job: Job, name: str) -> None:
        await Schedules(self.tx).remove(self.community.id, job.cog, job.name, name)

    async def save_settings(self, settings: BaseModel, by: Member | None = None) -> None:
        """Takes effect everywhere with the next batch or command. `by` is None for an operator."""
        if isinstance(settings, CommunityForm):
            await self._save_community(settings, by)
            return
        kept = self.services.settings
        changes = json_differences(self.settings(type(settings)), settings)
        await kept.save(self.tx, self.community.id, settings, self.now)
        self._changed(kept.name_of(type(settings)), changes, by)

    async def _save_community(self, form: CommunityForm, by: Member | None) -> None:
        """Also its name, language and zone, which are the community's own; what runs by its clock follows it."""
        changes = json_differences(CommunityForm.of(self.community, self.settings(CommunitySettings)), form)
        await self.services.settings.save(self.tx, self.community.id, form.settings, self.now)
        if not CommunitySettings.model_fields.keys() >= changes.keys():
            community = form.profile_of(self.community)
            await self.people.save_community(community)
            await self.services.install(self.tx, community)
        self._changed(COMMUNITY, changes, by)

    def _changed(self, cog: str, changes: Mapping[str, tuple[str, str]], by: Member | None) -> None:
        if changes:
            member = by.id if by else None
            self.emit(
                SettingsChanged(community=self.community.id, at=self.now, cog=cog, changes=changes, member=member)
            )


@dataclass(frozen=True, slots=True)
class Arrived:
    """An event with the member who caused it, where anyone did."""

    event: Event
    member: Member | None


@dataclass(slots=True)
class Batch(Context):
    """All that a batch holds of the kinds a hot listener declares, in arrival order."""

    arrived: Sequence[Arrived] = ()


@dataclass(slots=True)
class Invocation(Base):
    """Someone's command, press or form. What it reads and writes is short; its answer is what it returns.

    The answer speaks `locale` and `zone` as they are at the end. `told_locale` is what the platform says of the
    reader. `within` is the transaction of an invocation that nobody made; it only reads.
    """

    space: SpaceRef
    member: Member
    account: Account
    standing: Standing
    access: Access
    channel: ChannelRef | None
    locale: str
    key: str
    message: MessageRef | None = None
    target: Account | None = None
    told_locale: str | None = None
    within: Tx | None = None
    recorded: bool = False
    version: int = -1
    """Of what was remembered when the member was looked up."""

    @property
    def zone(self) -> str:
        return self.zone_of(self.member)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Context]:
        if self.within is not None:
            yield self._context(self.within)
            return
        async with self.services.database.read() as tx:
            yield self._context(tx)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Context]:
        """A transaction, committed at the end. A redelivered interaction stops here and does nothing."""
        async with self.services.database.write(urgent=True) as tx:
            await self.services.refresh(tx, lock=True)
            await self._still_the_same(tx)
            if not self.recorded and not await Events(tx).take([self.key], self.now):
                raise AlreadyDone(self.key)
            yield self._context(tx)
            await self.services.settler.settle(tx, self.now)
        self.recorded = True

    async def _still_the_same(self, tx: Tx) -> None:
        """The member may have become part of another one since they were looked up."""
        version = self.services.settings.version
        if self.version != version:
            ref = self.account.ref
            found = await People(tx).members_by_account(self.community, ref.platform, [ref.id])
            self.member, self.version = found.get(ref, self.member), version

    def _context(self, tx: Tx) -> Context:
        return Context(self.services, self.cog, self.community, self.now, tx, {self.account.ref: self.member})
