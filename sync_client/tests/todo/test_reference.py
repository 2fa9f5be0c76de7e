"""The reference page of `kintoun-todo` says what the program has, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
from kintoun_sync import todo
from kintoun_sync.todo.cli import program
from kintoun_sync.todo.failure import ExitStatus

PAGE = Path(__file__).parents[3] / "docs/reference/kintoun-todo.md"


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Each command with what is typed for it, the program itself first."""
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, f"{path} {name}")


def value_of(option: click.Option) -> str:
    """What follows an option, as the page writes it."""
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return " " + "/".join(map(str, option.type.choices))
    return f" {option.metavar or 'NUMBER'}"


def option_rows() -> set[str]:
    """The beginning of one row for each option: the command, and the option with its value."""
    return {
        f"| `{path}` | `{', '.join([*option.opts, *option.secondary_opts])}{value_of(option)}` | {option.help} |"
        for path, command in commands(program, "kintoun-todo")
        for option in command.params
        if isinstance(option, click.Option) and option.help and not {"--help", "--json"} & set(option.opts)
    }


def command_rows() -> set[str]:
    """One row for each command: how it is typed, and what it does in short."""
    found = set()
    for path, command in commands(program, "kintoun-todo"):
        words = [one for one in command.params if isinstance(one, click.Argument)]
        arguments = [one.make_metavar(click.Context(command)) for one in words]
        typed = " ".join([path, *arguments]).replace("|", "/")
        found.add(f"| `{typed}` | {command.short_help or command.help} |")
    return found


def rows(begin: str) -> set[str]:
    """The rows of the page whose first cell begins so."""
    return set(re.findall(rf"^\| `{begin}.*\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))


def test_every_command_and_option_is_in_the_reference() -> None:
    """Each has its row in the words of the program, and no row tells of one that is not there."""
    assert rows("kintoun-todo") == option_rows() | command_rows()


def test_every_command_that_prints_has_json() -> None:
    """Each command but the program itself and the script for a shell has the option --json."""
    without = {path for path, one in commands(program, "") if not any("--json" in option.opts for option in one.params)}
    assert without == {"", " completion"}


def test_every_exit_status_is_in_the_reference() -> None:
    """Each exit status has its row."""
    told = re.findall(r"^\| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert list(map(int, told)) == [status.value for status in ExitStatus]


def test_every_variable_is_in_the_reference() -> None:
    """Each variable of the environment that the program reads has its row."""
    folder = Path(todo.__path__[0])
    read = {name for file in folder.rglob("*.py") for name in re.findall(r"KTODO_[A-Z]+", file.read_text())}
    assert {row.split("`")[1] for row in rows("KTODO_")} == read
