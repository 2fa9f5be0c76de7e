"""The wire between a driver and the mongod, which can go dead: a relay on a loopback port of the kernel's choice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from pymongo import uri_parser


class Wire:
    """A relay to a mongod: what goes through it arrives in order, or late, or not at all."""

    def __init__(self) -> None:
        self.uri = ""
        self._answering = asyncio.Event()
        self._answering.set()
        self._transports: set[asyncio.WriteTransport] = set()
        self._connections: set[asyncio.Task[None]] = set()

    def mute(self) -> None:
        """Let no answer through from now on; what is asked still reaches the mongod."""
        self._answering.clear()

    def cut(self) -> None:
        """Break all connections, with all answers that were held back; new connections work."""
        for transport in self._transports:
            transport.abort()
        self._answering.set()

    async def close(self) -> None:
        """Break all connections and wait until nothing is left of them."""
        self.cut()
        await asyncio.gather(*self._connections)

    async def relay(self, host: str, port: int | None, client: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        """Relay one connection until one of its ends is closed."""
        task = asyncio.current_task()
        assert task
        self._connections.add(task)
        target = asyncio.open_connection(host, port) if port else asyncio.open_unix_connection(host)
        server, from_client = await target
        transports = {to.transport, from_client.transport}
        self._transports |= transports
        await asyncio.gather(self._pump(client, from_client), self._pump(server, to, self._answering))
        self._transports -= transports
        self._connections.discard(task)

    @staticmethod
    async def _pump(source: asyncio.StreamReader, to: asyncio.StreamWriter, gate: asyncio.Event | None = None) -> None:
        with suppress(ConnectionError):
            while chunk := await source.read(65536):
                if gate:
                    await gate.wait()
                to.write(chunk)
                await to.drain()
        to.close()
        with suppress(ConnectionError):
            await to.wait_closed()


@asynccontextmanager
async def wire_to(uri: str) -> AsyncIterator[Wire]:
    """Lay a wire to the mongod at a URI; its own URI is for clients."""
    ((host, port),) = uri_parser.parse_uri(uri)["nodelist"]
    wire = Wire()
    server = await asyncio.start_server(lambda *ends: wire.relay(host, port, *ends), "127.0.0.1", 0)
    wire.uri = f"mongodb://127.0.0.1:{server.sockets[0].getsockname()[1]}/?directConnection=true"
    try:
        yield wire
    finally:
        server.close()
        await wire.close()
        await server.wait_closed()
