"""Why a command ends without having done its work, and the exit status that says so."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """What a script can tell by; ``docs/reference/kintoun-todo.md`` has the same table."""

    DONE = 0
    """All well."""
    FAILED = 1
    """It cannot be done: no such task, no server known, a file that cannot be used."""
    USAGE = 2
    """Wrong usage."""
    ATTENTION = 3
    """It was done as far as it goes, and somebody has to look: conflicts, refused changes, withdrawn access."""
    OFFLINE = 4
    """No answer from the server, or it asks to come later; nothing is lost."""
    DENIED = 5
    """The server does not take the name and the password, or does not allow it."""
    INTERRUPTED = 130
    """Ctrl-C."""
    CLOSED = 141
    """Whoever was reading the output has gone: ``kintoun-todo list | head``."""


class CommandFailure(Exception):
    """One line for a person."""

    def __init__(self, message: str, status: ExitStatus = ExitStatus.FAILED) -> None:
        super().__init__(message)
        self.status = status
