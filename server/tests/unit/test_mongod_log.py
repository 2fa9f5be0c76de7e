"""The log of the embedded mongod: that it stays bounded, and what is read from it when mongod ends."""

import json
import os
import signal
import stat
from pathlib import Path

import pytest
from kintoun_server.embedded.log import LARGEST, MongodLog


def entry(severity: str, text: str, /, **attributes: object) -> str:
    """A line of the log of mongod 4.4 and newer."""
    return json.dumps({"s": severity, "c": "WT", "id": 1, "msg": text, "attr": attributes}, separators=(",", ":"))


def reason(folder: Path, *lines: str, returncode: int = -signal.SIGABRT) -> str:
    """The reason that is found after a mongod has printed these lines and ended."""
    log = MongodLog(folder / "mongod.log")
    descriptor = log.open()
    os.write(descriptor, "".join(f"{line}\n" for line in lines).encode())
    os.close(descriptor)
    return log.reason(returncode)


FULL = entry("E", "WiredTiger error message", error=28, message={"msg": "index-9.wt: pwrite: No space left on device"})
ABORT = entry("F", "\n\n***aborting after fassert() failure\n\n")
IN_USE = entry("E", "DBException in initAndListen, terminating", error="DBPathInUse: Unable to lock the lock file")


@pytest.mark.parametrize(
    ("lines", "returncode", "wanted"),
    [
        ([entry("I", "starting"), FULL, ABORT], -6, "no space left on device"),
        ([ABORT, FULL], -6, "no space left on device"),
        ([entry("F", "Terminating.", reason="1: Operation not permitted"), ABORT], 14, "operation not permitted"),
        ([entry("E", "x", message="WiredTiger.turtle: handle-open: Permission denied")], 100, "permission denied"),
        ([IN_USE], 100, "DBPathInUse: Unable to lock the lock file"),
        ([ABORT], -6, "***aborting after fassert() failure"),
        (["mongod: error while loading shared libraries: libssl.so.3"], 127, "libssl.so.3"),
        (["Error parsing command line: unrecognised option '--x'"], 2, "unrecognised option"),
        (['{"s":"E","msg":"cut of'], 1, "cut of"),
        ([entry("I", "hello")], 3, "exit status 3"),
        (['{"s":"E","attr":{"error":28,"message":{"msg":"cut o'], -6, "no space left on device"),
        ([], -11, "signal 11"),
        ([], 0, "told to stop"),
        ([], -4, "AVX"),
        ([entry("I", "hello")], -9, "killed"),
    ],
)
def test_the_reason_is_what_mongod_said_last_of_importance(
    tmp_path: Path, lines: list[str], returncode: int, wanted: str
) -> None:
    """An error of the system is told by its name, another by the first complaint, silence by the exit status."""
    found = reason(tmp_path, *lines, returncode=returncode)
    assert wanted in found
    assert "\n" not in found


def test_the_reason_of_an_earlier_run_is_not_told_again(tmp_path: Path) -> None:
    """Only what the last run has printed counts."""
    assert reason(tmp_path, FULL) == "no space left on device"
    assert reason(tmp_path, entry("I", "hello"), returncode=3) == "exit status 3"


def test_old_complaints_of_a_long_run_do_not_count(tmp_path: Path) -> None:
    """Of a log that has grown only the end is read, and from it only whole lines."""
    chatter = [entry("I", "x" * 1000) for _ in range(1000)]
    assert reason(tmp_path, FULL, *chatter, returncode=3) == "exit status 3"


@pytest.mark.parametrize(
    ("free", "wanted"),
    [(10, "no space left on device"), (2560, "signal 6, perhaps since only 10 MiB of the disk are free")],
)
def test_a_full_disk_is_seen_without_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, wanted: str
) -> None:
    """The log lies on the disk that is full, so what mongod wanted to say may not be in it."""
    disk = os.statvfs_result((4096, 4096, 100_000, free, free, 0, 0, 0, 0, 255))
    monkeypatch.setattr("os.statvfs", lambda _: disk)
    assert reason(tmp_path) == wanted


def test_the_log_is_private(tmp_path: Path) -> None:
    """Slow queries stand in it with the data of users."""
    reason(tmp_path)
    assert stat.S_IMODE((tmp_path / "mongod.log").stat().st_mode) == 0o600


def test_the_log_is_bounded_while_mongod_writes(tmp_path: Path) -> None:
    """A log that has grown large is set aside and begins anew below the hands of its writer; only one is kept."""
    log = MongodLog(tmp_path / "mongod.log")
    descriptor = log.open()
    for number in range(3):
        os.write(descriptor, b"x" * LARGEST)
        os.write(descriptor, f"\nlast words {number}\n".encode())
        log.bound()
    os.write(descriptor, b"after\n")
    os.close(descriptor)
    assert (tmp_path / "mongod.log").read_text() == "after\n"
    assert (tmp_path / "mongod.log.1").read_text().endswith("last words 2\n")
    assert len(list(tmp_path.iterdir())) == 2
    assert stat.S_IMODE((tmp_path / "mongod.log.1").stat().st_mode) == 0o600
    assert log.reason(1) == "after"
