"""Which timestamp a change gets: protocol section 13."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kintoun_server.domain.refusals import Invalid, TimestampTaken
from kintoun_server.domain.timestamps import DATING_LIMIT_MS, SEARCH_WIDTH, Moment, choose, requested

CLOCK, NOW = 1000, 5000


@pytest.mark.parametrize("value", [True, False, 1.0, "5", None, [5], {"$numberLong": "5"}])
def test_only_integers_are_timestamps(value: object) -> None:
    """A `last_modified` of any other type than integer is ignored; true is not 1."""
    assert requested(value) is None


def test_an_integer_is_a_timestamp() -> None:
    """A `last_modified` that is an integer is taken as it is."""
    assert requested(1500000000000) == 1500000000000


@pytest.mark.parametrize(
    ("clock", "now", "chosen"), [(1000, 5000, 5000), (5000, 5000, 5001), (9000, 5000, 9001), (0, 0, 1)]
)
def test_the_servers_own_choice(clock: int, now: int, chosen: int) -> None:
    """It is the wall clock, or the value after the newest of the list where that is not behind it."""
    assert choose(Moment(clock, now)) == chosen


@pytest.mark.parametrize(
    ("wanted", "newer_than", "chosen"),
    [
        (500, -1, 500),  # a creation in the past
        (0, -1, 0),
        (CLOCK, -1, CLOCK + 1),  # the timestamp of the list itself
        (CLOCK + 1, -1, CLOCK + 1),
        (NOW + 9, -1, NOW + 9),  # the future
        (NOW + DATING_LIMIT_MS, -1, NOW + DATING_LIMIT_MS),
        (500, 500, NOW),  # an update that is not newer than the object
        (499, 500, NOW),
        (501, 500, 501),  # an update that is, even if it is older than the list
    ],
)
def test_the_clients_choice(wanted: int, newer_than: int, chosen: int) -> None:
    """The table of protocol section 13."""
    assert choose(Moment(CLOCK, NOW), wanted, newer_than) == chosen


@pytest.mark.parametrize("wanted", [-1, -(2**70), NOW + DATING_LIMIT_MS + 1, 2**63, 2**200])
def test_impossible_timestamps_are_refused(wanted: int) -> None:
    """Negative ones and those more than a day ahead are malformed, so that nobody numbers a list into year 2267."""
    with pytest.raises(Invalid) as caught:
        choose(Moment(CLOCK, NOW), wanted)
    assert caught.value.details[0].name == "data.last_modified"


def test_a_timestamp_in_use_makes_way_to_the_next_free_one() -> None:
    """Where the client wants a timestamp that another object has, it gets the one after it."""
    assert choose(Moment(CLOCK, NOW, {500, 501, 503}), 500) == 502
    assert choose(Moment(CLOCK, NOW, {998, 999, 1000}), 998) == 1001


def test_the_search_for_a_free_timestamp_is_bounded() -> None:
    """Where all the values after the wanted one are in use, the change is refused with a conflict."""
    with pytest.raises(TimestampTaken):
        choose(Moment(CLOCK, NOW, range(100, 100 + SEARCH_WIDTH)), 100)


moments = st.builds(
    Moment, st.integers(0, 300), st.integers(0, 300), st.frozensets(st.integers(0, 300), max_size=300)
).map(lambda moment: Moment(moment.clock, moment.now, {stamp for stamp in moment.taken if stamp <= moment.clock}))


@given(moment=moments, wanted=st.none() | st.integers(-5, 400), newer_than=st.integers(-1, 300))
def test_no_timestamp_is_given_twice(moment: Moment, wanted: Any, newer_than: int) -> None:  # noqa: ANN401 - or None
    """Whatever is wanted: the answer is not in use, is newer than the object, and is above the clock or was wanted."""
    newer_than = min(newer_than, moment.clock)
    try:
        chosen = choose(moment, wanted, newer_than)
    except (Invalid, TimestampTaken):
        return
    assert chosen not in moment.taken
    assert chosen != moment.clock
    assert chosen > newer_than
    assert chosen > moment.clock or (wanted is not None and chosen >= wanted)
