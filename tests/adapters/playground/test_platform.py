"""The adapter at work: order, commits, answers, deliveries and what a world's refusals become."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from adapters import playground
from adapters.playground import PlaygroundPlatform, Settings, wire
from adapters.playground.links import DirectLink, SocketLink
from bot.clock import ManualClock
from bot.platform import AdapterModule, Delivery, Platform
from bot.vocabulary import actions, events
from bot.vocabulary.actions import Action
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.errors import PlatformGone, Refused, TryLater
from bot.vocabulary.model import AccountRef, ChannelRef, MessageRef, Standing
from tests.adapters.playground.fakes import (
    ANA,
    GREEN,
    SPACE,
    VOICE,
    FakeCore,
    Village,
    button,
    delivery,
    running,
    says,
    until,
)

POST = actions.Post(GREEN, says("hello"))


class TestEvents:
    async def test_they_reach_the_core_in_order(self, here: Village) -> None:
        core = FakeCore()
        async with running(here, core):
            for number in range(200):
                here.world.post(here.ana, here.green, str(number))
            await here.world.drained()
        texts = [event.text for event in core.events if isinstance(event, events.MessagePosted)]
        assert texts == [str(number) for number in range(200)]

    async def test_they_are_acknowledged_when_they_are_committed(self, here: Village) -> None:
        core = FakeCore(held=True)
        async with running(here, core):
            here.world.post(here.ana, here.green, "hello")
            await until(lambda: "MessagePosted" in core.names())
            assert here.world.stream.pending == len(core.events)
            core.commit()
            await here.world.drained()

    async def test_what_failed_or_was_cancelled_comes_again(self, here: Village) -> None:
        here.world.post(here.ana, here.green, "hello")
        key = f"playground:{[*here.world.stream.unacknowledged][-1]['id']}"
        core = FakeCore(held=True)
        core.failing.add(key)
        async with running(here, core):
            await until(lambda: "MessagePosted" in core.names())
            core.cancel_commits()
        again = FakeCore()
        async with running(here, again):
            await here.world.drained()
        assert [event.key for event in core.events] == [event.key for event in again.events]

    async def test_after_a_reconnect_the_same_keys_come_again(self, here: Village) -> None:
        core = FakeCore(held=True)
        server = await wire.serve(here.world)
        platform = PlaygroundPlatform(SocketLink("127.0.0.1", server.port))
        await platform.start(core)
        here.world.post(here.ana, here.green, "hello")
        await until(lambda: "MessagePosted" in core.names())
        before = [event.key for event in core.events]
        server.drop()
        await until(lambda: core.names().count("MessagePosted") == 2)
        assert [event.key for event in core.events[len(before) :]] == before
        core.commit()
        await here.world.drained()
        await platform.close()
        await server.close()

    async def test_what_cannot_be_read_is_passed_over(self, here: Village) -> None:
        core = FakeCore()
        async with running(here, core):
            here.world.stream.emit({"type": "weather.changed", "id": "E0"})
            here.world.stream.emit({"type": "command.used", "id": "I0"})
            here.world.stream.emit({"type": "", "id": "E0"})
            here.world.post(here.ana, here.green, "hello")
            await here.world.drained()
        assert core.names()[-1] == "MessagePosted"

    async def test_a_core_that_takes_nothing_ends_nothing(self, here: Village) -> None:
        core = FakeCore()
        core.closed = True
        async with running(here, core):
            await asyncio.sleep(0)
            await until(lambda: core.refused > 0)
            core.closed = False
            here.world.post(here.ana, here.green, "hello")
            await until(lambda: core.names() == ["MessagePosted"])
        assert here.world.stream.pending == core.refused

    async def test_after_the_stop_nothing_is_taken_and_deliveries_still_work(self, here: Village) -> None:
        core = FakeCore(held=True)
        async with running(here, core) as platform:
            here.world.post(here.ana, here.green, "before")
            await until(lambda: "MessagePosted" in core.names())
            await platform.stop_taking()
            here.world.post(here.ana, here.green, "after")
            here.world.command(here.ana, here.green, "points rank")
            await platform.deliver(delivery(POST), VOICE)
            core.commit()
            await until(lambda: here.world.stream.pending == 2)
        assert core.names().count("MessagePosted") == 1
        assert core.asked == []


class TestDeliveries:
    async def test_a_receipt_names_the_message(self, here: Village) -> None:
        async with running(here, FakeCore()) as platform:
            posted = await platform.deliver(delivery(POST, 1), VOICE)
            assert posted.message == MessageRef(GREEN, "M1")
            direct = actions.DirectMessage(ANA, SPACE, says("hi"))
            sent = await platform.deliver(delivery(direct, 2), VOICE)
            assert sent.message == MessageRef(ChannelRef(SPACE, here.world.dm(here.ana)), "M2")
            below = actions.Post(GREEN, says("more"), thread=posted.message)
            answer = await platform.deliver(delivery(below, 3), VOICE)
            assert answer.message is not None
            assert answer.message.channel.parent == "green"
            edit = actions.Edit(posted.message, says("bye"))
            assert (await platform.deliver(delivery(edit, 4), VOICE)).message == posted.message
            assert (await platform.deliver(delivery(actions.Kick(ANA, SPACE), 5), VOICE)).message is None

    async def test_the_same_delivery_is_done_once(self, here: Village) -> None:
        async with running(here, FakeCore()) as platform:
            here.world.faults.order("messages.post", "lost")
            with pytest.raises(TryLater) as doubt:
                await platform.deliver(delivery(POST), VOICE)
            assert doubt.value.doubtful
            await platform.deliver(Delivery(1, POST, 2), VOICE)
        assert len(here.world.visible(here.ana, here.green)) == 1
        assert [payload["key"] for payload in here.world.calls_of("messages.post")] == ["1"]

    async def test_faults_become_later(self, here: Village) -> None:
        async with running(here, FakeCore()) as platform:
            here.world.faults.order("messages.post", "rate_limited", seconds=7)
            here.world.faults.order("messages.post", "unavailable")
            with pytest.raises(TryLater) as limited:
                await platform.deliver(delivery(POST), VOICE)
            assert (limited.value.after, limited.value.doubtful) == (7, False)
            with pytest.raises(TryLater) as down:
                await platform.deliver(delivery(POST), VOICE)
            assert not down.value.doubtful

    async def test_refusals_are_final(self, here: Village) -> None:
        here.world.change_user(here.ana, takes_dms=False)
        async with running(here, FakeCore()) as platform:
            for action in (
                actions.DirectMessage(ANA, SPACE, says("hi")),
                actions.Kick(AccountRef("playground", "owner"), SPACE),
                actions.Post(ChannelRef(SPACE, "nowhere"), says("hi")),
                actions.Edit(MessageRef(GREEN, "M99"), says("hi")),
            ):
                with pytest.raises(Refused):
                    await platform.deliver(delivery(action), VOICE)

    async def test_what_is_already_so_is_done(self, here: Village) -> None:
        message = MessageRef(GREEN, here.world.post(here.ana, here.green, "rude"))
        async with running(here, FakeCore()) as platform:
            await platform.deliver(delivery(actions.OpenThread(message, "case"), 1), VOICE)
            again = await platform.deliver(delivery(actions.OpenThread(message, "case"), 2), VOICE)
            assert again.message == message
            already: list[Action] = [
                actions.React(message, "👋", remove=True),
                actions.Delete(message),
                actions.Delete(message),
                actions.Ban(ANA, SPACE, lift=True),
            ]
            for number, action in enumerate(already):
                await platform.deliver(delivery(action, 10 + number), VOICE)

    async def test_a_revoked_bot_is_gone(self, here: Village) -> None:
        async with running(here, FakeCore()) as platform:
            here.world.revoked = True
            with pytest.raises(PlatformGone):
                await platform.deliver(delivery(POST), VOICE)

    async def test_standings(self, here: Village) -> None:
        async with running(here, FakeCore()) as platform:
            moderator = await platform.standing(SPACE, AccountRef("playground", "mod"))
            assert moderator == Standing(frozenset({"guard"}), 10)
            assert (await platform.standing(SPACE, None)).rank == 50
            assert not (await platform.standing(SPACE, AccountRef("playground", "nobody"))).known


class TestSetUp:
    async def test_capabilities_are_the_worlds(self, here: Village) -> None:
        here.world.capabilities -= {"timeouts", "buttons"}
        missing = {Capability.TIMEOUTS, Capability.BUTTONS}
        assert PlaygroundPlatform(DirectLink(here.world), here.world).capabilities == set(Capability) - missing
        server = await wire.serve(here.world)
        remote = PlaygroundPlatform(SocketLink("127.0.0.1", server.port))
        await remote.start(FakeCore())
        assert remote.capabilities == set(Capability) - missing
        await remote.deliver(delivery(actions.Post(GREEN, says("hi", button()))), VOICE)
        assert here.world.visible(here.ana, here.green)[0].text == "hi\nMe too: /kudos"
        await remote.close()
        await server.close()

    async def test_a_world_that_describes_nothing_can_do_everything(self, here: Village) -> None:
        here.world.faults.order("world.describe", "unavailable")
        async with running(here, FakeCore()) as platform:
            assert platform.capabilities == frozenset(Capability)

    def test_capabilities_have_one_name_on_both_sides(self, here: Village) -> None:
        assert here.world.capabilities == {capability.value for capability in Capability}

    async def test_a_world_of_its_own(self) -> None:
        module: type[AdapterModule] = playground  # type: ignore[assignment]  # a module, checked by its use
        clock = ManualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
        platform: Platform = module.create(Settings(), clock, {})
        assert isinstance(platform, PlaygroundPlatform)
        assert platform.name == "playground"
        assert platform.routes() == ()
        assert platform.world is not None
        assert platform.world.now() == clock.now()
        assert (await platform.findings())[0].level == "ok"
        await platform.close()

    async def test_a_world_elsewhere_that_does_not_answer(self) -> None:
        platform = playground.create(Settings(connect="127.0.0.1:1"), ManualClock(datetime.now(UTC)), {})
        assert platform.world is None
        (finding,) = await platform.findings()
        assert (finding.level, finding.found) == ("wrong", "nothing answers at 127.0.0.1:1")
        assert finding.mend
        link = SocketLink("127.0.0.1", 1, connect_within=0.05)
        with pytest.raises(TryLater):
            await PlaygroundPlatform(link).start(FakeCore())

    async def test_a_world_elsewhere_that_answers(self, here: Village) -> None:
        server = await wire.serve(here.world)
        settings = Settings(connect=f"localhost:{server.port}")
        platform = playground.create(settings, ManualClock(datetime.now(UTC)), {})
        assert (await platform.findings())[0].level == "ok"
        await server.close()

    @pytest.mark.parametrize("connect", ["127.0.0.1:7070", "localhost:1", "[::1]:7070", "127.8.8.8:65535"])
    def test_addresses_of_this_machine(self, connect: str) -> None:
        assert Settings(connect=connect).connect == connect

    @pytest.mark.parametrize(
        "connect", ["10.0.0.1:7070", "example.org:80", "127.0.0.1", ":7070", "127.0.0.1:x", "127.0.0.1:0", ""]
    )
    def test_other_addresses(self, connect: str) -> None:
        with pytest.raises(ValidationError):
            Settings(connect=connect)

    def test_unknown_settings(self) -> None:
        with pytest.raises(ValidationError):
            Settings.model_validate({"conect": "127.0.0.1:1"})
