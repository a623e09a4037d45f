"""What people ask of the bot: commands, presses, forms and completions. Each returns its interaction's id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from adapters.playground import limits, mentions
from adapters.playground.model import Asked, Channel, Json, Message, OpenForm, Space, WorldError
from adapters.playground.people import People


class Asking(People):
    def command(
        self,
        user: str,
        channel: str,
        path: str | Sequence[str],
        options: Mapping[str, str] | None = None,
        *,
        message: str | None = None,
    ) -> str:
        """Uses a command; with `message`, from that message's menu."""
        return self._command(user, channel, path, options or {}, message, None)

    def typed_command(self, user: str, channel: str, line: str) -> str:
        """`points rank @ben`, left to the bot to take apart; mentions arrive as `<@id>`."""
        typed = line.strip().removeprefix("/")
        return self._command(user, channel, typed.split()[:2], {}, None, typed)

    def press(self, user: str, message: str, control: int | str, picked: Sequence[str] = ()) -> str:
        """Presses a button or picks from a select, by its place or by what it carries."""
        found = self._seen(user, message)
        where = self._allowed(user, found.channel)
        packed, choices = _pressed(found.body, control, picked)
        asked = self._asks("control.pressed", user, self.space(where.space), where, message=found.id)
        place = self.message_json(found)
        return self._ask(asked, choices, packed=packed, picked=choices, message=place)

    def press_home(self, user: str, control: int | str, picked: Sequence[str] = (), *, space: str | None = None) -> str:
        """The same on one's home view."""
        where = self.shared_space(user, space)
        body = self._homes.get((where.id, user))
        if body is None:
            raise WorldError("unknown_home", detail=user)
        packed, choices = _pressed(body, control, picked)
        asked = self._asks("control.pressed", user, where, None)
        return self._ask(asked, choices, packed=packed, picked=choices, message=None)

    def submit(self, user: str, form: str, values: Mapping[str, str]) -> str:
        """Sends an open form in; it closes, unless the bot rejects it."""
        found = self._forms.get(form)
        if found is None or found.user != user:
            raise WorldError("unknown_form", detail=form)
        space = self.space(found.space)
        for field in found.form["fields"]:
            self._check_field(space, field, values.get(field["name"], ""))
        if values.keys() - {field["name"] for field in found.form["fields"]}:
            raise WorldError("invalid", detail="there is no such field")
        del self._forms[form]
        found.values = dict(values)
        where = None if found.channel is None else self.channel(found.channel)
        asked = self._asks("form.submitted", user, space, where, message=found.message, form=found)
        place = None if found.message is None else self.message_json(self._messages[found.message])
        filled = dict(values)
        return self._ask(asked, filled.values(), packed=found.form["packed"], values=filled, message=place)

    def dismiss(self, user: str, form: str) -> None:
        """Closes a form unsent; the bot does not hear of it."""
        if form not in self._forms or self._forms[form].user != user:
            raise WorldError("unknown_form", detail=form)
        del self._forms[form]

    def complete(self, user: str, channel: str, path: str | Sequence[str], option: str, typed: str = "") -> str:
        """Types into an option that the bot completes."""
        where = self._allowed(user, channel)
        asked = self._asks("completion.asked", user, self.space(where.space), where)
        return self._ask(asked, (), path=_words(path), option=option, typed=typed)

    def open_home(self, user: str, *, space: str | None = None) -> None:
        """Looks at one's home view, which the bot may now publish."""
        where = self.shared_space(user, space)
        self._emit(where, "home.opened", user=self.user_json(user))

    def _command(
        self,
        user: str,
        channel: str,
        path: str | Sequence[str],
        options: Mapping[str, str],
        message: str | None,
        typed: str | None,
    ) -> str:
        where = self._allowed(user, channel)
        found = None if message is None else self._seen(user, message)
        if typed is not None:
            typed = mentions.with_ids(mentions.parse(typed, self._names(where)))
        asked = self._asks("command.used", user, self.space(where.space), where, message=message)
        target = None if found is None else self._target_json(found)
        named = [*options.values(), typed or ""]
        return self._ask(asked, named, path=_words(path), options=dict(options), message=target, typed=typed)

    def _target_json(self, message: Message) -> Json:
        return self.message_json(message) | {"author": self.user_json(message.author)}

    def _allowed(self, user: str, channel: str) -> Channel:
        """Where a person may use the bot: where both can read, and this person may write."""
        where = self._writable(user, channel)
        if not self.reads(self.bot, where):
            raise WorldError("bot_not_in_channel", detail=channel)
        return where

    def _asks(
        self,
        kind: str,
        user: str,
        space: Space,
        where: Channel | None,
        *,
        message: str | None = None,
        form: OpenForm | None = None,
    ) -> Asked:
        self.membership(space, user)
        channel = None if where is None else where.id
        return Asked(self._next("I"), kind, user, space.id, channel, self.now(), message, form)

    def _ask(self, asked: Asked, named: Iterable[str], **fields: object) -> str:
        """Tells the bot; `named` are the values that may mean somebody, whom it is then told about."""
        space = self.space(asked.space)
        if self.bot not in space.members:
            raise WorldError("bot_not_in_space", detail=space.id)
        self._asked[asked.id] = asked
        meant = mentions.named(named)
        common: dict[str, object] = {
            "user": self.user_json(asked.user),
            "standing": self.standing_json(space, asked.user),
            "channel": None if asked.channel is None else self.place_json(self.channel(asked.channel)),
            "locale": self.user(asked.user).locale,
            "users": {user: self.user_json(user) for user in sorted(meant & space.members.keys())},
        }
        self._tell(asked.id, space, asked.type, common | fields)
        return asked.id

    def _check_field(self, space: Space, field: Json, value: str) -> None:
        """What a client would not let through."""
        if not value:
            if field["required"]:
                raise WorldError("invalid", detail=f"{field['name']} is missing")
            return
        if not self._fits(space, field, value):
            raise WorldError("invalid", detail=f"{field['name']} does not fit")

    def _fits(self, space: Space, field: Json, value: str) -> bool:
        match field["kind"]:
            case "text" | "long":
                return int(field.get("least", 0)) <= len(value) <= int(field.get("most", limits.FORM_VALUE))
            case "choice":
                return value in {choice["value"] for choice in field.get("choices", ())}
            case "switch":
                return value in ("true", "false")
            case "member":
                return value in space.members
            case "channel":
                return value in self._channels and self._channels[value].space == space.id
            case "role":
                return value in self._roles and self._roles[value].space == space.id
        return len(value) <= limits.FORM_VALUE


def _words(path: str | Sequence[str]) -> list[str]:
    return path.removeprefix("/").split() if isinstance(path, str) else list(path)


def _pressed(body: Json, control: int | str, picked: Sequence[str]) -> tuple[str, list[str]]:
    """What a control carries, and what was picked from it."""
    found = _control(body.get("controls", []), control)
    if found["type"] == "link":
        raise WorldError("not_pressable", detail=found["label"])
    if found["type"] == "button":
        if picked:
            raise WorldError("invalid", detail="a button offers no choice")
        return found["packed"], []
    offered = {choice["value"] for choice in found["choices"]}
    fits = found.get("least", 1) <= len(set(picked)) == len(picked) <= found.get("most", 1)
    if not (fits and offered.issuperset(picked)):
        raise WorldError("invalid", detail="this cannot be picked")
    return found["packed"], list(picked)


def _control(controls: Sequence[Json], wanted: int | str) -> Json:
    for index, control in enumerate(controls):
        if wanted in (index, control.get("packed")):
            return control
    raise WorldError("unknown_control", detail=str(wanted))
