"""A store without a server: what people do with collections, and what the file is."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import kintoun_sync
import pytest
from kintoun_sync import (
    REMOVED,
    ChangeKind,
    Collection,
    InvalidFilterError,
    InvalidRecordError,
    RecordExistsError,
    RecordNotFoundError,
    Store,
    StoreError,
)
from kintoun_sync.sqlite import changes


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store in a new file."""
    with kintoun_sync.open(tmp_path / "folder" / "local.db") as store:
        yield store


@pytest.fixture
def tasks(store: Store) -> Collection:
    """A collection in it."""
    return store.collection("tasks")


def test_a_collection_is_a_container(tasks: Collection) -> None:
    """`len`, `in`, `[]`, `get`, iteration and truth are what one expects of a container of records."""
    assert len(tasks) == 0
    assert tasks
    one = tasks.create({"a": 1})
    two = tasks.create({"id": "two", "b": [1, {"c": None}]})
    assert two.id == "two"
    assert (len(tasks), one.id in tasks, "three" in tasks, 3 in tasks) == (2, True, False, False)
    assert tasks["two"] == {"b": [1, {"c": None}]} == dict(two)
    assert tasks.get("three") is None
    assert sorted(record.id for record in tasks) == sorted([one.id, "two"])
    assert repr(two) == "Record('two', {'b': [1, {'c': None}]})"
    assert {two: 1}[tasks["two"]] == 1
    with pytest.raises(KeyError, match="there is no record 'three'"):
        tasks["three"]


def test_a_record_does_not_change(tasks: Collection) -> None:
    """What was read stays as it was read."""
    record = tasks.create({"a": 1})
    tasks.update(record.id, a=2)
    assert record["a"] == 1
    assert tasks[record.id]["a"] == 2


def test_fields_are_set_and_removed(tasks: Collection) -> None:
    """By keywords, by a mapping for other names, and with REMOVED."""
    record_id = tasks.create({"a": 1, "b": 1, "a b": 1}).id
    assert tasks.update(record_id, {"a b": 2}, a=REMOVED, c=3) == {"b": 1, "a b": 2, "c": 3}
    assert tasks.replace(record_id, {"d": 1}) == {"d": 1}


@pytest.mark.parametrize(
    "data",
    [
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": datetime.now(UTC)},
        {"a": {1: 2}},
        {"a": "\ud800"},
        {"\ud800": 1},
        {"a": b"x"},
        {"a": REMOVED},
        {"last_modified": 1},
        {"deleted": True},
        {"id": "-no"},
        {"id": 5},
        {"id": "a/b"},
    ],
)
def test_what_is_no_record_is_refused_at_once(tasks: Collection, data: dict[str, object]) -> None:
    """Whoever writes it is told, and nothing is written."""
    with pytest.raises(InvalidRecordError):
        tasks.create(data)
    assert len(tasks) == 0


def test_records_that_are_there_or_not(tasks: Collection) -> None:
    """Creating twice, and changing or deleting what is not there, are errors of their own."""
    tasks.create({}, id="one")
    with pytest.raises(RecordExistsError):
        tasks.create({}, id="one")
    tasks.delete("one")
    for action in (lambda: tasks.update("one", a=1), lambda: tasks.replace("one", {}), lambda: tasks.delete("one")):
        with pytest.raises(RecordNotFoundError):
            action()
    assert tasks.create({"b": 1}, id="one") == {"b": 1}


@pytest.mark.parametrize("filters", [{"in_a": 1}, {"in_a": "abc"}, {"like_a": 1}, {"has_a": 1}])
def test_filters_that_make_no_sense(tasks: Collection, filters: dict[str, object]) -> None:
    """An operator with a value that it cannot have is an error."""
    with pytest.raises(InvalidFilterError):
        tasks.list(filters)
    with pytest.raises(InvalidFilterError):
        tasks.list(sort="a..b")


def test_a_list_is_sorted_and_cut(tasks: Collection) -> None:
    """By several keys, each in its direction, and at most so many."""
    for order, status in enumerate(["todo", "done", "todo", "doing"]):
        tasks.create({"order": order, "status": status})
    assert [record["order"] for record in tasks.list(sort="status,-order")] == [3, 1, 2, 0]
    assert [record["order"] for record in tasks.list(sort=["-order"], limit=2)] == [3, 2]
    assert [record["order"] for record in tasks.list(status__in=["todo", "doing"], sort="order")] == [0, 2, 3]


def test_collections_are_apart(store: Store) -> None:
    """The same id in another collection or bucket is another record."""
    for number, collection in enumerate(
        (store.collection("a"), store.collection("b"), store.collection("a", bucket="x"))
    ):
        collection.create({"n": number}, id="one")
    assert [collection["one"]["n"] for collection in store.collections()] == [0, 1, 2]
    assert store.waiting == 3


def test_what_is_written_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    """Records, and what waits to be sent."""
    with kintoun_sync.open(tmp_path / "local.db") as store:
        store.collection("tasks").create({"a": 1}, id="one")
    with kintoun_sync.open(tmp_path / "local.db") as store:
        assert store.collection("tasks")["one"] == {"a": 1}
        assert store.collection("tasks").pending() == ["one"]


def test_several_edits_are_one(tasks: Collection, store: Store) -> None:
    """All of them are there, or none; and a sync does not hold the file while it waits for a server."""
    watch = tasks.watch(timeout=0.0)
    tasks.create({}, id="two")
    with pytest.raises(RecordExistsError), store.transaction():  # noqa: PT012 - the second edit fails, after the first
        tasks.create({}, id="one")
        tasks.create({}, id="two")
    assert len(tasks) == 1
    assert len(list(watch)) == 1
    with store.transaction():
        tasks.create({}, id="one")
        tasks.update("one", a=1)
    assert tasks["one"] == {"a": 1}
    assert len(list(watch)) == 2


def test_a_number_is_no_truth_value(tasks: Collection) -> None:
    """A field that was 1 and becomes true has changed, also before it is sent."""
    record_id = tasks.create({"field": 1}).id
    tasks.update(record_id, field=True)
    assert tasks[record_id]["field"] is True


def test_watching(tasks: Collection, store: Store) -> None:
    """Each change is told once, in order, with the record as it is now; an edit that changes nothing is none."""
    watch, all_of_it = tasks.watch(timeout=0.0), store.watch(timeout=0.0)
    record_id = tasks.create({"a": 1}).id
    tasks.update(record_id, a=2)
    tasks.update(record_id, a=2)
    tasks.delete(record_id)
    store.collection("other").create({})
    expected = [ChangeKind.CREATED, ChangeKind.UPDATED, ChangeKind.DELETED]
    assert [change.kind for change in watch] == expected
    assert [change.collection for change in all_of_it] == ["tasks"] * 3 + ["other"]
    assert list(watch) == []


def test_a_watch_that_comes_too_late(tasks: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    """More changes than are remembered are told as one: read all again."""
    monkeypatch.setattr(changes, "KEPT", 10)
    watch = tasks.watch(timeout=0.0)
    for _ in range(20):
        tasks.create({})
    assert [change.kind for change in watch] == [ChangeKind.MANY]


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    """What is no file of this library, or one of a later version, is refused and stays as it is."""
    (tmp_path / "text").write_text("no database, but quite long enough to be looked at as if it were one" * 20)
    other = sqlite3.connect(tmp_path / "other")
    other.execute("CREATE TABLE mine (a)")
    other.close()
    kintoun_sync.open(tmp_path / "later").close()
    later = sqlite3.connect(tmp_path / "later")
    later.execute("PRAGMA user_version = 99")
    later.close()
    for name in ("text", "other", "later"):
        with pytest.raises(StoreError):
            kintoun_sync.open(tmp_path / name)


def test_a_store_in_memory() -> None:
    """`:memory:` is a store that is gone in the end."""
    with kintoun_sync.open(":memory:") as store:
        store.collection("tasks").create({"a": 1})
        assert len(store.collection("tasks")) == 1
