"""What the bot calls: everything is checked, nothing is done twice, and faults come on order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.playground import text
from adapters.playground.faults import Fault
from adapters.playground.model import Json, WorldError
from tests.adapters.playground.fakes import PRESSABLE, Village, denied, frames, post, refusal, said


class TestCalls:
    async def test_a_post_is_seen(self, here: Village) -> None:
        await post(here, said("hello"))
        (view,) = here.world.visible(here.ana, here.green)
        assert (view.text, view.author, view.bot) == ("hello", here.world.bot, True)
        assert text.show(view) == "Madang [bot]: hello"

    @pytest.mark.parametrize(
        "body",
        [
            {"text": [{"t": "text", "text": "x" * 4001}]},
            {"text": [{"t": "blink", "in": []}]},
            {"text": "plain"},
            {"words": []},
            {"cards": [{}] * 11},
            {"cards": [{"title": "x" * 257}]},
            {"controls": [{"type": "button", "label": "x", "packed": "a:b"}] * 26},
            {"controls": [{"type": "button", "label": "x" * 81, "packed": "a:b"}]},
            {"controls": [{"type": "button", "label": "x", "packed": "y" * 101}]},
            {"controls": [{"type": "link", "label": "x", "url": "y", "tone": "good"}]},
            {"controls": [{"type": "select", "label": "x", "packed": "a:b", "choices": []}]},
            {"files": [{"name": "x", "media_type": "text/plain", "content": "not base64!"}]},
            {"text": [{"t": "text", "text": "\ud800"}]},
            {"text": [{"t": "text", "text": "\0"}]},
            {"text": [], "pings": [7]},
        ],
    )
    async def test_a_body_out_of_shape_is_refused(self, here: Village, body: Json) -> None:
        assert await refusal(here, "messages.post", channel=here.green, body=body) == "invalid"

    async def test_styles_are_nested_only_so_deep(self, here: Village) -> None:
        nodes: list[Json] = [{"t": "text", "text": "deep"}]
        for _ in range(11):
            nodes = [{"t": "bold", "in": nodes}]
        assert await refusal(here, "messages.post", channel=here.green, body={"text": nodes}) == "invalid"
        await post(here, {"text": nodes[0]["in"]})

    async def test_unknown_things_are_named(self, here: Village) -> None:
        hello = said("hello")
        assert await refusal(here, "messages.shout") == "unknown_method"
        assert await refusal(here, "messages.post", channel="nowhere", body=hello) == "unknown_channel"
        assert await refusal(here, "messages.post", channel=here.green, body={}) == "empty_message"
        assert await refusal(here, "messages.post", channel=here.green, body=hello, colour=1) == "invalid"
        edit = {"channel": here.green, "message": "M99", "body": hello}
        assert await refusal(here, "messages.edit", **edit) == "unknown_message"

    async def test_the_bot_edits_and_deletes(self, here: Village) -> None:
        message = await post(here, said("hello"))
        await here.world.call("messages.edit", {"channel": here.green, "message": message, "body": said("bye")})
        assert here.world.visible(here.ana, here.green)[0].text == "bye"
        theirs = here.world.post(here.ana, here.green, "rude")
        edit = {"channel": here.green, "message": theirs, "body": said("nice")}
        assert await refusal(here, "messages.edit", **edit) == "forbidden"
        await here.world.call("messages.delete", {"channel": here.green, "message": theirs})
        again = {"channel": here.green, "message": theirs}
        assert await refusal(here, "messages.delete", **again) == "unknown_message"

    async def test_a_key_is_done_once(self, here: Village) -> None:
        first = await post(here, said("hello"), key="7")
        assert await post(here, said("hello"), key="7") == first
        assert len(here.world.visible(here.ana, here.green)) == 1
        assert [called.outcome for called in here.world.journal] == ["ok", "repeated"]
        assert len(here.world.calls_of("messages.post")) == 1
        dm = {"space": here.space, "user": here.ana, "body": said("hi"), "key": "7"}
        assert await refusal(here, "dm.post", **dm) == "key_reused"

    async def test_a_refused_call_uses_no_key_up(self, here: Village) -> None:
        here.world.faults.order("messages.post", "unavailable")
        assert await refusal(here, "messages.post", channel=here.green, body=said("x"), key="1") == "unavailable"
        await post(here, said("x"), key="1")
        assert len(here.world.visible(here.ana, here.green)) == 1

    async def test_dms_reach_who_takes_them(self, here: Village) -> None:
        dm = {"space": here.space, "user": here.ana, "body": said("welcome")}
        await here.world.call("dm.post", dm)
        assert [view.text for view in here.world.dms(here.ana)] == ["welcome"]
        assert here.world.dms(here.ben) == []

    async def test_closed_dms_and_strangers_are_refused(self, here: Village) -> None:
        here.world.change_user(here.ana, takes_dms=False)
        stranger = here.world.add_user("Stranger")
        for user in (here.ana, stranger, here.world.bot):
            dm = {"space": here.space, "user": user, "body": said("hi")}
            assert await refusal(here, "dm.post", **dm) == "dm_closed"

    async def test_the_bot_acts_only_below_itself(self, here: Village) -> None:
        crown = here.world.add_role(here.space, "Crown", rank=50)
        here.world.change_member(here.space, here.ben, roles=[crown])
        where = {"space": here.space}
        for method in ("members.kick", "members.ban"):
            assert await refusal(here, method, **where, user=here.ben) == "forbidden"
            assert await refusal(here, method, **where, user=here.owner) == "forbidden"
        assert await refusal(here, "members.timeout", **where, user=here.ben, until=None) == "forbidden"
        assert await refusal(here, "roles.grant", **where, user=here.ana, role=crown) == "forbidden"
        await here.world.call("roles.grant", {**where, "user": here.ana, "role": "guard"})
        assert (await here.world.call("members.standing", {**where, "user": here.ana}))["rank"] == 10
        assert (await here.world.call("members.standing", {**where, "user": None}))["rank"] == 50

    async def test_a_timeout_is_at_most_28_days(self, here: Village) -> None:
        until = (here.now() + timedelta(days=29)).isoformat()
        target = {"space": here.space, "user": here.ana}
        assert await refusal(here, "members.timeout", **target, until=until) == "invalid"
        assert await refusal(here, "members.timeout", **target, until="2026-01-01") == "invalid"

    async def test_who_is_banned_does_not_come_back(self, here: Village) -> None:
        target = {"space": here.space, "user": here.ana}
        await here.world.call("members.ban", target)
        assert denied(here.world.join, here.space, here.ana) == "banned"
        assert frames(here.world, "member.left")
        await here.world.call("members.unban", target)
        here.world.join(here.space, here.ana)
        assert await refusal(here, "members.unban", **target) == "unknown_ban"

    async def test_an_answer_goes_into_the_thread(self, here: Village) -> None:
        question = here.world.post(here.ana, here.green, "how?")
        payload = {"channel": here.green, "thread": question, "body": said("so")}
        value = await here.world.call("messages.post", payload)
        assert value["parent"] == here.green
        payload = {"channel": value["channel"], "thread": value["message"], "body": said("and so")}
        assert (await here.world.call("messages.post", payload))["channel"] == value["channel"]
        assert [view.text for view in here.world.visible(here.ben, value["channel"])] == ["so", "and so"]

    async def test_what_is_switched_off_is_not_supported(self, here: Village) -> None:
        here.world.capabilities -= {"timeouts", "buttons", "delete-others"}
        theirs = here.world.post(here.ana, here.green, "rude")
        target = {"space": here.space, "user": here.ana}
        assert await refusal(here, "members.timeout", **target, until=None) == "not_supported"
        assert await refusal(here, "messages.post", channel=here.green, body=PRESSABLE) == "not_supported"
        assert await refusal(here, "messages.delete", channel=here.green, message=theirs) == "not_supported"
        mine = await post(here, said("mine"))
        await here.world.call("messages.delete", {"channel": here.green, "message": mine})

    async def test_a_revoked_bot_is_told_so(self, here: Village) -> None:
        here.world.revoked = True
        assert await refusal(here, "spaces.list") == "revoked"

    async def test_faults_come_in_order_and_then_the_policy(self, here: Village) -> None:
        here.world.faults.order("messages.post", "rate_limited", seconds=1.5)
        here.world.faults.order("*", "dropped")
        hello = {"channel": here.green, "body": said("x")}
        with pytest.raises(WorldError) as limited:
            await here.world.call("messages.post", hello)
        assert (limited.value.code, limited.value.retry_after) == ("rate_limited", 1.5)
        assert await refusal(here, "messages.post", **hello) == "connection_lost"
        here.world.faults.policy = lambda method: Fault("unavailable") if method == "dm.post" else None
        assert await refusal(here, "dm.post") == "unavailable"
        here.world.faults.clear()
        await here.world.call("messages.post", hello)
        assert len(here.world.visible(here.ana, here.green)) == 1

    async def test_a_lost_answer_was_done(self, here: Village) -> None:
        here.world.faults.order("messages.post", "lost")
        hello = {"channel": here.green, "body": said("x"), "key": "1"}
        assert await refusal(here, "messages.post", **hello) == "connection_lost"
        assert here.world.journal[-1].done
        await here.world.call("messages.post", hello)
        assert len(here.world.visible(here.ana, here.green)) == 1

    async def test_reactions_threads_roles_and_spaces(self, here: Village) -> None:
        message = here.world.post(here.ana, here.green, "hello")
        at = {"channel": here.green, "message": message}
        await here.world.call("reactions.add", at | {"emoji": "👋"})
        await here.world.call("reactions.remove", at | {"emoji": "👋"})
        await here.world.call("threads.open", at | {"name": "case"})
        assert await refusal(here, "threads.open", **at, name="again") == "thread_exists"
        target = {"space": here.space, "user": here.moderator, "role": "guard"}
        await here.world.call("roles.revoke", target)
        assert not here.world.moderates(here.moderator, here.world.space(here.space))
        listed = await here.world.call("spaces.list", {})
        assert listed == {"spaces": [{"id": "village", "name": "Village", "locale": "ko"}]}
