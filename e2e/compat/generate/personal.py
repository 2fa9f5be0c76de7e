"""The personal bucket, under its alias and under its real id."""

from e2e.compat.exchange import Request
from e2e.compat.generate.values import data_for, permissions
from e2e.compat.generate.world import NAMES, World
from e2e.compat.people import BASIC


def personal(world: World) -> Request:
    """Any request below `/buckets/default`."""
    user = world.random.choices((*BASIC, None), weights=(6, 3, 1, 0.7))[0]
    bucket = "/buckets/default" if user is None or world.chance(0.85) else f"/buckets/<<bucket:{user}>>"
    reader = user if world.chance(0.93) else world.pick(BASIC)
    collection = f"{bucket}/collections/{world.pick(NAMES[:2])}"
    paths: dict[str, float] = {
        f"{collection}/records/{world.pick(NAMES)}": 10,
        f"{collection}/records": 6,
        collection: 4,
        f"{bucket}/collections": 2,
        bucket: 2,
        f"{bucket}/groups/{world.pick(NAMES[:2])}": 1.5,
        f"{bucket}/groups": 1,
        f"{bucket}/collections/b@d/records": 0.4,
    }
    path = world.random.choices(list(paths), weights=list(paths.values()))[0]
    is_list = len(path.split("/")) % 2 == 0
    methods = (
        (("GET", "POST", "HEAD", "DELETE"), (6, 5, 1, 0.5))
        if is_list
        else (("GET", "PUT", "PATCH", "DELETE", "HEAD"), (4, 6, 3, 1, 0.5))
    )
    method = world.random.choices(methods[0], weights=methods[1])[0]
    body = None
    if method in {"PUT", "PATCH", "POST"}:
        kind = path.split("/")[-1 if is_list else -2].removesuffix("s")
        body = {"data": data_for(world, kind)}
        if world.chance(0.15):
            body["permissions"] = permissions(world, kind)
        if is_list and world.chance(0.4):
            body["data"]["id"] = world.pick(NAMES)
        if path == bucket and world.chance(0.3):
            body["data"]["id"] = "default"
    if is_list and method == "GET" and world.chance(0.3):
        path += world.pick(("?_limit=1", "?_since=0", "?_sort=n", "?n=1"))
    return world.request("personal bucket", method, path, user=reader, body=body)
