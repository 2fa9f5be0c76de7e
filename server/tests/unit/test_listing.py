"""What part of a list is asked for, and who may see how much of it: protocol sections 11.5, 11.6, 15.2 and 16."""

from dataclasses import replace

import pytest
from kintoun_server.domain.kinds import BUCKET, COLLECTION, RECORD, Kind
from kintoun_server.domain.listing import Reach, Selection, reach, shown
from kintoun_server.domain.objects import Scope, Stored
from kintoun_server.domain.permissions import Action, Permissions, Rules
from kintoun_server.domain.principals import AUTHENTICATED
from kintoun_server.domain.refusals import Forbidden, ParentMissing

FULL, OPEN, CLOSED = Reach(full=True, open=True), Reach(full=False, open=True), Reach(full=False, open=False)


def scope(kind: Kind, missing: tuple[str, str] | None = None, **lists: Permissions) -> Scope:
    """A list of a kind below containers with these access control lists, seen by me."""
    rules = Rules({"bucket_create": frozenset({AUTHENTICATED})})
    principals = frozenset({"me", AUTHENTICATED})
    return Scope(kind=kind, lists=lists, principals=principals, rules=rules, missing=missing)


@pytest.mark.parametrize(
    ("selection", "tombstones", "whole"),
    [
        (Selection(), False, True),
        (Selection(limit=5), False, True),
        (Selection(since=0), True, False),
        (Selection(before=0), True, False),
        (Selection(since=1, before=9, limit=2), True, False),
        (Selection(position=7), False, False),
        (Selection(since=1, position=7), True, False),
    ],
)
def test_a_selection(selection: Selection, *, tombstones: bool, whole: bool) -> None:
    """Tombstones belong to a selection with any filter on the timestamp; the whole list is one without any bound."""
    assert (selection.tombstones, selection.whole) == (tombstones, whole)


def test_what_a_selection_covers() -> None:
    """Both bounds are exclusive, and a bound that is not given bounds nothing."""
    covered = [stamp for stamp in range(10) if Selection(since=3, before=7).covers(stamp)]
    assert covered == [4, 5, 6]
    assert [stamp for stamp in range(10) if Selection(since=7).covers(stamp)] == [8, 9]
    assert [stamp for stamp in range(10) if Selection(before=2).covers(stamp)] == [0, 1]
    assert Selection().covers(0)


@pytest.mark.parametrize(
    ("permission", "read", "write"),
    [("write", FULL, FULL), ("read", FULL, CLOSED), ("record:create", OPEN, OPEN), ("nothing", CLOSED, CLOSED)],
)
def test_how_far_a_right_on_the_collection_reaches(permission: str, read: Reach, write: Reach) -> None:
    """Readers see all records, creators an open list of their own; deletion reaches what may be written."""
    records = scope(RECORD, bucket={}, collection={permission: ("me",)})
    assert (reach(records, "read"), reach(records, "write")) == (read, write)


def test_the_list_of_buckets_is_open_to_who_may_create_one() -> None:
    """Everyone who may create buckets gets a list, even an empty one, of those that are accessible."""
    assert reach(scope(BUCKET), "read") == OPEN


@pytest.mark.parametrize("action", ["read", "write"])
def test_a_missing_container_is_shown_to_those_alone_who_may_know(action: Action) -> None:
    """A missing collection is 404 to whom the bucket is open, and refused to all others, like a missing bucket."""
    missing = ("collection", "tasks")
    with pytest.raises(ParentMissing) as caught:
        reach(scope(RECORD, missing, bucket={"write": ("me",)}), action)
    assert (caught.value.kind, caught.value.id) == missing
    with pytest.raises(Forbidden):
        reach(scope(RECORD, missing, bucket={"collection:create": ("me",)}), action)
    with pytest.raises(Forbidden):
        reach(scope(COLLECTION, ("bucket", "b")), action)


def test_a_former_reader_sees_the_moment_of_the_loss_once() -> None:
    """Who lost the right to read sees a tombstone of that moment, and nothing where the selection begins later."""
    lost = Stored(id="r", last_modified=9, permissions={"read": ("carol",)}, former_readers={"bob": 5})
    bob = Scope(kind=RECORD, lists={}, principals=frozenset({"bob"}), rules=Rules({}))
    partial = Reach(full=False, open=True)
    assert shown(lost, bob, partial, Selection(since=4)) == {"id": "r", "last_modified": 5, "deleted": True}
    assert shown(lost, bob, partial, Selection(since=5)) is None
    assert shown(lost, replace(bob, principals=frozenset({"carol"})), partial, Selection(since=5)) == lost.body()
