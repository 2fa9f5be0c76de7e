"""An object as answers show it, and what its surroundings decide: protocol sections 4, 11.2 and 15."""

import pytest
from kintoun_server.domain.kinds import BUCKET, COLLECTION, GROUP, RECORD
from kintoun_server.domain.objects import Scope, Stored
from kintoun_server.domain.permissions import Rules

RECORD_OF_BOB = Stored(id="r", last_modified=7, data={"a": 1, "deleted": True}, permissions={"write": ("bob",)})


def scope(**more: object) -> Scope:
    """A list of records of a collection that Carol may read, seen by Bob."""
    known = {"bucket": {}, "collection": {"read": ("carol",)}}
    principals = frozenset({str(more.get("caller", "bob"))})
    return Scope(kind=RECORD, lists=known, principals=principals, rules=Rules({}))


def test_an_object_is_shown_with_its_id_and_timestamp() -> None:
    """The attributes stand beside what the server sets; an attribute `deleted` of the user's is one like others."""
    assert RECORD_OF_BOB.body() == {"a": 1, "deleted": True, "id": "r", "last_modified": 7}


def test_the_servers_fields_win() -> None:
    """Attributes that bear the names of the server's fields cannot hide them."""
    stored = Stored(id="r", last_modified=7, data={"id": "x", "last_modified": 0})
    assert stored.body() == {"id": "r", "last_modified": 7}


def test_a_tombstone_shows_nothing_of_what_was() -> None:
    """A deleted object is shown as its id, a timestamp and `deleted`; so is a live one to whom it was taken from."""
    tombstone = {"id": "r", "last_modified": 7, "deleted": True}
    assert Stored(id="r", last_modified=7, deleted=True, former_readers={"x": 7}).body() == tombstone
    assert RECORD_OF_BOB.tombstone() == tombstone


def test_the_moment_of_a_loss() -> None:
    """Who read an object by several principals lost it with the last of them; who never did lost nothing."""
    stored = Stored(id="r", last_modified=9, former_readers={"bob": 5, "/buckets/b/groups/g": 7})
    assert stored.lost_by(frozenset({"bob", "/buckets/b/groups/g", "carol"})) == 7
    assert stored.lost_by(frozenset({"bob"})) == 5
    assert stored.lost_by(frozenset({"carol"})) is None


def test_the_objects_own_list_counts_for_the_object_alone() -> None:
    """Bob may write his record, and through it neither another one nor the list of records."""
    assert scope().may("write", RECORD_OF_BOB)
    assert not scope().may("write", Stored(id="s", last_modified=8))
    assert not scope().may("write")
    assert not scope().may("read")


def test_the_containers_lists_count_for_all_objects() -> None:
    """Carol may read every record of the collection, and write none."""
    assert scope(caller="carol").may("read", RECORD_OF_BOB)
    assert scope(caller="carol").may("read")
    assert not scope(caller="carol").may("write", RECORD_OF_BOB)


@pytest.mark.parametrize(
    ("kind", "missing", "shown_first"),
    [
        (RECORD, ("collection", "c"), True),
        (RECORD, ("bucket", "b"), True),
        (RECORD, None, False),
        (COLLECTION, ("bucket", "b"), False),
        (GROUP, ("bucket", "b"), False),
        (BUCKET, None, False),
    ],
    ids=str,
)
def test_missing_collections_come_before_everything(kind: object, missing: object, *, shown_first: bool) -> None:
    """Only for records does a missing container come before the permissions (protocol section 5.3)."""
    around = Scope(kind=kind, lists={}, principals=frozenset(), rules=Rules({}), missing=missing)  # type: ignore[arg-type]
    assert around.collection_missing is shown_first
