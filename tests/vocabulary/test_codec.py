"""Everything that is kept as JSON comes back equal: actions in the outbox, dead events, forms in drafts."""

from __future__ import annotations

import inspect
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.schedule import Cron, Every, Once, Trigger
from bot.engine.rounds import read, written
from bot.storage.codec import dump, load
from bot.vocabulary import actions, events
from bot.vocabulary.actions import Action
from bot.vocabulary.calls import Call
from bot.vocabulary.model import (
    Account,
    AccountRef,
    Attachment,
    ChannelRef,
    MessageRef,
    RoleRef,
    SpaceRef,
    Standing,
    Undelivered,
)
from bot.vocabulary.replies import (
    Button,
    Card,
    Choice,
    Detail,
    Field,
    FieldKind,
    File,
    Form,
    LinkButton,
    Message,
    Picture,
    Select,
    Tone,
)
from bot.vocabulary.text import (
    ChannelLink,
    CommandName,
    Lines,
    Listed,
    Mention,
    MessageLink,
    RoleName,
    Say,
    Template,
    Url,
    When,
)

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
"""Any text that can be written down."""
NUMBERS = st.integers(-(2**63), 2**63 - 1)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2190, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SPACES = st.builds(SpaceRef, NAMES, NAMES)
ACCOUNTS = st.builds(AccountRef, NAMES, NAMES)
CHANNELS = st.builds(ChannelRef, SPACES, NAMES, st.none() | NAMES)
MESSAGES = st.builds(MessageRef, CHANNELS, NAMES)
ROLES = st.builds(RoleRef, SPACES, NAMES)
STANDINGS = st.builds(Standing, st.frozensets(NAMES, max_size=3), st.integers(0, 99), *[st.booleans()] * 4)
PEOPLE = st.builds(Account, ACCOUNTS, NAMES, st.booleans(), st.none() | NAMES, st.none() | NAMES)
LEAVES = (
    st.builds(Mention, NAMES, st.lists(ACCOUNTS, max_size=2).map(tuple))
    | st.builds(ChannelLink, CHANNELS, NAMES)
    | st.builds(RoleName, ROLES, NAMES)
    | st.builds(When, MOMENTS, st.sampled_from(["date", "time", "datetime", "relative"]))
    | st.builds(CommandName, NAMES, st.none() | NAMES)
    | st.builds(MessageLink, MESSAGES)
    | st.builds(Url, NAMES, NAMES)
)


def _phrases(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    named = st.dictionaries(NAMES, values | NAMES | NUMBERS, max_size=3)
    listed = st.builds(Listed, st.lists(values, max_size=2).map(tuple))
    say, template = st.builds(Say, NAMES, NAMES, named), st.builds(Template, NAMES, named)
    lines = st.builds(Lines, st.lists(say | template, max_size=2).map(tuple))
    return say | template | lines | listed


VALUES = st.recursive(LEAVES, _phrases, max_leaves=4)
WORDS = st.builds(Say, NAMES, NAMES, st.dictionaries(NAMES, VALUES | NAMES | NUMBERS, max_size=3)) | st.builds(
    Template, NAMES, st.dictionaries(NAMES, VALUES, max_size=2)
)
PHRASES = WORDS | st.builds(Lines, st.lists(WORDS, max_size=2).map(tuple))
MAYBE = st.none() | PHRASES
CALLS = st.builds(Call, NAMES, NAMES, st.dictionaries(NAMES, NAMES | NUMBERS | st.booleans(), max_size=3))
CHOICES = st.lists(st.builds(Choice, NAMES, PHRASES), max_size=2).map(tuple)
TONES = st.sampled_from(Tone)
CONTROLS = (
    st.builds(Button, PHRASES, CALLS, TONES)
    | st.builds(LinkButton, PHRASES, NAMES)
    | st.builds(Select, PHRASES, CALLS, CHOICES, st.integers(0, 3), st.integers(1, 9))
)
CARDS = st.builds(
    Card,
    MAYBE,
    MAYBE,
    st.lists(st.builds(Detail, PHRASES, PHRASES), max_size=2).map(tuple),
    st.none() | st.builds(Picture, NAMES, PHRASES),
    MAYBE,
    TONES,
)
FILES = st.builds(File, NAMES, NAMES, st.binary(max_size=20))
BODIES = st.builds(
    Message,
    MAYBE,
    st.lists(CARDS, max_size=1).map(tuple),
    st.lists(CONTROLS, max_size=2).map(tuple),
    st.lists(FILES, max_size=1).map(tuple),
    st.lists(ACCOUNTS, max_size=2).map(tuple),
    st.booleans(),
)
TARGETS = MESSAGES | st.builds(Undelivered, NUMBERS)
ACTIONS: dict[type[Any], st.SearchStrategy[Any]] = {
    actions.Post: st.builds(actions.Post, CHANNELS, BODIES, st.none() | TARGETS),
    actions.DirectMessage: st.builds(actions.DirectMessage, ACCOUNTS, SPACES, BODIES),
    actions.Edit: st.builds(actions.Edit, TARGETS, BODIES),
    actions.Delete: st.builds(actions.Delete, TARGETS, st.none() | ACCOUNTS, MAYBE),
    actions.React: st.builds(actions.React, TARGETS, NAMES, st.booleans()),
    actions.OpenThread: st.builds(actions.OpenThread, TARGETS, NAMES),
    actions.GrantRole: st.builds(actions.GrantRole, ACCOUNTS, ROLES, MAYBE),
    actions.RevokeRole: st.builds(actions.RevokeRole, ACCOUNTS, ROLES, MAYBE),
    actions.TimeOut: st.builds(actions.TimeOut, ACCOUNTS, SPACES, st.none() | MOMENTS, MAYBE),
    actions.Kick: st.builds(actions.Kick, ACCOUNTS, SPACES, MAYBE),
    actions.Ban: st.builds(actions.Ban, ACCOUNTS, SPACES, MAYBE, st.booleans()),
    actions.PublishHome: st.builds(actions.PublishHome, ACCOUNTS, SPACES, BODIES),
}
FORMS = st.builds(
    Form,
    PHRASES,
    st.lists(
        st.builds(
            Field,
            NAMES,
            PHRASES,
            st.sampled_from(FieldKind),
            st.booleans(),
            st.none() | st.integers(0, 9),
            st.none() | st.integers(0, 9),
            CHOICES,
            st.none() | NAMES,
            MAYBE,
        ),
        max_size=3,
    ).map(tuple),
    CALLS,
    MAYBE,
)
TRIGGERS = st.builds(Cron, NAMES, NAMES) | st.builds(Every, st.integers(1, 10**9), MOMENTS) | st.builds(Once, MOMENTS)

KINDS = [
    kind
    for kind in vars(events).values()
    if inspect.isclass(kind)
    and issubclass(kind, events.Event | events.DomainEvent)
    and kind.__module__ == events.__name__
]
BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "str": NAMES,
    "int": NUMBERS,
    "bool": st.booleans(),
    "datetime": MOMENTS,
    "SpaceRef": SPACES,
    "MessageRef": MESSAGES,
    "ChannelRef": CHANNELS,
    "AccountRef": ACCOUNTS,
    "Account": PEOPLE,
    "Standing": STANDINGS,
    "tuple[str, ...]": st.lists(NAMES, max_size=2).map(tuple),
    "tuple[AccountRef, ...]": st.lists(ACCOUNTS, max_size=2).map(tuple),
    "tuple[Attachment, ...]": st.lists(st.builds(Attachment, NAMES, NAMES, NUMBERS), max_size=2).map(tuple),
    "Mapping[str, str]": st.dictionaries(NAMES, NAMES, max_size=2),
    "Mapping[str, str | int]": st.dictionaries(NAMES, NAMES | NUMBERS, max_size=2),
    "Mapping[str, tuple[str, str]]": st.dictionaries(NAMES, st.tuples(NAMES, NAMES), max_size=2),
    "Mapping[str, Account]": st.dictionaries(NAMES, PEOPLE, max_size=2),
}


def strategy_of(written_type: str) -> st.SearchStrategy[Any]:
    """By the annotation, as it is written in the source."""
    base = written_type.removesuffix(" | None")
    found = BY_TYPE[base]
    return found if base == written_type else st.none() | found


def events_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    parts = {part.name: strategy_of(str(part.type)) for part in fields(kind)}
    return st.builds(kind, **parts)


def test_no_action_is_forgotten() -> None:
    assert set(ACTIONS) == set(get_args(Action))


@pytest.mark.parametrize("kind", ACTIONS, ids=lambda kind: kind.__name__)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_an_action(kind: type[Any], data: st.DataObject) -> None:
    action = data.draw(ACTIONS[kind])
    back = load(dump(action, Action), Action)
    assert back == action
    assert type(back) is kind


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_an_event(kind: type[Any], data: st.DataObject) -> None:
    event = data.draw(events_of(kind))
    back = read(written(event), {one.__name__: one for one in KINDS})
    assert back == event
    assert type(back) is kind


@settings(max_examples=60, deadline=None)
@given(FORMS)
def test_a_form(form: Form) -> None:
    assert load(dump(form, Form), Form) == form


@given(TRIGGERS)
def test_a_trigger(trigger: Trigger) -> None:
    assert load(dump(trigger, Trigger), Trigger) == trigger


@given(MESSAGES)
def test_a_message(message: MessageRef) -> None:
    assert load(dump(message, MessageRef), MessageRef) == message


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '{"kind": "weather"}', '{"kind": "post"}', "\ud800"])
def test_what_was_not_written_for_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        load(text, Action)
