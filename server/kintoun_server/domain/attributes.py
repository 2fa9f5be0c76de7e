"""The attributes of an object by their paths, such as ``address.city`` (protocol section 16.2 and 16.4)."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, Final, TypeAlias

Path: TypeAlias = tuple[str, ...]
"""The names on the way to an attribute, at least one."""
MAX_DEPTH = 64
"""Names in a path: no body nests deeper."""


class Absence(Enum):
    """What an attribute is that is not there; null is there."""

    MISSING = "missing"


MISSING: Final = Absence.MISSING


def parse_path(text: str) -> Path:
    """Read a path; dots walk into objects, never into arrays."""
    return tuple(text.split("."))


def lookup(body: Mapping[str, Any], path: Path) -> Any:  # noqa: ANN401 - any JSON, or MISSING
    """Answer the value at ``path``, ``MISSING`` when there is none."""
    value: Any = body
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return MISSING
        value = value[name]
    return value


def subset(body: Mapping[str, Any], paths: Iterable[Path]) -> dict[str, Any]:
    """Answer the attributes at ``paths`` alone, each where it was; an attribute that is no object comes whole."""
    kept: dict[str, Any] = {}
    for path in paths:
        _keep(kept, body, path)
    return kept


def _keep(kept: dict[str, Any], body: Mapping[str, Any], path: Path) -> None:
    for position, name in enumerate(path):
        if name not in body:
            return
        value = body[name]
        if position == len(path) - 1 or not isinstance(value, dict):
            kept[name] = value
            return
        if kept.get(name) is value:  # asked for whole by another path
            return
        kept, body = kept.setdefault(name, {}), value
