"""What a JSON patch may cost: small patches do not make large objects."""

import time
from typing import Any

import pytest
from kintoun_server.domain import json_value
from kintoun_server.domain.json_patch import MAX_COPIED_BYTES, MAX_OPERATIONS
from tests.json_patches import op, patched, refusal

SECONDS = 2.0
"""Ample for what takes some milliseconds, on a machine that does other things too."""


def nested(levels: int) -> dict[str, Any]:
    """An object within an object, so many levels of them."""
    return {"a": nested(levels - 1)} if levels else {}


BOMBS = {
    "doubling": ({"a": "x"}, [op("copy", f"/data/{number}", origin="/data") for number in range(40)]),
    "doubling an array": ({"a": [0]}, [op("copy", "/data/a/-", origin="/data/a") for _ in range(40)]),
    "one large text": (
        {"a": "x" * 100_000},
        [op("copy", f"/data/{number}", origin="/data/a") for number in range(900)],
    ),
    "deeper and deeper": (
        {"a": {}},
        [op("copy", "/data/a" + "/b" * depth, origin="/data/a") for depth in range(1, 999)],
    ),
    "moved deeper": (
        {"a": 1},
        [
            op("move", "/data/b", origin="/data/a"),
            op("add", "/data/a", value={}),
            op("move", "/data/a/b", origin="/data/b"),
        ]
        * 300,
    ),
    "moved deeper, and copied": (
        {"a": 1},
        [
            op("add", "/data/b", value=nested(60)),
            op("move", "/data/b" + "/a" * 60, origin="/data/a"),
            op("move", "/data/a", origin="/data/b"),
        ]
        * 300
        + [op("copy", "/data/c", origin="/data/a")],
    ),
    "deep values": ({}, [op("add", "/data/a" * depth, value={"data": {}}) for depth in range(1, 900)]),
    "too many": ({}, [op("add", f"/data/{number}", value=1) for number in range(100_000)]),
}


@pytest.mark.parametrize(("data", "operations"), BOMBS.values(), ids=BOMBS)
def test_a_small_patch_does_not_make_a_large_object(data: dict[str, Any], operations: list[Any]) -> None:
    """Patches that grow exponentially, in size or in depth, and those of very many operations are refused at once."""
    began = time.process_time()
    refusal(data, *operations)
    assert time.process_time() - began < SECONDS


def test_the_limits_can_be_reached() -> None:
    """As many operations as are allowed are carried out, also on a long array, and as much is copied as is allowed."""
    began = time.process_time()
    long = patched({"a": [0] * 500_000}, *[op("add", "/data/a/0", value=1)] * MAX_OPERATIONS).data["a"]
    assert (len(long), long[0], long[-1]) == (500_000 + MAX_OPERATIONS, 1, 0)
    text = "x" * (MAX_COPIED_BYTES - 2)
    assert patched({"a": text}, op("copy", "/data/b", origin="/data/a")).data["b"] == text
    refusal({"a": text + "x"}, op("copy", "/data/b", origin="/data/a"))
    assert time.process_time() - began < SECONDS


def test_the_deepest_object_can_be_made() -> None:
    """A patch reaches the depth that a whole body has, and no level more."""
    path, levels = "/data", json_value.MAX_DEPTH - 2
    for _ in range(levels):
        path += "/a"
    operations = [op("add", path[: 5 + 2 * depth], value={}) for depth in range(1, levels + 1)]
    data = patched({}, *operations).data
    json_value.check({"data": dict(data)})
    assert "levels of nesting" in str(refusal({}, *operations, op("add", f"{path}/a", value={})))


def test_what_is_copied_is_apart() -> None:
    """A copy, and a value that an operation states, is changed without the original, and no patch changes itself."""
    operations = [
        op("copy", "/data/b", origin="/data/a"),
        op("add", "/data/b/-", value=1),
        op("add", "/data/c", value={}),
        op("add", "/data/c/d", value=1),
    ]
    for _ in range(2):
        assert patched({"a": [0]}, *operations).data == {"a": [0], "b": [0, 1], "c": {"d": 1}}
    assert operations[2]["value"] == {}
