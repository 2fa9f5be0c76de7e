"""Three-way merging of two versions of a record by their common ancestor, field by field.

A field that one side alone has changed is taken from that side; one that both have changed to the same value is no
conflict; one that both have changed differently is a conflict of that field alone. The rules stand as language-neutral
cases in ``vectors/merge.json``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .json_value import ABSENT, Data, same


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field that both sides have changed differently; each value is any JSON, or ``ABSENT``."""

    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge comes to.

    ``data`` is the result, with theirs in the fields that are in conflict; ``conflicts`` are those fields; ``taken``
    are the fields that came from the other side and are in no conflict.
    """

    data: dict[str, Any]
    conflicts: Mapping[str, FieldConflict] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()


def merge(base: Data, mine: Data, theirs: Data) -> Merge:
    """Merge two versions that both live; nothing given is changed."""
    data: dict[str, Any] = {}
    conflicts: dict[str, FieldConflict] = {}
    taken: set[str] = set()
    for name in {**theirs, **mine, **base}:
        three = FieldConflict(*(side.get(name, ABSENT) for side in (base, mine, theirs)))
        if same(three.mine, three.theirs) or same(three.base, three.theirs):
            value = three.mine
        else:
            value = three.theirs
            if same(three.base, three.mine):
                taken.add(name)
            else:
                conflicts[name] = three
        if value is not ABSENT:
            data[name] = value
    return Merge(data, conflicts, frozenset(taken))


def ancestor(base: Data, sent: Iterable[Data], theirs: Data) -> dict[str, Any]:
    """Answer the common ancestor of mine and theirs when mine comes after what I have ``sent`` without an answer.

    Where theirs has a value that I had sent, what I have now was written with that value in view: it is the base.
    """
    versions = list(sent)
    found: dict[str, Any] = {}
    for name in {**base, **theirs}:
        reached = theirs.get(name, ABSENT)
        mine_before = any(same(version.get(name, ABSENT), reached) for version in versions)
        value = reached if mine_before else base.get(name, ABSENT)
        if value is not ABSENT:
            found[name] = value
    return found


def with_fields(data: Data, values: Mapping[str, Any]) -> dict[str, Any]:
    """Copy a record with some fields set, or removed where the value is ``ABSENT``."""
    return {name: value for name, value in {**data, **values}.items() if value is not ABSENT}


def changed(base: Data, now: Data) -> frozenset[str]:
    """List the fields that differ between two versions."""
    return frozenset(name for name in {**base, **now} if not same(base.get(name, ABSENT), now.get(name, ABSENT)))


def both(mine: Any, theirs: Any) -> Any:  # noqa: ANN401 - any JSON, or ABSENT
    """Keep both of two texts: theirs, a line break or `` / ``, mine. Other values have no such form: mine.

    The line break where one of the two has one already; a text that holds the other one is enough.
    """
    if not (isinstance(mine, str) and isinstance(theirs, str)):
        return theirs if mine is ABSENT else mine
    if mine in theirs or theirs in mine:
        return max(theirs, mine, key=len)
    return theirs + ("\n" if "\n" in theirs + mine else " / ") + mine
