"""`kill -9` in the middle of a sync: the file is good, and the next sync sets all right."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_kill_at_every_statement(server: str, tmp_path: Path, alice: str) -> None:
    """For every n: a process killed before the n-th SQL statement of its sync leaves nothing half-done."""
    environ = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "sync_client")])}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.kill_loop", server, str(tmp_path), alice],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 50, "a sync has some statements"
