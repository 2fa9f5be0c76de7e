"""How often each caller may do something."""

from kintoun_server.http.rate_limit import RateLimit


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.seconds


def test_the_bucket_is_emptied_and_fills_again() -> None:
    """So many at once, then one for each part of the minute; the answer says how long to wait, and that is enough."""
    clock = Clock()
    limit = RateLimit(30, clock=clock)
    assert [limit.wait("zoe") for _ in range(31)] == [0] * 30 + [2]
    clock.seconds += 1
    assert limit.wait("zoe") == 1
    clock.seconds += 1
    assert [limit.wait("zoe") for _ in range(2)] == [0, 2]


def test_no_more_gathers_than_a_minute_has() -> None:
    """However long somebody has waited, there are no more at once than in the first minute."""
    clock = Clock()
    limit = RateLimit(2, clock=clock)
    clock.seconds += 3600
    assert [limit.wait("zoe") for _ in range(3)] == [0, 0, 30]
    clock.seconds += 3600
    assert [limit.wait("zoe") for _ in range(3)] == [0, 0, 30]


def test_callers_do_not_burden_each_other() -> None:
    """Each has a bucket of their own."""
    limit = RateLimit(1, clock=Clock())
    assert [limit.wait(name) for name in ("zoe", "bob", "zoe", "bob")] == [0, 0, 60, 60]


def test_the_memory_is_bounded() -> None:
    """Above the bound the one seen longest ago is forgotten."""
    limit = RateLimit(1, bound=2, clock=Clock())
    assert [limit.wait(name) for name in ("a", "b", "a", "c")] == [0, 0, 60, 0]
    assert len(limit._buckets) == 2
    assert limit.wait("a") == 60
    assert limit.wait("b") == 0
