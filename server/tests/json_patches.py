"""How the tests of JSON patches write operations, and see what they make of an object."""

import json
from typing import Any

import pytest
from kintoun_server.domain.json_patch import JSONPatch
from kintoun_server.domain.kinds import RECORD, Kind
from kintoun_server.domain.objects import Stored
from kintoun_server.domain.patch import Patched, Target
from kintoun_server.domain.permissions import Permissions
from kintoun_server.domain.refusals import Invalid

LISTS: Permissions = {"read": ("bob",), "write": ("ann",)}


def op(name: str, path: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """One operation; `origin` is its `from`."""
    if "origin" in more:
        more["from"] = more.pop("origin")
    return {"op": name, "path": path, **more}


def patched(data: dict[str, Any], *operations: Any, kind: Kind = RECORD, seen: bool = True) -> Patched:  # noqa: ANN401
    """What operations make of an object with these attributes."""
    stored = Stored(id="r", last_modified=900, data=data, permissions=LISTS)
    return JSONPatch.parse(list(operations), kind, ["r"]).apply(Target(stored, kind, seen))


def lists(*operations: Any, kind: Kind = RECORD, seen: bool = True) -> Permissions:  # noqa: ANN401 - any JSON
    """What operations make of the permissions."""
    return patched({}, *operations, kind=kind, seen=seen).permissions


def refusal(data: dict[str, Any], *operations: Any, **more: Any) -> Invalid:  # noqa: ANN401 - any JSON
    """Why operations are refused."""
    with pytest.raises(Invalid) as caught:
        patched(data, *operations, **more)
    return caught.value


def to_the_letter(value: object) -> str:
    """A form that is equal for equal JSON only: it tells 1, 1.0 and true apart."""
    return json.dumps(value, sort_keys=True)
