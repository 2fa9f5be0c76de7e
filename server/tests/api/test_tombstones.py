"""Tombstones and the loop of synchronisation: protocol section 15."""

from typing import Any

import httpx
import pytest


def listed(client: httpx.Client, path: str) -> list[dict[str, Any]]:
    """The entries of a list."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.json()
    entries = answer.json()["data"]
    assert isinstance(entries, list)
    return entries


@pytest.fixture
def history(alice: httpx.Client, records: str) -> dict[str, int]:
    """Records `a`, `b` and `c`, of which `b` was deleted last; the timestamp of the last change of each."""
    stamps = {name: alice.put(f"{records}/{name}").json()["data"]["last_modified"] for name in ("a", "b", "c")}
    return stamps | {"b": alice.delete(f"{records}/b").json()["data"]["last_modified"]}


def test_a_plain_list_has_no_tombstones(alice: httpx.Client, records: str, history: dict[str, int]) -> None:
    """Without a filter by time a list shows what is alive only."""
    assert {entry["id"] for entry in listed(alice, records)} == history.keys() - {"b"}


def test_since_is_strictly_greater(alice: httpx.Client, records: str, history: dict[str, int]) -> None:
    """`_since` shows what changed after the timestamp, not what changed at it, tombstones included."""
    assert [entry["id"] for entry in listed(alice, f"{records}?_since={history['a']}")] == ["b", "c"]
    assert [entry["id"] for entry in listed(alice, f"{records}?_since={history['a'] - 1}")] == ["b", "c", "a"]
    assert [entry["id"] for entry in listed(alice, f"{records}?_since={history['c']}")] == ["b"]
    assert listed(alice, f"{records}?_since={history['b']}") == []


def test_before_is_strictly_less(alice: httpx.Client, records: str, history: dict[str, int]) -> None:
    """`_before` shows what changed before the timestamp, tombstones included; both together make a range."""
    assert [entry["id"] for entry in listed(alice, f"{records}?_before={history['b']}")] == ["c", "a"]
    assert [entry["id"] for entry in listed(alice, f"{records}?_before={history['b'] + 1}")] == ["b", "c", "a"]
    between = f"{records}?_since={history['a']}&_before={history['b']}"
    assert [entry["id"] for entry in listed(alice, between)] == ["c"]


def test_a_tombstone_is_three_attributes(alice: httpx.Client, records: str, history: dict[str, int]) -> None:
    """A tombstone in a list is id, timestamp and the mark, and nothing of the object."""
    [tombstone] = listed(alice, f"{records}?_since={history['c']}")
    assert tombstone == {"id": "b", "last_modified": history["b"], "deleted": True}


@pytest.mark.parametrize("form", ["{}", '"{}"', "%22{}%22"])
def test_since_may_be_quoted(alice: httpx.Client, records: str, history: dict[str, int], form: str) -> None:
    """The value of `_since` may be an ETag as it stands, quotes included."""
    assert [entry["id"] for entry in listed(alice, f"{records}?_since={form.format(history['a'])}")] == ["b", "c"]


@pytest.mark.parametrize("name", ["_since", "_before"])
@pytest.mark.parametrize(
    "value", ["", "abc", "-1", "1.5", "true", "9999999999999", "99999999999999999999", '"abc"', "[]"]
)
def test_a_malformed_time_is_refused(alice: httpx.Client, records: str, name: str, value: str) -> None:
    """A time that is no whole number, or more than a day ahead, gives 400 that names the parameter."""
    for method in ("GET", "HEAD", "DELETE"):
        answer = alice.request(method, records, params={name: value})
        assert answer.status_code == 400
    [detail] = alice.get(records, params={name: value}).json()["details"]
    assert (detail["location"], detail["name"]) == ("querystring", name)


def test_a_time_within_a_day_is_taken(alice: httpx.Client, records: str) -> None:
    """A time some hours ahead is no error; nothing is newer."""
    ahead = alice.post(records).json()["data"]["last_modified"] + 3_600_000
    assert listed(alice, f"{records}?_since={ahead}") == []
    assert len(listed(alice, f"{records}?_before={ahead}")) == 1


def test_the_totals_count_no_tombstones(alice: httpx.Client, records: str, history: dict[str, int]) -> None:
    """HEAD counts what is alive, with a filter by time too."""
    for query, total in (("", 2), ("?_since=0", 2), (f"?_since={history['c']}", 0), (f"?_before={history['c']}", 1)):
        headers = alice.head(records + query).headers
        assert (headers["total-objects"], headers["total-records"]) == (str(total), str(total)), query


def test_a_recreated_object_has_no_tombstone(alice: httpx.Client, records: str, history: dict[str, int]) -> None:
    """Creating a deleted id again removes its tombstone; the object appears as a newer one."""
    alice.put(f"{records}/b", json={"data": {"back": True}})
    [entry] = listed(alice, f"{records}?_since={history['b']}")
    assert (entry["id"], entry["back"]) == ("b", True)
    assert [entry["id"] for entry in listed(alice, f"{records}?_since=0")] == ["b", "c", "a"]


def test_deleting_twice_leaves_one_tombstone(alice: httpx.Client, records: str, history: dict[str, int]) -> None:
    """An object that was deleted, made again and deleted again has one tombstone, with the newer time."""
    alice.put(f"{records}/b")
    again = alice.delete(f"{records}/b").json()["data"]["last_modified"]
    assert again > history["b"]
    tombstones = [entry for entry in listed(alice, f"{records}?_since=0") if entry.get("deleted")]
    assert tombstones == [{"id": "b", "last_modified": again, "deleted": True}]


def test_each_kind_has_tombstones(alice: httpx.Client, each_object: str, each_list: str) -> None:
    """Objects of every kind leave a tombstone in their list."""
    etag = alice.get(each_list).headers["etag"]
    object_id = each_object.rpartition("/")[2]
    assert alice.delete(each_object).status_code == 200
    tombstones = [entry["id"] for entry in listed(alice, f"{each_list}?_since={etag}") if entry.get("deleted")]
    assert tombstones == [object_id]


def test_the_loop_of_a_reader_misses_nothing(alice: httpx.Client, records: str) -> None:
    """A reader who follows the ETag of each answer ends with exactly the records of the server."""
    replica: dict[str, int] = {}
    etag = alice.get(records).headers["etag"]
    for name, method in zip(
        "abcabcabacbb", ("PUT",) * 6 + ("DELETE", "DELETE", "PUT", "PATCH", "PUT", "PATCH"), strict=True
    ):
        assert alice.request(method, f"{records}/{name}", json={"data": {"n": 1}}).is_success
        answer = alice.get(f"{records}?_since={etag}")
        assert answer.json()["data"], "the list has moved, so there is something to see"
        for entry in answer.json()["data"]:
            replica.pop(entry["id"], None)
            if not entry.get("deleted"):
                replica[entry["id"]] = entry["last_modified"]
        etag = answer.headers["etag"]
    assert replica == {entry["id"]: entry["last_modified"] for entry in listed(alice, records)}


def test_a_newer_list_has_something_new(alice: httpx.Client, records: str, history: dict[str, int]) -> None:
    """Whenever the ETag of a list is newer than a timestamp, `_since` that timestamp shows at least one entry."""
    newest = int(alice.get(records).headers["etag"].strip('"'))
    assert newest == history["b"]
    for stamp in history.values():
        assert bool(listed(alice, f"{records}?_since={stamp}")) == (newest > stamp)


@pytest.mark.parametrize("order", ["", "&_sort=n", "&_sort=last_modified"])
def test_what_was_taken_away_is_told_whatever_happens_between_two_pages(
    alice: httpx.Client, bob: httpx.Client, bob_id: str, records: str, order: str
) -> None:
    """A record that changes while its former reader turns the pages does not slip out of them and stay with him."""
    for name in ("early", "late", "kept"):
        assert alice.put(f"{records}/{name}", json={"permissions": {"read": [bob_id]}}).status_code == 201
    cursor = bob.get(records).headers["ETag"]
    for name in ("early", "late"):
        assert alice.patch(f"{records}/{name}", json={"permissions": {"read": []}}).status_code == 200
    answer = bob.get(f"{records}?_since={cursor}&_limit=1{order}")
    told = [entry["id"] for entry in answer.json()["data"]]
    assert alice.patch(f"{records}/early", json={"data": {"n": 1}}).status_code == 200
    while address := answer.headers.get("Next-Page"):
        answer = bob.get(address)
        told += [entry["id"] for entry in answer.json()["data"] if entry.get("deleted")]
    assert "early" in told
    assert listed(bob, f"{records}?_since={answer.headers['ETag']}") == []
