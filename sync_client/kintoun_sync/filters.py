"""Filters and orders of local lists: what a server's list would answer (protocol sections 16.2 and 16.3)."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from operator import ge, gt, le, lt
from typing import Any, Final, TypeAlias, TypeVar

from .errors import InvalidFilterError
from .json_value import ABSENT, same

T = TypeVar("T")
Path: TypeAlias = tuple[str, ...]
OPERATORS: Final = ("eq", "not", "lt", "max", "gt", "min", "in", "exclude", "like", "has", "contains_any", "contains")
_PREFIXED = re.compile(rf"({'|'.join(OPERATORS)})_(.+)")
_SUFFIXED = re.compile(rf"(.+)__({'|'.join(OPERATORS)})")
_ORDERINGS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {"lt": lt, "max": le, "gt": gt, "min": ge}


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
class Filter:
    """One condition on the field at ``path``; ``value`` is any JSON, a list of it for those that take several."""

    operator: str
    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of an order."""

    path: Path
    descending: bool = False


def parse_filter(name: str, value: Any) -> Filter:  # noqa: ANN401 - any JSON
    """Read one condition: ``status``, ``min_order`` or ``order__min``; dots walk into objects.

    Raises:
        InvalidFilterError: the operator does not take such a value.
    """
    if match := _SUFFIXED.fullmatch(name):
        field, operator = match.groups()
    elif match := _PREFIXED.fullmatch(name):
        operator, field = match.groups()
    else:
        operator, field = "eq", name
    return Filter(operator, tuple(field.split(".")), _operand(name, operator, value))


def parse_sort(sort: str | Sequence[str]) -> tuple[SortKey, ...]:
    """Read an order such as ``status,-order``; ``-last_modified`` decides between equals.

    Raises:
        InvalidFilterError: a key without a name.
    """
    pieces = [piece.strip() for piece in (sort.split(",") if isinstance(sort, str) else sort)]
    keys = tuple(SortKey(tuple(piece.lstrip("+-").split(".")), piece.startswith("-")) for piece in pieces if piece)
    if any(not all(key.path) for key in keys):
        raise InvalidFilterError(f"no order: {sort!r}")
    return (
        keys
        if any(key.path == ("last_modified",) for key in keys)
        else (*keys, SortKey(("last_modified",), descending=True))
    )


def matches(body: Mapping[str, Any], filters: Iterable[Filter]) -> bool:
    """Tell whether a record fulfils all conditions."""
    return all(_matches(lookup(body, one.path), one) for one in filters)


def in_order(items: Iterable[T], keys: Sequence[SortKey], body_of: Callable[[T], Mapping[str, Any]]) -> list[T]:
    """Sort records; each key's order is stable, so the last one is applied first."""
    found = list(items)
    for key in reversed(keys):
        found.sort(key=partial(_sort_value_of, body_of, key.path), reverse=key.descending)
    return found


def lookup(body: Any, path: Path) -> Any:  # noqa: ANN401 - any JSON, or ABSENT
    """Walk into objects; ``ABSENT`` where there is nothing."""
    for name in path:
        if not isinstance(body, Mapping) or name not in body:
            return ABSENT
        body = body[name]
    return body


def _operand(name: str, operator: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
    if operator in ("in", "exclude", "contains", "contains_any"):
        if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
            if operator in ("in", "exclude"):
                raise InvalidFilterError(f"{name} takes a list of values, not {value!r}")
            return [value]
        return list(value)
    if operator == "like" and not isinstance(value, str):
        raise InvalidFilterError(f"{name} takes a text, not {value!r}")
    if operator == "has" and not isinstance(value, bool):
        raise InvalidFilterError(f"{name} takes True or False, not {value!r}")
    return list(value) if isinstance(value, tuple) else value


def _matches(value: Any, one: Filter) -> bool:  # noqa: ANN401, PLR0911 - any JSON, or ABSENT; one for each operator
    match one.operator:
        case "eq":
            return _equal(value, one.value)
        case "not":
            return not _equal(value, one.value)
        case "in":
            return any(_equal(value, wanted) for wanted in one.value)
        case "exclude":
            return not any(_equal(value, wanted) for wanted in one.value)
        case "has":
            return bool((value is not ABSENT) == one.value)
        case "like":
            return isinstance(value, str) and _is_like(value, one.value)
        case "contains":
            return isinstance(value, list) and all(any(same(item, wanted) for item in value) for wanted in one.value)
        case "contains_any":
            return isinstance(value, list) and any(any(same(item, wanted) for item in value) for wanted in one.value)
        case _:
            return _compares(value, one)


def _equal(value: Any, wanted: Any) -> bool:  # noqa: ANN401 - any JSON, or ABSENT
    return value is not ABSENT and same(value, wanted)


def _is_like(value: str, text: str) -> bool:
    position = 0
    for part in filter(None, text.split("*")):
        found = re.compile(re.escape(part), re.IGNORECASE).search(value, position)
        if found is None:
            return False
        position = found.end()
    return True


def _compares(value: Any, one: Filter) -> bool:  # noqa: ANN401 - any JSON, or ABSENT
    """Compare by the ranks of the types; arrays, objects and null are only equal to their like, or nothing."""
    compare = _ORDERINGS[one.operator]
    mine, wanted = _rank(value), _rank(one.value)
    if mine is not wanted:
        return bool(compare(mine, wanted))
    if mine in (Rank.NULL, Rank.ARRAY, Rank.OBJECT):
        return one.operator in ("max", "min") and same(value, one.value)
    return bool(compare(value, one.value))


def _rank(value: object) -> Rank:
    if value is ABSENT:
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


def _sort_value_of(body_of: Callable[[T], Mapping[str, Any]], path: Path, item: T) -> tuple[int, Any]:
    value = lookup(body_of(item), path)
    rank = _rank(value)
    return rank, value if rank in (Rank.TEXT, Rank.NUMBER, Rank.BOOLEAN) else 0
