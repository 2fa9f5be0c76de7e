"""How long the sync client takes for a collection, and how much memory, beside kinto-http doing the same pull.

kinto-http puts the records into a list in memory and forgets them; the sync client writes them to its file.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from e2e.bench.load import Target, once
from e2e.bench.puller import BUCKET
from e2e.bench.shared import fill

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Pulled:
    """The best of some rounds: seconds for all records and for one change, MiB at the peak of the first."""

    program: str
    records: int
    first_seconds: float
    one_seconds: float
    peak_mib: float


async def measure(target: Target, sizes: Sequence[int]) -> AsyncIterator[Pulled]:
    """Measure each size with both programs.

    Raises:
        RuntimeError: a program did not get what there is.
    """
    await once(target, "PUT", f"/buckets/{BUCKET}")
    for size in sizes:
        path = f"/buckets/{BUCKET}/collections/of-{size}"
        await once(target, "PUT", path)
        await fill(target, path, 0, size, {})
        for program in ("kintoun-sync", "kinto-http"):
            rounds = [await _round(target, program, path, size) for _ in range(ROUNDS)]
            best = [min(values) for values in zip(*rounds, strict=True)]
            yield Pulled(program, size, *best)


async def _round(target: Target, program: str, path: str, size: int) -> tuple[float, float, float]:
    """Pull all, change a record, and pull once more."""
    name = path.rpartition("/")[2]
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder, "store.db")) if program == "kintoun-sync" else ""
        first = await _pull(target, program, name, file, size)
        _, listed = await once(target, "GET", f"{path}/records?_limit=1&_sort=id")
        changed = json.loads(listed)["data"][0]["id"]
        body = json.dumps({"data": {"changed_at": time.time_ns()}}).encode()
        await once(target, "PATCH", f"{path}/records/{changed}", body)
        second = await _pull(target, program, name, file or str(first["timestamp"]), 1)
    return float(first["seconds"]), float(second["seconds"]), float(first["peak_mib"])


async def _pull(target: Target, program: str, collection: str, rest: str, expected: int) -> dict[str, float | str]:
    arguments = (program, target.url, target.user, target.password, collection, rest)
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "e2e.bench.puller",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )
    output, _ = await child.communicate()
    found: dict[str, float | str] = json.loads(output or b"{}")
    if found.get("number") != expected:
        raise RuntimeError(f"{program} got {found.get('number')} of {expected} records")
    return found
