"""A terminal with a shell in it, where a test types what a reader of the documentation would type."""

import json
import os
import re
import select
import subprocess
import sysconfig
from pathlib import Path

PATIENCE = 60.0
"""Seconds without a word from a command after which it is given up."""


class Terminal:
    """A terminal in an empty home folder; programs of the running environment, such as `http`, come first on its PATH.

    It is a real one (a pseudo-terminal), since HTTPie shows headers, and leaves stdin alone, only when it talks to one.
    """

    def __init__(self, home: Path) -> None:
        configuration = {"default_options": ["--pretty=format"], "disable_update_warnings": True}
        (home / "config.json").write_text(json.dumps(configuration), encoding="utf-8")
        self._home = home
        self._environ = {
            "HOME": str(home),
            "HTTPIE_CONFIG_DIR": str(home),
            "LANG": "C.UTF-8",
            "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]),
            "TERM": "xterm",
        }

    def run(self, command: str) -> str:
        """Type a command of one or more lines and wait for its end: what the terminal then shows.

        Raises AssertionError when the command fails, and TimeoutError when it has fallen silent without an end.
        """
        ours, theirs = os.openpty()
        try:
            process = subprocess.Popen(
                ["sh", "-c", command],
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                cwd=self._home,
                env=self._environ,
                start_new_session=True,
            )
        finally:
            os.close(theirs)
        with process:
            try:
                shown = _read_to_the_end(ours, command)
            except BaseException:
                process.kill()
                raise
            finally:
                os.close(ours)
        assert process.returncode == 0, f"exit status {process.returncode}: {command}\n{shown}"
        return shown


def _read_to_the_end(terminal: int, command: str) -> str:
    shown = bytearray()
    while True:
        if not select.select([terminal], [], [], PATIENCE)[0]:
            raise TimeoutError(f"no end of: {command}\n{shown.decode(errors='replace')}")
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # how Linux tells that the last program has left the terminal; others give an empty piece
            piece = b""
        if not piece:
            return re.sub(r"\r+\n", "\n", shown.decode())
        shown += piece
