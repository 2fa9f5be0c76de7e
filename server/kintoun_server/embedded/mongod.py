"""The private mongod of the embedded default: found, started as our child, watched, and stopped with us."""

import asyncio
import contextlib
import importlib.util
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from kintoun_server.embedded import tether
from kintoun_server.embedded.data_folder import DataFolder
from kintoun_server.embedded.left_over import end_left_over
from kintoun_server.embedded.log import MongodLog
from kintoun_server.embedded.socket import MongodSocket
from kintoun_server.settings import Settings
from kintoun_server.start_error import StartError
from kintoun_server.store import replica_set

logger = logging.getLogger(__name__)

DATABASE = "database"
"""The folder of the database, in the data folder."""

OPTIONS = (
    # Only a socket, with mode 700: nobody else on this machine can reach it, and no port can be taken. Its path is
    # relative to the data folder, and so is the address in the replica set: the folder may be long, and may move.
    *("--bind_ip", "./mongod.sock", "--nounixsocket"),
    *("--replSet", replica_set.NAME, "--oplogSize", "64"),  # MiB; nobody replicates from here, so little is enough
    "--noscripting",
    # GB, the least that is allowed, besides the file cache of the kernel: the default would take half of the memory.
    *("--wiredTigerCacheSizeGB", "0.25"),
    *("--setParameter", "diagnosticDataCollectionEnabled=false"),  # 200 MB of metrics for the vendor's support
    "--quiet",  # no two lines in the log for every connection
)
MEMBER = "./mongod.sock"

_POLL = 0.01
_PRIMARY_WITHIN = 60.0
_STOPPED_WITHIN = 30.0
_LAST_WORDS_WITHIN = 2.0
_LOG_BOUNDED_EVERY = 60.0
_SETTLED_AFTER = 30.0
_SHORTEST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0


class MongodError(StartError):
    """The private mongod cannot be found, started or reached; the text is one line for the operator."""


def find_mongod(settings: Settings) -> Path | None:
    """Find the mongod: the one of the setting, the one on PATH, the one of the ``embedded`` extra, or none.

    Raises MongodError when the setting names no file, or when the one of the extra cannot be given its run bit.
    """
    if settings.mongod:
        if not settings.mongod.is_file():
            raise MongodError(f"The setting mongod names {settings.mongod}, and there is no such file.")
        return settings.mongod
    if on_path := shutil.which("mongod"):
        return Path(on_path).absolute()
    return _of_wheel()


def _of_wheel() -> Path | None:
    spec = importlib.util.find_spec("fiftyone")
    for folder in (spec and spec.submodule_search_locations) or ():
        binary = Path(folder, "db", "bin", "mongod")
        if binary.is_file():
            _make_executable(binary)
            return binary
    return None


def _make_executable(binary: Path) -> None:
    mode = binary.stat().st_mode
    if os.access(binary, os.X_OK):
        return
    try:
        binary.chmod(mode | (mode & 0o444) >> 2)
    except OSError as error:
        raise MongodError(f"{binary} is not executable and cannot be made so: run chmod a+x on it.") from error


class EmbeddedMongod:
    """A mongod on a data folder that this process holds; it is started again whenever it dies, under the same URI.

    On Linux it dies with this process, or rather with the thread whose event loop started it, whatever kills that;
    elsewhere the next ``start`` ends the one that was left over.
    """

    def __init__(self, binary: Path, folder: DataFolder) -> None:
        self._binary = binary
        self._folder = folder
        self._log = MongodLog(folder.path / "mongod.log")
        self._socket = MongodSocket(folder.path)
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def process_id(self) -> int | None:
        """The process id of the mongod that runs now."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> str:
        """Start mongod, wait until it takes writes, watch over it, and give its URI; raises StartError."""
        await end_left_over(self._folder.subfolder(DATABASE))
        try:
            process = await self._launch()
        except BaseException:
            await self.stop()
            raise
        self._watch = asyncio.create_task(self._keep_running(process))
        return self._socket.uri

    async def stop(self) -> None:
        """Stop mongod as it wants to be stopped, and kill it when that takes longer than 30 s."""
        if self._watch:
            self._watch.cancel()
            await asyncio.wait({self._watch})
        await self._end(signal.SIGTERM)
        self._socket.close()

    def kill(self) -> None:
        """End mongod at once; what it has acknowledged lies in its journal."""
        if self._process and self._process.returncode is None:
            self._process.kill()

    async def _end(self, how: signal.Signals) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(how)
        try:
            async with asyncio.timeout(_STOPPED_WITHIN):
                await self._process.wait()
        except TimeoutError:
            self.kill()
            await self._process.wait()

    async def _launch(self) -> asyncio.subprocess.Process:
        """Start mongod once and wait until it takes writes; raises MongodError, and leaves none, when it does not."""
        try:
            log = self._log.open()
            try:
                self._process = await self._spawn(log)
            finally:
                os.close(log)
        except OSError as error:
            raise MongodError(f"mongod ({self._binary}) cannot be started: {error.strerror}.") from error
        try:
            await self._until_ready(self._process)
        except replica_set.ReplicaSetError as error:
            await self._end(signal.SIGKILL)
            raise MongodError(f"mongod ({self._binary}) was started, but {error} (see {self._log.path}).") from error
        return self._process

    async def _spawn(self, log: int) -> asyncio.subprocess.Process:
        command = [str(self._binary), "--dbpath", str(self._folder.path / DATABASE), *OPTIONS]
        if sys.platform == "linux":
            command = [sys.executable, "-I", "-S", tether.__file__, str(os.getpid()), *command]
        return await asyncio.create_subprocess_exec(
            *command,
            cwd=self._folder.path,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C at a terminal is for the server, which stops mongod when it is done
        )

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        ready = asyncio.create_task(self._reach())
        ended = asyncio.create_task(process.wait())
        try:
            await asyncio.wait({ready, ended}, return_when=asyncio.FIRST_COMPLETED)
            if ready.done() and ready.exception():  # it may be about to end, and then its log knows better why
                await asyncio.wait({ended}, timeout=_LAST_WORDS_WITHIN)
            if ended.done():
                raise MongodError(self._obituary(ended.result()))
            ready.result()
        finally:
            for task in (ready, ended):
                task.cancel()
            await asyncio.wait({ready, ended})

    async def _reach(self) -> None:
        """Wait for the socket, without end as long as mongod recovers its data, and then for the replica set."""
        while True:
            try:
                _, writer = await asyncio.open_unix_connection(self._socket.path)
            except OSError:
                await asyncio.sleep(_POLL)
            else:
                writer.close()
                break
        await replica_set.make_primary(self._socket.uri, MEMBER, patience=_PRIMARY_WITHIN)

    async def _keep_running(self, process: asyncio.subprocess.Process) -> None:
        """Start mongod again whenever it ends: at once, and after ever longer pauses when it does not live long."""
        pause = 0.0
        while True:
            began = time.monotonic()
            returncode = await self._ended(process)
            ended = time.monotonic()
            logger.error("%s It is started again.", self._obituary(returncode))
            pause = 0.0 if ended - began > _SETTLED_AFTER else pause
            process = await self._launch_again(pause)
            pause = _longer(pause)
            logger.warning("mongod takes writes again, %.1f s after it ended.", time.monotonic() - ended)

    async def _launch_again(self, pause: float) -> asyncio.subprocess.Process:
        while True:
            await asyncio.sleep(pause)
            try:
                return await self._launch()
            except MongodError as error:
                pause = _longer(pause)
                logger.error("%s It is tried again in %.1f s.", error, pause)  # noqa: TRY400 - no traceback

    async def _ended(self, process: asyncio.subprocess.Process) -> int:
        while True:
            try:
                async with asyncio.timeout(_LOG_BOUNDED_EVERY):
                    return await process.wait()
            except TimeoutError:
                with contextlib.suppress(OSError):
                    self._log.bound()

    def _obituary(self, returncode: int) -> str:
        try:
            reason = self._log.reason(returncode)
        except OSError:
            reason = f"exit status {returncode}"
        return f"mongod ({self._binary}) ended: {reason} (see {self._log.path})."


def _longer(pause: float) -> float:
    return min(max(2 * pause, _SHORTEST_PAUSE), _LONGEST_PAUSE)
