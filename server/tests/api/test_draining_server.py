"""A server that stops without breaking off a request."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from kintoun_server.http.draining_server import DrainingServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Gate(RequestHandler):
    """Answers when it is opened."""

    opened: asyncio.Event
    entered: asyncio.Event

    def initialize(self, entered: asyncio.Event, opened: asyncio.Event) -> None:
        """Take the two events."""
        self.entered, self.opened = entered, opened

    async def get(self) -> None:
        """Answer `done`, late."""
        self.entered.set()
        await self.opened.wait()
        self.write("done")


class Site:
    """A draining server with one gate, and its clients."""

    def __init__(self) -> None:
        self.entered, self.opened = asyncio.Event(), asyncio.Event()
        handler = (".*", Gate, {"entered": self.entered, "opened": self.opened})
        self.server = DrainingServer(Application([handler]))
        sockets = bind_sockets(0, "127.0.0.1")
        self.port = sockets[0].getsockname()[1]
        self.server.add_sockets(sockets)
        self.writers: list[asyncio.StreamWriter] = []

    async def connect(self) -> Connection:
        """Open a connection and send nothing."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writers.append(writer)
        return reader, writer

    async def ask(self) -> asyncio.StreamReader:
        """Send a request, and return when it is being answered."""
        self.entered.clear()
        reader, writer = await self.connect()
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await self.entered.wait()
        return reader


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A site, closed in the end."""
    opened = Site()
    yield opened
    for writer in opened.writers:
        writer.close()
    await opened.server.drain(0)


async def test_a_request_in_flight_is_answered(site: Site) -> None:
    """Draining waits for the answer, closes the connection after it, and takes no other connection meanwhile."""
    reader = await site.ask()
    draining = asyncio.create_task(site.server.drain(60))
    await asyncio.sleep(0)
    with pytest.raises(ConnectionRefusedError):
        await site.connect()
    assert not draining.done()
    site.opened.set()
    assert (await reader.read()).endswith(b"done")
    await draining


async def test_connections_without_a_request_are_closed_at_once(site: Site) -> None:
    """New ones, and ones whose last request is answered, do not hold up the end, while another request is in flight."""
    site.opened.set()
    answered = await site.ask()
    assert (await answered.readuntil(b"done")).startswith(b"HTTP/1.1 200 ")
    fresh, _ = await site.connect()
    site.opened.clear()
    waiting = await site.ask()
    draining = asyncio.create_task(site.server.drain(60))
    assert [await fresh.read(), await answered.read()] == [b"", b""]
    assert not draining.done()
    site.opened.set()
    assert (await waiting.read()).endswith(b"done")
    await draining


async def test_a_request_that_takes_too_long_is_broken_off(site: Site) -> None:
    """The wait has an end."""
    reader = await site.ask()
    began = time.monotonic()
    await site.server.drain(0.2)
    assert time.monotonic() - began >= 0.2
    assert await reader.read() == b""


async def test_without_connections_there_is_nothing_to_wait_for(site: Site) -> None:
    """An idle server stops at once."""
    async with asyncio.timeout(10):
        await site.server.drain(3600)
