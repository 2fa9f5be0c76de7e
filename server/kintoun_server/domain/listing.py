"""What part of a list is asked for, and who may see how much of it (protocol sections 11.6 and 16)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from .attributes import Path, subset
from .filters import Filter, matches
from .kinds import ACCOUNT
from .objects import Scope, Stored
from .order import SortKey, SortValue, sort_values
from .permissions import Action
from .principals import AUTHENTICATED
from .refusals import Forbidden, ParentMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The objects asked for: those above ``since`` and below ``before`` (ms) that all ``filters`` keep.

    They come in the ``order`` of these keys, then newest first, or oldest first if ``ascending``; at most ``limit`` of
    them, each with these ``fields`` alone, or with all for none. ``position`` continues after the object with that
    timestamp and, by the order, with these ``values``: where the page before ended.
    """

    since: int | None = None
    before: int | None = None
    limit: int | None = None
    position: int | None = None
    filters: tuple[Filter, ...] = ()
    order: tuple[SortKey, ...] = ()
    ascending: bool = False
    values: tuple[SortValue, ...] = ()
    fields: tuple[Path, ...] = ()

    @property
    def tombstones(self) -> bool:
        """Tell whether tombstones belong to it: with any filter on the timestamp (protocol section 15.2)."""
        filtered = any(one.path == ("last_modified",) for one in self.filters)
        return filtered or self.since is not None or self.before is not None

    def covers(self, timestamp: int) -> bool:
        """Tell whether a timestamp (ms) is between its bounds."""
        after = self.since is None or timestamp > self.since
        return after and (self.before is None or timestamp < self.before)

    @property
    def whole(self) -> bool:
        """Tell whether it is the list of all live objects, from the start."""
        return not self.tombstones and not self.filters and self.position is None

    def part(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer the part of an object that is asked for (protocol section 16.4)."""
        return part(body, self.fields)


def part(body: dict[str, Any], fields: Sequence[Path]) -> dict[str, Any]:
    """Answer the ``fields`` of an object with what identifies it; all of it when there are none."""
    return subset(body, [*fields, ("id",), ("last_modified",)]) if fields else body


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
        return selection.part(stored.body())
    lost = stored.lost_by(scope.principals)
    if lost is None or not selection.covers(lost):
        return None
    tombstone = replace(stored, last_modified=lost).tombstone()
    return selection.part(tombstone) if matches(tombstone, selection.filters) else None


def standing(stored: Stored, scope: Scope, reached: Reach, selection: Selection) -> tuple[SortValue, ...]:
    """Write the values by which an object stands where it does in a page for the caller."""
    if not selection.order:
        return ()
    visible = reached.full or (not stored.deleted and scope.may("read", stored))
    return sort_values(stored.body() if visible else stored.tombstone(), selection.order)


def reach(scope: Scope, action: Action) -> Reach:
    """Decide how much of a list ``scope.principals`` may ``action``.

    Raises:
        ParentMissing: the caller may read or create here, and the collection does not exist (protocol section 11.5).
        Forbidden: a container does not exist and the caller may not know it.
    """
    full = scope.may(action)
    may_open = full or _opens(scope)
    if scope.missing:
        raise ParentMissing(*scope.missing) if may_open else Forbidden
    return Reach(full, may_open)


def _opens(scope: Scope) -> bool:
    """Tell whether the list is shown to the caller even if nothing in it is: accounts to who has signed in."""
    return AUTHENTICATED in scope.principals if scope.kind is ACCOUNT else scope.may("create")
