"""Where an object lives: protocol sections 8 and 9."""

import pytest
from kintoun_server.domain.kinds import BUCKET, COLLECTION, GROUP, RECORD
from kintoun_server.domain.uri import ROOT_URI, ListURI, ObjectURI, locate

BUCKETS = ListURI(BUCKET)
GROUPS = ListURI(GROUP, "todo")
COLLECTIONS = ListURI(COLLECTION, "todo")
RECORDS = ListURI(RECORD, "todo", "tasks")


@pytest.mark.parametrize(
    ("list_uri", "text", "parent", "ancestors"),
    [
        (BUCKETS, "/buckets", ROOT_URI, []),
        (GROUPS, "/buckets/todo/groups", "/buckets/todo", ["/buckets/todo"]),
        (COLLECTIONS, "/buckets/todo/collections", "/buckets/todo", ["/buckets/todo"]),
        (
            RECORDS,
            "/buckets/todo/collections/tasks/records",
            "/buckets/todo/collections/tasks",
            ["/buckets/todo", "/buckets/todo/collections/tasks"],
        ),
    ],
)
def test_lists(list_uri: ListURI, text: str, parent: str, ancestors: list[str]) -> None:
    """Each list has its URI, that of its container, and those of all containers around it, the outermost first."""
    assert str(list_uri) == text
    assert list_uri.parent_uri == parent
    assert [str(ancestor) for ancestor in list_uri.ancestors] == ancestors


def test_objects() -> None:
    """An object is its list and its id."""
    assert str(BUCKETS.object("todo")) == "/buckets/todo"
    assert str(RECORDS.object("a-1")) == "/buckets/todo/collections/tasks/records/a-1"
    assert RECORDS.parent == COLLECTIONS.object("tasks")
    assert BUCKETS.parent is None
    assert RECORDS.object("a-1").ancestors == RECORDS.ancestors


def test_a_list_is_found_by_the_name_of_its_kind() -> None:
    """The name of a kind and the ids of the containers make the same list as the kind itself."""
    assert ListURI.of("record", "todo", "tasks") == RECORDS
    assert {ListURI.of("bucket"), BUCKETS} == {BUCKETS}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("buckets", BUCKETS),
        ("buckets/todo", BUCKETS.object("todo")),
        ("buckets/todo/groups", GROUPS),
        ("buckets/todo/groups/g", GROUPS.object("g")),
        ("buckets/todo/collections/tasks", COLLECTIONS.object("tasks")),
        ("buckets/todo/collections/tasks/records", RECORDS),
        ("buckets/todo/collections/tasks/records/a", RECORDS.object("a")),
        ("", None),
        ("batch", None),
        ("groups", None),
        ("buckets/todo/records", None),
        ("buckets/todo/groups/g/records", None),
        ("buckets/todo/collections/tasks/records/a/records", None),
    ],
)
def test_places_are_found_by_their_path(path: str, place: ListURI | ObjectURI | None) -> None:
    """The segments of a path name the list or the object that has it as its URI, or nothing."""
    assert locate(path.split("/")) == place
