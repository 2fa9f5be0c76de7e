"""How long "shared with me" takes among more and more objects of others: it must not depend on them."""

import asyncio
import itertools
import json
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from e2e.bench.load import Connection, Target, once
from e2e.bench.workloads import BATCH_SIZE

SHARED = 100
COLLECTION = "/buckets/shared/collections/tasks"
WRITERS = 16
SAMPLES = 50


async def measure(owner: Target, sizes: Sequence[int]) -> AsyncIterator[tuple[int, dict[str, float]]]:
    """Answer for each size, in rising order, the median times in ms of a reader of 100 among so many records."""
    reader = replace(owner, user="bob")
    _, hello = await once(reader, "GET", "/")
    await once(owner, "PUT", "/buckets/shared")
    await once(owner, "PUT", COLLECTION)
    await fill(owner, COLLECTION, 0, SHARED, {"read": [json.loads(hello)["user"]["id"]]})
    there = SHARED
    for size in sizes:
        await fill(owner, COLLECTION, there, size, {})
        there = size
        yield (
            size,
            {
                path: await _median(reader, path)
                for path in (f"{COLLECTION}/records?_limit=100", "/permissions?_sort=id&_limit=100")
            },
        )


async def fill(owner: Target, collection: str, start: int, end: int, permissions: dict[str, list[str]]) -> None:
    """Write the records from one number to another.

    Raises:
        RuntimeError: the server refuses.
    """
    batches = iter(range(start, end, BATCH_SIZE))

    async def writer() -> None:
        connection = Connection(owner)
        for first in batches:
            requests = [
                {"body": {"data": {"order": number}, "permissions": permissions}}
                for number in range(first, min(first + BATCH_SIZE, end))
            ]
            defaults = {"method": "POST", "path": f"{collection}/records"}
            body = json.dumps({"defaults": defaults, "requests": requests}).encode()
            status, answer = await connection.ask(owner.request("POST", "/batch", body))
            if status != 200:
                raise RuntimeError(f"{status}: {answer[:300]!r}")
        connection.close()

    await asyncio.gather(*(writer() for _ in range(WRITERS)))


async def _median(reader: Target, path: str) -> float:
    connection = Connection(reader)
    times: list[float] = []
    for _ in itertools.repeat(None, SAMPLES):
        begun = time.perf_counter()
        status, body = await connection.ask(reader.request("GET", path))
        times.append((time.perf_counter() - begun) * 1000)
        if status != 200 or not json.loads(body)["data"]:
            raise RuntimeError(f"{status}: {body[:300]!r}")
    connection.close()
    return statistics.median(times)
