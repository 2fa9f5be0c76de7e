"""What holds between devices and their server in the end: the promises `converged` and `intended`."""

from collections.abc import Iterable, Mapping
from typing import Any

import httpx2
from kintoun_sync import ABSENT, Collection, Store
from kintoun_sync.collection import LocalCollection

CONVERGED = (
    "converged: after the faults end and everyone has synced twice, all replicas are equal and no outbox holds anything"
)
INTENDED = "intended: no local edit vanishes: it is in the result, in a recorded merge, or in a visible conflict"


def held(collection: LocalCollection) -> dict[str, dict[str, Any]]:
    """What a device shows, by id."""
    return {record.id: dict(record) for record in collection}


def stored(client: httpx2.Client, collection: str = "tasks", bucket: str = "default") -> dict[str, dict[str, Any]]:
    """What the server has, by id."""
    path: str | None = f"/buckets/{bucket}/collections/{collection}/records"
    found: dict[str, dict[str, Any]] = {}
    while path is not None:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        for entry in answer.json()["data"]:
            found[entry["id"]] = {name: value for name, value in entry.items() if name not in ("id", "last_modified")}
        path = answer.headers.get("next-page")
    return found


def check_converged(
    stores: Iterable[Store], client: httpx2.Client, name: str = "tasks", bucket: str = "default"
) -> None:
    """Everybody syncs twice; then all replicas are the server's records, and nothing waits."""
    devices = list(stores)
    for store in (*devices, *devices):
        store.sync()
    there = stored(client, name, bucket)
    for store in devices:
        assert held(store.collection(name, bucket=bucket)) == there, CONVERGED
        assert store.waiting == 0, CONVERGED


def check_intended(collection: Collection, typed: Mapping[str, Mapping[str, Any]]) -> None:
    """What was typed, by record and field, is in the record, in an open conflict, or in the journal."""
    for record_id, fields in typed.items():
        for field, value in fields.items():
            assert value in _places(collection, record_id, field), f"{INTENDED}\n  {record_id}.{field} = {value!r}"


def _places(collection: Collection, record_id: str, field: str) -> list[Any]:
    record = collection.get(record_id)
    found = [] if record is None else [record.get(field, ABSENT)]
    open_ones = [conflict for conflict in collection.conflicts() if conflict.id == record_id]
    found += [one.mine.get(field, ABSENT) if one.field is None else one.mine for one in open_ones]
    for entry in collection.journal():
        if entry.id == record_id:
            found += [side.get(field, ABSENT) for side in (entry.mine, entry.theirs) if side is not None]
    return found
