"""The wire between a driver and the mongod, which can go dead: a relay on a Unix socket, in a thread of its own."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from pymongo import uri_parser


class Wire:
    """A relay to a mongod: what goes through it arrives in order, or late, or not at all."""

    def __init__(self, target: str, path: Path) -> None:
        self.uri = f"mongodb://{quote(str(path), safe='')}/?directConnection=true"
        self._target = target
        self._path = path
        self._answering = asyncio.Event()
        self._answering.set()
        self._severed = False
        self._transports: set[asyncio.WriteTransport] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire")

    def start(self) -> None:
        """Take connections."""
        self._thread.start()
        self._server = self._run(asyncio.start_unix_server(self._relay, self._path))

    def mute(self) -> None:
        """Let no answer through from now on; what is asked still reaches the mongod."""
        self._run(self._mute())

    def cut(self) -> None:
        """Break all connections, with all answers that were held back; new connections work."""
        self._run(self._cut())

    def sever(self) -> None:
        """Break all connections and every new one, until the next `cut`."""
        self._run(self._cut(severed=True))

    def stop(self) -> None:
        """Break all connections and take no more."""
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - as the coroutine
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _mute(self) -> None:
        self._answering.clear()

    async def _cut(self, *, severed: bool = False) -> None:
        self._severed = severed
        for transport in self._transports:
            transport.abort()
        self._answering.set()

    async def _stop(self) -> None:
        # A connection that was accepted just before its server is closed would never be closed itself.
        for listening in self._server.sockets:
            self._loop.remove_reader(listening.fileno())
        await self._cut(severed=True)
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.gather(*others)
        self._server.close()

    async def _relay(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        self._transports.add(to_client.transport)
        if self._severed:
            to_client.transport.abort()
        server, to_server = await asyncio.open_unix_connection(self._target)
        self._transports.add(to_server.transport)
        if to_client.transport.is_closing():
            to_server.transport.abort()
        await asyncio.gather(self._pump(client, to_server), self._pump(server, to_client, self._answering))
        self._transports -= {to_client.transport, to_server.transport}

    @staticmethod
    async def _pump(source: asyncio.StreamReader, to: asyncio.StreamWriter, gate: asyncio.Event | None = None) -> None:
        with suppress(ConnectionError):
            while chunk := await source.read(65536):
                if gate:
                    await gate.wait()
                to.write(chunk)
                await to.drain()
        to.close()
        await _closed(to)


async def _closed(writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        await writer.wait_closed()


@contextmanager
def wire_to(uri: str) -> Iterator[Wire]:
    """Lay a wire to the mongod at a URI, whose host is a Unix socket; the wire's own URI is for clients."""
    ((target, _),) = uri_parser.parse_uri(uri)["nodelist"]
    with TemporaryDirectory(prefix="wire-") as folder:
        wire = Wire(target, Path(folder) / "wire.sock")
        wire.start()
        try:
            yield wire
        finally:
            wire.stop()
