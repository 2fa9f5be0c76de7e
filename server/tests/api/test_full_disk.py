"""A disk without space left, on a small file system of the test's own (Linux)."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Command

Start = Callable[..., "Command"]

NAMESPACE = ("unshare", "--mount", "--map-root-user")


def may_mount() -> bool:
    """Whether a process of ours may have a file system of its own."""
    probe = [*NAMESPACE, "mount", "-t", "tmpfs", "none", "/mnt"]
    return bool(shutil.which("unshare")) and subprocess.run(probe, capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not may_mount(), reason="this machine lets nobody mount a small file system")


def on_disk_of(size: str, data: Path) -> list[str]:
    """What runs a command with a file system of a size in the place of the data folder; it ends with the command."""
    data.mkdir()
    script = f'mount -t tmpfs -o size={size} none "$0" && exec "$@"'
    return [*NAMESPACE, "sh", "-c", script, str(data)]


def test_a_disk_that_is_full_at_the_start_is_told(command: Start, tmp_path: Path) -> None:
    """The one line has the reason, which mongod told only in its log."""
    prefix = on_disk_of("100k", tmp_path / "data")
    failed = command("serve", "--port", "0", "--data", str(tmp_path / "data"), prefix=prefix)
    assert failed.ends() == 1
    line = failed.said.splitlines()[-1]
    assert line.startswith("kintoun-server: mongod (")
    assert "ended: no space left on device (see " in line


def test_a_disk_that_becomes_full_is_told(command: Start, tmp_path: Path) -> None:
    """The server says why mongod ended, answers 503 as long as there is no space, and can be stopped as always."""
    prefix = on_disk_of("330m", tmp_path / "data")
    environ = {"KINTOUN_WRITE_TIMEOUT_SECONDS": "2", "KINTOUN_READ_TIMEOUT_SECONDS": "2"}
    server = command("serve", "--port", "0", "--data", str(tmp_path / "data"), prefix=prefix, **environ)
    with httpx.Client(base_url=f"{server.root}/v1", auth=("alice", "secret"), timeout=60) as client:
        records = "/buckets/default/collections/tasks/records"
        noise = "".join(chr(0x4E00 + (number * 7919) % 20000) for number in range(1_000_000))
        statuses = [201]
        while statuses[-1] == 201 and len(statuses) < 500:
            statuses.append(client.post(records, json={"data": {"noise": noise, "n": len(statuses)}}).status_code)
        assert set(statuses) == {201, 503}
        server.says(r"ended: no space left on device")
        assert client.get("/__lbheartbeat__").status_code == 200
    assert server.stop() == 0
