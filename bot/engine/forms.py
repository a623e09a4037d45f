"""Forms that the core makes itself: what a command left out, what was wrong, what is too long for one sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.catalogue import Catalogue
from bot.cog import Endpoint
from bot.engine.binding import Bound, choice_label
from bot.schema import Param
from bot.vocabulary.calls import PACKED_LIMIT, Call, CallTooLong
from bot.vocabulary.replies import Button, Choice, Field, FieldErrors, Form, Reply, Tone
from bot.vocabulary.text import CommandName, Lines, Listed, Phrase, Say

CORE = "core"


def form_for(endpoint: Endpoint, bound: Bound) -> Form:
    """Asks for what is missing. What is known travels with the form, or stands in it where it is too long."""
    asked = {param.name for param in bound.missing} | set(bound.errors)
    carried = {name: text for name, text in bound.written.items() if name not in asked}
    call = Call(endpoint.cog, endpoint.name, carried)
    while len(carried) > 0 and not _fits(call):
        longest = max(carried, key=lambda name: len(carried[name]))
        asked.add(longest)
        del carried[longest]
        call = Call(endpoint.cog, endpoint.name, dict(carried))
    fields = tuple(
        field_of(endpoint, param, bound.written.get(param.name))
        for param in endpoint.schema.params
        if param.name in asked
    )
    return Form(Say(endpoint.cog, f"{endpoint.text}.title"), fields, call)


def _fits(call: Call) -> bool:
    try:
        return len(call.pack()) <= PACKED_LIMIT
    except CallTooLong:
        return False


def field_of(endpoint: Endpoint, param: Param, value: str | None) -> Field:
    name = param.name.replace("_", "-")
    return Field(
        name=param.name,
        label=Say(endpoint.cog, f"{endpoint.text}.{name}"),
        kind=param.kind,
        required=param.required,
        least=param.least,
        most=param.most,
        choices=tuple(Choice(value, choice_label(endpoint, param, value)) for value in param.choices),
        value=value,
    )


def filled(form: Form, values: Mapping[str, str]) -> Form:
    """The form with what was written so far."""
    return replace(form, fields=tuple(replace(f, value=values.get(f.name, f.value)) for f in form.fields))


def problems(form: Form, errors: FieldErrors) -> Phrase:
    """What is wrong, a line a field."""
    labels = {field.name: field.label for field in form.fields}
    lines = [
        Say(CORE, "please-check-line", {"field": labels.get(name, name), "problem": phrase})
        for name, phrase in errors.errors.items()
    ]
    return Lines((Say(CORE, "please-check"), *lines))


def mend_reply(form: Form, errors: FieldErrors, draft: str) -> Reply:
    """The mistakes in private, with a button that opens what was written."""
    again = Button(Say(CORE, "edit-again"), Call(CORE, "draft", {"id": draft}), Tone.PRIMARY)
    return Reply(problems(form, errors), controls=(again,))


def open_reply(draft: str) -> Reply:
    """A form that came too late to be the first answer, behind a button."""
    button = Button(Say(CORE, "open-form"), Call(CORE, "draft", {"id": draft}), Tone.PRIMARY)
    return Reply(Say(CORE, "open-form-text"), controls=(button,))


def sections(form: Form, most: int) -> list[Form]:
    """A long form as several sheets of at most `most` fields."""
    return [replace(form, fields=form.fields[start : start + most]) for start in range(0, len(form.fields), most)]


def sections_reply(form: Form, draft: str, most: int, done: Mapping[str, str]) -> Reply:
    """A button for each sheet of a long form, and one that sends it all."""
    sheets = sections(form, most)
    buttons = [
        Button(
            Say(CORE, "form-section", {"number": number, "first": sheet.fields[0].label}),
            Call(CORE, "sheet", {"id": draft, "number": number}),
            Tone.GOOD if all(f.name in done for f in sheet.fields) else Tone.PLAIN,
        )
        for number, sheet in enumerate(sheets, start=1)
    ]
    send = Button(Say(CORE, "send"), Call(CORE, "send", {"id": draft}), Tone.PRIMARY)
    return Reply(Say(CORE, "form-sections", {"count": len(sheets)}), controls=(*buttons, send), replaces=bool(done))


def typed_instead(form: Form, catalogue: Catalogue) -> Phrase:
    """Where a platform has no forms: how to write everything in one line."""
    endpoint = catalogue.endpoints.get((form.submit.cog, form.submit.name))
    command = CommandName(form.submit.cog, None if endpoint is None or endpoint.root else endpoint.name)
    asked = Listed(tuple(field.label for field in form.fields))
    return Say(CORE, "form-typed", {"command": command, "fields": asked})
