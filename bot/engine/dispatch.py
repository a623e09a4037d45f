"""A command, a press or a form, to the cog's function and back to whoever asked."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Mapping
from dataclasses import replace

import structlog

from bot.access import access_of
from bot.cog import Endpoint
from bot.context import Invocation, Services
from bot.engine import forms
from bot.engine.binding import Bound, bind
from bot.engine.callers import Callers
from bot.engine.command_names import CommandNames
from bot.engine.exchange import PATIENCE_SECONDS, Exchange
from bot.engine.requests import Request, Requests
from bot.metrics import Metrics
from bot.platform import Responder
from bot.schema import Submitted
from bot.settings import CommunitySettings
from bot.storage.database import TryAgain, is_database_fault, retried
from bot.storage.drafts import Drafts
from bot.vocabulary.calls import Call, unpack
from bot.vocabulary.capabilities import Capability
from bot.vocabulary.errors import AlreadyDone, Invalid, Refusal
from bot.vocabulary.events import CompletionAsked, FormSubmitted, Interaction, Pressed
from bot.vocabulary.model import Access, Visibility
from bot.vocabulary.replies import Answer, FieldErrors, Form, Reply
from bot.vocabulary.text import CommandName, Phrase, Say

MOST_TRIES = 5
"""How often a function is run when other transactions undo its own."""
MOST_CHOICES = 25
"""Suggestions shown: Discord's limit, the lowest."""
COMPLETION_SECONDS = 1.5

log = structlog.get_logger(__name__)


class Dispatch:
    def __init__(
        self, services: Services, names: CommandNames, metrics: Metrics, *, patience: float = PATIENCE_SECONDS
    ) -> None:
        self._services = services
        self._requests = Requests(services.catalogue, names)
        self._callers = Callers(services)
        self._metrics = metrics
        self.patience = patience

    async def interact(self, interaction: Interaction, responder: Responder) -> None:
        """Handles an interaction to its answer; whatever goes wrong is said to the member and logged."""
        started, outcome, name = time.perf_counter(), "answered", ("core", "unknown")
        exchange = Exchange(self._services, interaction, responder, self.patience)
        try:
            request = self._requests.read(interaction)
            if request is not None:
                name = (request.endpoint.cog, request.endpoint.name)
                outcome = await self._serve(request, exchange)
            else:
                await self._serve_core(interaction, exchange)
        except Refusal as refusal:
            outcome = "refused"
            await self._say(exchange, interaction, refusal.phrase)
        except AlreadyDone:
            outcome = "repeated"
        except Exception as error:
            outcome = "failed"
            await self._apologise(exchange, interaction, error)
        self._metrics.interactions.labels(*name, outcome).inc()
        self._metrics.interaction_seconds.labels(*name).observe(time.perf_counter() - started)

    async def _apologise(self, exchange: Exchange, interaction: Interaction, error: Exception) -> None:
        code = secrets.token_hex(3)
        known = is_database_fault(error)
        log.error("an interaction failed", key=interaction.key, code=code, exc_info=None if known else error)
        words = Say("core", "too-busy") if known else Say("core", "went-wrong", {"code": code})
        await self._say(exchange, interaction, words)

    async def _say(self, exchange: Exchange, interaction: Interaction, phrase: Phrase) -> None:
        """Instead of an answer; where only suggestions can be answered, there are none."""
        try:
            if isinstance(interaction, CompletionAsked):
                await exchange.suggest(())
            else:
                await exchange.say(phrase)
        except Exception as error:
            log.warning("a refusal or an apology could not be delivered", key=interaction.key, error=repr(error))

    async def _serve(self, request: Request, exchange: Exchange) -> str:
        interaction, endpoint = request.interaction, request.endpoint
        bound = bind(endpoint, request.raw, interaction.space)
        if isinstance(interaction, CompletionAsked):
            await self._complete(request, interaction, exchange)
            return "suggested"
        self._check_needs(endpoint, interaction)
        # A form must be the first answer, so it is opened before anything is read.
        if bound.missing and not request.form and not bound.errors and self._is_known_to_be_allowed(request):
            await self._ask(forms.form_for(endpoint, bound), exchange)
            return "asked"
        invocation = await self._callers.invocation(request)
        self._check_access(endpoint, invocation.access)
        exchange.voice_for(invocation)
        if bound.missing and not request.form and not bound.errors:
            await self._ask(forms.form_for(endpoint, bound), exchange, invocation)
            return "asked"
        await self._callers.look_up(bound, request, invocation)
        if bound.errors or bound.missing:
            errors = {param.name: Say("core", "invalid-required") for param in bound.missing} | bound.errors
            await self._reject(forms.form_for(endpoint, bound), FieldErrors(errors), request, invocation, exchange)
            return "invalid"
        try:
            answer = await exchange.patiently(self._call_again(request, bound, invocation), endpoint)
        except Invalid as invalid:
            form = invalid.form or forms.form_for(endpoint, _again(bound, invalid))
            await self._reject(form, FieldErrors(invalid.errors), request, invocation, exchange)
            return "invalid"
        # A member who has just chosen a language or a zone is answered in it.
        exchange.voice_for(invocation)
        await self._answer(answer, endpoint, invocation, exchange)
        return "answered"

    async def _call_again(self, request: Request, bound: Bound, invocation: Invocation) -> Answer:
        """Runs the function again where another transaction undid its first one, so that nothing was kept."""
        for attempt in range(MOST_TRIES - 1):
            try:
                return await self._call(request, bound, invocation)
            except TryAgain:
                if invocation.recorded:
                    raise
                await asyncio.sleep(0.005 * 2**attempt)
        return await self._call(request, bound, invocation)

    def _call(self, request: Request, bound: Bound, invocation: Invocation) -> Awaitable[Answer]:
        schema, values = request.endpoint.schema, dict(bound.values)
        if schema.picked is not None:
            values[schema.picked] = request.picked
        if schema.submitted is not None:
            own = {param.name for param in schema.params}
            values[schema.submitted] = Submitted({k: v for k, v in request.raw.items() if k not in own})
        return request.endpoint.function(invocation, **values)

    async def _answer(self, answer: Answer, endpoint: Endpoint, invocation: Invocation, exchange: Exchange) -> None:
        match answer:
            case Reply():
                await exchange.reply(answer, endpoint.visibility)
            case Form() if exchange.deferred or isinstance(exchange.interaction, FormSubmitted):
                # No platform opens a form late, or out of another one.
                draft = await self._keep(answer, {}, invocation)
                await exchange.reply(forms.open_reply(draft), Visibility.PRIVATE)
            case Form():
                await self._ask(answer, exchange, invocation)
            case None:
                await exchange.reply(Reply(Say("core", "already-done")), Visibility.PRIVATE)

    async def _ask(self, form: Form, exchange: Exchange, invocation: Invocation | None = None) -> None:
        """Opens a form; one that is too long for the platform becomes several sheets behind buttons."""
        platform = self._services.platforms[exchange.platform]
        if Capability.FORMS not in platform.capabilities:
            raise Refusal(forms.typed_instead(form, self._services.catalogue))
        if len(form.fields) <= platform.form_fields:
            await exchange.open(form)
            return
        invocation = invocation or await self._callers.invocation(
            Request(exchange.interaction, self._requests.endpoint(form.submit), {})
        )
        draft = await self._keep(form, {}, invocation)
        await exchange.reply(forms.sections_reply(form, draft, platform.form_fields, {}), Visibility.PRIVATE)

    async def _reject(
        self, form: Form, errors: FieldErrors, request: Request, invocation: Invocation, exchange: Exchange
    ) -> None:
        """Says what is wrong inside the form where the platform can, else in private with a way back."""
        if await exchange.reject(form, errors):
            return
        draft = await self._keep(form, request.raw, invocation)
        await exchange.reply(forms.mend_reply(form, errors, draft), Visibility.PRIVATE)

    async def _keep(self, form: Form, written: Mapping[str, str], invocation: Invocation) -> str:
        """Keeps a draft; its id."""

        async def once() -> str:
            async with self._services.database.write() as tx:
                return await Drafts(tx).keep(invocation.member.id, form, written, invocation.now)

        draft: str = await retried(once)
        return draft

    async def _write(self, draft: str, written: Mapping[str, str]) -> None:
        async def once() -> None:
            async with self._services.database.write() as tx:
                await Drafts(tx).write(draft, written)

        await retried(once)

    async def _complete(self, request: Request, asked: CompletionAsked, exchange: Exchange) -> None:
        param = next((p for p in request.endpoint.schema.params if p.name == asked.option), None)
        if param is None or param.completer is None:
            await exchange.suggest(())
            return
        invocation = await self._callers.invocation(request)
        self._check_access(request.endpoint, invocation.access)
        exchange.voice_for(invocation)
        try:
            async with asyncio.timeout(COMPLETION_SECONDS):
                choices = await param.completer(invocation, asked.typed[:100])
        except TimeoutError:
            choices = ()
        await exchange.suggest(choices[:MOST_CHOICES])

    def _is_known_to_be_allowed(self, request: Request) -> bool:
        """What can be said without reading; it is checked again when the form comes back."""
        interaction = request.interaction
        space = self._services.directory.known_space(interaction.space)
        if space is None:
            return request.endpoint.access is Access.MEMBER
        settings = self._services.settings.of(space.community.id, CommunitySettings)
        return access_of(interaction.standing, interaction.space, settings) >= request.endpoint.access

    def _check_access(self, endpoint: Endpoint, access: Access) -> None:
        if access < endpoint.access:
            raise Refusal(Say("core", f"needs-{endpoint.access.name.lower()}"))

    def _check_needs(self, endpoint: Endpoint, interaction: Interaction) -> None:
        platform = self._services.platforms[interaction.space.platform]
        for need in sorted(endpoint.needs - platform.capabilities):
            what = Say("core", f"capability-{need.value}")
            raise Refusal(Say("core", "cannot-do", {"platform": platform.name, "what": what}))

    async def _serve_core(self, interaction: Interaction, exchange: Exchange) -> None:
        if not isinstance(interaction, Pressed | FormSubmitted):
            raise Refusal(Say("core", "unknown-command", {"help": CommandName("help")}))
        call = unpack(interaction.packed)
        assert call is not None, "checked when the request was read"
        _, member = await self._callers.member(interaction)
        exchange.speak(member.locale or interaction.locale, member.zone)
        async with self._services.database.read() as tx:
            found = await Drafts(tx).find(str(call.values.get("id", "")), member.id)
        if found is None:
            raise Refusal(Say("core", "draft-expired-plain"))
        await self._serve_draft(interaction, call, *found, exchange)

    async def _serve_draft(
        self,
        interaction: Pressed | FormSubmitted,
        call: Call,
        form: Form,
        written: Mapping[str, str],
        exchange: Exchange,
    ) -> None:
        most = self._services.platforms[exchange.platform].form_fields
        draft = str(call.values["id"])
        number = int(call.values.get("number", 1))
        sheets = forms.sections(forms.filled(form, written), most)
        match call.name, interaction:
            case "draft", _ if len(sheets) == 1:
                await exchange.open(sheets[0])
            case "draft", _:
                await exchange.reply(forms.sections_reply(form, draft, most, written), Visibility.PRIVATE)
            case "sheet", FormSubmitted(values=values):
                written = {**written, **values}
                await self._write(draft, written)
                await exchange.reply(forms.sections_reply(form, draft, most, written), Visibility.PRIVATE)
            case "sheet", _ if 0 < number <= len(sheets):
                await exchange.open(replace(sheets[number - 1], submit=call))
            case "send", _:
                await self._send_draft(interaction, draft, form, written, exchange)
            case _:
                raise Refusal(Say("core", "outdated-button-plain"))

    async def _send_draft(
        self, interaction: Interaction, draft: str, form: Form, written: Mapping[str, str], exchange: Exchange
    ) -> None:
        """Its button stays where it is: whoever presses it twice has sent it once."""
        values = {field.name: field.value for field in form.fields if field.value is not None} | dict(written)
        carried = {name: str(value) for name, value in form.submit.values.items()}
        endpoint = self._requests.endpoint(form.submit)
        request = Request(interaction, endpoint, {**carried, **values}, form=True, key=f"draft:{draft}")
        try:
            await self._serve(request, exchange)
        except AlreadyDone:
            raise Refusal(Say("core", "already-done")) from None


def _again(bound: Bound, invalid: Invalid) -> Bound:
    return replace(bound, errors={**bound.errors, **invalid.errors})
