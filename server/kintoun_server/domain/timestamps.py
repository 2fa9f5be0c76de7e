"""The clock of a list: which timestamp a change gets (protocol section 13)."""

from collections.abc import Collection
from dataclasses import dataclass

from .refusals import Invalid, TimestampTaken

HOUR_MS = 60 * 60 * 1000
FUTURE_LIMIT_MS = 24 * HOUR_MS
"""How far ahead of the server's clock a cursor may be (protocol section 15)."""
DATING_LIMIT_MS = 23 * HOUR_MS
"""How far ahead a client may date a change: less, so that no cursor that comes of it is ever refused."""
SEARCH_WIDTH = 64
"""How many timestamps after the wanted one are tried when it is in use."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the clocks say at a change, all in ms.

    The list's newest timestamp, the wall clock, and past timestamps in use.
    """

    clock: int
    now: int
    taken: Collection[int] = ()


def requested(value: object) -> int | None:
    """Read ``data.last_modified``: integers count, everything else is ignored (protocol section 13)."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def choose(moment: Moment, wanted: int | None = None, newer_than: int = -1) -> int:
    """Choose the timestamp of a change.

    Without ``wanted`` it is the wall clock or the next free value after the list's newest. ``wanted`` counts when it
    is newer than the object's own (``newer_than``): as given, or the next free value when it is in use. The list's
    clock becomes the maximum of itself and the answer, so a past timestamp does not move it.

    Raises:
        Invalid: ``wanted`` is negative or more than 23 hours ahead of the wall clock.
        TimestampTaken: 64 values from ``wanted`` on are in use.
    """
    following = max(moment.clock + 1, moment.now)
    if wanted is None or 0 <= wanted <= newer_than:
        return following
    if wanted < 0 or wanted > moment.now + DATING_LIMIT_MS:
        raise Invalid(
            "body", "data.last_modified", "must be a timestamp in milliseconds, at most 23 hours in the future"
        )
    return _free(wanted, moment)


def _free(wanted: int, moment: Moment) -> int:
    for candidate in range(wanted, wanted + SEARCH_WIDTH):
        if candidate == moment.clock:
            return moment.clock + 1
        if candidate not in moment.taken:
            return candidate
    raise TimestampTaken
