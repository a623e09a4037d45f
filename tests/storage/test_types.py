from __future__ import annotations

from itertools import pairwise

from bot.storage.types import Ids


def test_ids_grow_also_where_their_counter_begins_anew() -> None:
    ids = Ids()
    made = [ids.next() for _ in range(20_000)]
    assert all(earlier < later for earlier, later in pairwise(made))
    assert made[-1] < 2**63
