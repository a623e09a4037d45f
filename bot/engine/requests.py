"""What an interaction asks for: the cog's function, and the raw values it is called with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.catalogue import Catalogue
from bot.cog import Endpoint
from bot.engine import forms
from bot.engine.binding import split_typed
from bot.engine.command_names import CommandNames
from bot.vocabulary.calls import Call, unpack
from bot.vocabulary.errors import Refusal
from bot.vocabulary.events import CommandUsed, CompletionAsked, FormSubmitted, Interaction, Pressed
from bot.vocabulary.text import CommandName, Phrase, Say


@dataclass(frozen=True, slots=True)
class Request:
    """An interaction whose function is known: what to call, with which raw values. `key` is what counts it once."""

    interaction: Interaction
    endpoint: Endpoint
    raw: Mapping[str, str]
    picked: tuple[str, ...] = ()
    form: bool = False
    key: str = ""


class Requests:
    def __init__(self, catalogue: Catalogue, names: CommandNames) -> None:
        self._catalogue = catalogue
        self._names = names

    def read(self, interaction: Interaction) -> Request | None:
        """The function behind an interaction; None for what the core answers itself. Raises Refusal."""
        match interaction:
            case CommandUsed():
                return self._command(interaction)
            case Pressed(packed=packed) | FormSubmitted(packed=packed):
                call = unpack(packed)
                if call is None:
                    raise Refusal(Say("core", "outdated-button-plain"))
                return None if call.cog == forms.CORE else self._press(interaction, call)
            case CompletionAsked():
                endpoint = self._catalogue.commands.get(interaction.path)
                return Request(interaction, endpoint, {}) if endpoint else None
        raise Refusal(Say("core", "unknown-command", {"help": CommandName("help")}))

    def _command(self, used: CommandUsed) -> Request:
        if used.typed is not None:
            path, rest = self._names.path_in(used.typed)
            endpoint = self._catalogue.commands.get(path)
            if endpoint is not None:
                return Request(used, endpoint, {**self._options(endpoint, rest), **used.options})
        endpoint = self._catalogue.commands.get(used.path)
        if endpoint is None:
            raise Refusal(self._unknown(used))
        return Request(used, endpoint, used.options)

    def _options(self, endpoint: Endpoint, typed: str) -> dict[str, str]:
        """Options that were written out, their choices in any language."""
        given = split_typed(endpoint, typed, self._names.options(endpoint))
        params = {param.name: param for param in endpoint.schema.params}
        return {name: self._names.choice(endpoint, params[name], text) for name, text in given.items()}

    def _unknown(self, used: CommandUsed) -> Phrase:
        near = self._names.nearest(used.typed or " ".join(used.path))
        if near is None:
            return Say("core", "unknown-command", {"help": CommandName("help")})
        return Say("core", "unknown-command-near", {"command": near})

    def _press(self, interaction: Pressed | FormSubmitted, call: Call) -> Request:
        endpoint = self._catalogue.endpoints.get((call.cog, call.name))
        if endpoint is None:
            raise Refusal(self._outdated(call.cog))
        raw = {name: str(value) for name, value in call.values.items()}
        if isinstance(interaction, FormSubmitted):
            return Request(interaction, endpoint, {**raw, **interaction.values}, form=True)
        return Request(interaction, endpoint, raw, interaction.picked)

    def _outdated(self, cog: str) -> Phrase:
        commands = [path for path in self._catalogue.commands if path[0] == cog]
        if not commands:
            return Say("core", "outdated-button-plain")
        first = commands[0]
        return Say(
            "core",
            "outdated-button",
            {"command": CommandName(first[0], first[1] if len(first) > 1 else None)},
        )

    def endpoint(self, call: Call) -> Endpoint:
        """Raises Refusal for one of another version."""
        endpoint = self._catalogue.endpoints.get((call.cog, call.name))
        if endpoint is None:
            raise Refusal(Say("core", "outdated-button-plain"))
        return endpoint
