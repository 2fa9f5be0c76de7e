"""What is asked of each server in turn: the same requests to ours, to the reference and to a bare handler."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from e2e.bench.load import Target, once

BUCKET = "/buckets/bench"
RECORDS = f"{BUCKET}/collections/tasks/records"
FILLED = f"{BUCKET}/collections/filled/records"
FILLED_COUNT = 1000
BATCH_SIZE = 25


@dataclass(frozen=True, slots=True)
class Workload:
    """One kind of request; ``per_request`` is how many objects each writes or reads."""

    name: str
    make: Callable[[Target, int], bytes]
    per_request: int = 1


def _task(number: int) -> dict[str, object]:
    return {"description": f"Task number {number}", "status": ("todo", "doing", "done")[number % 3], "order": number}


def _body(number: int) -> bytes:
    return json.dumps({"data": _task(number)}).encode()


def _batch(path: str, first: int, size: int) -> bytes:
    requests = [{"body": {"data": _task(number)}} for number in range(first, first + size)]
    return json.dumps({"defaults": {"method": "POST", "path": path}, "requests": requests}).encode()


WORKLOADS = (
    Workload("GET of one object", lambda to, _: to.request("GET", f"{FILLED}/known")),
    Workload("GET of a list of 100", lambda to, _: to.request("GET", f"{FILLED}?_limit=100"), 100),
    Workload("GET with a filter, 10 of 1,000", lambda to, n: to.request("GET", f"{FILLED}?order={n % 1000}&_limit=10")),
    Workload("GET sorted by an attribute", lambda to, _: to.request("GET", f"{FILLED}?_sort=-order&_limit=10")),
    Workload("POST of a record", lambda to, n: to.request("POST", RECORDS, _body(n))),
    Workload("PUT of one of 100 records", lambda to, n: to.request("PUT", f"{RECORDS}/r{n % 100}", _body(n))),
    Workload(
        "batch of 25 POSTs", lambda to, n: to.request("POST", "/batch", _batch(RECORDS, n, BATCH_SIZE)), BATCH_SIZE
    ),
)


async def prepare(target: Target) -> None:
    """Make the bucket, its collections, and the records that are read.

    Raises:
        RuntimeError: the server refuses.
    """
    for path in (BUCKET, f"{BUCKET}/collections/tasks", f"{BUCKET}/collections/filled"):
        await _accepted(once(target, "PUT", path))
    await _accepted(once(target, "PUT", f"{FILLED}/known", _body(0)))
    for first in range(1, FILLED_COUNT, BATCH_SIZE):
        await _accepted(once(target, "POST", "/batch", _batch(FILLED, first, BATCH_SIZE)))


async def _accepted(answer: Awaitable[tuple[int, bytes]]) -> None:
    status, body = await answer
    if status not in (200, 201):
        raise RuntimeError(f"{status}: {body[:300]!r}")
