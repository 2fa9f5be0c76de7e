"""Waiting for conditions, in tests that are no coroutines."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
PATIENCE_SECONDS = 10.0


def eventually(
    condition: Callable[[], Found],
    what: str,
    *,
    seconds: float = PATIENCE_SECONDS,
    passing: tuple[type[Exception], ...] = (),
) -> Found:
    """Ask every 20 ms until the answer is true, and return it; errors in `passing` count as no.

    Raises:
        AssertionError: it was never true; tells what was waited for, and the last answer or error.
    """
    __tracebackhide__ = True
    ends = time.monotonic() + seconds
    last: object = None
    while True:
        try:
            last = answer = condition()
            if answer:
                return answer
        except passing as error:
            last = error
        if time.monotonic() > ends:
            raise AssertionError(f"not within {seconds:g} s: {what}; the last look gave {last!r}")
        time.sleep(0.02)
