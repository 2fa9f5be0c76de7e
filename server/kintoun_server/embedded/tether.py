"""Starts a program that dies when the process which started it dies, however that ends (Linux).

Run as a file: ``python tether.py <process id of the starter> <program> [arguments]``. It becomes the program, so the
program is the direct child of the starter. This is a program of its own, and no ``preexec_fn``, because that would run
Python between fork and exec in a process that has threads. The kernel watches the *thread* that started this one.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask the kernel for SIGKILL at the death of the starter (prctl(2)), then become the program."""
    starter, program = int(sys.argv[1]), sys.argv[2]
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0):
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != starter:  # it died before it could be tied
        sys.exit("The process that started this one is gone.")
    try:
        os.execv(program, sys.argv[2:])  # noqa: S606 - to become the program is the purpose
    except OSError as error:
        sys.exit(f"{program}: {error.strerror}")


if __name__ == "__main__":
    main()
