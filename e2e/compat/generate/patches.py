"""PATCH in its three kinds, with each Response-Behavior."""

from typing import Any

from e2e.compat.exchange import Request
from e2e.compat.generate.values import attributes, data_for, permissions, principal, value, value_of
from e2e.compat.generate.world import World

MERGE, OPERATIONS = "application/merge-patch+json", "application/json-patch+json"
_PATHS = ("/data/n", "/data/s", "/data/o", "/data/o/x", "/data/a", "/data/a/0", "/data/a/-", "/data/title", "/data/x")


def patches(world: World) -> Request:
    """A PATCH of one of the three kinds."""
    kind = world.kind()
    media_type = world.pick(("application/json", MERGE, OPERATIONS))
    body = _operations(world) if media_type == OPERATIONS else _merge(world, kind, media_type)
    headers = {}
    if world.chance(0.3):
        behavior = world.random.choices(("full", "light", "diff", "Light", "other"), weights=(3, 5, 5, 1, 1))[0]
        headers["Response-Behavior"] = behavior
    path = world.some(kind)
    if not headers and world.chance(0.05):
        media_type = world.pick((f"{MERGE}; charset=utf-8", f"{OPERATIONS}; charset=utf-8", "application/json; a=b"))
    return world.request("patches", "PATCH", path, user=world.user(), body=body, headers=headers, media_type=media_type)


def _merge(world: World, kind: str, media_type: str) -> Any:  # noqa: ANN401 - JSON
    body: dict[str, Any] = {}
    if world.chance(0.9):
        data = data_for(world, kind)
        if media_type == MERGE and world.chance(0.6):
            data[world.pick(("n", "s", "o", "x"))] = None
        if world.chance(0.3):
            data["o"] = {"x": world.pick((None, {"y": None}, {"y": 1, "z": [None]}, 3)), "k": value(world)}
        body["data"] = data
    if world.chance(0.25):
        body["permissions"] = {**permissions(world, kind)}
        if world.chance(0.3):
            body["permissions"][world.pick(("read", "write"))] = None
    return body


def _operations(world: World) -> list[dict[str, Any]]:
    return [_operation(world) for _ in range(world.random.choices((0, 1, 2, 3), weights=(1, 8, 4, 2))[0])]


def _operation(world: World) -> dict[str, Any]:
    if world.chance(0.25):
        return _permission_operation(world)
    name = world.random.choices(
        ("add", "replace", "remove", "test", "move", "copy", "frob"), weights=(8, 3, 3, 1, 1, 1, 0.3)
    )
    path = world.pick(("/nope", "data/n", "/data/id", "/data", "")) if world.chance(0.06) else world.pick(_PATHS)
    operation: dict[str, Any] = {"op": name[0], "path": path}
    if name[0] in {"add", "replace", "test"} and not world.chance(0.03):
        operation["value"] = attributes(world) if path == "/data" else value_of(world, path.removeprefix("/data/"))
    if name[0] in {"move", "copy"}:
        operation |= {"from": world.pick(_PATHS), "path": world.pick(("/data/title", "/data/x", "/data/o/x"))}
    return operation


def _permission_operation(world: World) -> dict[str, Any]:
    who = principal(world).replace("~", "~0").replace("/", "~1")
    path = f"/permissions/{world.random.choices(('read', 'write', 'record:create'), weights=(6, 3, 1))[0]}"
    if world.chance(0.15):
        return {"op": "add", "path": path, "value": world.pick(([principal(world)], {principal(world): {}}))}
    operation = {"op": world.pick(("add", "add", "remove")), "path": f"{path}/{who}"}
    if operation["op"] == "add" and world.chance(0.5):
        operation["value"] = principal(world)
    return operation
