"""What part of a list is asked for, and who may see how much of it (protocol sections 11.6 and 16)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from .objects import Scope, Stored
from .permissions import Action
from .refusals import Forbidden, ParentMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The objects asked for, newest first: those above ``since`` and below ``before`` (ms), at most ``limit``.

    ``position`` continues after the object with that timestamp, where the page before ended.
    """

    since: int | None = None
    before: int | None = None
    limit: int | None = None
    position: int | None = None

    @property
    def tombstones(self) -> bool:
        """Tell whether tombstones belong to it: with any filter on the timestamp (protocol section 15.2)."""
        return self.since is not None or self.before is not None

    def covers(self, timestamp: int) -> bool:
        """Tell whether a timestamp (ms) is between its bounds."""
        after = self.since is None or timestamp > self.since
        return after and (self.before is None or timestamp < self.before)

    @property
    def whole(self) -> bool:
        """Tell whether it is the list of all live objects, from the start."""
        return not self.tombstones and self.position is None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, and whether there is more after it."""

    objects: Sequence[Stored]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """How much of a list a caller may reach.

    ``full``: every object, by a right on the containers. Otherwise only objects that the caller's own rights name,
    and then ``open`` tells whether the list may be shown even if there is none.
    """

    full: bool
    open: bool


def shown(stored: Stored, scope: Scope, reached: Reach, selection: Selection) -> dict[str, Any] | None:
    """Write an object of a page as the caller sees it.

    Who can read it by no right any more, sees it as deleted when that happened; None when the selection does not reach
    back so far.
    """
    if reached.full or (not stored.deleted and scope.may("read", stored)):
        return stored.body()
    lost = stored.lost_by(scope.principals)
    if lost is None or not selection.covers(lost):
        return None
    return replace(stored, last_modified=lost).tombstone()


def reach(scope: Scope, action: Action) -> Reach:
    """Decide how much of a list ``scope.principals`` may ``action``.

    Raises:
        ParentMissing: the caller may read or create here, and the collection does not exist (protocol section 11.5).
        Forbidden: a container does not exist and the caller may not know it.
    """
    full = scope.may(action)
    may_open = full or scope.may("create")
    if scope.missing:
        raise ParentMissing(*scope.missing) if may_open else Forbidden
    return Reach(full, may_open)
