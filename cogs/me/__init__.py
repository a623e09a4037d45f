"""Everyone's own page: what is chosen, which accounts are theirs, what is kept, and how to be forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from bot.api import (
    Button,
    Capability,
    Choice,
    Cog,
    CommandName,
    Context,
    Control,
    HomeOpened,
    Invocation,
    JobDue,
    Member,
    Picked,
    PublishHome,
    Reply,
    Say,
    Select,
    Suggest,
    Text,
    Tone,
    When,
)
from cogs.me import choosing, exporting, leaving, linking
from cogs.me.panel import panel
from cogs.me.store import Farewell, MeStore, tables
from cogs.me.words import NAME, say
from cogs.me.zones import suggest

Language = Literal["auto", "en", "ko"]
State = Literal["on", "off"]
LANGUAGES: tuple[Language, ...] = ("auto", "en", "ko")

me = cog = Cog(NAME, tables=tables)


@me.command()
async def show(ctx: Invocation) -> Reply:
    """What I know about you, and what you chose."""
    return await _page(ctx)


@me.on(HomeOpened)
async def home(ctx: Context, event: HomeOpened) -> None:
    """The same page where a platform has a place of its own for it."""
    member = ctx.who.get(event.account.ref)
    if member is not None and not member.bot:
        page = await _page(ctx.seen_by(member, event.account, event.space))
        ctx.send(PublishHome(event.account.ref, event.space, page.message))


async def _page(ctx: Invocation) -> Reply:
    shown = await panel(ctx)
    return Reply(cards=shown.cards, controls=_controls(ctx, leaving=shown.leaving))


def _controls(ctx: Invocation, *, leaving: bool) -> tuple[Control, ...]:
    hidden, quiet = ctx.member.hidden, ctx.member.quiet
    languages = tuple(Choice(name, say(f"command-language.language-{name}")) for name in LANGUAGES)
    return (
        Select(say("panel-language"), pick_language(), languages),
        Button(say("panel-zone"), zone()),
        Button(say("panel-privacy", state="on" if hidden else "off"), set_privacy(hidden=not hidden)),
        Button(say("panel-notices", state="off" if quiet else "on"), set_notices(wanted=quiet)),
        Button(say("panel-link"), link()),
        *([_keep_button()] if leaving else []),
    )


@me.command()
async def language(ctx: Invocation, language: Language) -> Reply:
    """Which language I speak to you."""
    return Reply(await choosing.language(ctx, language))


@me.button()
async def pick_language(ctx: Invocation, picked: Annotated[tuple[str, ...], Picked()]) -> Reply:
    known = [name for name in LANGUAGES if name in picked]
    return await _chosen(ctx, await choosing.language(ctx, known[0] if known else choosing.AUTO))


@me.command()
async def zone(ctx: Invocation, zone: Annotated[str, Text(max=60), Suggest(suggest)]) -> Reply:
    """What time it is where you are."""
    return Reply(await choosing.zone(ctx, zone))


@me.command()
async def privacy(ctx: Invocation, state: State) -> Reply:
    """Whether others see your points and your place."""
    return Reply(await choosing.privacy(ctx, hidden=state == "on"))


@me.button()
async def set_privacy(ctx: Invocation, hidden: bool) -> Reply:
    return await _chosen(ctx, await choosing.privacy(ctx, hidden=hidden))


@me.command()
async def notices(ctx: Invocation, state: State) -> Reply:
    """Whether I tell you of new levels and the like."""
    return Reply(await choosing.notices(ctx, wanted=state == "on"))


@me.button()
async def set_notices(ctx: Invocation, wanted: bool) -> Reply:
    return await _chosen(ctx, await choosing.notices(ctx, wanted=wanted))


async def _chosen(ctx: Invocation, said: Say) -> Reply:
    """The page that was pressed shows what was chosen; a home is published anew."""
    page = await _page(ctx)
    if ctx.message is not None:
        return replace(page, replaces=True)
    if ctx.can(ctx.space.platform, Capability.HOME):
        async with ctx.write() as work:
            work.send(PublishHome(ctx.account.ref, ctx.space, page.message))
    return Reply(said)


@me.command()
async def link(ctx: Invocation, code: Annotated[str | None, Text(max=20)] = None) -> Reply:
    """Joins your accounts on two platforms: a code from the one, typed on the other."""
    if code is not None:
        return await _join(ctx, code)
    async with ctx.write() as work:
        made = await linking.give(work, ctx.member)
    minutes = int(linking.LIVES.total_seconds() // 60)
    text = say("link-code", code=made, minutes=minutes, link=CommandName(NAME, "link"))
    return Reply(text, controls=(Button(say("link-have-code"), enter_code()),))


@me.button()
async def enter_code(ctx: Invocation, code: Annotated[str, Text(max=20)]) -> Reply:
    return await _join(ctx, code)


async def _join(ctx: Invocation, code: str) -> Reply:
    # Said, not refused: a wrong try is kept.
    async with ctx.write() as work:
        said = await linking.join(work, ctx, code)
    return Reply(said)


@me.command(needs=[Capability.FILES])
async def export(ctx: Invocation) -> Reply:
    """All that is kept about you, as a file."""
    async with ctx.read() as work:
        file = await exporting.export(work, ctx.member)
    return Reply(say("export-done"), files=(file,))


@me.command()
async def forget(ctx: Invocation) -> Reply:
    """What would be erased and what would stay, before anything happens."""
    async with ctx.read() as work:
        wish = await MeStore(work.tx).farewell(ctx.member.person)
    if wish is not None:
        return _waiting(wish)
    return Reply(leaving.explained(), controls=(Button(say("forget-confirm"), leave(), Tone.DANGER),))


@me.button()
async def leave(ctx: Invocation) -> Reply:
    async with ctx.write() as work:
        wish = await MeStore(work.tx).farewell(ctx.member.person)
        if wish is None:
            wish = await leaving.ask(work, ctx.member, farewell)
            await work.tell(ctx.member, _waiting(wish).message, platform=ctx.space.platform)
    return replace(_waiting(wish), replaces=True)


def _waiting(wish: Farewell) -> Reply:
    text = say("forget-waiting", at=When(wish.due_at), keep=CommandName(NAME, "keep"))
    return Reply(text, controls=(_keep_button(),))


def _keep_button() -> Button:
    return Button(say("forget-keep"), stay(), Tone.PRIMARY)


@me.command()
async def keep(ctx: Invocation) -> Reply:
    """Takes the wish to be forgotten back."""
    return Reply(await _keep(ctx))


@me.button()
async def stay(ctx: Invocation) -> Reply:
    return Reply(await _keep(ctx), replaces=True)


async def _keep(ctx: Invocation) -> Say:
    async with ctx.write() as work:
        back = await leaving.take_back(work, ctx.member, farewell)
    return say("keep-done") if back else say("keep-nothing")


@me.job
async def farewell(ctx: Context, due: JobDue) -> None:
    await leaving.carry_out(ctx, int(due.values["person"]))


@me.exports
async def export_own(ctx: Context, member: Member) -> Mapping[str, Any]:
    return await MeStore(ctx.tx).export(member.person)


@me.erases
async def erase_own(ctx: Context, member: Member) -> None:
    await MeStore(ctx.tx).erase(member.person)
