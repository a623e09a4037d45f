"""What everyone may do here, in their own language: an overview, and one command at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from bot.api import (
    Button,
    Card,
    Choice,
    Cog,
    Control,
    Detail,
    Endpoint,
    Invocation,
    Lines,
    Listed,
    Param,
    Phrase,
    Picked,
    Refusal,
    Reply,
    Say,
    Select,
    Suggest,
    Text,
    Visibility,
    Whole,
)
from cogs.help import listing
from cogs.help.listing import Section, asks_more, name_of, text_of, usable, value_of

PAGE = 12
"""Commands on one page: what a phone shows without much scrolling."""
SHOWN = 25
Number = Annotated[int, Whole(1, 1000)]
"""A page's."""

cog = Cog("help")
say = cog.say


async def suggest(ctx: Invocation, typed: str) -> Sequence[Choice]:
    return [_choice(endpoint) for endpoint in listing.matching(ctx, typed)[:SHOWN]]


@cog.command(root=True)
async def overview(ctx: Invocation, command: Annotated[str | None, Text(max=80), Suggest(suggest)] = None) -> Reply:
    """What you can do here, or how one command is used."""
    if command is None:
        return _overview(ctx, 1)
    found = listing.find(ctx, command)
    if found is None:
        raise Refusal(_unknown(ctx, command))
    return Reply(cards=(_detail(ctx, found),))


@cog.button()
async def page(ctx: Invocation, number: Number) -> Reply:
    return _overview(ctx, number, turned=True)


@cog.button()
async def about(ctx: Invocation, number: Number, picked: Annotated[tuple[str, ...], Picked()]) -> Reply:
    found = listing.find(ctx, picked[0]) if picked else None
    if found is None:
        return _overview(ctx, number, turned=True)
    back = Button(say("back"), page(number=number))
    return Reply(cards=(_detail(ctx, found),), controls=(back,), replaces=True)


def _overview(ctx: Invocation, number: int, *, turned: bool = False) -> Reply:
    pages = listing.pages(usable(ctx), PAGE)
    number = min(number, len(pages))
    sections = pages[number - 1]
    return Reply(
        say("intro", community=ctx.community.name),
        cards=tuple(_section(section) for section in sections),
        controls=(*_pick(sections, number), *_turns(number, len(pages))),
        replaces=turned,
    )


def _section(section: Section) -> Card:
    lines = [
        say("line", command=name_of(endpoint), what=text_of(endpoint, "description")) for endpoint in section.commands
    ]
    return Card(Say(section.cog, "cog.description"), Lines(tuple(lines)))


def _pick(sections: Sequence[Section], number: int) -> tuple[Control, ...]:
    choices = tuple(_choice(endpoint) for section in sections for endpoint in section.commands)
    return (Select(say("pick"), about(number=number), choices),) if choices else ()


def _choice(endpoint: Endpoint) -> Choice:
    return Choice(value_of(endpoint), say("choice", command=name_of(endpoint)))


def _turns(number: int, pages: int) -> tuple[Control, ...]:
    ways = ((number - 1, "page-back"), (number + 1, "page-on"))
    return tuple(Button(say(key, page=to, pages=pages), page(number=to)) for to, key in ways if 1 <= to <= pages)


def _detail(ctx: Invocation, endpoint: Endpoint) -> Card:
    return Card(
        title=say("detail-title", command=name_of(endpoint)),
        body=text_of(endpoint, "description"),
        details=tuple(_option(ctx, endpoint, param) for param in endpoint.schema.params),
        footer=Lines(tuple(_notes(endpoint))),
    )


def _option(ctx: Invocation, endpoint: Endpoint, param: Param) -> Detail:
    name = param.name.replace("_", "-")
    label = say("option", name=text_of(endpoint, name), needed="yes" if param.required else "no")
    hint = text_of(endpoint, f"{name}-hint")
    lines: list[Phrase] = [hint] if ctx.has_text(hint) else []
    if param.choices:
        named = tuple(text_of(endpoint, f"{name}-{choice.replace('_', '-')}") for choice in param.choices)
        lines.append(say("option-choices", choices=Listed(named)))
    return Detail(label, Lines(tuple(lines)) if lines else say("option-kind", kind=param.kind.value))


def _notes(endpoint: Endpoint) -> list[Phrase]:
    notes: list[Phrase] = [say("seen-by-you" if endpoint.visibility is Visibility.PRIVATE else "seen-by-all")]
    if asks_more(endpoint):
        notes.append(say("access", who=Say("core", f"access-{endpoint.access.name.lower()}")))
    notes += [say(f"menu-{menu}") for menu in endpoint.menus]
    return notes


def _unknown(ctx: Invocation, typed: str) -> Say:
    near = listing.near(ctx, typed)
    if near:
        return say("unknown-near", typed=typed, near=Listed(tuple(map(name_of, near))))
    return say("unknown", typed=typed)
