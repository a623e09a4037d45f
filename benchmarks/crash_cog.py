"""What the crash benchmark needs of the bot besides its own features: a schedule, a command, a listener that fails."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.api import (
    Award,
    ChannelChanged,
    ChannelRef,
    Cog,
    Context,
    Facts,
    Invocation,
    JobDue,
    Message,
    MessagePosted,
    Points,
    Post,
    Reply,
    Schedules,
    SpaceRef,
    SpaceSeen,
)
from bot.domain.schedule import Every

ANCHOR = datetime(2026, 1, 1, tzinfo=UTC)
TICKS = ChannelRef(SpaceRef("playground", "crash"), "ticks")


class Broken(RuntimeError):
    """The listener fails, as it was told to."""


def crash_cog() -> Cog:
    bench = Cog("bench", package="benchmarks")

    @bench.job
    async def tick(ctx: Context, due: JobDue) -> None:
        ctx.send(Post(TICKS, Message(bench.say("due", at=str(int(due.due.timestamp()))))))

    @bench.on(SpaceSeen)
    async def begin(ctx: Context, _: SpaceSeen) -> None:
        await Schedules(ctx.tx).put(ctx.community.id, "bench", tick.name, Every(1, ANCHOR), now=ctx.now, policy="all")
        ctx.tx.after_commit.append(ctx.services.wake_scheduler)

    @bench.on(ChannelChanged)
    async def end(ctx: Context, _: ChannelChanged) -> None:
        await Schedules(ctx.tx).remove(ctx.community.id, "bench", tick.name)

    @bench.on(MessagePosted)
    async def half(ctx: Context, event: MessagePosted) -> None:
        """Does a little of everything, and then fails."""
        if not event.text.startswith("!break"):
            return
        member = ctx.who[event.author.ref]
        await Facts(ctx.tx).count([(member.id, "messages", ctx.day_of(member), 1)])
        await Points(ctx.tx).award_many(
            ctx.community, [Award(member.id, 1, "broken", f"{event.message.source}-broken", ctx.now)]
        )
        ctx.send(Post(event.message.channel, Message(bench.say("half-done"), pings=(event.author.ref,))))
        raise Broken(event.key)

    @bench.command()
    async def count(ctx: Invocation) -> Reply:
        """Adds one, and says so."""
        async with ctx.write() as work:
            await Facts(work.tx).count([(ctx.member.id, "asked", ctx.day_of(ctx.member), 1)])
        return Reply(bench.say("counted"))

    return bench
