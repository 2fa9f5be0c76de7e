"""Values of JSON: compared, written and checked."""

import json
import math
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, TypeAlias

from .errors import InvalidRecordError

Data: TypeAlias = Mapping[str, Any]
"""The attributes of a record without ``id`` and ``last_modified``: what people write."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_RESERVED = ("id", "last_modified", "deleted")


class Absence(Enum):
    """The value of a field that is not there; null is there."""

    ABSENT = "absent"


ABSENT: Final = Absence.ABSENT


def same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any JSON, or ABSENT
    """Compare two values of JSON: 1 is 1.0, neither is true, and the order of an object's keys is nothing."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def dump(value: object) -> str:
    """Write a value as JSON, without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def checked(data: Mapping[str, Any]) -> dict[str, Any]:
    """Copy what a person wrote, deeply, as the JSON that it is: tuples become lists.

    Raises:
        InvalidRecordError: it is no JSON object, or names an attribute that is the server's.
    """
    for name in _RESERVED:
        if name in data:
            raise InvalidRecordError(f"{name!r} is an attribute of the server and cannot be set")
    copy: dict[str, Any] = _copy(data, "the record")
    return copy


def _copy(value: Any, where: str) -> Any:  # noqa: ANN401 - any JSON
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, str) and not _SURROGATE.search(value):
        return str(value)
    if isinstance(value, Mapping):
        return {_key(key, where): _copy(item, f"{where}[{key!r}]") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_copy(item, f"{where}[{index}]") for index, item in enumerate(value)]
    raise InvalidRecordError(f"{where} cannot be JSON: {value!r:.100}")


def _key(key: object, where: str) -> str:
    if isinstance(key, str) and not _SURROGATE.search(key):
        return str(key)
    raise InvalidRecordError(f"{where} has a key that cannot be JSON: {key!r:.100}")
