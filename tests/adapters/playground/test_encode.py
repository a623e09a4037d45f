"""Whatever a cog says fits into the platform, and what people typed stays text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.playground import limits, rich, shapes
from adapters.playground.encode import Encoder
from adapters.playground.model import Json
from adapters.playground.phrases import Writer
from bot.vocabulary import actions
from bot.vocabulary.actions import Action
from bot.vocabulary.calls import Call
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.errors import Refused
from bot.vocabulary.model import AccountRef, ChannelRef, MessageRef, RoleRef, Undelivered
from bot.vocabulary.replies import (
    Card,
    Choice,
    Detail,
    Field,
    FieldErrors,
    FieldKind,
    File,
    Form,
    LinkButton,
    Message,
    Picture,
    Select,
)
from bot.vocabulary.text import (
    Anchor,
    ChannelLink,
    CommandName,
    Mention,
    MessageLink,
    Plain,
    RoleName,
    Say,
    Spans,
    Styled,
    Template,
    When,
)
from tests.adapters.playground.fakes import ANA, GREEN, SPACE, VOICE, button, form, says, village, words

ALL = frozenset(Capability)
HELLO = MessageRef(GREEN, "M1")
SOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def body(message: Message, *without: Capability) -> Json:
    return Encoder(ALL - set(without)).body(message, VOICE)


def request(action: Action) -> tuple[str, Json]:
    return Encoder(ALL).request(action, VOICE)


def leaf(text: str) -> Json:
    return {"t": "text", "text": text}


class TestWords:
    def test_values_stay_leaves(self) -> None:
        phrase = Template("hi", {"name": "**bold** <@ana> [x](https://evil)"})
        assert body(Message(phrase))["text"] == [leaf("hi"), leaf("**bold** <@ana> [x](https://evil)")]

    def test_leaves_become_nodes(self) -> None:
        values: dict[str, Any] = {
            "who": Mention("Ana", (AccountRef("discord", "1"), ANA)),
            "other": Mention("Someone", (AccountRef("discord", "2"),)),
            "where": ChannelLink(GREEN, "green"),
            "role": RoleName(RoleRef(SPACE, "guard"), "Guard"),
            "when": When(SOON, "date"),
            "how": CommandName("points", "rank"),
            "which": MessageLink(HELLO),
        }
        assert body(Message(Say("kudos", "given", values)))["text"] == [
            {"t": "bold", "in": [leaf("kudos-given")]},
            {"t": "user", "id": "ana", "name": "Ana"},
            leaf("Someone"),
            {"t": "channel", "id": "green", "name": "green"},
            {"t": "role", "id": "guard", "name": "Guard"},
            {"t": "time", "at": "2026-03-02T09:00:00+00:00", "style": "date", "shown": "2026-03-02 09:00"},
            {"t": "command", "text": "/points rank"},
            {"t": "message", "channel": "green", "id": "M1"},
        ]

    def test_a_moment_in_words(self) -> None:
        message = Message(Template("at ", {"when": When(SOON)}))
        assert rich.flat(body(message, Capability.NATIVE_TIMES)["text"]) == "at 2026-03-02 09:00"

    def test_too_deep_styles_are_dropped_and_their_words_kept(self) -> None:
        spans: Spans = (Plain("deep"),)
        for _ in range(30):
            spans = (Anchor("https://x.org", (Styled("bold", spans),)),)
        nodes = Writer("playground", VOICE, True)._nodes(spans, limits.DEPTH)
        shapes.rich_text(100)(nodes, "text")
        assert rich.flat(nodes) == "deep"

    def test_nothing_unfit_goes_out(self) -> None:
        assert body(says("a\0b\ud800"))["text"] == [leaf("ab?")]

    def test_nobody_is_pinged_unless_named(self) -> None:
        mention = Template("", {"who": Mention("Ana", (ANA,))})
        assert "pings" not in body(Message(mention))
        assert body(Message(mention, pings=(ANA, AccountRef("discord", "1"))))["pings"] == ["ana"]


class TestBodies:
    def test_everything(self) -> None:
        card = Card(
            title=words("Rank"),
            body=words("12th"),
            details=(Detail(words("Points"), words("7")),),
            picture=Picture("https://x.org/a.png", words("a chart")),
            footer=words("since March"),
        )
        select = Select(words("Pick"), Call("faq", "show"), (Choice("1", words("One")),), most=3)
        controls = (button(kudo=7), LinkButton(words("Docs"), "https://x.org"), select)
        file = File("a.csv", "text/csv", b"a,b")
        assert body(Message(words("hi"), (card,), controls, (file,), silent=True)) == {
            "text": [leaf("hi")],
            "cards": [
                {
                    "title": "Rank",
                    "body": [leaf("12th")],
                    "details": [{"label": "Points", "value": [leaf("7")]}],
                    "picture": {"url": "https://x.org/a.png", "alt": "a chart"},
                    "footer": [leaf("since March")],
                    "tone": "plain",
                }
            ],
            "controls": [
                {"type": "button", "label": "Me too", "packed": "kudos:me_too:kudo=7", "tone": "primary"},
                {"type": "link", "label": "Docs", "url": "https://x.org"},
                {
                    "type": "select",
                    "label": "Pick",
                    "packed": "faq:show",
                    "choices": [{"value": "1", "label": "One"}],
                    "least": 1,
                    "most": 1,
                },
            ],
            "files": [{"name": "a.csv", "media_type": "text/csv", "content": "YSxi"}],
            "silent": True,
        }

    def test_what_is_too_long_flows_into_cards(self) -> None:
        text = " ".join(f"word{n}" for n in range(1500))
        sent = body(says(text))
        pieces = [sent["text"], *(card["body"] for card in sent["cards"])]
        assert "".join(map(rich.flat, pieces)) == text
        assert all(rich.flat(piece).endswith(" ") for piece in pieces[:-1])

    def test_what_does_not_fit_at_all_ends_with_an_ellipsis(self) -> None:
        sent = body(says("x" * 100_000))
        assert len(sent["cards"]) == limits.MESSAGE.cards
        assert rich.flat(sent["cards"][-1]["body"]).endswith("…")
        shapes.message_body(sent, "body")

    def test_without_buttons_a_command_or_a_link_is_named(self) -> None:
        message = Message(words("hi"), controls=(button(), LinkButton(words("Docs"), "https://x.org")))
        sent = body(message, Capability.BUTTONS)
        assert "controls" not in sent
        assert rich.flat(sent["text"]) == "hi\nMe too: /kudos\nDocs"
        assert sent["text"][-1] == {"t": "link", "url": "https://x.org", "in": [leaf("Docs")]}

    def test_without_pictures_and_files_their_words_are_left(self) -> None:
        card = Card(picture=Picture("https://x.org/a.png", words("a chart")))
        message = Message(words("hi"), (card,), files=(File("a.csv", "text/csv", b"a"),))
        sent = body(message, Capability.PICTURES, Capability.FILES)
        assert rich.flat(sent["text"]) == "hi\na.csv"
        assert sent["cards"] == [{"body": [leaf("a chart")], "tone": "plain"}]

    def test_a_file_that_is_too_large_is_named(self) -> None:
        large = File("big.bin", "application/octet-stream", bytes(limits.FILE_BYTES + 1))
        sent = body(Message(words("hi"), files=(large, File("a.txt", "text/plain", b"a"))))
        assert [file["name"] for file in sent["files"]] == ["a.txt"]
        assert rich.flat(sent["text"]) == "hi\nbig.bin"

    def test_a_select_with_nothing_to_pick_is_no_select(self) -> None:
        select = Select(words("Pick"), Call("faq", "show"), (Choice("x" * 101, words("One")),))
        assert rich.flat(body(Message(words("hi"), controls=(select,)))["text"]) == "hi\nPick: /faq"

    def test_a_call_that_is_too_long_is_refused(self) -> None:
        with pytest.raises(Refused):
            body(says("hi", button(why="x" * 200)))


class TestActions:
    @pytest.mark.parametrize(
        ("action", "method", "payload"),
        [
            (actions.Delete(HELLO, ANA, words("rude")), "messages.delete", {"reason": "rude"}),
            (actions.Edit(HELLO, says("hi")), "messages.edit", {"body": {"text": [leaf("hi")]}}),
            (actions.React(HELLO, "👋"), "reactions.add", {"emoji": "👋"}),
            (actions.React(HELLO, "👋", remove=True), "reactions.remove", {"emoji": "👋"}),
            (actions.OpenThread(HELLO, " a \n name "), "threads.open", {"name": "a name"}),
        ],
    )
    def test_about_a_message(self, action: Action, method: str, payload: Json) -> None:
        assert request(action) == (method, {"channel": "green", "message": "M1"} | payload)

    @pytest.mark.parametrize(
        ("action", "method", "payload"),
        [
            (actions.DirectMessage(ANA, SPACE, says("hi")), "dm.post", {"body": {"text": [leaf("hi")]}}),
            (actions.GrantRole(ANA, RoleRef(SPACE, "guard")), "roles.grant", {"role": "guard"}),
            (actions.RevokeRole(ANA, RoleRef(SPACE, "guard")), "roles.revoke", {"role": "guard"}),
            (
                actions.TimeOut(ANA, SPACE, SOON, words("rude")),
                "members.timeout",
                {"until": "2026-03-02T09:00:00+00:00", "reason": "rude"},
            ),
            (actions.TimeOut(ANA, SPACE, None), "members.timeout", {"until": None}),
            (actions.Kick(ANA, SPACE), "members.kick", {}),
            (actions.Ban(ANA, SPACE), "members.ban", {}),
            (actions.Ban(ANA, SPACE, lift=True), "members.unban", {}),
            (actions.PublishHome(ANA, SPACE, says("hi")), "home.publish", {"body": {"text": [leaf("hi")]}}),
        ],
    )
    def test_about_a_member(self, action: Action, method: str, payload: Json) -> None:
        assert request(action) == (method, {"space": "village", "user": "ana"} | payload)

    def test_posts_go_to_a_channel_or_below_a_message(self) -> None:
        hi = {"text": [leaf("hi")]}
        assert request(actions.Post(GREEN, says("hi"))) == ("messages.post", {"channel": "green", "body": hi})
        below = MessageRef(ChannelRef(SPACE, "T1", "green"), "M7")
        payload = {"channel": "T1", "thread": "M7", "body": hi}
        assert request(actions.Post(GREEN, says("hi"), thread=below)) == ("messages.post", payload)

    def test_without_threads_a_post_stays_in_the_channel(self) -> None:
        able = Encoder(ALL - {Capability.THREADS})
        sent = able.request(actions.Post(GREEN, says("hi"), thread=HELLO), VOICE)
        assert sent.payload == {"channel": "green", "body": {"text": [leaf("hi")]}}

    def test_nothing_is_said_about_what_was_never_delivered(self) -> None:
        with pytest.raises(Refused):
            request(actions.Delete(Undelivered(7)))

    async def test_a_world_takes_them_all(self) -> None:
        here = village()
        message = MessageRef(GREEN, here.world.post(here.ana, here.green, "hello"))
        mine = await here.world.call("messages.post", {"channel": "green", "body": {"text": [leaf("hi")]}})
        ours = MessageRef(GREEN, mine["message"])
        until = here.now() + timedelta(hours=1)
        for action in (
            actions.Post(GREEN, says("hi", button()), thread=message),
            actions.DirectMessage(ANA, SPACE, says("hi")),
            actions.Edit(ours, says("bye")),
            actions.React(message, "👋"),
            actions.React(message, "👋", remove=True),
            actions.OpenThread(ours, "more"),
            actions.GrantRole(ANA, RoleRef(SPACE, "guard"), words("earned")),
            actions.RevokeRole(ANA, RoleRef(SPACE, "guard")),
            actions.TimeOut(ANA, SPACE, until, words("rude")),
            actions.PublishHome(ANA, SPACE, says("home", button())),
            actions.Delete(message, ANA, words("rude")),
            actions.Kick(ANA, SPACE),
            actions.Ban(ANA, SPACE),
            actions.Ban(ANA, SPACE, lift=True),
        ):
            method, payload = request(action)
            await here.world.call(method, payload)


class TestForms:
    def test_a_form(self) -> None:
        ben = Choice("1", words("Ben"))
        fields = (
            Field("why", words("Why?"), FieldKind.LONG, least=0, most=300, value="", hint=words("in short")),
            Field("to", words("Who?"), FieldKind.CHOICE, False, choices=(ben,), value="1"),
        )
        asked = Form(words("Kudos"), fields, Call("kudos", "give"), intro=words("Say thanks"))
        assert Encoder(ALL).form(asked, VOICE) == {
            "title": "Kudos",
            "packed": "kudos:give",
            "intro": [leaf("Say thanks")],
            "fields": [
                {
                    "name": "why",
                    "label": "Why?",
                    "kind": "long",
                    "required": True,
                    "least": 0,
                    "most": 300,
                    "hint": "in short",
                },
                {
                    "name": "to",
                    "label": "Who?",
                    "kind": "choice",
                    "required": False,
                    "choices": [{"value": "1", "label": "Ben"}],
                    "value": "1",
                },
            ],
        }

    def test_too_many_questions_are_refused(self) -> None:
        with pytest.raises(Refused):
            Encoder(ALL).form(form(*[Field(f"f{n}", words("x")) for n in range(11)]), VOICE)

    def test_errors_and_choices(self) -> None:
        errors = FieldErrors({"why": words("too short")})
        assert Encoder(ALL).errors(errors, VOICE) == {"why": "too short"}
        choices = [Choice(str(n), words("x" * 200)) for n in range(30)]
        sent = Encoder(ALL).choices(choices, VOICE)
        assert len(sent) == limits.CHOICES
        assert sent[0] == {"value": "0", "label": "x" * 79 + "…"}
