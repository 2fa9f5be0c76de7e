"""What the log tells of a request: its id, and the round trips to the database that were made for it.

A context variable names the requests that the running code works for, so that neither the rules nor the store have to
hand them on.
"""

import itertools
import re
import secrets
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Self

_PROCESS = secrets.token_hex(4)
_NUMBERS = itertools.count(secrets.randbits(31))
_WELL_FORMED = re.compile(r"[A-Za-z0-9._:+/=@-]{1,128}", re.ASCII)


@dataclass(slots=True, eq=False)
class Trace:
    """One request. One within a batch has the id of the batch, and the number of its ``part``, from 1 on."""

    request_id: str
    part: int | None = None
    round_trips: int = 0
    parts: int = 0

    @classmethod
    def of(cls, asked: str | None) -> Self:
        """Begin the trace of a request that asks for an id; without a well-formed one it gets an id of its own.

        A request that begins while another one is worked for is a part of that one.
        """
        if outer := _current.get():
            batch = outer[-1]
            batch.parts += 1
            return cls(batch.request_id, batch.parts)
        return cls(asked if asked and _WELL_FORMED.fullmatch(asked) else f"{_PROCESS}{next(_NUMBERS):08x}")

    def enter(self) -> None:
        """Note that what this task does from now on is done for the request, and for the batch that it is part of."""
        _current.set((self, *_current.get()[-1:]))


_current: ContextVar[tuple[Trace, ...]] = ContextVar("traces", default=())


def current() -> tuple[Trace, ...]:
    """Answer the requests that the running code works for, the innermost first."""
    return _current.get()


def work_for(traces: Iterable[Trace]) -> None:
    """Note that what this task does from now on is done for all of these."""
    _current.set(tuple(dict.fromkeys(traces)))


def count_round_trip() -> None:
    """Count a round trip to the database for each request that the running code works for."""
    for trace in _current.get():
        trace.round_trips += 1


def current_id() -> str | None:
    """Answer the id of the request that the running code works for; None for none, or for several at once."""
    ids = {trace.request_id for trace in _current.get()}
    return ids.pop() if len(ids) == 1 else None
