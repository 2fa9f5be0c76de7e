"""The mongod that a killed server left behind, where the kernel does not end it by itself."""

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
import subprocess
import time
from pathlib import Path

from kintoun_server.start_error import StartError

logger = logging.getLogger(__name__)

STEPS = ((None, 1.0), (signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0))
"""What is done to it in turn, and for how many seconds that is waited for: at first nothing, for it may be dying."""

_POLL = 0.01


async def end_left_over(database: Path) -> None:
    """End the mongod that a killed server left on this database; raises StartError when another one is there.

    A mongod holds ``mongod.lock`` with flock(2) as long as it lives, and soon writes its process id into it.
    """
    lock = database / "mongod.lock"
    for sign, patience in STEPS:
        if sign:
            _send(lock, sign)
        if await _released(lock, patience):
            return
    raise StartError(
        f"The database in {database} is in use by process {_holder(lock) or 'unknown'}, which is no mongod of ours."
    )


async def _released(lock: Path, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while _is_held(lock):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(_POLL)
    return True


def _is_held(lock: Path) -> bool:
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _holder(lock: Path) -> int | None:
    text = lock.read_text(encoding="ascii", errors="replace").strip()
    return int(text) if text.isdigit() else None


def _send(lock: Path, sign: signal.Signals) -> None:
    """Send the signal if the process is ours: the id in the file may be an old one, which another process has now."""
    process = _holder(lock)
    if process is not None and str(lock.parent) in _command_line(process):
        logger.warning("A server that was killed left mongod (process %d) behind: it gets %s.", process, sign.name)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, sign)


def _command_line(process: int) -> str:
    """The command line of a process, empty when there is none."""
    if Path("/proc/self/cmdline").exists():
        try:
            return os.fsdecode(Path(f"/proc/{process}/cmdline").read_bytes())
        except OSError:
            return ""
    command = ["ps", "-ww", "-o", "command=", "-p", str(process)]
    return subprocess.run(command, capture_output=True, check=False, text=True, errors="surrogateescape").stdout
