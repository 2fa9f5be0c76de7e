"""Timestamps: protocol section 13."""

import time

import httpx
import pytest


def stamp(answer: httpx.Response) -> int:
    """The timestamp of the object in an answer, in milliseconds."""
    assert answer.status_code in {200, 201}, answer.json()
    value = answer.json()["data"]["last_modified"]
    assert isinstance(value, int)
    return value


def list_stamp(client: httpx.Client, path: str) -> int:
    """The timestamp of a list, in milliseconds."""
    return int(client.head(path).headers["etag"].strip('"'))


def test_timestamps_are_the_time_in_milliseconds(alice: httpx.Client, records: str) -> None:
    """A new object carries the time of its creation, give or take what earlier objects have used up."""
    before = int(time.time() * 1000)
    assert before - 2000 <= stamp(alice.post(records)) <= int(time.time() * 1000) + 2000


def test_timestamps_increase_strictly(alice: httpx.Client, records: str) -> None:
    """Creations, changes and deletions of one list, faster than the clock, all have increasing timestamps."""
    seen = []
    for number in range(20):
        path = f"{records}/r{number}"
        seen += [stamp(alice.put(path)), stamp(alice.patch(path, json={"data": {"a": 1}})), stamp(alice.delete(path))]
    assert seen == sorted(set(seen))
    assert list_stamp(alice, records) == seen[-1]


def test_each_list_has_its_own_clock(alice: httpx.Client, record: str) -> None:
    """A write to a record moves neither its collection nor its bucket, nor their lists, nor another collection."""
    collection = record.rpartition("/records/")[0]
    bucket = collection.rpartition("/collections/")[0]
    other = f"{bucket}/collections/other"
    alice.put(f"{other}/records/r") if alice.put(other).status_code == 201 else None
    still = [collection, bucket, f"{bucket}/collections", f"{bucket}/groups", f"{other}/records"]
    before = [alice.head(path).headers["etag"] for path in still]
    alice.patch(record, json={"data": {"a": 1}})
    alice.delete(record)
    assert [alice.head(path).headers["etag"] for path in still] == before


def test_an_unwritten_list_keeps_its_timestamp(alice: httpx.Client, records: str) -> None:
    """A list that was never written has a timestamp from its first reading on, below that of the first write."""
    first = list_stamp(alice, records)
    assert list_stamp(alice, records) == first == list_stamp(alice, f"{records}?_since=0")
    assert stamp(alice.post(records)) > first


def test_reading_does_not_move_the_list(alice: httpx.Client, record: str) -> None:
    """Pages, filters by time and HEAD of a list carry the same ETag as the list itself."""
    records = record.rpartition("/")[0]
    alice.post(records)
    etag = alice.get(records).headers["etag"]
    for query in ("?_limit=1", "?_since=0", "?_before=5", f"?_since={etag}"):
        assert alice.get(records + query).headers["etag"] == etag
        assert alice.head(records + query).headers["etag"] == etag


def test_a_past_timestamp_of_a_new_object_is_kept(alice: httpx.Client, records: str) -> None:
    """A timestamp in the past, given at the creation, is stored as it is and does not move the list."""
    before = list_stamp(alice, records)
    assert stamp(alice.put(f"{records}/old", json={"data": {"last_modified": 1500000000000}})) == 1500000000000
    posted = alice.post(records, json={"data": {"id": "older", "last_modified": 1400000000000}})
    assert (stamp(posted), posted.headers["etag"]) == (1400000000000, '"1400000000000"')
    assert list_stamp(alice, records) == before


def test_the_timestamp_of_the_list_is_not_given_twice(alice: httpx.Client, records: str) -> None:
    """A new object that asks for the very timestamp of the list gets the next one."""
    newest = stamp(alice.post(records))
    assert stamp(alice.put(f"{records}/same", json={"data": {"last_modified": newest}})) == newest + 1
    assert list_stamp(alice, records) == newest + 1


def test_a_future_timestamp_moves_the_list(alice: httpx.Client, records: str) -> None:
    """A timestamp in the future, less than a day, is stored and becomes that of the list; later ones follow it."""
    future = stamp(alice.post(records)) + 3_600_000
    assert stamp(alice.put(f"{records}/fut", json={"data": {"last_modified": future}})) == future
    assert list_stamp(alice, records) == future
    assert stamp(alice.post(records)) == future + 1
    assert stamp(alice.patch(f"{records}/fut", json={"data": {"last_modified": future + 500}})) == future + 500
    assert list_stamp(alice, records) == future + 500


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_update_does_not_go_back(alice: httpx.Client, record: str, method: str) -> None:
    """A timestamp that is not greater than the object's is ignored on an update: the object gets a new one."""
    current = stamp(alice.get(record))
    for sent in (current, current - 1, 1500000000000, 0):
        got = stamp(alice.request(method, record, json={"data": {"last_modified": sent}}))
        assert got > current
        current = got


def test_an_update_may_stay_below_the_list(alice: httpx.Client, records: str) -> None:
    """A timestamp greater than the object's is stored on an update, also where it is lower than that of the list."""
    alice.put(f"{records}/old", json={"data": {"last_modified": 1500000000000}})
    newest = stamp(alice.post(records))
    assert stamp(alice.put(f"{records}/old", json={"data": {"last_modified": 1600000000000}})) == 1600000000000
    assert stamp(alice.patch(f"{records}/old", json={"data": {"last_modified": 1700000000000}})) == 1700000000000
    assert list_stamp(alice, records) == newest


@pytest.mark.parametrize("value", ["1500000000000", '"1500000000000"', 1.5, None, [], {}])
def test_a_timestamp_of_another_type_is_ignored(alice: httpx.Client, records: str, value: object) -> None:
    """A `last_modified` that is no integer is ignored, as if it were not there."""
    before = list_stamp(alice, records)
    assert stamp(alice.put(f"{records}/a", json={"data": {"last_modified": value}})) > before


@pytest.mark.parametrize("value", [10**14, 253402300800000, 2**63 - 1, 9_999_999_999_999])
@pytest.mark.difference("future-timestamps")
def test_a_timestamp_far_in_the_future_is_refused(alice: httpx.Client, record: str, value: int) -> None:
    """A timestamp of more than a day in the future gives 400, and the list goes on as before."""
    for method in ("PUT", "PATCH"):
        assert alice.request(method, record, json={"data": {"last_modified": value}}).status_code == 400
    assert alice.post(record.rpartition("/")[0], json={"data": {"last_modified": value}}).status_code == 400
    assert alice.delete(f"{record}?last_modified={value}").status_code == 400
    assert stamp(alice.put(record)) < time.time() * 1000 + 60_000


@pytest.mark.parametrize("value", [True, False, -1, -(2**63), 2**62])
def test_no_timestamp_breaks_the_list(alice: httpx.Client, records: str, value: object) -> None:
    """Whatever `last_modified` is sent, the answer is no 5xx and the list stays in order."""
    answer = alice.put(f"{records}/odd", json={"data": {"last_modified": value}})
    assert answer.status_code in {201, 400}
    if answer.status_code == 201:
        assert answer.headers["etag"] == f'"{stamp(answer)}"'
    assert alice.get(f"{records}?_since=0").status_code == 200
    assert abs(stamp(alice.post(records)) - time.time() * 1000) < 60_000


@pytest.mark.difference("used-timestamps")
def test_a_used_timestamp_is_not_used_again(alice: httpx.Client, records: str) -> None:
    """Two objects never carry the same timestamp, also where both ask for the same one in the past."""
    alice.put(f"{records}/a", json={"data": {"last_modified": 1500000000000}})
    second = alice.put(f"{records}/b", json={"data": {"last_modified": 1500000000000}})
    assert second.status_code in {201, 409}
    stamps = [entry["last_modified"] for entry in alice.get(records).json()["data"]]
    assert len(stamps) == len(set(stamps))


@pytest.mark.difference("clock-of-a-former-life")
def test_the_clock_of_a_recreated_collection_does_not_go_back(alice: httpx.Client, records: str) -> None:
    """A deliberate difference: a cursor of the former life shows what is new, even if that clock was far ahead."""
    future = stamp(alice.post(records)) + 3_600_000
    alice.put(f"{records}/a", json={"data": {"last_modified": future}})
    collection = records.rpartition("/")[0]
    alice.delete(collection)
    alice.put(collection)
    alice.put(f"{records}/b")
    assert [entry["id"] for entry in alice.get(records, params={"_since": future}).json()["data"]] == ["b"]
