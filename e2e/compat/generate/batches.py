"""Batches: several requests in one, with defaults and headers, and malformed ones."""

import json
from typing import Any

from e2e.compat.exchange import Request
from e2e.compat.generate.lists import changes, filters
from e2e.compat.generate.objects import objects, preconditions
from e2e.compat.generate.world import World

_MALFORMED: tuple[Any, ...] = (
    {},
    {"requests": "abc"},
    {"requests": {}},
    {"requests": [None]},
    {"requests": [{}]},
    {"requests": [{"path": "no-slash"}]},
    {"requests": [{"path": "/", "method": "OPTIONS"}]},
    {"requests": [{"path": "/", "method": "FROB"}]},
    {"requests": [{"path": "/", "headers": {"X": 1}}]},
    {"requests": [{"path": "/", "headers": []}]},
    {"requests": [{"path": "/", "color": "red"}]},
    {"requests": [{"path": "/batch", "method": "POST", "body": {"requests": []}}]},
    {"requests": [{"path": 1}]},
    {"requests": [{"path": "/"}] * 26},
    {"requests": [], "color": "red"},
    {"defaults": [], "requests": []},
    {"defaults": {"path": "/", "color": "red"}, "requests": [{}]},
    {"defaults": {"method": "FROB"}, "requests": [{"path": "/"}]},
    [],
    "abc",
)


def batches(world: World) -> Request:
    """A batch of one to six requests, or one that is wrong."""
    if world.chance(0.1):
        return world.request("batches", "POST", "/batch", user=world.user(), body=world.pick(_MALFORMED))
    parts = [_part(world) for _ in range(world.random.choices((0, 1, 2, 3, 6), weights=(0.3, 3, 4, 4, 2))[0])]
    body: dict[str, Any] = {"requests": parts}
    if world.chance(0.35):
        body["defaults"] = _defaults(world, parts)
    headers = {"If-None-Match": "*"} if world.chance(0.03) else None
    return world.request("batches", "POST", "/batch", user=world.user(), body=body, headers=headers)


def _part(world: World) -> dict[str, Any]:
    if world.chance(0.08):
        return {"path": world.pick(("/", "/nope", "/v1/", "/__lbheartbeat__", "/v1/buckets/todo", "/v2/x"))}
    request = world.random.choices((objects, preconditions, filters, changes), weights=(8, 4, 1, 1))[0](world)
    world.forget(request)
    part: dict[str, Any] = {"method": request.method, "path": request.path.removeprefix("/v1")}
    headers = {name: text for name, text in request.headers.items() if name != "Content-Type"}
    if headers:
        part["headers"] = headers
    if request.body is not None:
        part["body"] = json.loads(request.body)
    if part["method"] == "GET" and world.chance(0.5):
        del part["method"]
    if world.chance(0.2):
        part["path"] = "/v1" + part["path"]
    return part


def _defaults(world: World, parts: list[dict[str, Any]]) -> dict[str, Any]:
    defaults: dict[str, Any] = {}
    if parts and world.chance(0.5):
        common = world.pick(parts).get("path")
        defaults["path"] = common
        for part in parts:
            if part.get("path") == common and world.chance(0.7):
                del part["path"]
    if world.chance(0.4):
        defaults["method"] = world.pick(("PUT", "GET", "POST"))
    if world.chance(0.3):
        defaults["headers"] = {world.pick(("If-None-Match", "if-none-match", "X-Nothing")): "*"}
    if world.chance(0.4):
        defaults["body"] = {"data": {"n": 7, "o": {"k": 1}}}
    return defaults
