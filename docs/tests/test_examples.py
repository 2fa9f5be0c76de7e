"""The how-to guides: their commands are run, page by page, as a reader would run them.

In a page `<!-- run -->` stands above a block that is run to its end, `<!-- run until: TEXT -->` above one that is left
running as soon as it has printed TEXT, `<!-- stop -->` for Ctrl-C in the one that was left running last,
`<!-- save: FILE -->` above one that the reader saves under that name, and `<!-- output -->` above lines that the block
before has printed, `...` standing for anything. What only the test needs stands inside of the comment, in place of the
` -->`.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kintoun_server.embedded.mongod import find_mongod
from kintoun_server.settings import load_settings

GUIDES = sorted((Path(__file__).parents[1] / "how-to").glob("*.md"))
STEP = re.compile(
    r"^<!-- (?P<what>run until|run|stop|save|output)(?:: (?P<text>.*?))?"
    r"(?: -->(?:\n```(?P<language>\w+)\n(?P<shown>(?:.*\n)*?)```$)?|\n(?P<hidden>(?:.*\n)*?)-->$)",
    re.MULTILINE,
)
PATIENCE = 60.0


class Reader:
    """Someone who follows a page in an empty folder: its ports are free ones, its programs on PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.printed = ""
        self._running: list[subprocess.Popen[bytes]] = []
        self._ports: dict[str, str] = {}
        (folder / "bin").mkdir()
        mongod = find_mongod(load_settings({}, None, os.environ))
        assert mongod, "no mongod: see CONTRIBUTING.md"
        (folder / "bin" / "mongod").symlink_to(mongod)
        path = os.pathsep.join([str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
        self._environ = {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8"}
        self._environ["KINTOUN_PORT"] = self._free_port("8888")  # the default

    def run(self, script: str, language: str | None = "sh") -> None:
        """Run a block to its end, in bash or in Python; it must succeed."""
        program = [sys.executable, "-c"] if language == "python" else ["bash", "-euo", "pipefail", "-c"]
        done = subprocess.run(
            [*program, self._with_free_ports(script)],
            cwd=self.folder,
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        self.printed = done.stdout
        assert done.returncode == 0, f"{script}\nended with {done.returncode}:\n{done.stdout}{done.stderr}"

    def run_until(self, script: str, text: str) -> None:
        """Start the last command of a block in the background and wait until it has printed a text."""
        log = self.folder / f"terminal-{len(self._running)}.log"
        *before, command = self._with_free_ports(script).strip().splitlines()
        with log.open("wb") as output:
            self._running.append(
                subprocess.Popen(
                    ["bash", "-euc", "\n".join([*before, f"exec {command}"])],
                    cwd=self.folder,
                    env=self._environ,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            )
        deadline = time.monotonic() + PATIENCE
        while text not in log.read_text(errors="replace"):
            ended = self._running[-1].poll() is not None or time.monotonic() > deadline
            assert not ended, f"{script}\nhas not printed {text!r}:\n{log.read_text(errors='replace')}"
            time.sleep(0.02)

    def save(self, name: str, text: str) -> None:
        """Write a file."""
        (self.folder / name).write_text(self._with_free_ports(text), encoding="utf-8")

    def stop(self) -> None:
        """Press Ctrl-C in the terminal where the last block was left running; it must end well."""
        process = self._running.pop()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0

    def stop_all(self) -> None:
        """Stop all that runs, the last one first."""
        while self._running:
            self.stop()

    def expect(self, lines: str) -> None:
        """Check that the last block has printed these lines, among others."""
        for line in self._with_free_ports(lines).splitlines():
            pattern = ".*".join(map(re.escape, line.split("...")))
            assert re.search(rf"^{pattern}$", self.printed, re.MULTILINE), f"{line!r} is not in:\n{self.printed}"

    def _with_free_ports(self, script: str) -> str:
        return re.sub(r"(?<=[: ])(8888|8889|27017)\b", lambda port: self._free_port(port[0]), script)

    def _free_port(self, named: str) -> str:
        if named not in self._ports:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self._ports[named] = str(probe.getsockname()[1])
        return self._ports[named]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """A reader, whose processes are ended with the test."""
    reader = Reader(tmp_path)
    try:
        yield reader
    finally:
        reader.stop_all()


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_the_guide_works_as_it_is_written(guide: Path, reader: Reader) -> None:
    """Every marked command of the page succeeds, one after the other, and prints what the page says."""
    steps = list(STEP.finditer(guide.read_text(encoding="utf-8")))
    assert steps
    for step in steps:
        block = step["shown"] or step["hidden"] or ""
        match step["what"]:
            case "run":
                reader.run(block, step["language"])
            case "run until":
                reader.run_until(block, step["text"])
            case "stop":
                reader.stop()
            case "save":
                reader.save(step["text"], block)
            case "output":
                reader.expect(block)
