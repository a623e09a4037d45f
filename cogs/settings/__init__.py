"""Settings as forms: what is set now, changed while the bot runs, and who changed what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel

from bot.api import (
    COMMUNITY,
    Access,
    Button,
    Card,
    Cog,
    CommunityForm,
    CommunitySettings,
    Context,
    Form,
    Invalid,
    Invocation,
    Lines,
    Listed,
    Member,
    People,
    Phrase,
    Refusal,
    Reply,
    Say,
    SettingsChanged,
    Submitted,
    Tone,
    Value,
    When,
    Whole,
    json_differences,
    mention,
    read_settings,
    settings_fields,
    settings_too_long,
    shown_setting,
)
from cogs.settings.store import Change, Changes, tables

PAGE = 5

settings = cog = Cog("settings", tables=tables)
say = settings.say


@settings.command(access=Access.MANAGER, root=True)
async def panel(ctx: Invocation) -> Reply:
    """Everything that can be set, each behind a button."""
    names = list(ctx.services.settings.models)
    lines = Lines(tuple(say("panel-line", name=_title(name), what=_description(name)) for name in names))
    buttons = [Button(_title(name), edit(cog_name=name)) for name in names]
    recent = Button(say("recent"), history(), Tone.PRIMARY)
    return Reply(cards=(Card(say("panel-title"), lines, footer=say("panel-footer")),), controls=(*buttons, recent))


def _title(name: str) -> Say:
    return say("of-community") if name == COMMUNITY else Say(name, "cog")


def _description(name: str) -> Say:
    return say("of-community.description") if name == COMMUNITY else Say(name, "cog.description")


@settings.button(access=Access.MANAGER, opens=True)
async def edit(ctx: Invocation, cog_name: str) -> Form:
    return _form(ctx, cog_name, _current(ctx, cog_name))


@settings.button(access=Access.MANAGER)
async def save(ctx: Invocation, cog_name: str, answers: Submitted) -> Reply:
    """Checks what was sent in and keeps it; all of it or nothing."""
    before = _current(ctx, cog_name)
    try:
        after = read_settings(type(before), answers.values, before, cog_name, ctx.space)
    except Invalid as invalid:
        raise Invalid(invalid.errors, _form(ctx, cog_name, before)) from None
    changed = json_differences(before, after)
    again = Button(say("edit-again", name=_title(cog_name)), edit(cog_name=cog_name))
    if not changed:
        return Reply(say("nothing-changed"), controls=(again,))
    async with ctx.write() as work:
        await work.save_settings(after, ctx.member)
    lines = Lines(tuple(_lines(ctx.services.settings.models, cog_name, changed)))
    recent = Button(say("recent"), history())
    return Reply(cards=(Card(say("saved", name=_title(cog_name)), lines, tone=Tone.GOOD),), controls=(again, recent))


def _current(ctx: Invocation, name: str) -> BaseModel:
    """What is set now. A button may be older than the list of cogs."""
    if name == COMMUNITY:
        return CommunityForm.of(ctx.community, ctx.settings(CommunitySettings))
    model = ctx.services.settings.models.get(name)
    if model is None:
        raise Refusal(Say("core", "no-longer-here"))
    return ctx.settings(model)


def _form(ctx: Invocation, name: str, current: BaseModel) -> Form:
    model = _models(ctx.services.settings.models)[name]
    left_out = tuple(shown_setting(model, name, field, "null")[0] for field in settings_too_long(current, ctx.space))
    return Form(
        title=say("form-title", name=_title(name)),
        fields=settings_fields(current, name, ctx.space, ctx.services.has_text),
        submit=save(cog_name=name),
        intro=say("left-out", fields=Listed(left_out)) if left_out else None,
    )


def _models(models: Mapping[str, type[BaseModel]]) -> dict[str, type[BaseModel]]:
    return {**models, COMMUNITY: CommunityForm}


# ------------------------------------------------------------------- who and when


@settings.on(SettingsChanged)
async def record(ctx: Context, event: SettingsChanged) -> None:
    await Changes(ctx.tx).add(event.community, event.cog, event.member, event.changes, event.at)


@settings.button(access=Access.MANAGER)
async def history(ctx: Invocation, before: Annotated[int | None, Whole(1, 2**63 - 1)] = None) -> Reply:
    """The newest changes first, a page at a time."""
    async with ctx.read() as work:
        found = await Changes(work.tx).newest(ctx.community.id, before, PAGE + 1)
        shown = found[:PAGE]
        people = await People(work.tx).members([each.member for each in shown if each.member is not None])
    if not shown:
        return Reply(say("history-empty"))
    lines: list[Phrase] = []
    for change in shown:
        lines.append(say("history-line", at=When(change.at), who=_who(change, people), name=_title(change.cog)))
        lines += _lines(ctx.services.settings.models, change.cog, change.fields)
    older = (Button(say("older"), history(before=shown[-1].id)),) if len(found) > PAGE else ()
    card = Card(say("history-title"), Lines(tuple(lines)))
    return Reply(cards=(card,), controls=older, replaces=before is not None)


def _who(change: Change, people: Mapping[int, Member]) -> Value:
    if change.by_operator:
        return say("by-operator")
    member = people.get(change.member) if change.member is not None else None
    return mention(member) if member else say("by-nobody-known")


def _lines(models: Mapping[str, type[BaseModel]], name: str, fields: Mapping[str, tuple[str, str]]) -> Iterable[Say]:
    """A field that is no longer there, or whose cog is not, goes by its name in code."""
    model = _models(models).get(name, BaseModel)
    for field, (old, new) in fields.items():
        label, before = shown_setting(model, name, field, old)
        yield say("changed", field=label, old=before, new=shown_setting(model, name, field, new)[1])


@settings.exports
async def export(ctx: Context, member: Member) -> Mapping[str, Any]:
    return {"settings_changed": await Changes(ctx.tx).export(member.id)}


@settings.erases
async def erase(ctx: Context, member: Member) -> None:
    await Changes(ctx.tx).erase(member.id)


@settings.merges
async def merge(ctx: Context, gone: Member, kept: Member) -> None:
    await Changes(ctx.tx).merge(gone.id, kept.id)
