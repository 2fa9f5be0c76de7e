"""The log file of the embedded mongod: bounded, and read for the reason when mongod ends."""

import errno
import json
import os
import re
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path

from kintoun_server.embedded.data_folder import PRIVATE_FILE

LARGEST = 8 * 1024 * 1024
"""Bytes after which the log starts anew; the one before is kept, so that both together stay below about twice this."""

_BY_STATUS = {
    0: "it was told to stop, by someone else",
    -signal.SIGKILL: "it was killed, by someone or by the kernel for want of memory",
    -signal.SIGILL: "the processor lacks instructions that this mongod needs (AVX, for MongoDB 5.0 and newer)",
}
_READ_FOR_REASON = 256 * 1024
_FULL_BELOW = 1 << 20
_SCARCE_BELOW = 300 << 20  # three files of the journal, which mongod makes in advance
_ERROR_NUMBER = re.compile(r'"error":(\d+)\b')
_SYSTEM_ERRORS = {
    number: os.strerror(number)
    for number in (
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.EMFILE,
        errno.ENFILE,
        errno.EIO,
    )
}


class MongodLog:
    """What mongod prints, appended to a file by mongod itself.

    Mongod does not bound its log by itself. It writes to a file that is opened for appending, which can be copied away
    and emptied below its hands.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._begin = 0

    def open(self) -> int:
        """Open the file for the next run of mongod and give its descriptor, for the caller to close; raises OSError."""
        self.bound()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
        self._begin = self.path.stat().st_size
        return descriptor

    def bound(self) -> None:
        """Start the log anew when it has grown large; raises OSError."""
        if not self.path.exists() or self.path.stat().st_size < LARGEST:
            return
        aside = self.path.with_suffix(".log.1")
        try:
            shutil.copy(self.path, aside)
        except OSError:  # on a full disk the space is needed more than the old log
            aside.unlink(missing_ok=True)
        os.truncate(self.path, 0)
        self._begin = 0

    def reason(self, returncode: int) -> str:
        """Tell in a few words why the last run ended, by its exit status and by what it printed; raises OSError."""
        if returncode in _BY_STATUS:
            return _BY_STATUS[returncode]
        complaints = self._complaints()
        free = self._free()
        if free < _FULL_BELOW:  # the log lies on the same disk, and may say nothing of it
            return os.strerror(errno.ENOSPC).lower()
        if error := _of_system(complaints):
            return error.lower()
        if complaints:
            return f"{_text(complaints[0]):.200}"
        status = f"signal {-returncode}" if returncode < 0 else f"exit status {returncode}"
        return f"{status}, perhaps since only {free >> 20} MiB of the disk are free" if free < _SCARCE_BELOW else status

    def _free(self) -> int:
        disk = os.statvfs(self.path.parent)
        return disk.f_bavail * disk.f_frsize

    def _complaints(self) -> list[str]:
        """The errors at the end of the last run: entries of the JSON log, and lines that are no JSON (the loader's)."""
        with self.path.open("rb") as file:
            begin = max(self._begin, file.seek(0, os.SEEK_END) - _READ_FOR_REASON)
            file.seek(begin)
            lines = file.read().decode("utf-8", "replace").splitlines()
        whole = lines if begin == self._begin else lines[1:]
        return [line for line in whole if not line.startswith("{") or '"s":"E"' in line or '"s":"F"' in line]


def _of_system(complaints: Sequence[str]) -> str | None:
    """The error of the operating system that is in the complaints, by its number or by its name."""
    numbers = {int(number) for line in complaints for number in _ERROR_NUMBER.findall(line)}
    for number, text in _SYSTEM_ERRORS.items():
        if number in numbers or any(text in line for line in complaints):
            return text
    return None


def _text(complaint: str) -> str:
    try:
        entry = json.loads(complaint)
    except ValueError:
        return complaint
    attributes = entry.get("attr", {})
    for name in ("reason", "error", "message"):
        found = attributes.get(name)
        found = found.get("msg") if isinstance(found, dict) else found
        if isinstance(found, str):
            return found
    return str(entry.get("msg", complaint)).strip()
