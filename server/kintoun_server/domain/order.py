"""The order of values of all types, and of the objects of a list (protocol sections 16.2 and 16.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeAlias

from .attributes import MISSING, Path, lookup

MAX_SORTED_TEXT = 256
"""Characters of a text by which it is sorted: a page token carries them."""
Scalar: TypeAlias = str | int | float | bool | None
SortValue: TypeAlias = tuple[int, Scalar]
"""A value as it is sorted: the rank of its type, and within it a value of that type, None where all are equal."""


class Rank(IntEnum):
    """The types in their order, which comparisons and sorting share."""

    NULL = 1
    TEXT = 2
    NUMBER = 3
    BOOLEAN = 4
    ARRAY = 5
    OBJECT = 6
    MISSING = 7


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of an order: the attribute at ``path``."""

    path: Path
    descending: bool = False


def rank(value: object) -> Rank:
    """Answer the rank of a value's type."""
    if value is MISSING:
        return Rank.MISSING
    if value is None:
        return Rank.NULL
    if isinstance(value, str):
        return Rank.TEXT
    if isinstance(value, bool):
        return Rank.BOOLEAN
    if isinstance(value, int | float):
        return Rank.NUMBER
    return Rank.OBJECT if isinstance(value, Mapping) else Rank.ARRAY


def sort_value(value: Any, path: Path) -> SortValue:  # noqa: ANN401 - any JSON, or MISSING
    """Write a value as it is sorted; arrays are equal among themselves, and so are objects."""
    ranked = rank(value)
    if ranked is Rank.TEXT and path != ("id",):
        return ranked, value[:MAX_SORTED_TEXT]
    return ranked, value if ranked in (Rank.TEXT, Rank.NUMBER, Rank.BOOLEAN) else None


def sort_values(body: Mapping[str, Any], order: Sequence[SortKey]) -> tuple[SortValue, ...]:
    """Write the values by which an object, as its reader sees it, is sorted."""
    return tuple(sort_value(lookup(body, key.path), key.path) for key in order)
