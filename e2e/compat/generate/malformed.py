"""Bad input of many sorts: bodies, ids, headers, methods and addresses."""

from typing import Any

from e2e.compat.exchange import Request
from e2e.compat.generate.world import World

_TEXTS = (
    "", " ", "{", '{"data":', '{"data": {"n": 1,}}', '{"data": {"n": NaN}}', '{"data": {"n": Infinity}}', "nul", "null",
    '"abc"', "12", "true", "[]", "[1]", '\ufeff{"data": {}}', '{"data": {"n": 1e400}}', '{"data": {"s": "\\ud800"}}',
    '{"data": {"s": "\\u0000"}}', '{"data": {"n": 1, "n": 2}}', '{"data": {"n": 36893488147419103232}}',
    '{"data": {"n": 18446744073709551615}}', '{"data": {"n": -9223372036854775809}}', '{"data": {"n": 1.0}}',
    "{'data': {}}", "data=1", '{"data": {"n": 01}}', '{"data": {"s": "\t"}}', '{"data": {"n": -0}}',
)  # fmt: skip
_BODIES: tuple[Any, ...] = (
    {"data": None}, {"data": []}, {"data": "abc"}, {"data": 1}, {"foo": 1}, {"data": {}, "foo": {"x": None}},
    {"permissions": None}, {"permissions": []}, {"permissions": {"foo": []}}, {"permissions": {"read": "x"}},
    {"permissions": {"read": [1]}}, {"permissions": {"read": None}}, {"permissions": {"read": [None]}},
    {"permissions": {"read": {}}}, {"data": {"id": "other"}}, {"data": {"id": 1}}, {"data": {"id": None}},
    {"data": {"id": ""}}, {"data": {"id": "not an id"}}, {"data": {"last_modified": "abc"}},
    {"data": {"last_modified": -1}},
    {"data": {"last_modified": True}}, {"data": {"__permissions__": {"read": ["x"]}}}, {"data": {"members": "abc"}},
    {"data": {"members": [1]}}, {"data": {"members": ["system.Everyone"]}}, {"data": {"members": ["/buckets/x"]}},
    {"data": {"members": None}}, {"data": {"deleted": True}}, {"data": {"cache_expires": "abc"}},
    {"data": {"schema": "abc"}},
    {"data": {"$set": {"n": 1}, "a.b": {"$gt": 1}}}, {"data": {"o": {"$gt": ""}}}, {"permissions": {"": []}},
    {"permissions": {"record:create": ["system.Everyone"]}}, {"permissions": {"bucket:create": []}},
)  # fmt: skip
_IDS = ("not%20an%20id", "%C3%A9", "a.b", "-a", "_a", "a%2Fb", "a@b", "%00", "default", "a" * 60, "%ff", "..", "0")
_TYPES = ("text/plain", "application/xml", "application/json; charset=latin-1", "APPLICATION/JSON", "json", "*/*", "")
_ACCEPTS = (
    "text/html",
    "application/xml",
    "",
    "application/*",
    "*/*;q=0.1",
    "application/json;q=0.5, text/html",
    "text/*",
)
_SENDERS = (
    "Basic",
    "Basic !!!",
    "Bearer abc",
    "Basic OnNlY3JldA==",
    "basic YWxpY2U6c2VjcmV0",
    "Basic YWxpY2U=",
    "",
    "Foo x",
)
_UNKNOWN = (
    "/nope", "/buckets/todo/nope", "/buckets/todo/collections/tasks/nope", "/bucket", "/Buckets",
    "/buckets/todo/groups/x/y",
    "/buckets/todo/collections/tasks/records/x/y", "//buckets", "/v1/buckets", "/buckets//collections", "/__nope__",
    "!/v1buckets", "!/v10/buckets", "!/v0/buckets", "!/v2/", "!/V1/buckets", "!/v1/buckets/%ff",
)  # fmt: skip


def malformed(world: World) -> Request:
    """One request that has something wrong with it, or at least something odd."""
    sort = world.random.choices((_body, _json, _id, _header, _method, _address), weights=(6, 8, 3, 4, 2, 2))[0]
    return sort(world)


def _target(world: World) -> tuple[str, str]:
    kind = world.kind()
    method = world.pick(("PUT", "PATCH", "POST"))
    return method, world.list_of(kind) if method == "POST" else world.some(kind)


def _body(world: World) -> Request:
    method, path = _target(world)
    return world.request("bad input", method, path, user=world.user(), text=world.pick(_TEXTS))


def _json(world: World) -> Request:
    method, path = _target(world)
    return world.request("bad input", method, path, user=world.user(), body=world.pick(_BODIES))


def _id(world: World) -> Request:
    path = f"{world.list_of(world.kind())}/{world.pick(_IDS)}"
    method = world.pick(("GET", "PUT", "PATCH", "DELETE"))
    body = {"data": {"n": 1}} if method in {"PUT", "PATCH"} else None
    return world.request("bad input", method, path, user=world.user(), body=body)


def _header(world: World) -> Request:
    method, path = _target(world)
    method = world.pick((method, method, "GET"))
    body = {"data": {"n": 1}} if method != "GET" else None
    what = world.pick(("Accept", "Content-Type", "Authorization"))
    if what == "Content-Type":
        return world.request(
            "bad input", method, path, user=world.user(), body=body or {}, media_type=world.pick(_TYPES)
        )
    value = world.pick(_ACCEPTS if what == "Accept" else _SENDERS)
    user = world.user() if what == "Accept" else None
    return world.request("bad input", method, path, user=user, body=body, headers={what: value})


def _method(world: World) -> Request:
    kind = world.kind()
    if world.chance(0.5):
        method, path = world.pick(("PUT", "PATCH", "TRACE", "FROB")), world.list_of(kind)
    else:
        method, path = world.pick(("POST", "TRACE", "FROB")), world.some(kind)
    if world.chance(0.25):
        path = world.pick(
            ("/", "/batch", "/permissions", "/__heartbeat__", "/__flush__", "/accounts", "/__lbheartbeat__")
        )
        method = world.pick(("PUT", "PATCH", "DELETE"))
    return world.request("bad input", method, path, user=world.user(), body={} if method != "TRACE" else None)


def _address(world: World) -> Request:
    path, method = world.pick(_UNKNOWN), world.pick(("GET", "GET", "PUT", "POST", "DELETE"))
    body: dict[str, object] | None = {} if method in {"PUT", "POST"} else None
    return world.request("bad input", method, path, user=world.user(), body=body)
