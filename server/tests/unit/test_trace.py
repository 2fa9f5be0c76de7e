"""The id of a request, and for whom a round trip to the database is counted."""

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import TypeVar

import pytest
from kintoun_server.trace import Trace, count_round_trip, current, current_id, work_for

T = TypeVar("T")


def apart(body: Callable[[], T]) -> T:
    """Run something as a task of its own, which works for no request yet."""
    return Context().run(body)


@pytest.mark.parametrize("asked", ["a", "x" * 128, "018f-Aa_1.2:3+4/5=6@7", "Root=1-67891233-abcdef012345678912345678"])
def test_a_well_formed_id_is_taken(asked: str) -> None:
    """An id of a proxy or of a client is that of the request, so that both logs can be read together."""
    assert apart(lambda: Trace.of(asked)).request_id == asked


@pytest.mark.parametrize("asked", [None, "", "x" * 129, "a b", "a\n", "é", "٣", "<script>", 'a"b', "a,b"])
def test_a_malformed_id_is_replaced(asked: str | None) -> None:
    """What is too long, or could be mistaken for something else in a log, gives way to an id at random."""
    first, second = (apart(lambda: Trace.of(asked)).request_id for _ in range(2))
    assert len(first) == len(second) == 16
    assert first != second
    assert first != asked


def test_a_request_within_another_is_a_part_of_it() -> None:
    """It has the id of the batch whatever it asks for, its number, and its round trips count for the batch too."""

    async def batch() -> tuple[Trace, list[Trace]]:
        outer = Trace.of("batch")
        outer.enter()
        parts: list[Trace] = []

        async def part(round_trips: int) -> None:
            trace = Trace.of("other")
            trace.enter()
            parts.append(trace)
            for _ in range(round_trips):
                count_round_trip()

        await part(1)
        await asyncio.create_task(part(2))
        return outer, parts

    outer, parts = asyncio.run(batch())
    assert [(part.request_id, part.part, part.round_trips) for part in parts] == [("batch", 1, 1), ("batch", 2, 2)]
    assert (outer.part, outer.round_trips) == (None, 3)


def test_what_several_share_counts_for_each() -> None:
    """A shared transaction is counted for each request once, and belongs to none of them alone."""
    first, second = apart(lambda: Trace.of("first")), apart(lambda: Trace.of("second"))

    def commit() -> None:
        work_for([first, second, first])
        count_round_trip()
        assert current_id() is None

    apart(commit)
    assert (first.round_trips, second.round_trips) == (1, 1)


def test_without_a_request_nothing_is_counted() -> None:
    """Work in the background belongs to nobody."""

    def background() -> None:
        count_round_trip()
        assert current() == ()
        assert current_id() is None

    apart(background)
