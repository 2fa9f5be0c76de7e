"""Kintoun servers, each a process of its own: the program that the tests are about."""

import os
import re
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

from e2e.mongod import Mongod
from e2e.program import Program, wait_until

_ADDRESS = re.compile(r"Kintoun serves (http://\S+?)/?$", re.MULTILINE)
SECRET = "0123456789abcdef" * 4
"""The servers of one test must agree on it, and they keep nothing secret."""


class Server(Program):
    """One `kintoun_server serve` on a port of the kernel's choice."""

    def __init__(
        self, folder: Path, mongodb_uri: str | None = None, settings: Mapping[str, object] = MappingProxyType({})
    ) -> None:
        super().__init__(folder)
        self._mongodb_uri = mongodb_uri
        self._settings = {f"KINTOUN_{name.upper()}": str(value) for name, value in settings.items()}
        self.url: str | None = None
        """Where it serves, without a slash at the end; None while it is down."""
        self.environ: dict[str, str] = {}
        """What stands in its environment besides the settings, from the next start on."""
        self.port = 0
        """The port to serve on from the next start on; 0 for a new one of the kernel's at each start."""

    @property
    def data(self) -> Path:
        """The data folder that the server was given."""
        return self.folder / "data"

    async def start(self) -> None:
        """Start the process and wait until it says its address."""
        options = ["--port", str(self.port), "--data", str(self.data)]
        settings = dict(self._settings)
        if self._mongodb_uri is not None:
            options += ["--mongodb-uri", self._mongodb_uri]
            settings |= {"KINTOUN_USERID_HMAC_SECRET": SECRET, "KINTOUN_DEFAULT_BUCKET_HMAC_SECRET": SECRET}
        command = (sys.executable, "-m", "kintoun_server", "serve", *options)
        await self._spawn(*command, environ=dict(os.environ) | self.environ | settings)
        await wait_until(self._has_address, "the server says its address")

    async def _has_address(self) -> bool:
        self._check_alive()
        found = _ADDRESS.search(self.log)
        self.url = found[1] if found else None
        return found is not None

    async def stop(self) -> None:
        """End the server with SIGTERM, as any program; from then on it has no address."""
        await super().stop()
        self.url = None

    async def kill(self) -> None:
        """End the server with SIGKILL; from now on it has no address."""
        self.url = None
        await super().kill()

    def mongod_pid(self) -> int | None:
        """Process id of the embedded mongod, by the lock file that every mongod keeps in its data; None without one."""
        for lock in self.data.rglob("mongod.lock"):
            return int(lock.read_text() or 0) or None
        return None


@asynccontextmanager
async def servers(folder: Path, number: int) -> AsyncIterator[Sequence[Server]]:
    """Run one server on its embedded mongod, or several on one mongod; all ended in the end, and decently."""
    if number == 1:
        async with _started([Server(folder / "server")]) as started:
            yield started
    else:
        async with servers_on_mongod(folder, number) as (started, _):
            yield started


@asynccontextmanager
async def servers_on_mongod(
    folder: Path, number: int, **settings: object
) -> AsyncIterator[tuple[Sequence[Server], Mongod]]:
    """Run servers with these settings on one mongod of the test's own, which is killed after they have ended."""
    mongod = Mongod(folder / "mongod")
    try:
        await mongod.start()
        made = [Server(folder / f"server-{index}", mongod.uri, settings) for index in range(number)]
        async with _started(made) as started:
            yield started, mongod
    finally:
        await mongod.kill()


@asynccontextmanager
async def _started(made: Sequence[Server]) -> AsyncIterator[Sequence[Server]]:
    try:
        for server in made:
            await server.start()
        yield made
        for server in made:
            await server.stop()
    finally:
        for server in made:
            await server.kill()
