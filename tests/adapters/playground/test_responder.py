"""The way back: replies, forms, rejections, suggestions, and faults on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from adapters.playground.faults import FaultKind
from adapters.playground.model import State
from bot.platform import Responder
from bot.vocabulary import actions, events
from bot.vocabulary.errors import Refused, TryLater
from bot.vocabulary.events import Interaction
from bot.vocabulary.replies import Choice, Field, FieldErrors
from tests.adapters.playground.fakes import (
    ANA,
    GREEN,
    VOICE,
    FakeCore,
    Village,
    button,
    delivery,
    form,
    running,
    says,
    until,
    words,
)


class TestInteractions:
    async def answered(
        self, here: Village, answering: Callable[[Interaction, Responder], object], ask: Callable[[], str]
    ) -> str:
        async def answer(interaction: Interaction, responder: Responder) -> None:
            await answering(interaction, responder)  # type: ignore[misc]  # every caller passes a coroutine

        async with running(here, FakeCore(answer)):
            asked = ask()
            await here.world.answered(asked)
        return asked

    async def test_a_private_reply(self, here: Village) -> None:
        async def rank(asked: Interaction, responder: Responder) -> None:
            assert isinstance(asked, events.CommandUsed)
            assert (asked.by.ref, asked.path) == (ANA, ("points", "rank"))
            await responder.reply(says("12th", button()), VOICE, private=True)

        asked = await self.answered(here, rank, lambda: here.world.command(here.ana, here.green, "points rank"))
        assert here.world.visible(here.ben, here.green) == []
        message = here.world.answer(asked).message
        assert message is not None
        assert (message.text, message.controls[0]["label"]) == ("12th", "Me too")

    async def test_a_form_and_its_rejection_and_its_answer(self, here: Village) -> None:
        asked_form = form(Field("why", words("Why?")))
        rejected: list[bool] = []

        async def give(asked: Interaction, responder: Responder) -> None:
            match asked:
                case events.CommandUsed():
                    await responder.open(asked_form, VOICE)
                case events.FormSubmitted(values={"why": "x"}):
                    errors = FieldErrors({"elsewhere": words("?")})
                    rejected.append(await responder.reject(asked_form, errors, VOICE))
                    errors = FieldErrors({"why": words("too short")})
                    rejected.append(await responder.reject(asked_form, errors, VOICE))
                case events.FormSubmitted(packed=packed):
                    await responder.reply(says(packed), VOICE, private=False)

        world = here.world
        async with running(here, FakeCore(give)):
            await world.answered(world.command(here.ana, here.green, "kudos give"))
            await world.answered(world.submit(here.ana, world.forms(here.ana)[0].id, {"why": "x"}))
            (open_form,) = world.forms(here.ana)
            assert open_form.errors == {"why": "too short"}
            await world.answered(world.submit(here.ana, open_form.id, {"why": "help"}))
        assert rejected == [False, True]
        assert world.visible(here.ben, here.green)[0].text == "kudos:give:to=7"

    async def test_where_forms_take_no_errors(self, here: Village) -> None:
        here.world.capabilities.discard("form-errors")
        rejected: list[bool] = []

        async def reject(_: Interaction, responder: Responder) -> None:
            rejected.append(await responder.reject(form(), FieldErrors({"why": words("no")}), VOICE))
            await responder.reply(says("no"), VOICE, private=True)

        await self.answered(here, reject, lambda: here.world.command(here.ana, here.green, "kudos give"))
        assert rejected == [False]

    async def test_a_form_after_a_deferral_is_refused(self, here: Village) -> None:
        refused: list[Exception] = []

        async def late(_: Interaction, responder: Responder) -> None:
            await responder.defer(private=True)
            try:
                await responder.open(form(), VOICE)
            except Refused as error:
                refused.append(error)
            await responder.reply(says("well"), VOICE, private=True)

        await self.answered(here, late, lambda: here.world.command(here.ana, here.green, "kudos give"))
        assert len(refused) == 1

    async def test_a_press_rewrites_and_a_completion_suggests(self, here: Village) -> None:
        async def answer(asked: Interaction, responder: Responder) -> None:
            if isinstance(asked, events.CompletionAsked):
                await responder.suggest([Choice("1", words("Rules"))], VOICE)
            else:
                await responder.replace(says("thanks"), VOICE)

        async with running(here, FakeCore(answer)) as platform:
            receipt = await platform.deliver(delivery(actions.Post(GREEN, says("ready?", button()))), VOICE)
            assert receipt.message is not None
            await here.world.answered(here.world.press(here.ana, receipt.message.id, 0))
            asked = here.world.complete(here.ana, here.green, "faq show", "entry", "ru")
            assert (await here.world.answered(asked)).suggestions == (("1", "Rules"),)
        assert here.world.visible(here.ben, here.green)[0].text == "thanks"

    @pytest.mark.parametrize("fault", ["unavailable", "dropped", "lost"])
    async def test_an_answer_survives_a_fault_and_comes_once(self, here: Village, fault: FaultKind) -> None:
        async def answer(_: Interaction, responder: Responder) -> None:
            here.world.faults.order("interactions.reply", fault)
            await responder.reply(says("12th"), VOICE, private=False)

        await self.answered(here, answer, lambda: here.world.command(here.ana, here.green, "points rank"))
        assert [view.text for view in here.world.visible(here.ben, here.green)] == ["12th"]

    async def test_a_second_answer_is_refused_and_a_long_limit_is_not_waited_for(self, here: Village) -> None:
        failures: list[Exception] = []

        async def twice(_: Interaction, responder: Responder) -> None:
            here.world.faults.order("interactions.reply", "rate_limited", seconds=60)
            for _number in range(3):
                try:
                    await responder.reply(says("12th"), VOICE, private=False)
                except (Refused, TryLater) as error:
                    failures.append(error)

        async with running(here, FakeCore(twice)):
            here.world.command(here.ana, here.green, "points rank")
            await until(lambda: len(failures) == 2)
        assert [type(failure) for failure in failures] == [TryLater, Refused]

    async def test_they_overtake_events_that_wait_and_are_awaited_at_the_end(self, here: Village) -> None:
        begun, go = asyncio.Event(), asyncio.Event()

        async def slow(_: Interaction, responder: Responder) -> None:
            begun.set()
            await go.wait()
            await responder.reply(says("done"), VOICE, private=False)

        core = FakeCore(slow, held=True)
        async with running(here, core):
            here.world.post(here.ana, here.green, "hello")
            asked = here.world.command(here.ana, here.green, "points rank")
            await asyncio.wait_for(begun.wait(), 5)
            core.commit()
            asyncio.get_running_loop().call_later(0.02, go.set)
        assert here.world.answer(asked).state is State.ANSWERED

    async def test_a_core_that_raises_stops_nothing(self, here: Village) -> None:
        async def broken(_: Interaction, responder: Responder) -> None:
            raise RuntimeError("a bug")

        core = FakeCore(broken)
        async with running(here, core):
            here.world.command(here.ana, here.green, "points rank")
            here.world.command(here.ana, here.green, "points rank")
            await until(lambda: len(core.asked) == 2)
        here.now.pass_by(seconds=4)
        assert len(here.world.failed(here.ana)) == 2
