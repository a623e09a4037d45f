"""What happens instead of an effect that a platform cannot do, or does not let the bot do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.context import Services
from bot.platform import Platform
from bot.settings import CommunitySettings, channel_of
from bot.storage.database import Tx
from bot.storage.outbox import Claimed, Outbox
from bot.storage.people import People
from bot.vocabulary.actions import (
    Action,
    Ban,
    Delete,
    DirectMessage,
    Edit,
    GrantRole,
    Kick,
    Post,
    RevokeRole,
    TimeOut,
    need_of,
)
from bot.vocabulary.capabilities import FALLBACKS, Fallback
from bot.vocabulary.model import AccountRef, ChannelRef, Community, MessageRef, SpaceRef, Undelivered
from bot.vocabulary.replies import Message
from bot.vocabulary.text import Lines, Mention, MessageLink, Phrase, RoleName, Say, Value, When


async def instead_of(tx: Tx, services: Services, platform: Platform, row: Claimed, state: str) -> Sequence[Action]:
    """The named fallback of an action; nothing where leaving it out is the fallback."""
    need = need_of(row.action)
    fallback = FALLBACKS[need] if need else Fallback.NOTHING
    match fallback, row.action:
        case Fallback.NEW_MESSAGE, Edit(target=target, message=message) if state == "fallback":
            place = await _place(tx, target)
            return [Post(place.channel, message)] if place else []
        case Fallback.POST, DirectMessage(instead=ChannelRef()) as dm if state in ("fallback", "refused"):
            return [await _in_public(tx, services, row.community, dm)]
        case Fallback.BY_HAND, _ if state in ("fallback", "refused"):
            return await _by_hand(tx, services, platform, row)
        case _:
            return []


async def _place(tx: Tx, target: MessageRef | Undelivered) -> MessageRef | None:
    return target if isinstance(target, MessageRef) else await Outbox(tx).result(target.outbox)


async def _in_public(tx: Tx, services: Services, community: int, dm: DirectMessage) -> Post:
    """The message below a line that says for whom it is, who is pinged as the DM would have done."""
    assert dm.instead is not None, "only then it may be read by all"
    values = await _values(tx, dm, await services.directory.community(tx, community), dm.to)
    lines: list[Phrase] = [Say("core", "for-person", {"person": values["person"]})]
    if dm.message.text is not None:
        lines.append(dm.message.text)
    pings = tuple(dict.fromkeys((*dm.message.pings, dm.to)))
    return Post(dm.instead, replace(dm.message, text=Lines(tuple(lines)), pings=pings))


async def _by_hand(tx: Tx, services: Services, platform: Platform, row: Claimed) -> Sequence[Action]:
    """Asks the moderators, and tells the person concerned."""
    community = await services.directory.community(tx, row.community)
    channel = channel_of(services.settings.of(community.id, CommunitySettings).moderators_channel)
    account, space = _whom(row.action)
    values = await _values(tx, row.action, community, account)
    asked = _key(row.action)
    actions: list[Action] = []
    if channel is not None:
        lines = [
            Say("core", "by-hand-header", {"platform": platform.name}),
            Say("core", f"by-hand-{asked}", values),
        ]
        reason = getattr(row.action, "reason", None)
        if reason is not None:
            lines.append(Say("core", "by-hand-reason", {"reason": reason}))
        actions.append(Post(channel, Message(Lines(tuple(lines)))))
    if account is not None and space is not None and asked not in ("kick", "ban"):
        actions.append(DirectMessage(account, space, Message(Say("core", f"told-{asked.removesuffix('-of')}", values))))
    return actions


def _whom(action: Action) -> tuple[AccountRef | None, SpaceRef | None]:
    match action:
        case Delete(target=MessageRef(channel=channel), author=author):
            return author, channel.space
        case GrantRole(account=account, role=role) | RevokeRole(account=account, role=role):
            return account, role.space
        case (
            TimeOut(account=account, space=space)
            | Kick(account=account, space=space)
            | Ban(account=account, space=space)
        ):
            return account, space
        case _:
            return None, None


def _key(action: Action) -> str:
    match action:
        case TimeOut(until=None):
            return "timeout-over"
        case Ban(lift=True):
            return "unban"
        case Delete(author=author) if author is not None:
            return "delete-of"
        case _:
            return action.kind


async def _values(tx: Tx, action: Action, community: Community, account: AccountRef | None) -> dict[str, Value]:
    values: dict[str, Value] = {"space": community.name}
    if account is not None:
        found = await People(tx).members_by_account(community, account.platform, [account.id])
        name = found[account].name if account in found else account.id
        values["person"] = Mention(name, (account,))
    match action:
        case TimeOut(until=until) if until is not None:
            values["until"] = When(until)
        case Delete(target=MessageRef() as target):
            values["link"] = MessageLink(target)
        case GrantRole(role=role) | RevokeRole(role=role):
            values["role"] = RoleName(role)
    return values
