"""Who asks lists for what: the lists of all kinds, readers of some records, and the clients of others."""

from contextlib import closing
from typing import Any

import httpx
import pytest
from kinto_http import Client
from tests.api.tasks import ALL, all_pages, fill, found


def test_groups_and_collections_are_filtered(alice: httpx.Client, bucket: str) -> None:
    """The lists of a bucket take the same parameters, groups by their members too."""
    for kind in ("groups", "collections"):
        fill(alice, f"{bucket}/{kind}", {"x": {"n": 1, "members": ["zoe", "max"]}, "y": {"n": 2, "members": []}})
        assert found(alice, f"{bucket}/{kind}", "min_n=2") == ["y"]
        assert found(alice, f"{bucket}/{kind}", "contains_members=zoe") == ["x"]
        assert found(alice, f"{bucket}/{kind}", "_sort=n") == ["x", "y"]
        (entry,) = alice.get(f"{bucket}/{kind}?id=x&_fields=members").json()["data"]
        assert entry["members"] == ["zoe", "max"]
        assert "n" not in entry


def test_buckets_are_filtered(newcomer: httpx.Client, bucket: str) -> None:
    """The list of buckets takes the same parameters, and never finds the bucket of somebody else."""
    names = [f"{bucket.rpartition('/')[2]}-{number}" for number in range(3)]
    fill(newcomer, "/buckets", {name: {"n": number, "mine": True} for number, name in enumerate(names)})
    assert found(newcomer, "/buckets", "min_n=1&_sort=-n") == [names[2], names[1]]
    assert found(newcomer, "/buckets", "_sort=n&has_mine=true") == names
    assert found(newcomer, "/buckets", f"id={bucket.rpartition('/')[2]}") == []
    assert found(newcomer, "/buckets", f"like_id={names[0]}") == [names[0]]


def test_a_partial_reader_finds_their_own(alice: httpx.Client, bob: httpx.Client, tasks: str, bob_id: str) -> None:
    """Who may read some records finds, counts, sorts and deletes among those, and learns nothing of the others."""
    for name in ("r1", "r3", "r8"):
        alice.patch(f"{tasks}/{name}", json={"permissions": {"read": [bob_id]}})
    alice.patch(f"{tasks}/r4", json={"permissions": {"write": [bob_id]}})
    assert found(bob, tasks, "_sort=n") == ["r1", "r3", "r4", "r8"]
    assert found(bob, tasks, "like_title=*&_sort=-n") == ["r8", "r1"]
    assert found(bob, tasks, "like_title=bread") == []
    assert found(bob, tasks, "id=r2") == []
    paged = [entry["id"] for page in all_pages(bob, f"{tasks}?_sort=n&_limit=1") for entry in page]
    assert paged == ["r1", "r3", "r4", "r8"]
    assert [entry["id"] for entry in bob.delete(f"{tasks}?has_n=true").json()["data"]] == ["r4"]
    assert len(found(alice, tasks, "")) == 9


def test_what_was_taken_away_cannot_be_probed(alice: httpx.Client, bob: httpx.Client, record: str, bob_id: str) -> None:
    """Who lost the right to read gets a tombstone, and no filter tells them what the object holds now."""
    records = record.rpartition("/")[0]
    alice.put(f"{records}/other", json={"permissions": {"read": [bob_id]}})
    alice.patch(record, json={"permissions": {"read": [bob_id]}})
    since = bob.get(records).headers["etag"]
    alice.patch(record, json={"data": {"title": "secret"}, "permissions": {"read": []}})
    for query in ("title=secret", "has_title=true", "like_title=s", "gt_done=false&has_done=true"):
        assert found(bob, records, f"_since={since}&{query}") == []
    assert found(bob, records, f"_since={since}&deleted=true") == ["first"]
    assert found(bob, records, f"_since={since}&title=secret&_sort=title") == []


def test_kinto_http_filters(root: str, tasks: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """kinto-http's `get_records` with filters of each kind, order, fields and pages."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    _, _, bucket, _, collection, _ = tasks.split("/")
    client = Client(server_url=f"{root}/v1", auth=("alice", "secret"), bucket=bucket, collection=collection)
    with closing(client.session._session):

        def ids(**parameters: Any) -> list[str]:  # noqa: ANN401 - as kinto-http has it
            return [entry["id"] for entry in client.get_records(**parameters)]

        assert ids(in_id=["r1", "r2"], _sort="id") == ["r1", "r2"]
        assert ids(in_n=["1", "10"], _sort="n") == ["r3", "r4"]
        assert ids(exclude_id=list(ALL[1:])) == ["r0"]
        assert ids(like_title="buy", _sort="-title", _limit=1) == ["r2"]  # it takes a limit for all that is wanted
        assert ids(min_n=10, _sort="n") == ["r4", "r5", "r6", "r7", "r8", "r9"]
        assert ids(done=True) == ["r3"]
        assert ids(contains_tags=["home"], _sort="id") == ["r1", "r2"]
        assert ids(has_done=True, _sort="id", _fields="done") == ["r3", "r4"]


def test_kinto_js_filters(alice: httpx.Client, tasks: str) -> None:
    """Queries as kinto.js writes them: values unquoted, commas encoded or not, what it has just sent left out."""
    every = alice.get(f"{tasks}?_sort=-last_modified&exclude_id=r1%2Cr2").json()["data"]
    assert [entry["id"] for entry in every] == [name for name in reversed(ALL) if name not in ("r1", "r2")]
    assert [entry["id"] for entry in alice.get(f"{tasks}?in_n=1%2C10&_sort=n").json()["data"]] == ["r3", "r4"]
    assert [entry["id"] for entry in alice.get(f"{tasks}?in_n=1,10&_sort=-n").json()["data"]] == ["r4", "r3"]
    since = every[1]["last_modified"]
    assert found(alice, tasks, f"_sort=-last_modified&_since={since}&exclude_id=r1") == ["r9"]
    assert found(alice, tasks, f'_sort=-last_modified&_since="{since}"') == ["r9"]
    entries = alice.get(f"{tasks}?_fields=id&min_n=10&_limit=2").json()["data"]
    assert [sorted(entry) for entry in entries] == [["id", "last_modified"]] * 2
