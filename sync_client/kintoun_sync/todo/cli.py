"""The program: its options, its commands, and the one line that a person reads when something goes wrong."""

import contextlib
import os
import sys
from typing import Any

import click

from kintoun_sync import (
    AccessError,
    AuthenticationError,
    KintounError,
    NoServerError,
    OfflineError,
    SyncError,
    UnavailableError,
    WrongAccountError,
    __version__,
)
from kintoun_sync.sqlite.soundness import FileError

from .app import App
from .commands.account import login, logout, profiles
from .commands.change import add, doing, done, edit, rm, todo
from .commands.conflicts import conflicts
from .commands.groups import groups
from .commands.journal import log, undo
from .commands.listing import list_tasks
from .commands.looking import doctor, status
from .commands.sharing import share
from .commands.shell import completion
from .commands.sync import sync
from .completion import complete_profile
from .failure import CommandFailure, ExitStatus
from .output import wants_color
from .profile import DEFAULT
from .safe_text import safe

PROGRAM = "kintoun-todo"
_EPILOG = (
    "A TASK is its number in the last list, or the beginning of its id. Exit status: 0 done, 1 not possible, 2 wrong "
    "usage, 3 somebody has to look, 4 no answer from the server, 5 not allowed, 130 Ctrl-C."
)


class _Program(click.Group):
    """The group of all commands, in the order in which a person needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature of click
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - what the command answers
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # Python flushes once more at its end, and must find somebody who reads.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ExitStatus.CLOSED
        return result


@click.group(cls=_Program, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name=PROGRAM)
@click.option(
    "--profile",
    envvar="KTODO_PROFILE",
    default=DEFAULT,
    metavar="NAME",
    shell_complete=complete_profile,
    help="Whose tasks: an account of a server, with a file of its own.",
)
@click.option(
    "-l",
    "--list",
    "chosen",
    envvar="KTODO_LIST",
    metavar="LIST",
    help="Which list: NAME or title, or BUCKET/NAME of others.",
)
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours; in a terminal by default."
)
@click.pass_context
def program(context: click.Context, profile: str, chosen: str | None, color: str) -> None:
    """Tasks that work without a network, and synchronise when there is one."""
    context.color = wants_color(color)
    context.obj = App(profile, chosen)


for command in (
    add,
    list_tasks,
    todo,
    doing,
    done,
    edit,
    rm,
    login,
    logout,
    profiles,
    sync,
    status,
    conflicts,
    log,
    undo,
    share,
    groups,
    doctor,
    completion,
):
    program.add_command(command)


def run() -> int:
    """Run the program and give its exit status."""
    os.umask(0o077)  # whatever it writes is for its owner only
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr] # a text file, unless replaced
    try:
        result = program.main(prog_name=PROGRAM, standalone_mode=False)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else PROGRAM
        return _tell(f"{error.format_message()} `{command} --help` tells more.", ExitStatus.USAGE)
    except click.ClickException as error:
        return _tell(error.format_message(), ExitStatus.FAILED)
    except (click.Abort, KeyboardInterrupt):
        return _tell("stopped; what was written is safe", ExitStatus.INTERRUPTED)
    except (CommandFailure, KintounError, OSError, FileError) as error:
        return _tell(*_explained(error))
    except Exception as error:
        if os.environ.get("KTODO_DEBUG"):
            raise
        line = f"a fault of the program: {type(error).__name__}: {error}; KTODO_DEBUG=1 shows where"
        return _tell(line, ExitStatus.FAILED)
    return result if isinstance(result, int) else ExitStatus.DONE


def _explained(error: Exception) -> tuple[str, ExitStatus]:
    """Say in one line what went wrong, and what to do about it."""
    if isinstance(error, CommandFailure):
        return str(error), error.status
    if isinstance(error, SyncError):
        return _sync_explained(error)
    if isinstance(error, WrongAccountError):
        return f"{error}: use another --profile for this account", ExitStatus.FAILED
    if isinstance(error, FileError):
        return f"the file of the tasks cannot be used: {error}; `kintoun-todo doctor` looks at it", ExitStatus.FAILED
    return str(error), ExitStatus.FAILED


def _sync_explained(error: SyncError) -> tuple[str, ExitStatus]:
    match error:
        case NoServerError():
            return "no server is known: `kintoun-todo login SERVER`", ExitStatus.FAILED
        case OfflineError() | UnavailableError():
            return f"{error}; nothing is lost, try again later", ExitStatus.OFFLINE
        case AuthenticationError():
            return f"{error}: `kintoun-todo login` to enter the password again", ExitStatus.DENIED
        case AccessError():
            return str(error), ExitStatus.DENIED
        case _:
            return str(error), ExitStatus.FAILED


def _tell(line: str, status: ExitStatus) -> int:
    with contextlib.suppress(OSError):  # nobody may read it any more
        sys.stderr.write(f"{PROGRAM}: {safe(' '.join(line.split()))}\n")
    return status
