"""How the bot answers an interaction: once, in time, and a form only as the first thing it says."""

from __future__ import annotations

from datetime import timedelta

from adapters.playground import limits, shapes
from adapters.playground.acting import Acting
from adapters.playground.calls import Method, method, shown_parts
from adapters.playground.model import Asked, Json, State, WorldError

TOKEN_LIVES = timedelta(minutes=15)
"""How long a deferred interaction can still be answered."""


def reply(world: Acting, payload: Json) -> Json:
    asked = _answerable(world, payload)
    _not_completion(asked)
    _allow(world, payload["body"])
    private = payload["private"]
    if private and "private-replies" not in world.capabilities:
        raise WorldError("not_supported", detail="private-replies")
    if private and "private-replies" not in world.capabilities:
        raise WorldError("not_supported", detail="private-replies")
    if asked.state is State.DEFERRED and asked.private and not private:
        raise WorldError("visibility_fixed", detail=asked.id)
    message = world.bot_replies(asked, payload["body"], private=private)
    asked.private, asked.reply = private, message.id
    return _answered(asked, message=message.id)


def replace(world: Acting, payload: Json) -> Json:
    """Rewrites the message whose button was pressed, or from which the form was opened."""
    asked = _answerable(world, payload)
    if asked.type not in ("control.pressed", "form.submitted") or asked.message is None:
        raise WorldError("nothing_to_replace", detail=asked.id)
    _allow(world, payload["body"])
    message = world.message(asked.message)
    if message.author != world.bot:
        raise WorldError("forbidden", detail=message.id)
    message.body, message.edited = payload["body"], True
    asked.reply = message.id
    return _answered(asked, message=message.id)


def open_form(world: Acting, payload: Json) -> Json:
    asked = _answerable(world, payload)
    if asked.type == "form.submitted":
        raise WorldError("form_after_form", detail=asked.id)
    _not_completion(asked)
    if asked.state is not State.WAITING:
        raise WorldError("form_not_first", detail=asked.id)
    asked.opened = world.show_form(asked, payload["form"])
    return _answered(asked)


def reject(world: Acting, payload: Json) -> Json:
    """Opens a submitted form again, with what is wrong in it."""
    asked = _answerable(world, payload)
    if asked.form is None or asked.state is not State.WAITING:
        raise WorldError("no_form", detail=asked.id)
    known = {field["name"] for field in asked.form.form["fields"]}
    if not payload["errors"] or payload["errors"].keys() - known:
        raise WorldError("invalid", detail="errors name no field of the form")
    asked.opened = world.reopen_form(asked.form, payload["errors"])
    return _answered(asked)


def suggest(world: Acting, payload: Json) -> Json:
    asked = _answerable(world, payload)
    if asked.type != "completion.asked":
        raise WorldError("not_a_completion", detail=asked.id)
    asked.suggestions = tuple((choice["value"], choice["label"]) for choice in payload["choices"])
    return _answered(asked)


def defer(world: Acting, payload: Json) -> Json:
    asked = _answerable(world, payload)
    _not_completion(asked)
    if asked.state is not State.WAITING:
        raise WorldError("already_answered", detail=asked.id)
    asked.state, asked.private = State.DEFERRED, payload["private"]
    return {}


def _answerable(world: Acting, payload: Json) -> Asked:
    asked = world.asked(payload["interaction"])
    state = world.settle(asked)
    if state is State.ANSWERED:
        raise WorldError("already_answered", detail=asked.id)
    if state is State.FAILED or world.now() - asked.at > TOKEN_LIVES:
        raise WorldError("expired", detail=asked.id)
    return asked


def _not_completion(asked: Asked) -> None:
    if asked.type == "completion.asked":
        raise WorldError("only_suggestions", detail=asked.id)


def _allow(world: Acting, body: Json) -> None:
    missing = shown_parts(body) - world.capabilities
    if missing:
        raise WorldError("not_supported", detail=min(missing))


def _answered(asked: Asked, **value: str) -> Json:
    asked.state = State.ANSWERED
    asked.settled.set()
    return dict(value)


_interaction = {"interaction": shapes.identifier}
_choices = {**_interaction, "choices": shapes.listed(shapes.choice, limits.CHOICES)}
_body = {**_interaction, "body": shapes.message_body}

METHODS: dict[str, Method] = {
    "interactions.reply": method(reply, {**_body, "private": shapes.flag}),
    "interactions.replace": method(replace, _body),
    "interactions.open": method(open_form, {**_interaction, "form": shapes.form}, needs="forms"),
    "interactions.reject": method(reject, {**_interaction, "errors": shapes.field_errors}, needs="form-errors"),
    "interactions.suggest": method(suggest, _choices),
    "interactions.defer": method(defer, {**_interaction, "private": shapes.flag}),
}
