"""Who may do what, and how a request changes an access control list: protocol section 11."""

import itertools

import pytest
from kintoun_server.domain.kinds import ACCOUNT, BUCKET, COLLECTION, GROUP, KINDS, RECORD, Kind
from kintoun_server.domain.permissions import (
    MAX_PRINCIPALS,
    Action,
    Permissions,
    Rules,
    allowed,
    check_size,
    merged,
    readers,
    replaced,
    shown,
    with_editor,
)
from kintoun_server.domain.refusals import Invalid

HEX = "0123456789abcdef" * 4
NO_RULES = Rules({})
ACTIONS: tuple[Action, ...] = ("read", "write", "create")
GRANTED = {
    "account:read": "read account",
    "account:write": "read account, write account",
    "bucket:read": "read bucket, read group, read collection, read record",
    "bucket:write": (
        "read bucket, write bucket, create group, read group, write group, create collection, read collection,"
        " write collection, create record, read record, write record"
    ),
    "bucket:collection:create": "read bucket, create collection",
    "bucket:group:create": "read bucket, create group",
    "group:read": "read group",
    "group:write": "read group, write group",
    "collection:read": "read collection, read record",
    "collection:write": "read collection, write collection, create record, read record, write record",
    "collection:record:create": "read collection, create record",
    "record:read": "read record",
    "record:write": "read record, write record",
}
"""What each permission grants, copied from protocol sections 11.2 and 11.3."""


def chain(kind: Kind) -> list[str]:
    """The kinds of the objects whose lists count for an object of a kind: its own and those of its containers."""
    kinds = [kind.name]
    while (parent := KINDS[kinds[-1]].parent) not in {None, "root"}:
        kinds.append(str(parent))
    return kinds


CASES = [
    pytest.param(kind, action, held, id=f"{action} {kind.name} by {held}")
    for kind, action, held in itertools.product((ACCOUNT, BUCKET, GROUP, COLLECTION, RECORD), ACTIONS, GRANTED)
    if held.partition(":")[0] in chain(kind)
]


@pytest.mark.parametrize(("kind", "action", "held"), CASES)
def test_what_one_permission_grants(kind: Kind, action: Action, held: str) -> None:
    """A caller with exactly one permission on one object of the chain may do what the protocol says, and no more."""
    level, _, name = held.partition(":")
    lists: dict[str, Permissions] = {each: {"write": ("another",)} for each in chain(kind)}
    lists[level] = {**lists[level], name: ("another", "me")}
    expected = f"{action} {kind.name}" in GRANTED[held].split(", ")
    assert allowed(kind, action, frozenset({"me", "system.Everyone"}), lists, NO_RULES) is expected


def test_every_permission_is_in_the_table() -> None:
    """The table above names each permission of each kind."""
    assert set(GRANTED) == {f"{kind.name}:{name}" for kind in KINDS.values() for name in kind.permissions}


@pytest.mark.parametrize("kind", [ACCOUNT, BUCKET, GROUP, COLLECTION, RECORD], ids=lambda kind: kind.name)
def test_a_stranger_may_nothing(kind: Kind) -> None:
    """Without any permission, and where the containers do not even exist, nothing is allowed."""
    nobody = frozenset({"me", "system.Everyone", "system.Authenticated"})
    full: dict[str, Permissions] = {each: dict.fromkeys(KINDS[each].permissions, ("another",)) for each in chain(kind)}
    for action, lists in itertools.product(ACTIONS, (full, {})):
        assert not allowed(kind, action, nobody, lists, NO_RULES)


def test_the_settings_grant_rights_on_one_kind() -> None:
    """Writing by the settings includes reading and creating all objects of a kind, and does not flow down (11.8)."""
    rules = Rules({"collection_write": frozenset({"admin"}), "bucket_create": frozenset({"system.Authenticated"})})
    admin = frozenset({"admin"})
    granted = {
        (kind.name, action)
        for kind in (ACCOUNT, BUCKET, GROUP, COLLECTION, RECORD)
        for action in ACTIONS
        if allowed(kind, action, admin, {}, rules)
    }
    assert granted == {("collection", action) for action in ACTIONS}
    assert allowed(ACCOUNT, "create", admin, {}, Rules({"account_write": admin}))
    assert allowed(BUCKET, "create", frozenset({"system.Authenticated"}), {}, rules)
    assert not allowed(BUCKET, "create", admin, {}, Rules({"bucket_write": admin}))


@pytest.mark.parametrize(
    ("given", "lists"),
    [
        (None, {"read": ("a",), "write": ("b",)}),
        ({}, {"read": ("a",), "write": ("b",)}),
        ({"read": ["c"]}, {"read": ("c",)}),
        ({"record:create": []}, {}),
        ({"write": ["c", "c"], "read": []}, {"write": ("c",)}),
    ],
)
def test_put(given: dict[str, list[str]] | None, lists: Permissions) -> None:
    """PUT clears what it does not name, unless it names nothing at all (protocol section 11.4)."""
    assert replaced({"read": ("a",), "write": ("b",)}, given) == lists


@pytest.mark.parametrize(
    ("given", "lists"),
    [
        (None, {"read": ("a",), "write": ("b",)}),
        ({}, {"read": ("a",), "write": ("b",)}),
        ({"read": ["c", "d"]}, {"read": ("c", "d"), "write": ("b",)}),
        ({"read": []}, {"write": ("b",)}),
        ({"record:create": ["c"]}, {"read": ("a",), "write": ("b",), "record:create": ("c",)}),
    ],
)
def test_patch(given: dict[str, list[str]] | None, lists: Permissions) -> None:
    """PATCH replaces each permission that it names, an empty list removes it (protocol section 11.4)."""
    assert merged({"read": ("a",), "write": ("b",)}, given) == lists


def test_principals_are_stored_in_one_form() -> None:
    """A Basic user in the form of today's protocol is the same principal as in that of the tutorial."""
    assert merged({}, {"read": [f"basicauth:{HEX}", f"basicauth_{HEX}"]}) == {"read": (f"basicauth_{HEX}",)}


def test_the_editor_is_added_once() -> None:
    """Who writes stands in `write` after it, and not twice."""
    assert with_editor({"read": ("a",)}, "me") == {"read": ("a",), "write": ("me",)}
    assert with_editor({"write": ("a", "me")}, "me") == {"write": ("a", "me")}


def test_the_list_is_shown_to_those_in_its_write_alone() -> None:
    """Readers, creators and strangers see no access control list (protocol section 11.7)."""
    lists = {"read": ("reader",), "write": ("writer", "/buckets/a/groups/b"), "record:create": ("maker",)}
    for principal in ("writer", "/buckets/a/groups/b"):
        assert shown(lists, frozenset({principal, "system.Everyone"})) == lists
    assert shown(lists, frozenset({"reader", "maker", "system.Everyone"})) == {}
    assert shown({}, frozenset({"writer"})) == {}


def test_readers() -> None:
    """All whom an object's own list lets read it: creators read containers, so they count there."""
    lists = {"read": ("a",), "write": ("b", "a"), "record:create": ("c",)}
    assert readers(COLLECTION, lists) == {"a", "b", "c"}
    assert readers(RECORD, lists) == {"a", "b"}


def test_a_list_is_bounded() -> None:
    """An object's list holds as many principals as fit into the index, in all its permissions together."""
    names = tuple(f"user-{number}" for number in range(MAX_PRINCIPALS))
    check_size({"read": names[1:], "write": names[:1]})
    with pytest.raises(Invalid) as caught:
        check_size({"read": names, "write": names[:1]})
    assert caught.value.details[0].name == "permissions"
