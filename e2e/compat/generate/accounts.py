"""Accounts: made, read, changed and deleted by their owners and by others; and what one may do at all."""

from typing import Any

from e2e.compat.exchange import Request
from e2e.compat.generate.world import World
from e2e.compat.people import PEOPLE

_QUERIES = (
    "",
    "?_sort=id",
    "?_sort=-uri",
    "?resource_name=record",
    "?exclude_resource_name=record,group",
    "?in_resource_name=bucket,collection",
    "?bucket_id=todo",
    "?_limit=1000",
    "?_fields=uri",
    "?permissions=read",
    "?contains_permissions=read",
    "?foo=1",
    "?_sort=foo",
    "?_fields=foo",
    "?like_uri=tasks",
    "?has_record_id=true",
    "?not_collection_id=tasks",
)


def accounts(world: World) -> Request:
    """One request for an account, the list of accounts, or by someone who has an account."""
    name = world.pick(("zoe", "zoe", "yann"))
    sender = world.random.choices((name, None, "zoe, wrongly", "alice"), weights=(6, 3, 1, 1))[0]
    if name not in world.accounts and world.chance(0.8):
        return _creation(world, name, None)
    method = world.random.choices(
        ("GET", "PUT", "PATCH", "DELETE", "HEAD", "list", "POST", "else"), weights=(5, 1, 3, 1, 1, 2, 1, 5)
    )[0]
    if method == "list":
        return world.request("accounts", world.pick(("GET", "HEAD")), "/accounts", user=sender)
    if method == "else":
        path = world.pick(
            ("/", "/buckets/todo/collections/tasks/records", "/buckets/default/collections/tasks/records")
        )
        return world.request("accounts", world.pick(("GET", "POST")) if path != "/" else "GET", path, user=sender)
    if method in {"PUT", "POST"}:
        return _creation(world, name, sender, method)
    body = {"data": _change(world, name)} if method == "PATCH" else None
    return world.request("accounts", method, f"/accounts/{name}", user=sender, body=body)


def _creation(world: World, name: str, sender: str | None, method: str = "PUT") -> Request:
    data: dict[str, Any] = {"password": PEOPLE[name].password}
    if world.chance(0.2):
        data = world.pick(({}, {"password": ""}, {"password": 1}, {"password": None}, {**data, "color": "red"}))
    if method == "POST" and world.chance(0.85):
        data["id"] = name
    path = f"/accounts/{name}" if method == "PUT" else "/accounts"
    if world.chance(0.05):
        path = "/accounts/not%20an%20id" if method == "PUT" else path
    return world.request("accounts", method, path, user=sender, body={"data": data})


def _change(world: World, name: str) -> dict[str, Any]:
    return dict(
        world.pick(({"color": "red"}, {"color": {"x": None}}, {"password": PEOPLE[name].password}, {"id": "other"}, {}))
    )


def permissions_endpoint(world: World) -> Request:
    """What someone may do, listed."""
    method = world.random.choices(("GET", "HEAD", "POST"), weights=(12, 3, 0.3))[0]
    query = world.pick(_QUERIES)
    if not any("<<id:" in uri for uri in world.known) and world.chance(0.2):
        query = "?_limit=2"  # by address, and so in another order where the servers made ids up
    return world.request("/permissions", method, f"/permissions{query}", user=world.user())
