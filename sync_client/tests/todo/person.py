"""Somebody who sits at a device and types `kintoun-todo`."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROGRAM = str(Path(sys.executable).with_name("kintoun-todo"))
PASSWORD = "long-secret"
NOWHERE = {"KTODO_SERVER": "http://127.0.0.1:9", "KTODO_PASSWORD": PASSWORD}
"""What the environment says where nobody answers."""


@dataclass
class Person:
    """A device with a home folder of its own; `name` is the account of its person."""

    home: Path
    name: str
    server: str
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What the program finds around it: nothing of the machine that the tests run on."""
        return {
            "HOME": str(self.home),
            "PATH": os.pathsep.join([str(Path(PROGRAM).parent), os.environ["PATH"]]),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            **self.environ,
        }

    def types(self, *words: str, stdin: str = "", status: int = 0, environ: Mapping[str, str] = {}) -> str:
        """Run a command, which must end with this status; answer what it prints on standard output."""
        return self.run(*words, stdin=stdin, status=status, environ=environ).stdout

    def fails(self, *words: str, status: int, stdin: str = "", environ: Mapping[str, str] = {}) -> str:
        """Run a command that must fail with one line on standard error, which is answered."""
        done = self.run(*words, stdin=stdin, status=status, environ=environ)
        assert done.stderr.startswith("kintoun-todo: ")
        assert len(done.stderr.splitlines()) == 1, done.stderr
        return done.stderr.removeprefix("kintoun-todo: ").rstrip("\n")

    def reads(self, *words: str, status: int = 0) -> Any:  # noqa: ANN401 - any JSON
        """Run a command with `--json`, and read the document."""
        return json.loads(self.types(*words, "--json", status=status))

    def run(
        self, *words: str, stdin: str = "", status: int = 0, environ: Mapping[str, str] = {}
    ) -> subprocess.CompletedProcess[str]:
        """Run a command, which must end with this status."""
        done = subprocess.run(
            [PROGRAM, *words],
            input=stdin,
            env={**self.environment, **environ},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode == status, f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr
        return done

    def signs_up(self) -> None:
        """Make an account, and log in."""
        self.types("login", self.server, "--user", self.name, "--password-stdin", "--sign-up", stdin=PASSWORD)

    def logs_in(self) -> None:
        """Log in with the account that is there."""
        self.types("login", self.server, "--user", self.name, "--password-stdin", stdin=PASSWORD)

    @property
    def listed(self) -> list[tuple[str, str]]:
        """The descriptions and statuses of all tasks, in order."""
        return [(task["description"], task["status"]) for task in self.reads("list")]

    @property
    def config(self) -> Path:
        """The folder of the profiles and passwords."""
        (found,) = self.home.rglob("profiles.json")
        return found.parent

    @property
    def database(self) -> Path:
        """The file of the tasks."""
        (found,) = self.home.rglob("tasks.db")
        return found
