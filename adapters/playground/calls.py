"""What the bot may call: every method with the shape of its payload, what it needs, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from adapters.playground import limits, rich, shapes
from adapters.playground.acting import Acting
from adapters.playground.model import Channel, Json, Membership, Message, Role, Space, WorldError
from adapters.playground.shapes import Check

LONGEST_TIMEOUT = timedelta(days=28)

Act: TypeAlias = Callable[[Acting, Json], Json]


@dataclass(frozen=True, slots=True)
class Method:
    act: Act
    check: Check
    needs: str | None = None


def method(
    act: Act,
    required: Mapping[str, Check],
    optional: Mapping[str, Check] | None = None,
    needs: str | None = None,
) -> Method:
    """Every payload may carry `key`: a call with a key that was done before is not done again."""
    return Method(act, shapes.record(required, {"key": shapes.identifier, **(optional or {})}), needs)


def describe(world: Acting, _: Json) -> Json:
    return {"bot": world.bot, "capabilities": sorted(world.capabilities)}


def list_spaces(world: Acting, _: Json) -> Json:
    return {"spaces": [{"id": s.id, "name": s.name, "locale": s.locale} for s in world.spaces_of(world.bot)]}


def post_message(world: Acting, payload: Json) -> Json:
    where = _channel(world, payload["channel"])
    root = payload.get("thread")
    if root is not None:
        where = _thread(world, where, root)
    return _post(world, where, payload["body"])


def post_dm(world: Acting, payload: Json) -> Json:
    space = _space(world, payload["space"])
    user = world.user(payload["user"])
    if user.bot or not user.takes_dms or user.id not in space.members:
        raise WorldError("dm_closed", detail=user.id)
    return _post(world, world.channel(world.dm(user.id, space.id)), payload["body"])


def edit_message(world: Acting, payload: Json) -> Json:
    message = _message(world, payload)
    if message.author != world.bot:
        raise WorldError("forbidden", detail=message.id)
    _allow(world, payload["body"])
    message.body = payload["body"]
    message.edited = True
    return _receipt(world, message)


def delete_message(world: Acting, payload: Json) -> Json:
    message = _message(world, payload)
    if message.author != world.bot and "delete-others" not in world.capabilities:
        raise WorldError("not_supported", detail="delete-others")
    if message.author != world.bot and world.channel(message.channel).kind == "dm":
        raise WorldError("forbidden", detail=message.id)
    world.remove_message(message)
    return {}


def add_reaction(world: Acting, payload: Json) -> Json:
    message = _message(world, payload)
    world.add_reaction(world.bot, message, payload["emoji"])
    return {}


def remove_reaction(world: Acting, payload: Json) -> Json:
    message = _message(world, payload)
    world.remove_reaction(world.bot, message, payload["emoji"])
    return {}


def open_thread(world: Acting, payload: Json) -> Json:
    message = _message(world, payload)
    if message.thread is not None:
        raise WorldError("thread_exists", detail=message.id)
    thread = world.start_thread(message, payload["name"], world.bot)
    return {"channel": thread.id, "parent": thread.parent}


def grant_role(world: Acting, payload: Json) -> Json:
    space, member, role = _assignable(world, payload)
    if role.id not in member.roles:
        member.roles.add(role.id)
        world.member_changed(space, payload["user"])
    return {}


def revoke_role(world: Acting, payload: Json) -> Json:
    space, member, role = _assignable(world, payload)
    if role.id in member.roles:
        member.roles.discard(role.id)
        world.member_changed(space, payload["user"])
    return {}


def time_out(world: Acting, payload: Json) -> Json:
    _, member = _below(world, payload)
    if member.admin:
        raise WorldError("forbidden", detail=payload["user"])
    until = None if payload["until"] is None else datetime.fromisoformat(payload["until"])
    if until is not None and until - world.now() > LONGEST_TIMEOUT:
        raise WorldError("invalid", detail="a timeout lasts 28 days at most")
    member.timeout = until
    return {}


def kick(world: Acting, payload: Json) -> Json:
    space, _ = _below(world, payload)
    world.member_left(space, payload["user"])
    return {}


def ban(world: Acting, payload: Json) -> Json:
    """Also somebody who is not, or no longer, there."""
    space = _space(world, payload["space"])
    user = world.user(payload["user"]).id
    if user in space.members:
        _below(world, payload)
        world.member_left(space, user)
    space.banned.add(user)
    return {}


def unban(world: Acting, payload: Json) -> Json:
    space = _space(world, payload["space"])
    if payload["user"] not in space.banned:
        raise WorldError("unknown_ban", detail=payload["user"])
    space.banned.discard(payload["user"])
    return {}


def publish_home(world: Acting, payload: Json) -> Json:
    space = _space(world, payload["space"])
    world.membership(space, payload["user"])
    _allow(world, payload["body"])
    world.set_home(space, payload["user"], payload["body"])
    return {}


def standing(world: Acting, payload: Json) -> Json:
    """With no user, the bot's own."""
    space = _space(world, payload["space"])
    return world.standing_json(space, payload["user"] or world.bot)


# What the methods share.


def _space(world: Acting, identity: str) -> Space:
    space = world.space(identity)
    if world.bot not in space.members:
        raise WorldError("unknown_space", detail=identity)
    return space


def _channel(world: Acting, identity: str) -> Channel:
    channel = world.channel(identity)
    if not world.reads(world.bot, channel):
        raise WorldError("unknown_channel", detail=identity)
    return channel


def _message(world: Acting, payload: Json) -> Message:
    channel = _channel(world, payload["channel"])
    message = world.message(payload["message"])
    if message.channel != channel.id or message.private_to is not None:
        raise WorldError("unknown_message", detail=message.id)
    return message


def _thread(world: Acting, above: Channel, root: str) -> Channel:
    """The thread under a message, opened if need be; an answer inside a thread stays in it."""
    message = world.message(root)
    if message.channel != above.id:
        raise WorldError("unknown_message", detail=root)
    if above.kind == "thread":
        return above
    if "threads" not in world.capabilities:
        raise WorldError("not_supported", detail="threads")
    name = rich.shorten_text(rich.flat(message.body.get("text", [])), limits.THREAD_NAME)
    return world.start_thread(message, name or rich.ELLIPSIS, world.bot)


def _post(world: Acting, where: Channel, body: Json) -> Json:
    _allow(world, body)
    if where.kind == "voice":
        raise WorldError("forbidden", detail=where.id)
    return _receipt(world, world.bot_says(where, body))


def _receipt(world: Acting, message: Message) -> Json:
    place = world.message_json(message)
    return {"message": place["id"], "channel": place["channel"], "parent": place["parent"]}


def _allow(world: Acting, body: Json) -> None:
    """Refuses what this world is set not to show."""
    for part in shown_parts(body):
        if part not in world.capabilities:
            raise WorldError("not_supported", detail=part)


def shown_parts(body: Json) -> set[str]:
    """The capabilities that a body needs."""
    parts = {"selects" if control["type"] == "select" else "buttons" for control in body.get("controls", ())}
    if body.get("files"):
        parts.add("files")
    if any("picture" in card for card in body.get("cards", ())):
        parts.add("pictures")
    return parts


def _below(world: Acting, payload: Json) -> tuple[Space, Membership]:
    """A member whom the bot outranks."""
    space = _space(world, payload["space"])
    user = payload["user"]
    member = world.membership(space, user)
    if user in (space.owner, world.bot) or world.rank(space, user) >= world.rank(space, world.bot):
        raise WorldError("forbidden", detail=user)
    return space, member


def _assignable(world: Acting, payload: Json) -> tuple[Space, Membership, Role]:
    """A member, and a role below the bot's own."""
    space = _space(world, payload["space"])
    member = world.membership(space, payload["user"])
    role = world.role(payload["role"])
    if role.space != space.id:
        raise WorldError("unknown_role", detail=role.id)
    if role.rank >= world.rank(space, world.bot):
        raise WorldError("forbidden", detail=role.id)
    return space, member, role


_id = shapes.identifier
_user = {"space": _id, "user": _id}
_role = {**_user, "role": _id}
_at = {"channel": _id, "message": _id}
_reason = {"reason": shapes.string(limits.REASON)}
_emoji = {**_at, "emoji": shapes.string(limits.EMOJI)}

METHODS: dict[str, Method] = {
    "world.describe": method(describe, {}),
    "spaces.list": method(list_spaces, {}),
    "messages.post": method(post_message, {"channel": _id, "body": shapes.message_body}, {"thread": _id}),
    "messages.edit": method(edit_message, {**_at, "body": shapes.message_body}, needs="edits"),
    "messages.delete": method(delete_message, _at, _reason),
    "dm.post": method(post_dm, {**_user, "body": shapes.message_body}, needs="direct-messages"),
    "reactions.add": method(add_reaction, _emoji, needs="reactions"),
    "reactions.remove": method(remove_reaction, _emoji, needs="reactions"),
    "threads.open": method(open_thread, {**_at, "name": shapes.string(limits.THREAD_NAME)}, needs="threads"),
    "roles.grant": method(grant_role, _role, _reason, "roles"),
    "roles.revoke": method(revoke_role, _role, _reason, "roles"),
    "members.timeout": method(time_out, {**_user, "until": shapes.nullable(shapes.moment)}, _reason, "timeouts"),
    "members.kick": method(kick, _user, _reason, "kicks"),
    "members.ban": method(ban, _user, _reason, "bans"),
    "members.unban": method(unban, _user, _reason, "bans"),
    "members.standing": method(standing, {"space": _id, "user": shapes.nullable(_id)}),
    "home.publish": method(publish_home, {**_user, "body": shapes.home_body}, needs="home"),
}
