"""How long signing in takes for names that exist and for names that do not: the two must not be told apart."""

import json
import random
import secrets
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from e2e.bench.load import Connection, Target, once

GOOD, BAD = "the right password", "the wrong password"
RIGHT, WRONG, UNKNOWN = "known, right password", "known, wrong password", "unknown"


async def measure(target: Target, count: int) -> Mapping[str, float]:
    """Answer the median times in ms of the first request of so many people of each sort, in random order.

    Each person is new to the server, so that no credentials are remembered. The server has accounts alone: where any
    pair is a user of Basic authentication, the answer itself tells whether there is an account.
    """
    made = [f"known-{secrets.token_hex(8)}" for _ in range(2 * count)]
    for name in made:
        body = json.dumps({"data": {"password": GOOD}}).encode()
        status, answer = await once(replace(target, user=""), "PUT", f"/accounts/{name}", body)
        if status != 201:
            raise RuntimeError(f"{status}: {answer[:300]!r}")
    people = [(RIGHT, name, GOOD) for name in made[:count]]
    people += [(WRONG, name, BAD) for name in made[count:]]
    people += [(UNKNOWN, f"known-{secrets.token_hex(8)}", BAD) for _ in range(count)]
    random.shuffle(people)
    return await _medians(target, people)


async def _medians(target: Target, people: Sequence[tuple[str, str, str]]) -> Mapping[str, float]:
    times: dict[str, list[float]] = {}
    connection = Connection(target)
    for sort, name, password in people:
        request = replace(target, user=name, password=password).request("GET", "/buckets")
        begun = time.perf_counter()
        await connection.ask(request)
        times.setdefault(sort, []).append((time.perf_counter() - begun) * 1000)
    connection.close()
    return {sort: statistics.median(found) for sort, found in sorted(times.items())}
