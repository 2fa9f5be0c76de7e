"""What one write makes of one object: protocol sections 5.3, 10, 11 and 14."""

from dataclasses import replace
from typing import Any

import pytest
from kintoun_server.domain.change import Change, Method, Outcome, apply
from kintoun_server.domain.kinds import GROUP, RECORD, Kind
from kintoun_server.domain.objects import FORMER_READERS_LIMIT, Scope, Stored
from kintoun_server.domain.permissions import Permissions, Rules
from kintoun_server.domain.preconditions import NONE, Precondition
from kintoun_server.domain.principals import EVERYONE, Caller
from kintoun_server.domain.refusals import (
    Forbidden,
    IdTaken,
    Invalid,
    Missing,
    ParentMissing,
    PreconditionFailed,
    Refusal,
    UnacceptableMedia,
)

ALICE, BOB, NOBODY = Caller("alice"), Caller("bob"), Caller()
CLOCK, NOW = 1000, 5000
OLD = Stored(id="r", last_modified=900, data={"a": 1, "b": {"c": 2}}, permissions={"read": ("bob",), "write": ("ann",)})
GONE = Stored(id="r", last_modified=900, deleted=True, former_readers={"bob": 900})
MEDIA = UnacceptableMedia("Accept", ("application/json",))
FAULT = Invalid("body", "", "malformed")
MISFIT = Invalid("body", "id", "another id")


def scope(caller: Caller = ALICE, *, collection: Permissions | None = None, kind: Kind = RECORD) -> Scope:
    """The list of records of a collection that Alice may write, or of groups of her bucket, seen by a caller."""
    records: dict[str, Permissions] = {"bucket": {}, "collection": collection or {"write": ("alice",)}}
    groups: dict[str, Permissions] = {"bucket": {"write": ("alice",)}}
    return Scope(
        kind=kind,
        lists=groups if kind is GROUP else records,
        principals=caller.principals(),
        rules=Rules({}),
        clock=CLOCK,
        now=NOW,
    )


def change(method: Method, caller: Caller = ALICE, **more: Any) -> Change:  # noqa: ANN401
    """A change of the record r, by Alice unless another caller is named."""
    return Change(method=method, id="r", caller=caller, **more)


def made(old: Stored | None, method: Method, **more: Any) -> Outcome:  # noqa: ANN401
    """The outcome of a change by Alice."""
    return apply(old, change(method, **more), scope())


@pytest.mark.parametrize(
    ("refused", "flaws"),
    [
        (ParentMissing, {"missing", "media", "stranger", "fault", "precondition", "misfit"}),
        (UnacceptableMedia, {"media", "stranger", "fault", "precondition", "misfit"}),
        (Forbidden, {"stranger", "fault", "precondition", "misfit"}),
        (Invalid, {"fault", "absent", "precondition", "misfit"}),
        (Missing, {"absent", "precondition", "misfit"}),
        (PreconditionFailed, {"precondition", "misfit"}),
        (Invalid, {"misfit"}),
    ],
)
def test_a_request_with_several_flaws_is_refused_for_the_first_in_order(
    refused: type[Refusal], flaws: set[str]
) -> None:
    """Parent, media type, permission, shape, existence, precondition, meaning: the order of protocol section 5.3."""
    caller = BOB if "stranger" in flaws else ALICE
    asked = change(
        Method.PATCH,
        caller,
        data={},
        unacceptable=MEDIA if "media" in flaws else None,
        fault=FAULT if "fault" in flaws else None,
        precondition=Precondition(if_match=1) if "precondition" in flaws else NONE,
        misfit=MISFIT if "misfit" in flaws else None,
    )
    missing = ("collection", "tasks") if "missing" in flaws else None
    with pytest.raises(refused):
        apply(
            None if "absent" in flaws else Stored(id="r", last_modified=900),
            asked,
            replace(scope(caller), missing=missing),
        )


def test_a_missing_bucket_is_shown_to_those_alone_who_may_know() -> None:
    """Below a bucket that does not exist a group is 403 to a stranger, and 404 to one whom the settings let create."""
    nothing = Scope(kind=GROUP, lists={}, missing=("bucket", "b"), principals=ALICE.principals(), rules=Rules({}))
    with pytest.raises(Forbidden):
        apply(None, change(Method.PUT), nothing)
    with pytest.raises(ParentMissing):
        apply(None, change(Method.PUT), replace(nothing, rules=Rules({"group_create": frozenset({"alice"})})))


@pytest.mark.parametrize(
    ("old", "data", "permissions", "attributes", "lists"),
    [
        (None, None, None, {}, {"write": ("alice",)}),
        (None, None, {"read": ["x"]}, {}, {"read": ("x",), "write": ("alice",)}),
        (None, {"z": 1}, None, {"z": 1}, {"write": ("alice",)}),
        (OLD, None, None, OLD.data, {"read": ("bob",), "write": ("ann", "alice")}),
        (OLD, None, {}, OLD.data, {"read": ("bob",), "write": ("ann", "alice")}),
        (OLD, None, {"read": ["x"]}, OLD.data, {"read": ("x",), "write": ("alice",)}),
        (OLD, None, {"read": []}, OLD.data, {"write": ("alice",)}),
        (OLD, {"z": 1}, None, {"z": 1}, {"read": ("bob",), "write": ("ann", "alice")}),
        (OLD, {}, {"write": ["x"]}, {}, {"write": ("x", "alice")}),
        (GONE, None, None, {}, {"write": ("alice",)}),
    ],
)
def test_put(
    old: Stored | None,
    data: dict[str, Any] | None,
    permissions: dict[str, list[str]] | None,
    attributes: dict[str, Any],
    lists: Permissions,
) -> None:
    """PUT with `data` replaces the attributes, without it keeps them; with `permissions` it clears those not given."""
    outcome = made(old, Method.PUT, data=data, permissions=permissions)
    assert (outcome.stored.data, outcome.stored.permissions) == (attributes, lists)
    assert (outcome.created, outcome.written) == (old is not OLD, True)


@pytest.mark.parametrize(
    ("data", "permissions", "attributes", "lists"),
    [
        ({"a": None}, None, {"a": None, "b": {"c": 2}}, {"read": ("bob",), "write": ("ann", "alice")}),
        ({"b": {"d": 3}}, None, {"a": 1, "b": {"d": 3}}, {"read": ("bob",), "write": ("ann", "alice")}),
        ({}, None, OLD.data, {"read": ("bob",), "write": ("ann", "alice")}),
        (None, {"read": ["x", "x"]}, OLD.data, {"read": ("x",), "write": ("ann", "alice")}),
        (None, {"read": []}, OLD.data, {"write": ("ann", "alice")}),
        (None, {"write": []}, OLD.data, {"read": ("bob",), "write": ("alice",)}),
        (None, {}, OLD.data, {"read": ("bob",), "write": ("ann", "alice")}),
    ],
)
def test_patch(
    data: dict[str, Any] | None,
    permissions: dict[str, list[str]] | None,
    attributes: dict[str, Any],
    lists: Permissions,
) -> None:
    """PATCH merges the top level, keeps null as null, and replaces only the permissions that it names."""
    outcome = made(OLD, Method.PATCH, data=data, permissions=permissions)
    assert (outcome.stored.data, outcome.stored.permissions) == (attributes, lists)
    assert not outcome.created


def test_an_empty_patch_is_refused() -> None:
    """PATCH with neither `data` nor `permissions` is malformed."""
    with pytest.raises(Invalid, match="Provide at least one of data or permissions"):
        made(OLD, Method.PATCH)


def test_post_answers_what_exists_unchanged() -> None:
    """POST with the id of an object that exists changes nothing: neither attributes nor permissions nor timestamp."""
    outcome = made(OLD, Method.POST, data={"z": 1}, permissions={"read": ["x"]})
    assert (outcome.stored, outcome.created, outcome.written) == (OLD, False, False)


@pytest.mark.parametrize("old", [None, GONE])
def test_post_creates_what_does_not_exist(old: Stored | None) -> None:
    """POST creates an object that never was, and one that was deleted."""
    outcome = made(old, Method.POST, data={"z": 1})
    assert (outcome.stored.data, outcome.created) == ({"z": 1}, True)


def test_an_id_that_the_server_made_up_never_meets_an_existing_object() -> None:
    """Where the id that the server chose is in use the change is refused, so that nobody is shown another's object."""
    with pytest.raises(IdTaken):
        made(OLD, Method.POST, id_made_up=True)


def test_delete_leaves_a_bare_tombstone() -> None:
    """What is left of a deleted object is its id, a timestamp, and who could read it."""
    stored = made(OLD, Method.DELETE).stored
    assert stored == Stored(id="r", last_modified=NOW, deleted=True, former_readers={"ann": NOW, "bob": NOW})
    assert stored.body() == {"id": "r", "last_modified": NOW, "deleted": True}


@pytest.mark.parametrize("method", [Method.PATCH, Method.DELETE])
@pytest.mark.parametrize("old", [None, GONE])
def test_what_does_not_exist_is_neither_patched_nor_deleted(method: Method, old: Stored | None) -> None:
    """An object that never was, and one that was deleted, are missing to PATCH and DELETE."""
    with pytest.raises(Missing) as caught:
        made(old, method, data={})
    assert (caught.value.kind, caught.value.id) == ("record", "r")


LIVE, ABSENT = OLD, None
ON_COLLECTION: dict[str, Permissions] = {
    "read": {"read": ("bob",)},
    "create": {"record:create": ("bob",)},
    "write": {"write": ("bob",)},
}


@pytest.mark.parametrize(
    ("method", "old", "granting"),
    [
        (Method.PUT, ABSENT, {"create", "write"}),
        (Method.PUT, LIVE, {"write"}),
        (Method.POST, ABSENT, {"create", "write"}),
        (Method.POST, LIVE, {"read", "write"}),
        (Method.PATCH, LIVE, {"write"}),
        (Method.DELETE, LIVE, {"write"}),
        (Method.PATCH, ABSENT, {"read", "write"}),
        (Method.DELETE, ABSENT, {"read", "write"}),
    ],
)
@pytest.mark.parametrize("held", ["none", "read", "create", "write"])
def test_who_may_write(method: Method, old: Stored | None, granting: set[str], held: str) -> None:
    """What each method needs on the collection: protocol section 11.2, for a caller whom the record does not name."""
    record = Stored(id="r", last_modified=900, permissions={"write": ("ann",)}) if old else None
    around = scope(BOB, collection=ON_COLLECTION.get(held, {"write": ("ann",)}))
    try:
        apply(record, change(method, BOB, data={}), around)
        permitted = True
    except Missing:
        permitted = True
    except Forbidden:
        permitted = False
    assert permitted is (held in granting)


def test_a_careful_creation_of_what_exists_fails_by_its_precondition() -> None:
    """One who may only create gets 412, not 403, for PUT with `If-None-Match: *`, and is not shown the object."""
    record = Stored(id="r", last_modified=900, data={"secret": 1}, permissions={"write": ("ann",)})
    asked = change(Method.PUT, BOB, precondition=Precondition(if_none_match="*"))
    with pytest.raises(PreconditionFailed) as caught:
        apply(record, asked, scope(BOB, collection={"record:create": ("bob",)}))
    assert (caught.value.timestamp, caught.value.existing) == (900, None)


def test_a_failed_precondition_shows_what_exists_to_readers() -> None:
    """One who may read the object is told its attributes and its timestamp with the 412."""
    with pytest.raises(PreconditionFailed) as caught:
        made(OLD, Method.PUT, precondition=Precondition(if_match=899))
    assert (caught.value.timestamp, caught.value.existing) == (900, OLD.body())


def test_a_failed_precondition_without_object_names_the_timestamp_of_the_list() -> None:
    """PUT with If-Match on what does not exist fails, and the answer carries the timestamp of the list."""
    with pytest.raises(PreconditionFailed) as caught:
        made(GONE, Method.PUT, precondition=Precondition(if_match=900))
    assert (caught.value.timestamp, caught.value.existing) == (CLOCK, None)


def test_what_the_server_does_by_itself_needs_no_permission() -> None:
    """The containers of the personal bucket are made for a caller who holds no right yet."""
    around = scope(BOB, collection={"write": ("ann",)})
    assert apply(None, change(Method.PUT, BOB, granted=True), around).created


@pytest.mark.parametrize("method", [Method.PUT, Method.POST])
def test_what_is_reserved_is_made_by_the_server_alone(method: Method) -> None:
    """Nobody but the server creates another's personal bucket; once it is there its own list decides as ever."""
    with pytest.raises(Forbidden):
        made(None, method, reserved=True)
    assert made(None, method, reserved=True, granted=True).created
    assert not made(OLD, method, reserved=True).created


def test_nobody_is_added_where_the_operator_says_so() -> None:
    """With `explicit_permissions` off the editor does not become a writer."""
    around = replace(scope(), rules=Rules({}, explicit=False))
    assert apply(None, change(Method.PUT), around).stored.permissions == {}


def test_an_anonymous_editor_adds_everyone() -> None:
    """Whoever does not say who they are makes everyone a writer, as it cannot be less."""
    around = scope(NOBODY, collection={"write": (EVERYONE,)})
    assert apply(None, change(Method.PUT, NOBODY), around).stored.permissions == {"write": (EVERYONE,)}


def test_permissions_are_shown_to_direct_writers_alone() -> None:
    """One whose right is inherited from the collection is in `write` only after his own write, and sees it then."""
    assert made(OLD, Method.POST).shown == {}
    assert made(OLD, Method.PUT).shown == {"read": ("bob",), "write": ("ann", "alice")}


def test_a_group_always_has_members() -> None:
    """A group without `data`, or with other attributes alone, has an empty list of members."""
    around = scope(kind=GROUP)
    assert apply(None, change(Method.PUT), around).stored.data == {"members": []}
    assert apply(None, change(Method.PUT, data={"a": 1}), around).stored.data == {"a": 1, "members": []}
    with pytest.raises(Invalid):
        apply(None, change(Method.PUT, data={"members": [EVERYONE]}), around)


def test_who_loses_the_right_to_read_is_remembered_until_it_is_given_back() -> None:
    """Former readers outlive further changes, a deletion and a new creation, and end with the right itself."""
    shared = made(None, Method.PUT, permissions={"read": ["bob", "carol"]}).stored
    taken = made(shared, Method.PATCH, permissions={"read": ["carol"]}).stored
    assert taken.former_readers == {"bob": taken.last_modified}
    deleted = made(replace(taken, last_modified=1), Method.DELETE).stored
    gone = deleted.last_modified
    assert deleted.former_readers == {"bob": taken.last_modified, "alice": gone, "carol": gone}
    again = made(deleted, Method.PUT, permissions={"read": ["bob"]}).stored
    assert again.former_readers == {"carol": gone}


def test_no_more_former_readers_are_remembered_than_the_limit() -> None:
    """The list of former readers does not grow without bound: the oldest are forgotten."""
    names = [f"reader-{number:04}" for number in range(FORMER_READERS_LIMIT)]
    old = Stored(id="r", last_modified=1, permissions={"read": ("late",)}, former_readers=dict.fromkeys(names, 0))
    assert sorted(made(old, Method.DELETE).stored.former_readers) == ["late", *names[1:]]


def test_too_long_a_list_refuses_the_change() -> None:
    """An access control list that would not fit into the index makes the whole change invalid."""
    names = [f"user-{number}" for number in range(1000)]
    assert made(None, Method.PUT, permissions={"read": names[1:]}).created
    with pytest.raises(Invalid):
        made(None, Method.PUT, permissions={"read": names})


def test_a_refused_timestamp_refuses_the_change() -> None:
    """A timestamp of the far future makes the whole change invalid."""
    with pytest.raises(Invalid):
        made(OLD, Method.PUT, last_modified=NOW + 10**9)


def test_the_timestamp_of_what_was_deleted_does_not_bind_its_successor() -> None:
    """An object that is created again may be dated before its own tombstone; one that lives only moves forward."""
    assert made(GONE, Method.PUT, last_modified=500).stored.last_modified == 500
    assert made(OLD, Method.PUT, last_modified=500).stored.last_modified == NOW
    assert made(OLD, Method.PUT, last_modified=950).stored.last_modified == 950
