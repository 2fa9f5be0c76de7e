"""The real kinto.js 17 in Node against our server: its tests are in the folder kinto_js, in its own language."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "kinto_js"
NODE = shutil.which("node")


@pytest.mark.parametrize("file", ["client.test.js", "sync.test.js"])
def test_kinto_js(file: str, remote: str) -> None:
    """Every test of kinto.js passes: as a client of HTTP, and as an offline-first application on two devices."""
    assert NODE, "these tests need Node.js 20 or newer"
    assert (FOLDER / "node_modules").exists(), f"run `npm ci --ignore-scripts` in {FOLDER}"
    run = subprocess.run(
        [NODE, "--test", file],
        cwd=FOLDER,
        env={**os.environ, "KINTO_SERVER": remote, "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
    assert "\n# pass 0\n" not in run.stdout
