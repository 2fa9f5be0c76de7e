"""Parameters of a query string as filters and as an order (protocol sections 16.2 to 16.4)."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from kintoun_server.domain import json_value
from kintoun_server.domain.attributes import MAX_DEPTH, Path, parse_path
from kintoun_server.domain.filters import Filter, Operator
from kintoun_server.domain.order import SortKey
from kintoun_server.domain.refusals import Invalid, brief

MAX_FILTERS = 100
"""Filters in one request."""
MAX_VALUES = 1000
"""Values in one filter that takes several."""
MAX_VALUE_DEPTH = 16
"""Levels of nesting in a value that a filter compares with."""
MAX_PATTERN = 256
"""Characters of what a text is searched for."""
MAX_WILDCARDS = 16
"""``*`` among them."""
MAX_KEYS = 10
"""Keys by which a list is sorted."""

MAX_FIELD_NAMES = 200
"""Names in all paths of ``_fields`` together; each costs time for each object of a page."""

_PREFIXED = re.compile(rf"({'|'.join(sorted(Operator, key=len, reverse=True))})_([\w.]+)")
_SORT = re.compile(r"([-+]?)([\w.]+)")
_SEVERAL = (Operator.IN, Operator.EXCLUDE)
_OF_ARRAYS = (Operator.CONTAINS, Operator.CONTAINS_ANY)


def parse_filter(name: str, text: str, timestamp: Callable[[str, str], int]) -> Filter:
    """Read one parameter; ``timestamp`` reads the text of one under its parameter's name.

    Raises:
        Invalid: the value is none that the operator or the attribute can have.
    """
    match = _PREFIXED.fullmatch(name)
    operator = Operator(match[1]) if match else Operator.EQ
    path = parse_path(match[2] if match else name)
    if len(path) > MAX_DEPTH:
        raise _invalid(name, f"more than {MAX_DEPTH} levels of nesting")
    if path in (("id",), ("last_modified",)):
        return Filter(operator, path, _of_server(name, operator, path[0], text, timestamp))
    return Filter(operator, path, _value(name, operator, text))


def parse_sort(text: str) -> tuple[tuple[SortKey, ...], bool]:
    """Read ``_sort``: the keys before the timestamp, and whether the timestamp ascends; what is no key is ignored.

    Raises:
        Invalid: more than 10 keys.
    """
    keys: list[SortKey] = []
    for piece in text.split(","):
        match = _SORT.fullmatch(piece.strip())
        if match is None:
            continue
        if match[2] == "last_modified":
            return tuple(keys), match[1] != "-"
        path = parse_path(match[2])
        if path not in (key.path for key in keys):
            keys.append(SortKey(path, match[1] == "-"))
    if len(keys) > MAX_KEYS or any(len(key.path) > MAX_DEPTH for key in keys):
        raise _invalid("_sort", f"more than {MAX_KEYS} keys, or of more than {MAX_DEPTH} levels")
    return tuple(keys), False


def parse_fields(text: str) -> tuple[Path, ...]:
    """Read ``_fields``: the paths of attributes, none for all of them.

    Raises:
        Invalid: more than 200 names in all paths together.
    """
    paths = tuple(parse_path(piece.strip()) for piece in text.split(",") if piece.strip())
    if sum(map(len, paths)) > MAX_FIELD_NAMES:
        raise _invalid("_fields", f"more than {MAX_FIELD_NAMES} names of attributes")
    return paths


def _value(name: str, operator: Operator, text: str) -> Any:  # noqa: ANN401 - as the operator has it
    if operator in _SEVERAL:
        return _pieces(name, text)
    value = _typed(name, text)
    if operator in _OF_ARRAYS:
        return _bounded(name, value if isinstance(value, list) else [value])
    if operator is Operator.HAS and not isinstance(value, bool):
        raise _invalid(name, f"'{brief(text)}' is not true or false")
    return _pattern(name, value) if operator is Operator.LIKE else value


def _pattern(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise _invalid(name, f"{brief(value)} is not a string")
    if len(value) > MAX_PATTERN or value.count("*") > MAX_WILDCARDS:
        raise _invalid(name, f"longer than {MAX_PATTERN} characters, or more than {MAX_WILDCARDS} of them are *")
    return value


def _of_server(
    name: str, operator: Operator, attribute: str, text: str, timestamp: Callable[[str, str], int]
) -> str | int | tuple[str | int, ...]:
    if operator in _OF_ARRAYS:
        raise _invalid(name, f"Field '{attribute}' is not an array")
    if operator is Operator.HAS or (operator is Operator.LIKE and attribute != "id"):
        raise _invalid(name, f"Invalid value for {name}")
    if attribute == "last_modified":
        pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
        return tuple(timestamp(name, piece) for piece in pieces) if operator in _SEVERAL else timestamp(name, text)
    values = _pieces(name, text) if operator in _SEVERAL else (_typed(name, text),)
    for value in values:
        if not isinstance(value, str):
            reason = f"Invalid value for {name}" if operator in _SEVERAL else f"{brief(text)} is not a string"
            raise _invalid(name, reason)
    if operator is Operator.LIKE:
        return _pattern(name, values[0])
    return values if operator in _SEVERAL else values[0]


def _pieces(name: str, text: str) -> tuple[Any, ...]:
    """Read a list of values: as JSON without its brackets, or piece by piece, where empty pieces do not count."""
    try:
        values = _checked(name, _load(f"[{text}]"))
    except ValueError:
        values = [_typed(name, piece.strip()) for piece in text.split(",") if piece.strip()]
    return _bounded(name, values)


def _bounded(name: str, values: Iterable[Any]) -> tuple[Any, ...]:
    bounded = tuple(values)
    if len(bounded) > MAX_VALUES:
        raise _invalid(name, f"more than {MAX_VALUES} values")
    return bounded


def _typed(name: str, text: str) -> Any:  # noqa: ANN401 - any JSON
    """Read a value: JSON where it is JSON, else the text itself (protocol section 16.2)."""
    try:
        value = _load(text)
    except ValueError:
        return text
    return _checked(name, value)


def _load(text: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError(text) from None


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(constant)


def _checked(name: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
    try:
        json_value.check(value)
    except Invalid as refusal:
        raise _invalid(name, f"Invalid value for {name}: {refusal}") from None
    if _depth(value) > MAX_VALUE_DEPTH:
        raise _invalid(name, f"more than {MAX_VALUE_DEPTH} levels of nesting")
    return value


def _depth(value: object) -> int:
    if isinstance(value, Mapping):
        value = list(value.values())
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0


def _invalid(name: str, description: str) -> Invalid:
    return Invalid("querystring", name, description)
