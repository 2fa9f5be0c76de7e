"""What a person or a program reads: lines with colours where there is a terminal, or one document of JSON."""

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click

from kintoun_sync import ABSENT

from .safe_text import cells, padded, safe

F = TypeVar("F", bound=Callable[..., Any])
_NARROWEST = 20
"""Columns that a text keeps beside what stands before it."""


def json_option(command: F) -> F:
    """Give a command the option ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document, for programs.")(command)


def wants_color(choice: str) -> bool | None:
    """Answer what click makes of colours: True and False for always and never, None to look at the terminal."""
    if choice != "auto":
        return choice == "always"
    # https://no-color.org: when it is there and not empty.
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def show_json(value: object) -> None:
    """Print a document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def show(lines: Iterable[str]) -> None:
    """Print lines, all at once."""
    if text := "\n".join(lines):
        click.echo(text)


def say(line: str) -> None:
    """Tell a person something that is no result: on standard error, so that a pipe stays clean."""
    click.echo(line, err=True)


def dim(text: str) -> str:
    """Write something less important."""
    return click.style(text, dim=True)


def bold(text: str) -> str:
    """Write a heading."""
    return click.style(text, bold=True)


def row(columns: Sequence[str], widths: Sequence[int], last: str, styles: Sequence[dict[str, Any]] = ()) -> list[str]:
    """Write a row: columns of these widths, then a text that is wrapped in a terminal, under its own beginning."""
    styled = [
        click.style(padded(text, width), **style) if style else padded(text, width)
        for text, width, style in zip(columns, widths, styles or [{}] * len(columns), strict=True)
    ]
    start = "  ".join(styled)
    indent = sum(widths) + 2 * len(widths)
    first, *more = wrapped(last, indent)
    return [f"{start}  {first}".rstrip(), *(" " * indent + line for line in more)]


def wrapped(text: str, indent: int) -> list[str]:
    """Break a text for the terminal, with room for an indent; whole where there is none."""
    if not sys.stdout.isatty():
        return [text]
    width = max(_NARROWEST, shutil.get_terminal_size().columns - indent)
    if cells(text) <= width:
        return [text]
    if text.isascii():
        return textwrap.wrap(text, width) or [""]
    from wcwidth import wrap  # noqa: PLC0415 - a twentieth of a second that plain text saves

    return wrap(text, width) or [""]


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Write rows with columns as wide as their widest text; the last one is wrapped."""
    safe_rows = [list(map(safe, one)) for one in rows]
    widths = [max(map(cells, column)) for column in list(zip(*safe_rows, strict=True))[:-1]]
    return [line for one in safe_rows for line in row(one[:-1], widths, one[-1])]


def value_text(value: object) -> str:
    """Write a value of a field for a person."""
    if value is ABSENT:
        return "(not there)"
    return safe(value) if isinstance(value, str) else safe(json.dumps(value, ensure_ascii=False, default=dict))


def version_text(version: Any) -> str:  # noqa: ANN401 - a version of a record, or None
    """Write a version of a record for a person, None for one that is not there."""
    if version is None:
        return "(not there)"
    return ", ".join(f"{safe(name)}: {value_text(value)}" for name, value in version.items()) or "(empty)"
