"""A terminal, as a program sees one."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Self

from tests.todo.person import PROGRAM, Person

PATIENCE = 30.0
_LEADER = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.default_int_handler)
os.execv(sys.argv[1], sys.argv[1:])
"""


class Terminal:
    """A command that runs in a terminal of 80 columns, and what it has shown."""

    def __init__(self, person: Person, *words: str, environ: Mapping[str, str] = {}) -> None:
        self._master, slave = pty.openpty()
        self.shown = ""
        around = {**person.environment, "TERM": "xterm-256color", "COLUMNS": "80", **environ}
        # The program becomes the leader of a session whose terminal this is, so that Ctrl-C reaches it.
        command = [sys.executable, "-c", _LEADER, PROGRAM, *words]
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=around, start_new_session=True
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def types(self, text: str) -> None:
        """Type."""
        os.write(self._master, text.encode())

    def waits_for(self, text: str) -> None:
        """Wait until it is shown."""
        self._read(lambda: text in self.shown)
        assert text in self.shown, f"{text!r} is not in:\n{self.shown}"

    def interrupts(self) -> int:
        """Press Ctrl-C, and again while it is not heeded, as people do; answer the exit status.

        CPython misses a signal that comes in the moment between printing a prompt and waiting for the answer.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.types("\x03")
            self._read(lambda: False, 2.0)
            if self._process.poll() is not None:
                break
        return self.ends()

    def ends(self) -> int:
        """Wait until it ends; answer its exit status."""
        self._read(lambda: False)
        return self._process.wait(PATIENCE)

    def _read(self, enough: Callable[[], bool], seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while not enough() and time.monotonic() < deadline:
            if not select.select([self._master], [], [], 0.2)[0]:
                continue
            try:
                found = os.read(self._master, 65536)
            except OSError:  # EIO: how Linux says that nobody holds the other end any more
                return
            if not found:
                return
            self.shown += found.decode(errors="replace")


def shown_by(person: Person, *words: str, environ: Mapping[str, str] = {}) -> str:
    """Run a command in a terminal to its end, and answer what it shows."""
    with Terminal(person, *words, environ=environ) as terminal:
        assert terminal.ends() == 0, terminal.shown
        return terminal.shown
