"""Interactions are answered once, in time, and with a form only at first."""

from __future__ import annotations

from adapters.playground import text
from adapters.playground.model import State
from tests.adapters.playground.fakes import FORM, PRESSABLE, Village, denied, frames, post, refusal, said


class TestAnswers:
    async def test_a_private_reply_is_for_its_reader_alone(self, here: Village) -> None:
        asked = here.world.command(here.ana, here.green, "points rank")
        reply = {"interaction": asked, "body": said("12th"), "private": True}
        await here.world.call("interactions.reply", reply)
        assert here.world.visible(here.ben, here.green) == []
        assert [view.text for view in here.world.visible(here.ana, here.green)] == ["12th"]
        assert [view.text for view in here.world.private_replies(here.ana)] == ["12th"]
        answer = here.world.answer(asked)
        assert answer.message is not None
        assert (answer.state, answer.private, answer.message.private) == (State.ANSWERED, True, True)
        assert "(only you)" in text.show(answer.message)

    async def test_where_nothing_is_private(self, here: Village) -> None:
        here.world.capabilities.discard("private-replies")
        asked = here.world.command(here.ana, here.green, "points rank")
        reply = {"interaction": asked, "body": said("12th")}
        assert await refusal(here, "interactions.reply", **reply, private=True) == "not_supported"
        await here.world.call("interactions.reply", reply | {"private": False})

    async def test_nobody_else_presses_what_is_private(self, here: Village) -> None:
        asked = here.world.command(here.ana, here.green, "x y")
        value = await here.world.call("interactions.reply", {"interaction": asked, "body": PRESSABLE, "private": True})
        assert denied(here.world.press, here.ben, value["message"], 0) == "unknown_message"
        here.world.press(here.ana, value["message"], 0)

    async def test_an_interaction_is_answered_once(self, here: Village) -> None:
        asked = here.world.command(here.ana, here.green, "points rank")
        reply = {"interaction": asked, "body": said("12th"), "private": False}
        await here.world.call("interactions.reply", reply)
        assert await refusal(here, "interactions.reply", **reply) == "already_answered"
        assert await refusal(here, "interactions.defer", interaction=asked, private=True) == "already_answered"

    async def test_a_form_must_be_the_first_answer(self, here: Village) -> None:
        asked = here.world.command(here.ana, here.green, "kudos give")
        await here.world.call("interactions.defer", {"interaction": asked, "private": True})
        assert await refusal(here, "interactions.open", interaction=asked, form=FORM) == "form_not_first"
        reply = {"interaction": asked, "body": said("well"), "private": False}
        assert await refusal(here, "interactions.reply", **reply) == "visibility_fixed"
        await here.world.call("interactions.reply", reply | {"private": True})

    async def test_silence_is_a_failure_after_three_seconds(self, here: Village) -> None:
        asked = here.world.command(here.ana, here.green, "points rank")
        assert here.world.failed(here.ana) == []
        here.now.pass_by(seconds=4)
        assert here.world.failed(here.ana) == [asked]
        reply = {"interaction": asked, "body": said("late"), "private": False}
        assert await refusal(here, "interactions.reply", **reply) == "expired"

    async def test_a_deferred_one_lives_for_15_minutes(self, here: Village) -> None:
        first, second = (here.world.command(here.ana, here.green, "kpi report") for _ in range(2))
        for asked in (first, second):
            await here.world.call("interactions.defer", {"interaction": asked, "private": False})
        here.now.pass_by(minutes=14)
        body = {"body": said("42"), "private": False}
        await here.world.call("interactions.reply", {"interaction": first, **body})
        here.now.pass_by(minutes=2)
        assert await refusal(here, "interactions.reply", interaction=second, **body) == "expired"

    async def test_a_press_may_rewrite_its_message(self, here: Village) -> None:
        message = await post(here, PRESSABLE)
        assert denied(here.world.press, here.ana, message, 1) == "not_pressable"
        assert denied(here.world.press, here.ana, message, 9) == "unknown_control"
        assert denied(here.world.press, here.ana, message, 2, ["c"]) == "invalid"
        assert denied(here.world.press, here.ana, message, 2) == "invalid"
        asked = here.world.press(here.ana, message, "cog:pick", ["b", "a"])
        told = frames(here.world, "control.pressed")[-1]
        assert (told["packed"], told["picked"]) == ("cog:pick", ["b", "a"])
        await here.world.call("interactions.replace", {"interaction": asked, "body": said("done")})
        assert here.world.visible(here.ben, here.green)[0].text == "done"

    async def test_a_form_is_filled_in_rejected_and_sent_again(self, here: Village) -> None:
        asked = here.world.command(here.ana, here.green, "kudos give")
        await here.world.call("interactions.open", {"interaction": asked, "form": FORM})
        (form,) = here.world.forms(here.ana)
        assert here.world.forms(here.ben) == []
        assert denied(here.world.submit, here.ben, form.id, {"why": "x"}) == "unknown_form"
        for values in ({}, {"why": "too long"}, {"why": "x", "who": "nobody"}, {"why": "x", "else": "y"}):
            assert denied(here.world.submit, here.ana, form.id, values) == "invalid"
        sent = here.world.submit(here.ana, form.id, {"why": "help"})
        assert here.world.forms(here.ana) == []
        assert await refusal(here, "interactions.open", interaction=sent, form=FORM) == "form_after_form"
        await here.world.call("interactions.reject", {"interaction": sent, "errors": {"why": "too short"}})
        (again,) = here.world.forms(here.ana)
        assert (again.values, again.errors) == ({"why": "help"}, {"why": "too short"})
        assert "Why?: help  ! too short" in text.show_form(again)
        sent = here.world.submit(here.ana, form.id, {"why": "fixes"})
        await here.world.call("interactions.reply", {"interaction": sent, "body": said("ok"), "private": True})
        assert here.world.forms(here.ana) == []

    async def test_a_completion_takes_suggestions_only(self, here: Village) -> None:
        asked = here.world.complete(here.ana, here.green, "faq show", "entry", "ru")
        reply = {"interaction": asked, "body": said("rules"), "private": True}
        assert await refusal(here, "interactions.reply", **reply) == "only_suggestions"
        choices = [{"value": "1", "label": "Rules"}]
        await here.world.call("interactions.suggest", {"interaction": asked, "choices": choices})
        assert here.world.suggestions(asked) == (("1", "Rules"),)

    async def test_a_home_is_published_and_pressed(self, here: Village) -> None:
        assert denied(here.world.press_home, here.ana, 0) == "unknown_home"
        here.world.open_home(here.ana)
        publish = {"space": here.space, "user": here.ana, "body": PRESSABLE}
        await here.world.call("home.publish", publish)
        assert here.world.home(here.ana) == PRESSABLE
        assert here.world.home(here.ben) is None
        assert text.show_body(PRESSABLE).splitlines()[0] == "ready?"
        asked = here.world.press_home(here.ana, 0)
        await here.world.call("interactions.reply", {"interaction": asked, "body": said("ok"), "private": True})
        assert [view.text for view in here.world.dms(here.ana)] == ["ok"]

    async def test_commands_are_told_as_they_were_used(self, here: Village) -> None:
        message = here.world.post(here.ben, here.green, "rude")
        here.world.command(here.moderator, here.green, ["warn", "member"], {"rule": "1"}, message=message)
        here.world.typed_command(here.ana, here.green, "/points rank @Ben now")
        chosen, typed = frames(here.world, "command.used")
        assert chosen["message"]["author"]["id"] == here.ben
        assert (chosen["path"], chosen["options"], chosen["typed"]) == (
            ["warn", "member"],
            {"rule": "1"},
            None,
        )
        assert (typed["path"], typed["typed"]) == (["points", "rank"], "points rank <@ben> now")
        assert typed["users"]["ben"]["name"] == "Ben"
        assert typed["standing"]["roles"] == []
