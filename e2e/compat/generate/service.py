"""The front page, the service endpoints, redirects, OPTIONS and what browsers ask first."""

from e2e.compat.exchange import Request
from e2e.compat.generate.world import World

_PATHS = ("/", "/__heartbeat__", "/__lbheartbeat__", "/batch", "/permissions", "/accounts", "/nope", "/__version__")
_MOVED = (
    "!/", "!/buckets", "!/buckets?x=1&y=%C3%A9", "!/v1", "!/v1?x=1", "/buckets/", "/buckets/todo/", "/nope/", "!/nope",
    "/buckets/todo/collections/tasks/records/?_limit=1", "!/__heartbeat__", "!/batch", "!/accounts/zoe",
    "!/buckets/todo/",
)  # fmt: skip
_ORIGIN = {"Origin": "https://app.example"}


def service(world: World) -> Request:
    """A request that concerns no object."""
    return world.pick((_hello, _utility, _moved, _moved))(world)  # type: ignore[no-any-return]


def _hello(world: World) -> Request:
    return world.request("service", world.pick(("GET", "GET", "HEAD")), "/", user=world.user())


def _utility(world: World) -> Request:
    path = world.pick(("/__heartbeat__", "/__lbheartbeat__", "/__heartbeat__", "/__lbheartbeat__", "/__api__x"))
    headers = world.pick(({}, {"Accept": "text/html"}))
    return world.request("service", world.pick(("GET", "GET", "HEAD")), path, user=world.user(), headers=headers)


def _moved(world: World) -> Request:
    method = world.pick(("GET", "GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH"))
    body: dict[str, object] | None = {} if method in {"PUT", "POST"} else None
    headers = world.pick(({}, _ORIGIN))
    return world.request("redirects", method, world.pick(_MOVED), user=world.user(), body=body, headers=headers)


def cross_origin(world: World) -> Request:
    """A preflight, or a request of a page of another origin."""
    kind = world.kind()
    path = world.pick((world.list_of(kind), world.some(kind), world.pick(_PATHS)))
    if world.chance(0.4):
        method = world.pick(("GET", "HEAD", "GET", "POST"))
        user, headers = world.user(), {**_ORIGIN, **world.pick(({}, {"If-None-Match": "*"}))}
        body: dict[str, object] | None = {} if method == "POST" else None
        return world.request("cross-origin", method, path, user=user, headers=headers, body=body)
    headers = dict(world.pick((_ORIGIN, _ORIGIN, _ORIGIN, {"Origin": "null"}, {})))
    if world.chance(0.9):
        headers["Access-Control-Request-Method"] = world.pick(("GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "FROB"))
    if world.chance(0.6):
        headers["Access-Control-Request-Headers"] = world.pick(("content-type,authorization", "X-Other", "if-match"))
    return world.request("cross-origin", "OPTIONS", path, user=None, headers=headers)
