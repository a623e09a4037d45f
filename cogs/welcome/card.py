"""What a newcomer is shown: a greeting, links, one question, and the other language."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Annotated, Literal, TypeAlias

from bot.api import (
    Access,
    Button,
    Card,
    Community,
    Context,
    GrantRole,
    Invocation,
    Lines,
    LinkButton,
    Member,
    Message,
    Phrase,
    Refusal,
    Reply,
    RevokeRole,
    Say,
    TagChosen,
    Template,
    Text,
    Tone,
    Value,
    Whole,
    mention,
    pick_locale,
    pick_variant,
    role_of,
)
from cogs.welcome.feature import say, welcome
from cogs.welcome.settings import LANGUAGES, Language, WelcomeSettings, answer_key
from cogs.welcome.store import Welcomes

At: TypeAlias = Literal["dm", "post", "card", "preview"]
"""Where a welcome stands: a DM, a public post, a private answer, or a manager's preview."""

GREETINGS, THANKS = 4, 3
"""How many variants the catalogue has of `greeting-1` and of `thanks-1`."""
SHIPPED_ANSWERS = ("learn", "meet", "make", "look")
"""Tags; their labels are `answer-learn` and so on."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Which welcome it is; its buttons carry this, so that it can be written again after any restart."""

    variant: int
    lang: Language
    at: At
    turns: bool = True
    """Whether it can be turned into the other language."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An answer as it is offered, the managers' own or a shipped one."""

    tag: str
    label: Phrase
    role: str = ""

    @property
    def key(self) -> str:
        return answer_key(self.tag)


def language_of(locale: str | None, community: Community) -> Language:
    """The language we speak that comes nearest to a reader's, else the community's."""
    own = pick_locale(community.locale, LANGUAGES, "en")
    found = pick_locale(locale, LANGUAGES, own)
    return "ko" if found == "ko" else "en"


def variants_in(settings: WelcomeSettings, lang: Language) -> int:
    return len(settings.texts_in(lang)) or GREETINGS


def offered(settings: WelcomeSettings) -> list[Offered]:
    if not settings.ask:
        return []
    if settings.answers:
        return [Offered(own.tag, _as_written(own.label), own.role) for own in settings.answers]
    return [Offered(tag, say(f"answer-{tag}")) for tag in SHIPPED_ANSWERS]


def card(
    settings: WelcomeSettings, community: Community, member: Member, shown: Shown, chosen: str | None = None
) -> Message:
    """The whole welcome. `chosen` is the tag of the answer that was given."""
    answers = offered(settings)
    picked = next((one for one in answers if one.tag == chosen), None)
    cards = [_question(settings, member, picked)] if answers else []
    controls: list[Button | LinkButton] = [_answer_button(one, shown, picked) for one in answers]
    controls += [LinkButton(_as_written(link.label), link.url) for link in settings.links]
    if shown.turns:
        controls.append(_turn_button(shown))
    if shown.at == "preview":
        cards.append(_about_preview(settings, shown))
        controls.append(Button(say("preview-next"), turn(**asdict(replace(shown, variant=shown.variant + 1)))))
    return Message(_greeting(settings, community, member, shown), tuple(cards), tuple(controls))


def _greeting(settings: WelcomeSettings, community: Community, member: Member, shown: Shown) -> Phrase:
    own = settings.texts_in(shown.lang)
    values: dict[str, Value] = {"member": mention(member), "community": community.name}
    if own:
        return Template(own[shown.variant % len(own)], values)
    return say(f"greeting-{shown.variant % GREETINGS + 1}", **values)


def _question(settings: WelcomeSettings, member: Member, picked: Offered | None) -> Card:
    question = _as_written(settings.question) if settings.question.strip() else say("question")
    if picked is None:
        return Card(body=question)
    return Card(body=Lines((question, _thanks(member, picked))), tone=Tone.GOOD)


def _thanks(member: Member, picked: Offered) -> Say:
    variant = pick_variant(THANKS, (), f"{seed_of(member)}:{picked.tag}")
    return say(f"thanks-{variant + 1}", label=picked.label)


def seed_of(member: Member) -> str:
    """What picks a member's variants: their accounts, so that a story is told with the same words again."""
    return " ".join(account.id for account in member.accounts)


def _as_written(text: str) -> Say:
    return say("as-written", text=text)


def _answer_button(one: Offered, shown: Shown, picked: Offered | None) -> Button:
    tone = Tone.GOOD if one == picked else Tone.PRIMARY if picked is None else Tone.PLAIN
    return Button(one.label, answer(which=one.key, **asdict(shown)), tone)


def _turn_button(shown: Shown) -> Button:
    other: Language = "en" if shown.lang == "ko" else "ko"
    return Button(say(f"in-{other}"), turn(**asdict(replace(shown, lang=other))))


def _about_preview(settings: WelcomeSettings, shown: Shown) -> Card:
    count = variants_in(settings, shown.lang)
    return Card(footer=say("preview-note", number=shown.variant % count + 1, count=count))


def _reply(message: Message, shown: Shown, *, replaces: bool) -> Reply:
    return Reply(message.text, message.cards, message.controls, replaces=replaces, locale=shown.lang)


Which = Annotated[str, Text(max=8)]
Variant = Annotated[int, Whole(0, 10_000)]


@welcome.button()
async def answer(ctx: Invocation, which: Which, variant: Variant, lang: Language, at: At, turns: bool) -> Reply:
    """Keeps the presser's interest, and writes the welcome again; choosing again changes it."""
    settings = ctx.settings(WelcomeSettings)
    picked = next((one for one in offered(settings) if one.key == which), None)
    if picked is None:
        raise Refusal(say("answer-gone"))
    if at != "preview":
        async with ctx.write() as work:
            await _keep(work, ctx.member, picked)
    if at == "post":
        return Reply(_thanks(ctx.member, picked))
    shown = Shown(variant, lang, at, turns)
    return _reply(card(settings, ctx.community, ctx.member, shown, picked.tag), shown, replaces=True)


async def _keep(work: Context, member: Member, picked: Offered) -> None:
    before = await Welcomes(work.tx).answer(member.id, picked.tag, picked.role, work.now)
    _exchange_roles(work, member, before.role if before else "", picked.role)
    if before is not None and before.tag != picked.tag:
        await work.people.untag(member.id, [before.tag])
    await work.people.tag(member.id, picked.tag, work.now)
    if before is None or before.tag != picked.tag:
        work.emit(TagChosen(community=work.community.id, at=work.now, member=member.id, tag=picked.tag))


def _exchange_roles(work: Context, member: Member, taken: str, given: str) -> None:
    if taken == given:
        return
    for setting, change in ((taken, RevokeRole), (given, GrantRole)):
        role = role_of(setting)
        account = member.account_on(role.space.platform) if role else None
        if role is not None and account is not None:
            work.send(change(account, role, say("role-reason")))


@welcome.button()
async def turn(ctx: Invocation, variant: Variant, lang: Language, at: At, turns: bool) -> Reply:
    """The same welcome in the other language, which is the reader's from now on."""
    settings, chosen = ctx.settings(WelcomeSettings), None
    if at != "preview":
        async with ctx.write() as work:
            await work.people.set_person(ctx.member.person, locale=lang)
            await work.changed_people()
            chosen = await Welcomes(work.tx).answered(ctx.member.id)
    shown = Shown(variant, lang, at, turns)
    message = card(settings, ctx.community, ctx.member, shown, chosen.tag if chosen else None)
    return _reply(message, shown, replaces=True)


@welcome.button()
async def show(ctx: Invocation) -> Reply:
    """The welcome in private, for whoever was named in a note."""
    async with ctx.read() as work:
        arrival = await Welcomes(work.tx).arrival(ctx.member.id)
        chosen = await Welcomes(work.tx).answered(ctx.member.id)
    shown = Shown(arrival.variant if arrival else 0, language_of(ctx.locale, ctx.community), "card")
    message = card(ctx.settings(WelcomeSettings), ctx.community, ctx.member, shown, chosen.tag if chosen else None)
    return _reply(message, shown, replaces=False)


@welcome.command(access=Access.MANAGER)
async def preview(ctx: Invocation, language: Language | None = None) -> Reply:
    """What a newcomer gets, in either language; nothing that is pressed in it is kept."""
    shown = Shown(0, language or language_of(ctx.locale, ctx.community), "preview")
    return _reply(card(ctx.settings(WelcomeSettings), ctx.community, ctx.member, shown), shown, replaces=False)
