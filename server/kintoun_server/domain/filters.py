"""Filters: which objects of a list are asked for, as pure rules (protocol section 16.2).

``store/filters.py`` writes the same as queries of MongoDB; a property test compares the two.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import ge, gt, le, lt
from typing import Any

from .attributes import MISSING, Path, lookup
from .order import Rank, rank


class Operator(StrEnum):
    """The comparisons, under the names by which parameters begin; EQ is also the one without a name."""

    EQ = "eq"
    NOT = "not"
    LT = "lt"
    MAX = "max"
    GT = "gt"
    MIN = "min"
    IN = "in"
    EXCLUDE = "exclude"
    LIKE = "like"
    HAS = "has"
    CONTAINS = "contains"
    CONTAINS_ANY = "contains_any"


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on the attribute at ``path``.

    ``value`` is any JSON; a tuple of JSON for IN, EXCLUDE, CONTAINS and CONTAINS_ANY, a text for LIKE, a bool for HAS.
    """

    operator: Operator
    path: Path
    value: Any


ORDERINGS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.LT: lt,
    Operator.MAX: le,
    Operator.GT: gt,
    Operator.MIN: ge,
}


def matches(body: Mapping[str, Any], filters: Iterable[Filter]) -> bool:
    """Tell whether an object, as its reader sees it, fulfils all of ``filters``."""
    return all(_matches(lookup(body, one.path), one) for one in filters)


def equal(left: Any, right: Any) -> bool:  # noqa: ANN401 - any JSON
    """Compare two values of JSON: 1 equals 1.0, and neither equals true; the order of an object's keys is nothing."""
    if rank(left) is not rank(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(equal(value, right[key]) for key, value in left.items())
    if isinstance(left, list):
        return len(left) == len(right) and all(map(equal, left, right))
    return bool(left == right)


def like_parts(text: str) -> list[str]:
    """Write what is searched for, part after part, as regular expressions: everything but ``*`` stands for itself.

    Each part is taken where it is found first, which is right as ``*`` stands around all of them; so the time is
    bounded by the length of the text and not by a power of it.
    """
    return [re.escape(part) for part in text.split("*") if part]


def _matches(value: Any, one: Filter) -> bool:  # noqa: ANN401 - any JSON, or MISSING
    match one.operator:
        case Operator.EQ | Operator.IN:
            return _any_equal(value, one)
        case Operator.NOT | Operator.EXCLUDE:
            return not _any_equal(value, one)
        case Operator.HAS:
            return bool((value is not MISSING) == one.value)
        case Operator.LIKE:
            return isinstance(value, str) and _is_like(value, one.value)
        case Operator.CONTAINS | Operator.CONTAINS_ANY:
            return isinstance(value, list) and _contains(value, one)
        case _:
            return _compares(value, one)


def _any_equal(value: Any, one: Filter) -> bool:  # noqa: ANN401 - any JSON, or MISSING
    return any(equal(value, wanted) for wanted in (one.value if isinstance(one.value, tuple) else (one.value,)))


def _is_like(value: str, text: str) -> bool:
    position = 0
    for part in like_parts(text):
        found = re.compile(part, re.IGNORECASE).search(value, position)
        if found is None:
            return False
        position = found.end()
    return True


def _contains(value: list[Any], one: Filter) -> bool:
    found = (any(equal(item, wanted) for item in value) for wanted in one.value)
    return all(found) if one.operator is Operator.CONTAINS else any(found)


def _compares(value: Any, one: Filter) -> bool:  # noqa: ANN401 - any JSON, or MISSING
    """Compare by the ranks of the types; within one, arrays and objects are only equal to their like, or nothing."""
    compare = ORDERINGS[one.operator]
    ranks = rank(value), rank(one.value)
    if ranks[0] is not ranks[1]:
        return bool(compare(*ranks))
    if ranks[0] in (Rank.NULL, Rank.ARRAY, Rank.OBJECT):
        return one.operator in (Operator.MAX, Operator.MIN) and equal(value, one.value)
    return bool(compare(value, one.value))
