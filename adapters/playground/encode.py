"""From actions, messages and forms to payloads. Pure, and always within the limits of the platform.

What is too long flows into further cards; what this platform does not show becomes lines of text.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from adapters.playground import limits, rich
from adapters.playground.decode import PLATFORM
from adapters.playground.limits import BodyLimits
from adapters.playground.model import Json, Rich
from adapters.playground.phrases import Writer, fits, link
from adapters.playground.reading import text as clean
from bot.vocabulary import actions
from bot.vocabulary.actions import Action, Target
from bot.vocabulary.calls import Call, CallTooLong
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.errors import Refused
from bot.vocabulary.model import AccountRef, MessageRef, SpaceRef
from bot.vocabulary.replies import (
    Button,
    Card,
    Choice,
    Control,
    Detail,
    Field,
    FieldErrors,
    File,
    Form,
    LinkButton,
    Message,
    Select,
)
from bot.vocabulary.text import CommandName, Phrase, Voice


class Request(NamedTuple):
    method: str
    payload: Json


class Encoder:
    """Writes what a platform with these capabilities can show."""

    def __init__(self, capabilities: frozenset[Capability]) -> None:
        self._can = capabilities

    # Actions.

    def request(self, action: Action, voice: Voice) -> Request:
        """The call that carries an action out. Raises Refused for what can never be sent."""
        match action:
            case actions.Post(channel, message, thread):
                return self._post(channel.id, self.body(message, voice), thread)
            case actions.DirectMessage(to, space, message):
                return Request("dm.post", _member(to, space) | {"body": self.body(message, voice)})
            case actions.Edit(target, message):
                return Request("messages.edit", _place(target) | {"body": self.body(message, voice)})
            case actions.Delete(target):
                return Request("messages.delete", _place(target) | self._reason(action.reason, voice))
            case actions.React(target, emoji, remove):
                return Request(f"reactions.{'remove' if remove else 'add'}", _place(target) | {"emoji": emoji})
            case actions.OpenThread(target, name):
                return Request("threads.open", _place(target) | {"name": _name(name, limits.THREAD_NAME)})
            case actions.PublishHome(account, space, panels):
                return Request("home.publish", _member(account, space) | {"body": self.home(panels, voice)})
        return self._about_member(action, voice)

    def _post(self, channel: str, body: Json, thread: Target | None) -> Request:
        """Below another message where one is named; without threads, in that message's channel."""
        if thread is None:
            return Request("messages.post", {"channel": channel, "body": body})
        root = _place(thread)
        below = {"thread": root["message"]} if Capability.THREADS in self._can else {}
        return Request("messages.post", {"channel": root["channel"], "body": body} | below)

    def _about_member(
        self,
        action: actions.GrantRole | actions.RevokeRole | actions.TimeOut | actions.Kick | actions.Ban,
        voice: Voice,
    ) -> Request:
        reason = self._reason(action.reason, voice)
        match action:
            case actions.GrantRole(account, role) | actions.RevokeRole(account, role):
                return Request(f"roles.{action.kind}", _member(account, role.space) | {"role": role.id} | reason)
            case actions.TimeOut(account, space, until):
                ends = {"until": None if until is None else until.isoformat()}
                return Request("members.timeout", _member(account, space) | ends | reason)
            case actions.Kick(account, space):
                return Request("members.kick", _member(account, space) | reason)
            case actions.Ban(account, space):
                method = "members.unban" if action.lift else "members.ban"
                return Request(method, _member(account, space) | reason)

    def _reason(self, reason: Phrase | None, voice: Voice) -> Json:
        return {} if reason is None else {"reason": self._writer(voice).plain(reason, limits.REASON)}

    # Messages.

    def body(self, message: Message, voice: Voice) -> Json:
        return self._body(message, self._writer(voice), limits.MESSAGE)

    def home(self, panels: Message, voice: Voice) -> Json:
        return self._body(panels, self._writer(voice), limits.HOME)

    def _body(self, message: Message, writer: Writer, most: BodyLimits) -> Json:
        controls = [control for control in message.controls if self._shows(control)]
        files = _fitting(message.files, most.files) if Capability.FILES in self._can else []
        text = rich.below(
            writer.rich(message.text),
            *(_file_line(file) for file in message.files if file not in files),
            *(_control_line(control, writer) for control in message.controls if control not in controls),
        )
        first, *more = rich.split(text, most.text) or [[]]
        cards = [{"body": piece} for piece in chain.from_iterable(map(_card_sized, more))]
        cards.extend(chain.from_iterable(self._card(card, writer) for card in message.cards))
        return _filled(
            text=first,
            cards=_at_most(cards, most.cards),
            controls=[_control(control, writer) for control in controls[: most.controls]],
            files=[_file(file) for file in files],
            pings=_ours(message.pings)[: limits.PINGS],
            silent=message.silent,
        )

    def _shows(self, control: Control) -> bool:
        match control:
            case Button():
                return Capability.BUTTONS in self._can
            case LinkButton(_, url):
                return Capability.BUTTONS in self._can and fits(url)
            case Select(_, _, choices):
                return Capability.SELECTS in self._can and any(map(_returnable, choices))

    def _card(self, card: Card, writer: Writer) -> list[Json]:
        """One card, and further ones for what its body has no room for."""
        first, *more = rich.split(self._card_body(card, writer), limits.CARD_BODY) or [[]]
        top = _filled(
            title=None if card.title is None else writer.plain(card.title, limits.TITLE),
            body=first,
            details=[_detail(detail, writer) for detail in card.details[: limits.DETAILS]],
            picture=self._picture(card, writer),
            footer=rich.shorten(writer.rich(card.footer), limits.FOOTER),
        )
        tone = {"tone": card.tone.value}
        return [top | tone, *({"body": piece} | tone for piece in more)]

    def _card_body(self, card: Card, writer: Writer) -> Rich:
        body = writer.rich(card.body)
        if card.picture is None or Capability.PICTURES in self._can:
            return body
        return rich.below(body, [rich.leaf(writer.plain(card.picture.alt, limits.ALT))])

    def _picture(self, card: Card, writer: Writer) -> Json | None:
        picture = card.picture
        if picture is None or Capability.PICTURES not in self._can or not fits(picture.url):
            return None
        return {"url": clean(picture.url), "alt": writer.plain(picture.alt, limits.ALT)}

    # Forms.

    def form(self, form: Form, voice: Voice) -> Json:
        """Raises Refused for more questions than one form holds: nothing may be left out silently."""
        if len(form.fields) > limits.FORM_FIELDS:
            raise Refused(f"a form has {len(form.fields)} fields, and room for {limits.FORM_FIELDS}")
        writer = self._writer(voice)
        return {
            "title": writer.plain(form.title, limits.FORM_TITLE),
            "fields": [_field(field, writer) for field in form.fields],
            "packed": _packed(form.submit),
        } | _filled(intro=rich.shorten(writer.rich(form.intro), limits.CARD_BODY))

    def errors(self, errors: FieldErrors, voice: Voice) -> dict[str, str]:
        writer = self._writer(voice)
        return {name: writer.plain(error, limits.FIELD_ERROR) for name, error in errors.errors.items()}

    def choices(self, choices: Sequence[Choice], voice: Voice) -> list[Json]:
        return _choices(choices, self._writer(voice))

    def _writer(self, voice: Voice) -> Writer:
        return Writer(PLATFORM, voice, Capability.NATIVE_TIMES in self._can)


def _member(account: AccountRef, space: SpaceRef) -> Json:
    return {"space": space.id, "user": account.id}


def _place(target: Target) -> Json:
    if not isinstance(target, MessageRef):
        raise Refused("the message that this is about was never delivered")
    return {"channel": target.channel.id, "message": target.id}


def _name(text: str, limit: int) -> str:
    return rich.shorten_text(" ".join(clean(text).split()), limit) or "…"


def _filled(**parts: Any) -> Json:
    """Without what is empty."""
    return {name: part for name, part in parts.items() if part}


def _at_most(cards: list[Json], most: int) -> list[Json]:
    """The first cards; the last of them says that there was more."""
    if len(cards) <= most:
        return cards
    *kept, last = cards[:most]
    body = rich.cut(last.get("body", []), limits.CARD_BODY - 2)[0]
    return [*kept, {**last, "body": [*body, rich.leaf(f"\n{rich.ELLIPSIS}")]}]


def _card_sized(nodes: Rich) -> list[Rich]:
    return rich.split(nodes, limits.CARD_BODY)


def _detail(detail: Detail, writer: Writer) -> Json:
    value = rich.shorten(writer.rich(detail.value), limits.DETAIL_VALUE)
    return {"label": writer.plain(detail.label, limits.DETAIL_LABEL), "value": value}


def _control(control: Control, writer: Writer) -> Json:
    shown = {"type": control.part, "label": writer.plain(control.label, limits.LABEL)}
    match control:
        case Button():
            return shown | {"packed": _packed(control.press), "tone": control.tone.value}
        case LinkButton():
            return shown | {"url": clean(control.url)}
        case Select():
            return shown | _select(control, writer)


def _select(select: Select, writer: Writer) -> Json:
    choices = _choices(select.choices, writer)
    most = max(1, min(select.most, len(choices)))
    return {
        "packed": _packed(select.press),
        "choices": choices,
        "least": max(0, min(select.least, most)),
        "most": most,
    }


def _choices(choices: Sequence[Choice], writer: Writer) -> list[Json]:
    """The first that fit; a value comes back as it went out, so it is never shortened."""
    fitting = list(filter(_returnable, choices))
    return [
        {"value": choice.value, "label": writer.plain(choice.label, limits.LABEL)}
        for choice in fitting[: limits.CHOICES]
    ]


def _returnable(choice: Choice) -> bool:
    return 0 < len(choice.value) <= limits.CHOICE_VALUE and clean(choice.value) == choice.value


def _packed(call: Call) -> str:
    try:
        return call.pack()
    except CallTooLong as error:
        raise Refused(str(error)) from error


def _control_line(control: Control, writer: Writer) -> Rich:
    """Where there are no buttons: the link itself, or the command that leads to the same."""
    label = writer.plain(control.label, limits.LABEL)
    if isinstance(control, LinkButton):
        return [link(label, control.url)]
    return [rich.leaf(f"{label}: "), writer.command(CommandName(control.press.cog))]


def _field(field: Field, writer: Writer) -> Json:
    asked = {
        "name": field.name,
        "label": writer.plain(field.label, limits.LABEL),
        "kind": field.kind.value,
        "required": field.required,
    }
    bounds = {"least": field.least, "most": field.most}
    return (
        asked
        | {name: bound for name, bound in bounds.items() if bound is not None}
        | _filled(
            choices=_choices(field.choices, writer),
            value=None if field.value is None else clean(field.value)[: limits.FORM_VALUE],
            hint=None if field.hint is None else writer.plain(field.hint, limits.HINT),
        )
    )


def _fitting(files: Sequence[File], most: int) -> list[File]:
    """The first files that fit into one message together."""
    fitting: list[File] = []
    room = limits.FILE_BYTES
    for file in files[:most]:
        if len(file.content) <= room:
            fitting.append(file)
            room -= len(file.content)
    return fitting


def _file(file: File) -> Json:
    content = base64.b64encode(file.content).decode()
    media_type = _name(file.media_type, limits.IDENTIFIER)
    return {"name": _name(file.name, limits.FILE_NAME), "media_type": media_type, "content": content}


def _file_line(file: File) -> Rich:
    return [rich.leaf(_name(file.name, limits.FILE_NAME))]


def _ours(accounts: Sequence[AccountRef]) -> list[str]:
    return [account.id for account in accounts if account.platform == PLATFORM]
