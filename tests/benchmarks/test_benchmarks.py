"""The benchmarks themselves: small runs, and a checker that notices what is wrong."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as line
from benchmarks import corpus, crash_platform, intake, rank
from benchmarks.crash_platform import Done, Found, Platform, check
from benchmarks.engines import Engine, NotDurable, database_of, durable
from benchmarks.guards import judge, start, words
from benchmarks.output import percentile, short
from benchmarks.phases import Phases
from benchmarks.recorder import Statement, _single, count_rows


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine("sqlite", "unknown", str(tmp_path))


def printed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(text) for text in capsys.readouterr().out.splitlines() if text.startswith("{")]


def test_the_crash_platform_shares_no_code_with_the_bot() -> None:
    tree = ast.parse(Path(crash_platform.__file__).read_text())
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= set(sys.stdlib_module_names)


def test_a_corpus_is_the_same_for_the_same_seed() -> None:
    first, second = corpus.make(200, seed=4, members=500), corpus.make(200, seed=4, members=500)
    assert first == second
    assert first.kinds["message.posted"] == 200
    assert first.lines != corpus.make(200, seed=5, members=500).lines


def test_the_guard_finds_its_words() -> None:
    listed = words()
    assert len(set(listed)) == 1_000
    space = corpus.space_seen()
    assert space["type"] == "space.seen"
    assert judge(start(None), [])[1] == []


async def test_an_intake_run_prints_its_figure(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    options = line.parsed(["intake", "--messages", "300", "--members", "300"])
    said = corpus.make(options.messages, options.seed, options.members)
    await intake.measure(engine, said, options)
    (figure,) = printed(capsys)
    assert figure["figure"] == "intake"
    assert figure["unit"] == "messages/s"
    assert isinstance(figure["ratio"], float)


async def test_a_rank_run_prints_its_figures(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    await rank.measure(engine, 200, 20)
    assert {str(figure["figure"]) for figure in printed(capsys)} == {
        "rank-standing",
        "rank-board-first",
        "rank-board-far",
        "rank-award",
    }


def test_a_statement_of_many_rows_is_taken_apart() -> None:
    many = "INSERT INTO seen (key, at) VALUES (?, ?), (?, ?) ON CONFLICT DO NOTHING RETURNING key"
    whole = Statement(many, ("a", 1, "b", 2), False)
    assert count_rows(whole) == 2
    assert _single(whole) == (
        "INSERT INTO seen (key, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [("a", 1), ("b", 2)],
        True,
    )


def test_named_parameters_of_many_rows_are_taken_apart() -> None:
    many = "INSERT INTO seen (key) VALUES (%(key__0)s), (%(key__1)s) RETURNING seen.key"
    single = _single(Statement(many, {"key__0": "a", "key__1": "b"}, False))
    assert single == ("INSERT INTO seen (key) VALUES (%(key)s)", [{"key": "a"}, {"key": "b"}], True)


def test_rows_in_json_are_taken_apart() -> None:
    sql = (
        "INSERT INTO earners (id, prints) SELECT json_extract(anon_1.value, '$[0]') AS a, substr(?, 1, 2) AS b "
        "FROM json_each(?) AS anon_1 \nWHERE 1 = 1 ON CONFLICT (id) DO NOTHING RETURNING id"
    )
    assert _single(Statement(sql, (memoryview(b"\0xyz"), "[[1,[2,1]],[2,[3,2]]]"), False)) == (
        "INSERT INTO earners (id, prints) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
        [(1, b"x"), (2, b"yz")],
        True,
    )


def test_rows_in_arrays_are_taken_apart() -> None:
    sql = (
        "INSERT INTO seen (key, at) SELECT fresh.key, fresh.at \n"
        "FROM unnest(%(rows0)s::TEXT[], %(rows1)s::BIGINT[]) AS fresh(key, at) ON CONFLICT DO NOTHING"
    )
    assert _single(Statement(sql, {"rows0": ["a", "b"], "rows1": [1, 2]}, False)) == (
        "INSERT INTO seen (key, at) VALUES (%(rows0)s::TEXT, %(rows1)s::BIGINT) ON CONFLICT DO NOTHING",
        [{"rows0": "a", "rows1": 1}, {"rows0": "b", "rows1": 2}],
        True,
    )


def test_memory_is_no_disk() -> None:
    if Path("/dev/shm").is_dir():
        with pytest.raises(NotDurable):
            durable(Path("/dev/shm"))


def test_addresses_of_other_databases() -> None:
    assert database_of("postgresql://u:@/postgres?host=/tmp/x", "b") == "postgresql://u:@/b?host=/tmp/x"
    assert database_of("postgresql://u@h:5/postgres", "b") == "postgresql://u@h:5/b"


def test_percentiles_and_digits() -> None:
    values = [float(value) for value in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.99)) == (50.0, 99.0)
    assert short(0.123456) == 0.1235
    assert short(12345.6) == 12346


def test_phases_are_seen_by_whoever_maps_them(tmp_path: Path) -> None:
    own, other = Phases(tmp_path / "phases"), Phases(tmp_path / "phases")
    assert other.now() == ["idle"]
    with own.during("batch"), own.during("send"):
        assert other.now() == ["batch", "send"]
    assert other.now() == ["idle"]
    own.close()
    other.close()


# ------------------------------------------------------------- the crash check


def happened() -> tuple[Platform, Found]:
    """A platform where somebody joined and wrote, and a database that has it all."""
    platform = Platform(seed=1)
    platform.happen(3)
    promise = platform.promise
    for number in range(1, platform.events + 1):
        platform.acknowledge(number)
    awards = [
        (author, f"message:playground:crash:c0:{message}", "message", 20)
        for message, author in promise.messages.items()
    ]
    written = list(promise.messages.values())
    totals = {author: 20 * written.count(author) for author in written}
    counted = {(author, "messages"): written.count(author) for author in written}
    for account in promise.joins:
        platform.done[f"dm-{account}"] = Done("dm.post", {"user": account, "key": f"dm-{account}"}, {})
    for account in promise.climbers:
        body = {"text": [{"t": "user", "id": account}]}
        platform.done[f"level-{account}"] = Done("messages.post", {"channel": "c0", "body": body}, {})
    platform.done["tick"] = Done("messages.post", {"body": {"text": [{"t": "text", "text": "tick 7"}]}}, {})
    dead = [("bench", f"playground:{message}") for message in promise.broken]
    return platform, Found(awards, totals, counted, dead, [], len(totals))


def test_all_is_well() -> None:
    verdict = check(*happened())
    assert (verdict.lost, verdict.doubled, verdict.stuck) == ([], [], [])


def test_an_award_that_is_missing_is_lost() -> None:
    platform, found = happened()
    account = found.awards.pop()[0]
    assert any(account in fault for fault in check(platform, found).lost)


def test_a_message_that_counts_twice_is_doubled() -> None:
    platform, found = happened()
    key = next(iter(found.counted))
    found.counted[key] += 1
    assert check(platform, found).doubled


def test_two_keys_for_one_join_are_a_double() -> None:
    platform, found = happened()
    platform.done["other"] = Done("dm.post", {"user": "u0"}, {})
    assert check(platform, found).doubled == ["welcome for u0 2 times"]


def test_the_same_key_twice_is_none() -> None:
    platform, found = happened()
    platform.faulty = False
    platform.call("dm.post", {"user": "u0", "key": "dm-u0"})
    assert not check(platform, found).doubled
    assert platform.repeats == 1


def test_a_tick_between_two_others_is_lost() -> None:
    platform, found = happened()
    body = {"text": [{"t": "text", "text": "tick 9"}]}
    platform.done["later"] = Done("messages.post", {"body": body}, {})
    assert check(platform, found).lost == ["tick 8"]


def test_what_waits_at_the_end_is_stuck() -> None:
    platform, found = happened()
    found.undone = ["row 1"]
    platform.happen(1)
    assert len(check(platform, found).stuck) == 2
