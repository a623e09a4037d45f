"""What is known and chosen, on one card, with the panels of every other feature below it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.api import Card, Detail, Invocation, Listed, Person, Phrase, Say, Tone, When
from cogs.me.linking import accounts
from cogs.me.store import Farewell, MeStore
from cogs.me.words import say


@dataclass(frozen=True, slots=True)
class Panel:
    """`leaving` says that the person asked to be forgotten."""

    cards: tuple[Card, ...]
    leaving: bool


async def panel(ctx: Invocation) -> Panel:
    async with ctx.read() as work:
        person = await work.people.person(ctx.member.person)
        tags = await work.people.tags(ctx.member.id)
        wish = await MeStore(work.tx).farewell(ctx.member.person)
    assert person is not None, "whoever asks was looked up"
    own = _card(ctx, person, tags, wish)
    others = [await show(ctx.as_cog(cog)) for cog in ctx.catalogue.cogs for show in cog.panels]
    return Panel((own, *(card for card in others if card is not None)), wish is not None)


def _card(ctx: Invocation, person: Person, tags: list[str], wish: Farewell | None) -> Card:
    details: dict[str, Phrase] = {
        "language": _language(ctx, person),
        "zone": say("value-zone" if person.zone else "value-auto", value=ctx.zone),
        "privacy": say("value-privacy", state="on" if ctx.member.hidden else "off"),
        "notices": say("value-notices", state="off" if ctx.member.quiet else "on"),
        "tags": say("value-list", values=Listed(tuple(tags))) if tags else say("value-no-tags"),
        "accounts": say("value-list", values=accounts(person)),
    }
    return Card(
        title=say("panel-title", name=ctx.member.name),
        details=tuple(Detail(say(f"detail-{name}"), value) for name, value in details.items()),
        footer=say("panel-leaving", at=When(wish.due_at, "date")) if wish else None,
        tone=Tone.DANGER if wish else Tone.PLAIN,
    )


def _language(ctx: Invocation, person: Person) -> Say:
    name = say("language-name", language=ctx.voice(ctx.locale).locale)
    return name if person.locale else say("value-auto", value=name)
