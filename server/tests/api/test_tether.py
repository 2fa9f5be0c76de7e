"""A program that is tied to the process which started it (Linux)."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from kintoun_server.embedded import tether

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only the kernel of Linux ties processes together")

STARTER = """
import os, subprocess, sys
program = ["/bin/sh", "-c", "echo $$; exec sleep 600"]
subprocess.Popen([sys.executable, sys.argv[1], str(os.getpid()), *program]).wait()
"""


def test_it_dies_with_its_starter(gone: Callable[[int], bool]) -> None:
    """When its starter is killed with SIGKILL it is killed too."""
    command = [sys.executable, "-c", STARTER, tether.__file__]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        child = int(starter.stdout.readline())
        starter.send_signal(signal.SIGKILL)
        assert gone(child)


def tethered(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The end of a program that was started with these arguments."""
    command = [sys.executable, tether.__file__, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_it_does_not_start_when_its_starter_is_gone_already() -> None:
    """Who died before the tie was there leaves nothing running."""
    ended = tethered("1", "/bin/sleep", "600")
    assert ended.returncode == 1
    assert ended.stderr == "The process that started this one is gone.\n"


def test_it_ends_as_the_program_ends() -> None:
    """It becomes the program: output and exit status are the program's."""
    ended = tethered(str(os.getpid()), "/bin/sh", "-c", "echo hello; exit 3")
    assert (ended.returncode, ended.stdout) == (3, "hello\n")


def test_a_program_that_is_not_there_is_told() -> None:
    """The reason is one line."""
    ended = tethered(str(os.getpid()), "/nowhere")
    assert (ended.returncode, ended.stderr) == (1, "/nowhere: No such file or directory\n")
