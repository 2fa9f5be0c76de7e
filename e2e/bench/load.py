"""Load on a server: as many requests as it answers, from clients that keep their connections.

Written on streams, since a client library of Python takes longer for a request than the server for its answer.
"""

import asyncio
import base64
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

Make = Callable[[int], bytes]
"""Makes the request with a number; the numbers of one run are all different."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run came to: answers per second, the median of their times in ms, and how many there were by status."""

    rate: float
    median_ms: float
    statuses: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Target:
    """A server, by its address without a slash at the end, and who asks it."""

    url: str
    user: str = "alice"
    password: str = "the password of the bench"

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
        """Write a request, whole."""
        credentials = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        lines = [
            f"{method} {urlsplit(self.url).path}{path} HTTP/1.1",
            f"Host: {urlsplit(self.url).netloc}",
            f"Authorization: Basic {credentials}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body


class Connection:
    """One connection that is kept open; a server that closes it gets a new one."""

    def __init__(self, target: Target) -> None:
        address = urlsplit(target.url)
        self._host, self._port = address.hostname, address.port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request, and answer the status and the body."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port, limit=64 * 1024 * 1024)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = head.partition(b"content-length:")[2].partition(b"\r\n")[0].strip()
        body = await reader.readexactly(int(length or 0))
        if b"connection: close" in head:
            self.close()
        return int(head.split(maxsplit=2)[1]), body

    def close(self) -> None:
        """Close it."""
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


async def once(target: Target, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    """Send one request on a connection of its own."""
    connection = Connection(target)
    try:
        return await connection.ask(target.request(method, path, body, **headers))
    finally:
        connection.close()


async def run(target: Target, make: Make, clients: int, seconds: float) -> Figures:
    """Let so many clients ask for so long, each its next request after the answer to the one before."""
    numbers = iter(range(10**9))
    times: list[float] = []
    statuses: Counter[int] = Counter()
    ends = time.perf_counter() + seconds

    async def client() -> None:
        connection = Connection(target)
        while (begun := time.perf_counter()) < ends:
            status, _ = await connection.ask(make(next(numbers)))
            times.append(time.perf_counter() - begun)
            statuses[status] += 1
        connection.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    elapsed = time.perf_counter() - begun
    return Figures(len(times) / elapsed, statistics.median(times) * 1000, dict(statuses))
