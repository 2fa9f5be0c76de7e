"""Lists: filters of all families, sorting, fields, pages, cursors and totals."""

import json
from typing import Any
from urllib.parse import quote

from e2e.compat.exchange import Request
from e2e.compat.generate.objects import objects
from e2e.compat.generate.values import data_for, value
from e2e.compat.generate.world import World

_OPERATORS = ("", "eq_", "not_", "lt_", "max_", "gt_", "min_", "in_", "exclude_", "like_", "has_", "contains_")
_MOMENTS = {
    "_since": 10,
    "_before": 3,
    "_to": 1,
    "gt_last_modified": 1,
    "lt_last_modified": 1,
    "min_last_modified": 1,
    "max_last_modified": 1,
    "last_modified": 1,
    "not_last_modified": 1,
    "in_last_modified": 1,
    "exclude_last_modified": 1,
}
_FIELDS = ("n", "s", "b", "a", "o", "x", "o.x", "o.x.y", "title", "missing", "id", "a.b", "x.y")


def filters(world: World) -> Request:
    """A list with one to three filters."""
    pieces = [_filter(world) for _ in range(world.random.choices((1, 2, 3), weights=(6, 3, 1))[0])]
    if world.chance(0.2):
        pieces.append(_sort(world))
    return _list(world, "filters", pieces)


def ordering(world: World) -> Request:
    """A list in another order, with some fields only, or both; sometimes one object with some fields."""
    if world.chance(0.1):
        return world.request("sort and fields", "GET", f"{world.some('record')}?{_chosen_fields(world)}")
    pieces = [_sort(world)] if world.chance(0.7) else []
    if world.chance(0.5) or not pieces:
        pieces.append(_chosen_fields(world))
    return _list(world, "sort and fields", pieces)


def pages(world: World) -> Request:
    """A page of a list, or the one after it."""
    if world.pages and world.chance(0.6):
        number, method, user = world.pick(world.pages[-4:])
        return world.request("pages", method, f"<<next:{number}>>", user=user)
    pieces = [f"_limit={world.pick((1, 1, 2, 2, 3, 5, 0, '', -1, 'a', 100))}"]
    if world.chance(0.3):
        pieces.append(_sort(world))
    if world.chance(0.3):
        pieces.append(_filter(world))
    if world.chance(0.1):
        pieces.append(f"_token={world.pick(('', 'abc', 'e30=', 'bnVsbA=='))}")
    return _list(world, "pages", pieces)


def changes(world: World) -> Request:
    """Writes, and what a follower sees of them: `_since`, `_before`, tombstones, timestamps that clients choose."""
    if world.chance(0.25):
        return objects(world, "changes")
    if world.chance(0.15):
        return _imported(world)
    kind = world.kind()
    uri = world.list_of(kind)
    name = world.random.choices(list(_MOMENTS), weights=list(_MOMENTS.values()))[0]
    stamp = world.stamp(uri) if world.chance(0.7) else world.stamp(world.one_of(uri))
    moment = (
        f"<<etag:{stamp}>>"
        if stamp is not None and world.chance(0.85)
        else world.pick(("0", "1500000000000", "", "abc", "-1", "1.5", "9999999999999", "null", "true"))
    )
    quoted = f'"{moment}"' if world.chance(0.4) else moment
    pieces = [f"{name}={_escaped(quoted)}"]
    if world.chance(0.15):
        pieces.append(world.pick(("deleted=true", "deleted=false", "not_deleted=true", "has_deleted=true")))
    if world.chance(0.1):
        pieces.append(_filter(world))
    return _list(world, "changes", pieces, uri)


def _imported(world: World) -> Request:
    """A write with a timestamp of its own."""
    uri = world.some("record")
    stamp = world.stamp(uri)
    moments: list[Any] = [1500000000000, 1600000000000 + world.random.randint(0, 9), "12", 1.5, None, "abc", 0]
    if stamp is not None:
        moments += [f"<<#ts:{stamp}>>"] * 3
    data = {**data_for(world, "record"), "last_modified": world.pick(moments)}
    if world.chance(0.15):
        return world.request("changes", "DELETE", f"{uri}?last_modified={world.pick((1500000000000, 12))}")
    return world.request("changes", world.pick(("PUT", "PATCH")), uri, user=world.user(), body={"data": data})


def _list(world: World, category: str, pieces: list[str], uri: str | None = None) -> Request:
    if uri is None:
        uri = world.list_of("record") if world.chance(0.85) else world.list_of(world.kind())
    method = world.random.choices(("GET", "HEAD", "DELETE"), weights=(10, 2, 0.4))[0]
    if method == "DELETE" and not uri.endswith("records"):
        method = "GET"
    return world.request(category, method, f"{uri}?{'&'.join(pieces)}", user=world.user())


def _filter(world: World) -> str:
    operator, name = world.pick(_OPERATORS), world.pick(_FIELDS)
    if name == "id":  # ids that the servers make up are not alike, so they are neither ordered nor searched
        operator = world.pick(("", "eq_", "not_", "in_", "exclude_", "has_", "contains_"))
    if operator == "contains_" and world.chance(0.5):
        operator = "contains_any_"
    return f"{operator}{name}={_escaped(_operand(world, operator))}"


def _operand(world: World, operator: str) -> str:
    if operator in {"in_", "exclude_"}:
        pieces = [_text(world, value(world)) for _ in range(world.random.randint(1, 3))]
        return ",".join(pieces) + ("," if world.chance(0.3) else "")
    if operator == "has_":
        return str(world.pick(("true", "false", "true", "false", "1", "no", "")))
    if operator == "like_":
        return str(world.pick(("a", "b", "*b*", "a*b", "é", "100%", '"1"', "1", "A", "", "_", "[", ".", "^a")))
    if operator.startswith("contains_"):
        return json.dumps(world.pick((1, "a", [1], [1, 2], ["a", "c"], [None], [])))
    return _text(world, value(world))


def _text(world: World, operand: object) -> str:
    """A value as clients write it: JSON, or a string without its quotes."""
    if isinstance(operand, str) and world.chance(0.7):
        return operand
    return json.dumps(operand, ensure_ascii=False)


def _sort(world: World) -> str:
    names = ("n", "s", "b", "last_modified", "missing")
    keys = [world.pick(("", "-", "-", "")) + world.pick(names) for _ in range(world.random.randint(1, 2))]
    if world.chance(0.05):
        keys.append(world.pick(("", "-", "!", "a b", "--n")))
    return f"_sort={_escaped(','.join(keys))}"


def _chosen_fields(world: World) -> str:
    names = ("n", "s", "o.x", "o.x.y", "title", "missing", "id", "last_modified", "deleted", "a", "")
    return f"_fields={','.join(world.pick(names) for _ in range(world.random.randint(1, 3)))}"


def _escaped(text: str) -> str:
    return quote(text, safe="<>:+#,") if "<<" in text else quote(text, safe=",")
