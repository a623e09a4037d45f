"""Two processes on one PostgreSQL: the database is the only coordinator, and nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import random

import psycopg
import pytest

from bot.storage.database import Database, DatabaseUnavailable, TryAgain, retried
from tests.engine.bench import Answers, Bench, Tallies, bench_cog, command, message, post, working
from tests.schema import create_everything

PEOPLE = [f"member{number:02}" for number in range(50)]


async def flood(bench: Bench, keys: list[str], seed: int) -> None:
    """Every message in an order of its own, many at a time, each twice."""
    chance = random.Random(seed)
    shuffled = [*keys, *keys]
    chance.shuffle(shuffled)
    for start in range(0, len(shuffled), 40):
        batch = shuffled[start : start + 40]
        await bench.take(*(message(key, user=PEOPLE[int(key) % len(PEOPLE)]) for key in batch))


async def test_both_take_the_same_events_and_each_counts_once(postgresql_url: str) -> None:
    keys = [str(number) for number in range(600)]
    async with (
        working(postgresql_url) as one,
        working(postgresql_url, fresh=False, introduce=False) as two,
    ):
        await asyncio.gather(flood(one, keys, 1), flood(two, keys, 2))
        found = await one.tallies()
        assert {name: count for name, count in found.items() if count != 1} == {}
        assert len(found) == len(keys) + 1
        assert await one.members() == await two.members() == len(PEOPLE) + 1


async def test_both_change_the_same_members_and_lose_nothing(postgresql_url: str) -> None:
    """Events of the same fifty people on both, commands in between."""
    async with (
        working(postgresql_url) as one,
        working(postgresql_url, fresh=False, introduce=False) as two,
    ):

        async def ask(bench: Bench, number: int) -> None:
            answers = Answers()
            await bench.app.interact(command(f"c{number}", "tally", PEOPLE[number % 50], name="shared"), answers)
            assert len(answers.said) == 1
            assert answers.said[0].text is not None
            assert getattr(answers.said[0].text, "source", "") == "shared", answers.said

        await asyncio.gather(
            flood(one, [str(number) for number in range(300)], 3),
            flood(two, [str(number) for number in range(300, 600)], 4),
            *(ask((one, two)[number % 2], number) for number in range(100)),
        )
        found = await one.tallies()
        assert found.pop("shared") == 100
        assert set(found.values()) == {1}
        assert len(found) == 601


async def test_a_community_that_both_meet_at_once_is_made_once(postgresql_url: str) -> None:
    async with (
        working(postgresql_url, introduce=False) as one,
        working(postgresql_url, fresh=False, introduce=False) as two,
    ):
        await asyncio.gather(
            one.take(*(message(f"a{number}", user=person) for number, person in enumerate(PEOPLE))),
            two.take(*(message(f"b{number}", user=person) for number, person in enumerate(reversed(PEOPLE)))),
        )
        assert len(await one.communities()) == 1
        assert await one.members() == len(PEOPLE)


async def test_a_deadlock_is_run_again(postgresql_url: str) -> None:
    """Two transactions that take two rows crosswise: the database undoes one of them, and it comes back."""

    database = Database(postgresql_url)
    await create_everything(database, [bench_cog()])
    both, undone = asyncio.Barrier(2), 0

    async def cross(first: str, second: str) -> None:
        nonlocal undone
        met = False

        async def once() -> None:
            nonlocal met, undone
            try:
                async with database.write() as tx:
                    await Tallies(tx).add(first)
                    if not met:
                        met = True
                        await both.wait()
                    await Tallies(tx).add(second)
            except TryAgain:
                undone += 1
                raise

        await retried(once)

    async with database.write() as tx:
        await Tallies(tx).add("a", "b")
    async with asyncio.timeout(20):
        await asyncio.gather(cross("a", "b"), cross("b", "a"))
    async with database.read() as tx:
        assert await Tallies(tx).all() == {"a": 3, "b": 3}
    assert undone >= 1
    await database.close()


@pytest.mark.parametrize("cuts", [8])
async def test_connections_that_are_cut_under_load_lose_nothing(postgresql_url: str, cuts: int) -> None:
    """As when PostgreSQL restarts: every connection is terminated, again and again."""
    async with working(postgresql_url) as bench:
        keys = [str(number) for number in range(800)]
        flooding = asyncio.create_task(flood(bench, keys, 5))
        posting = asyncio.create_task(_posts(bench))
        async with await psycopg.AsyncConnection.connect(postgresql_url, autocommit=True) as connection:
            for _ in range(cuts):
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                before = _batches(bench)
                async with asyncio.timeout(20):
                    while not flooding.done() and _batches(bench) <= before:  # noqa: ASYNC110 (batches are counted, not told)
                        await asyncio.sleep(0.002)
        async with asyncio.timeout(60):
            await flooding
            wanted = await posting
            await bench.settled()
        found = await bench.tallies()
        assert set(found.values()) == {1}
        assert len(found) == len(keys) + 1
        assert sorted({*bench.paper.texts()}) == sorted(wanted)
        assert len({delivery.id for delivery in bench.paper.deliveries}) == len(wanted)
        assert bench.app.health().ready


def _batches(bench: Bench) -> float:
    return bench.app.metrics.registry.get_sample_value("madang_batch_events_count") or 0.0


async def _posts(bench: Bench) -> list[str]:
    """What was committed for the outbox while connections were cut."""

    wanted = []
    for number in range(40):
        try:
            async with bench.writing() as ctx:
                ctx.send(post(str(number), f"place {number % 4}"))
        except (DatabaseUnavailable, TryAgain):
            continue
        wanted.append(str(number))
        await asyncio.sleep(0.005)
    return wanted
