"""Which commands somebody may use here, under the words they know them by."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.api import Access, CommandName, Endpoint, Invocation, Say

NEAR = 3


@dataclass(frozen=True, slots=True)
class Section:
    """A feature's commands; a long feature may fill several sections."""

    cog: str
    commands: tuple[Endpoint, ...]


def usable(ctx: Invocation) -> list[Endpoint]:
    """The commands that this person's access allows and this platform can carry out, feature by feature."""
    platform = ctx.space.platform
    return [
        endpoint
        for endpoint in ctx.catalogue.commands_for(ctx.access)
        if all(ctx.can(platform, need) for need in endpoint.needs)
    ]


def pages(commands: Iterable[Endpoint], most: int) -> list[list[Section]]:
    """Pages of at most `most` commands; a feature is divided only where it would not fit on a page of its own."""
    found: list[list[Section]] = [[]]
    for section in _sections(commands, most):
        if _size(found[-1]) + len(section.commands) > most:
            found.append([])
        found[-1].append(section)
    return found


def _sections(commands: Iterable[Endpoint], most: int) -> Iterator[Section]:
    by_cog: dict[str, list[Endpoint]] = {}
    for endpoint in commands:
        by_cog.setdefault(endpoint.cog, []).append(endpoint)
    for cog, own in by_cog.items():
        for start in range(0, len(own), most):
            yield Section(cog, tuple(own[start : start + most]))


def _size(page: Sequence[Section]) -> int:
    return sum(len(section.commands) for section in page)


def name_of(endpoint: Endpoint) -> CommandName:
    return CommandName(endpoint.cog, None if endpoint.root else endpoint.name)


def text_of(endpoint: Endpoint, attribute: str) -> Say:
    return Say(endpoint.cog, f"{endpoint.text}.{attribute}")


def value_of(endpoint: Endpoint) -> str:
    """How a choice names a command; the same in every language."""
    return " ".join(endpoint.path)


def find(ctx: Invocation, typed: str) -> Endpoint | None:
    """The usable command of that name, in code or in the reader's language; the last word alone will do."""
    wanted = _plain(typed)
    commands = usable(ctx)
    named = [endpoint for endpoint in commands if wanted in _names(ctx, endpoint)]
    ending = [e for e in commands if any(name.endswith(f" {wanted}") for name in _names(ctx, e))]
    return next(iter(named or ending), None)


def matching(ctx: Invocation, typed: str) -> list[Endpoint]:
    """Commands with a name that contains what was typed so far."""
    wanted = _plain(typed)
    return [endpoint for endpoint in usable(ctx) if any(wanted in name for name in _names(ctx, endpoint))]


def near(ctx: Invocation, typed: str) -> list[Endpoint]:
    """Commands that somebody may have meant, the likeliest first."""
    names: dict[str, Endpoint] = {}
    for endpoint in usable(ctx):
        for name in _names(ctx, endpoint):
            names.setdefault(name, endpoint)
            names.setdefault(name.rpartition(" ")[2], endpoint)
    alike = difflib.get_close_matches(_plain(typed), names, NEAR)
    return list({value_of(names[name]): names[name] for name in alike}.values())


def _names(ctx: Invocation, endpoint: Endpoint) -> tuple[str, str]:
    voice = ctx.voice(ctx.locale)
    cog = voice.plain(Say(endpoint.cog, "cog"))
    own = "" if endpoint.root else voice.plain(Say(endpoint.cog, endpoint.text))
    return value_of(endpoint), _plain(f"{cog} {own}")


def _plain(typed: str) -> str:
    return " ".join(typed.lower().removeprefix("/").split())


def asks_more(endpoint: Endpoint) -> bool:
    """Whether not everyone may use it."""
    return endpoint.access > Access.MEMBER
