"""Attributes, permissions and principals for requests: the usual ones and the ones that trip servers up."""

from typing import Any

from e2e.compat.generate.world import World

_NUMBERS = (0, 1, 2, 3, 10, -5, 1.5, 1e10, 9007199254740993, 2**63 - 1)
_TEXTS = ("", "abc", "ABC", "10", "true", "null", "été", "日本", "a*b", "100%", "<b>", "with blank", "/", "💥", "a\nb")
_PLAIN: tuple[Any, ...] = (
    None,
    True,
    False,
    [],
    {},
    [1, 2],
    ["a", "b"],
    [1, "a", None],
    {"x": 1},
    {"x": {"y": 2}},
    {"y": [1]},
)
_SORTED = ("n", "s", "b")
_FIELDS = ("n", "s", "b", "a", "o", "x", "title")
_ODD_FIELDS = ("$set", "a.b", "", "__proto__", "_id", "permissions", "schema", "é", "$where", "n-1", "A")


def value(world: World) -> Any:  # noqa: ANN401 - JSON
    """Any JSON value."""
    return world.pick(world.pick((_NUMBERS, _TEXTS, _PLAIN)))


def value_of(world: World, name: str) -> Any:  # noqa: ANN401 - JSON
    """A value for an attribute: those that lists are sorted by hold no arrays and objects (`sorted-values`)."""
    return world.pick((*_NUMBERS, *_TEXTS, None, True, False)) if name in _SORTED else value(world)


def attributes(world: World) -> dict[str, Any]:
    """A few attributes under names that come back, one in twenty under a name that is special somewhere."""
    data: dict[str, Any] = {}
    for _ in range(world.random.randint(0, 4)):
        name = world.pick(_ODD_FIELDS if world.chance(0.08) else _FIELDS)
        data[name] = value_of(world, name)
    return data


def data_for(world: World, kind: str) -> dict[str, Any]:
    """Data of an object of a kind."""
    data = attributes(world)
    if kind == "group" and world.chance(0.9):
        data["members"] = members(world)
    return data


def members(world: World) -> list[str]:
    """Members of a group."""
    names = ("<<uid:alice>>", "<<uid:bob>>", "<<uid:mary>>", "<<uid:zoe>>", "system.Authenticated", "blah")
    return world.random.sample(names, world.random.randint(0, 3))


def principal(world: World) -> str:
    """Someone in a permission."""
    groups = [known.uri for known in world.known.values() if known.kind == "group" and "<<" not in known.uri]
    names = ["<<uid:alice>>", "<<uid:bob>>", "<<uid:mary>>", "<<uid:zoe>>", "system.Everyone", "system.Authenticated"]
    return str(world.pick([*names, *groups, *groups, "fxa:0123"]))


PERMISSIONS = {
    "bucket": ("read", "write", "collection:create", "group:create"),
    "group": ("read", "write"),
    "collection": ("read", "write", "record:create"),
    "record": ("read", "write"),
}
"""The names of the permissions of each kind."""


def permissions(world: World, kind: str) -> dict[str, list[str]]:
    """Some permissions for an object of a kind."""
    names = PERMISSIONS[kind]
    chosen = world.random.sample(names, world.random.randint(0, min(2, len(names))))
    return {name: [principal(world) for _ in range(world.random.randint(0, 2))] for name in chosen}
