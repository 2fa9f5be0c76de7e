"""Objects of all kinds, made, read, changed and deleted, with and without preconditions."""

from e2e.compat.exchange import Request
from e2e.compat.generate.values import data_for, permissions, principal
from e2e.compat.generate.world import NAMES, World


def _body(world: World, kind: str) -> dict[str, object]:
    body: dict[str, object] = {}
    if world.chance(0.8):
        body["data"] = data_for(world, kind)
    if world.chance(0.2):
        body["permissions"] = permissions(world, kind)
    return body


def objects(world: World, category: str = "objects", headers: dict[str, str] | None = None) -> Request:
    """Any method on any object or list."""
    kind = world.kind()
    method = world.random.choices(("PUT", "POST", "PATCH", "GET", "DELETE", "HEAD"), weights=(6, 4, 4, 4, 1.3, 1))[0]
    if method == "POST":
        return _post(world, kind, category, headers)
    if kind == "bucket" and method == "DELETE" and world.chance(0.7):
        kind = "record"
    new = method == "PUT" and world.chance(0.4)
    path = f"{world.list_of(kind)}/{world.pick(NAMES)}" if new else world.some(kind)
    if method in {"GET", "HEAD", "DELETE"}:
        return world.request(category, method, path, user=world.user(), headers=headers)
    body = _body(world, kind)
    if method == "PATCH" and not body and world.chance(0.9):
        body = {"data": data_for(world, kind)}
    return world.request(category, method, path, user=world.user(), body=body or None, headers=headers)


def _post(world: World, kind: str, category: str, headers: dict[str, str] | None) -> Request:
    body = _body(world, kind)
    if kind == "group" and "data" not in body:
        body["data"] = {"members": []}
    if world.chance(0.5):
        data = body.setdefault("data", {})
        assert isinstance(data, dict)
        data["id"] = world.pick(NAMES)
    return world.request(category, "POST", world.list_of(kind), user=world.user(), body=body or None, headers=headers)


def preconditions(world: World) -> Request:
    """Objects and lists with If-Match and If-None-Match: current, stale, any, and malformed."""
    if world.chance(0.25):
        kind = world.kind()
        path = world.list_of(kind)
        method = world.random.choices(("GET", "HEAD", "POST", "DELETE"), weights=(5, 2, 4, 1))[0]
        if method == "DELETE" and kind in {"bucket", "collection"}:
            method = "GET"
        body = {"data": {"id": world.pick(NAMES), **data_for(world, kind)}} if method == "POST" else None
        return world.request(
            "preconditions", method, path, user=world.user(), body=body, headers=_condition(world, path)
        )
    request = objects(world, "preconditions")
    path = request.path.removeprefix("/v1").partition("?")[0]
    headers = {**request.headers, **_condition(world, path)}
    return Request(
        number=request.number,
        category=request.category,
        method=request.method,
        path=request.path,
        user=request.user,
        headers=headers,
        body=request.body,
    )


def _condition(world: World, uri: str) -> dict[str, str]:
    name = world.pick(("If-Match", "If-None-Match"))
    stamp = world.stamp(uri)
    if stamp is not None and world.chance(0.7):
        return {name: f'"<<etag:{stamp}>>"'}
    values = ["*", "*", '"1500000000000"', '"0"']
    if world.chance(0.25):
        values = ["12", 'W/"12"', '"abc"', '"1", "2"', "", '""', '"-1"', '"1.5"']
    headers = {name: str(world.pick(values))}
    if world.chance(0.1):
        headers["If-Match" if name == "If-None-Match" else "If-None-Match"] = "*"
    return headers


def rights(world: World) -> Request:
    """Permissions given and taken in all forms, and what others may do then."""
    kind = world.kind()
    path = world.some(kind)
    if world.chance(0.5):
        someone = world.pick(("bob", "mary", None, "bob", "alice"))
        method = world.random.choices(("GET", "PATCH", "PUT", "DELETE", "HEAD"), weights=(8, 2, 2, 0.6, 1))[0]
        if world.chance(0.35):
            path = world.list_of(kind)
            method = world.random.choices(("GET", "HEAD", "POST"), weights=(6, 1, 2))[0]
        body = {"data": data_for(world, kind)} if method in {"PUT", "PATCH", "POST"} else None
        return world.request("permissions", method, path, user=someone, body=body)
    given = permissions(world, kind) or {"read": [principal(world)]}
    body = {"permissions": given}
    if world.chance(0.3):
        body["data"] = data_for(world, kind)
    method = world.pick(("PUT", "PATCH", "PATCH"))
    return world.request("permissions", method, path, user=world.user(), body=body)


def setup(world: World) -> list[Request]:
    """What most sequences begin with: a bucket of Alice's, two collections, a group and a few records."""
    bucket = "/buckets/todo"
    shared = {"read": ["<<uid:bob>>"]} if world.chance(0.5) else {}
    yield_ = [
        world.request("objects", "PUT", bucket, body={"permissions": shared} if shared else None),
        world.request("objects", "PUT", f"{bucket}/collections/tasks", body={"permissions": _opened(world)}),
        world.request("objects", "PUT", f"{bucket}/collections/notes"),
        world.request("objects", "PUT", f"{bucket}/groups/friends", body={"data": {"members": ["<<uid:bob>>"]}}),
    ]
    for name in NAMES[:3]:
        body = {"data": data_for(world, "record")}
        yield_.append(world.request("objects", "PUT", f"{bucket}/collections/tasks/records/{name}", body=body))
    return yield_


def _opened(world: World) -> dict[str, list[str]]:
    choices: list[dict[str, list[str]]] = [
        {},
        {"record:create": ["system.Authenticated"]},
        {"read": ["/buckets/todo/groups/friends"]},
        {"write": ["<<uid:mary>>"]},
        {"read": ["system.Everyone"]},
    ]
    return dict(world.pick(choices))
