"""What people do in the world, and what they see of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.playground import text
from adapters.playground.world import World
from tests.adapters.playground.fakes import PRESSABLE, Village, denied, frames, post


class TestPeople:
    def test_a_message_is_seen_and_told(self, here: Village) -> None:
        first = here.world.post(here.ana, here.green, "hello")
        answer = here.world.post(here.ben, here.green, "hi @Ana and <@owner>, not <@nobody>", reply_to=first)
        assert here.world.visible(here.ana, here.green)[0].text == "hello"
        told = frames(here.world, "message.posted")[-1]["message"]
        assert told["id"] == answer
        assert told["mentions"] == ["ana", "owner"]
        assert told["reply_to"] == {"id": first, "channel": "green", "parent": None, "author": "ana"}
        assert told["author"]["name"] == "Ben"

    def test_a_mention_before_a_korean_particle(self, here: Village) -> None:
        minji = here.world.add_user("민지")
        here.world.join(here.space, minji)
        here.world.post(here.ana, here.green, "@민지가 도와줬어요")
        assert frames(here.world, "message.posted")[-1]["message"]["mentions"] == [minji]

    def test_ids_rise_and_events_differ(self, here: Village) -> None:
        here.world.post(here.ana, here.green, "one")
        here.world.post(here.ana, here.green, "two")
        ids = [frame["id"] for frame in here.world.stream.unacknowledged]
        assert len(ids) == len(set(ids))
        assert [view.id for view in here.world.visible(here.ana, here.green)] == ["M1", "M2"]

    def test_a_later_world_repeats_no_id(self) -> None:
        one, other = World(tag="a"), World(tag="b")
        for world in (one, other):
            world.add_space("Village", id="village")
        assert {f["id"] for f in one.stream.unacknowledged}.isdisjoint(f["id"] for f in other.stream.unacknowledged)

    def test_who_is_not_in_the_channel_can_neither_read_nor_write(self, here: Village) -> None:
        stranger = here.world.add_user("Stranger")
        assert denied(here.world.post, stranger, here.green, "hi") == "not_in_channel"
        assert denied(here.world.post, here.ana, here.backroom, "hi") == "not_in_channel"
        assert denied(here.world.visible, here.ana, here.backroom) == "not_in_channel"

    async def test_who_is_timed_out_is_silent_until_it_ends(self, here: Village) -> None:
        until = (here.now() + timedelta(hours=1)).isoformat()
        await here.world.call("members.timeout", {"space": here.space, "user": here.ana, "until": until})
        assert denied(here.world.post, here.ana, here.green, "hi") == "timed_out"
        assert denied(here.world.command, here.ana, here.green, "points rank") == "timed_out"
        here.world.post(here.ana, here.world.dm(here.ana), "may I appeal?")
        here.now.pass_by(hours=2)
        here.world.post(here.ana, here.green, "back")

    def test_only_authors_edit_and_only_moderators_delete_others(self, here: Village) -> None:
        message = here.world.post(here.ana, here.green, "hello")
        assert denied(here.world.edit, here.ben, message, "bye") == "forbidden"
        assert denied(here.world.delete, here.ben, message) == "forbidden"
        here.world.edit(here.ana, message, "hello!")
        assert here.world.visible(here.ben, here.green)[0].edited
        here.world.delete(here.moderator, message)
        assert here.world.visible(here.ben, here.green) == []
        assert denied(here.world.edit, here.ana, message, "again") == "unknown_message"

    def test_deleting_many_tells_each(self, here: Village) -> None:
        messages = [here.world.post(here.ana, here.green, str(n)) for n in range(3)]
        assert denied(here.world.bulk_delete, here.ben, messages) == "forbidden"
        here.world.bulk_delete(here.moderator, messages)
        told = frames(here.world, "message.deleted")
        assert [frame["message"]["id"] for frame in told] == messages

    def test_reactions_come_and_go_once(self, here: Village) -> None:
        message = here.world.post(here.ana, here.green, "hello")
        here.world.react(here.ben, message, "👏")
        here.world.react(here.ben, message, "👏")
        assert len(frames(here.world, "reaction.added")) == 1
        assert here.world.visible(here.ana, here.green)[0].reactions == {"👏": ("ben",)}
        here.world.unreact(here.ben, message, "👏")
        assert denied(here.world.unreact, here.ben, message, "👏") == "unknown_reaction"
        assert here.world.visible(here.ana, here.green)[0].reactions == {}

    def test_a_thread_is_read_by_whoever_reads_the_channel(self, here: Village) -> None:
        message = here.world.post(here.moderator, here.backroom, "about Ana")
        thread = here.world.open_thread(here.moderator, message, "case 1")
        here.world.post(here.owner, thread, "yes")
        assert denied(here.world.visible, here.ana, thread) == "not_in_channel"
        assert denied(here.world.open_thread, here.owner, message, "again") == "thread_exists"
        told = frames(here.world, "message.posted")[-1]["message"]
        assert (told["channel"], told["parent"]) == (thread, here.backroom)

    def test_voices_and_the_platforms_own_rules(self, here: Village) -> None:
        lounge = here.world.add_channel(here.space, "lounge", voice=True)
        here.world.voice_join(here.ana, lounge)
        here.world.voice_leave(here.ana, lounge)
        assert denied(here.world.voice_join, here.ana, here.green) == "no_voice_here"
        here.world.native_rule(here.ana, here.green, "slurs", text="…")
        assert frames(here.world, "voice.joined")[0]["user"]["id"] == here.ana
        assert frames(here.world, "voice.left")
        assert frames(here.world, "rule.hit")[0]["rule"] == "slurs"

    def test_a_channel_that_is_gone_takes_nothing(self, here: Village) -> None:
        here.world.rename_channel(here.green, "meadow")
        here.world.delete_channel(here.green)
        told = frames(here.world, "channel.changed")[-2:]
        assert [(frame["name"], frame["gone"]) for frame in told] == [("meadow", False), ("meadow", True)]
        assert denied(here.world.post, here.ana, here.green, "hi") == "unknown_channel"

    def test_the_bot_hears_nothing_where_it_is_not(self, here: Village) -> None:
        secret = here.world.add_channel(here.space, "secret", private=[here.ana])
        before = here.world.stream.pending
        here.world.post(here.ana, secret, "psst")
        here.world.remove_bot(here.space)
        here.world.post(here.ana, here.green, "is it gone?")
        assert here.world.stream.pending == before + 1
        assert [*here.world.stream.unacknowledged][-1]["type"] == "space.lost"

    def test_members_change_and_leave(self, here: Village) -> None:
        here.world.change_user(here.ana, locale="ko", name="아나")
        here.world.change_member(here.space, here.ana, roles=["guard"])
        changed = frames(here.world, "member.changed")
        assert changed[0]["user"] | {"bot": False} == {
            "id": "ana", "name": "아나", "bot": False, "locale": "ko", "zone": None,
        }  # fmt: skip
        assert changed[1]["standing"]["rank"] == 10
        here.world.leave(here.space, here.ana)
        assert denied(here.world.leave, here.space, here.ana) == "not_a_member"
        with pytest.raises(TypeError):
            here.world.change_user(here.ana, shoes="red")


def test_a_transcript_holds_nothing_that_a_terminal_obeys(here: Village) -> None:
    here.world.post(here.ana, here.green, "\x1b[2Jhello\u202e olleh")
    assert text.show(here.world.visible(here.ana, here.green)[0]) == "Ana: [2Jhello olleh"


async def test_a_transcript_shows_everything(here: Village) -> None:
    card = {
        "title": "Rank",
        "body": [
            {"t": "quote", "in": [{"t": "text", "text": "so"}]},
            {"t": "link", "url": "https://x.org", "in": [{"t": "text", "text": " here"}]},
        ],
        "details": [{"label": "Points", "value": [{"t": "bold", "in": [{"t": "text", "text": "7"}]}]}],
        "picture": {"url": "https://x.org/a.png", "alt": "a chart"},
        "footer": [{"t": "command", "text": "/points why"}],
    }
    message = await post(here, PRESSABLE | {"cards": [card]})
    here.world.react(here.ana, message, "👏")
    assert text.show(here.world.visible(here.ana, here.green)[0]).splitlines() == [
        "Madang [bot]: ready?",
        "  │ Rank",
        "  │ > so here <https://x.org>",
        "  │ Points: *7*",
        "  │ 🖼 a chart",
        "  │ /points why",
        "  [Go] [Pick ▾ A / B]",
        "  [Docs → https://example.org]",
        "  👏 1",
    ]
