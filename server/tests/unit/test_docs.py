"""The reference in docs/ is complete and true: every setting, error number, route and command stands in it as it is."""

import argparse
import ast
import dataclasses
import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from kintoun_server import errors
from kintoun_server.__main__ import _parser
from kintoun_server.app import ROUTES
from kintoun_server.http.site import PREFIX
from kintoun_server.settings import SETTING_KINDS, Settings

REFERENCE = Path(__file__).parents[3] / "docs/reference"


def page(name: str) -> str:
    """The text of one page of the reference."""
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def rows(name: str, first_cell: str) -> set[str]:
    """The rows of the tables of one page whose first cell matches a pattern."""
    return set(re.findall(rf"^\| {first_cell} \|.*$", page(name), re.MULTILINE))


def words_below_fields() -> dict[str, str]:
    """What the source says below each field of the settings, by the field's name."""
    (definition,) = ast.parse(inspect.getsource(Settings)).body
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for field, below in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            found[ast.unparse(field.target)] = " ".join(str(below.value.value).split())
    return found


def shown(default: object) -> str:
    """The default of a setting as the reference writes it; one that depends on the machine is told in words."""
    match default:
        case None:
            return "none"
        case "" | frozenset():
            return "empty"
        case bool():
            return f"`{str(default).lower()}`"
        case tuple():
            return f"`{' '.join(default)}`"
        case _ if default is dataclasses.MISSING:
            return "the user's data folder"
        case _:
            return f"`{default}`"


def setting_rows() -> list[str]:
    """One row for each setting: its name, default, what may be given, and what the source says below it."""
    words = words_below_fields()
    expected = {name: kind.expected.removesuffix(" (or empty)") for name, kind in SETTING_KINDS.items()}
    return [
        f"| `{field.name}` | {shown(field.default)} | {expected[field.name]} | {words[field.name]} |"
        for field in dataclasses.fields(Settings)
        if field.name in SETTING_KINDS
    ]


def error_rows() -> list[str]:
    """The beginning of one row for each error: its number, status, title and message."""
    return [f"| {kind.errno} | {kind.status} | {kind.title} | {kind.message or '-'} |" for kind in errors.TABLE]


def test_every_setting_is_in_the_reference() -> None:
    """Each setting has its row in the words of the source, and no row tells of a setting that is not there."""
    assert rows("settings", "`.*?`") == set(setting_rows())


def test_every_setting_of_a_family_is_in_the_reference() -> None:
    """The settings that are made of a kind and a permission or a method stand there, and no others."""
    named = set(re.findall(r"`(\w+_(?:principals|enabled))`", page("settings")))
    assert named == {name for name in SETTING_KINDS if name.endswith(("_principals", "_enabled"))}


def test_every_error_is_in_the_reference() -> None:
    """Each error has its row, and no row tells of an error that is not there."""
    assert {row.rsplit(" | ", 1)[0] + " |" for row in rows("errors", r"\d+")} == set(error_rows())


def route_rows() -> set[str]:
    """The beginning of one row for each route: its path, and its methods in the order of the protocol."""
    order = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return {
        f"| `{PREFIX}{route.path}` | {' '.join(method for method in order if method in route.handler.allow)} |"
        for route in ROUTES
    }


def test_every_route_is_in_the_reference() -> None:
    """Each route has its row with all its methods, and no row tells of a route that is not there."""
    assert {row.rsplit(" | ", 1)[0] + " |" for row in rows("routes", f"`{PREFIX}.*?`")} == route_rows()


def commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Each command with its own parser, the whole program first."""
    yield parser.prog, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield command.prog, command


def command_rows() -> set[str]:
    """The beginning of one row for each option: the command, and the option with the name of its value."""
    return {
        f"| `{command}` | `{option.option_strings[-1]}{f' {option.metavar}' if option.metavar else ''}` |"
        for command, parser in commands(_parser())
        for option in parser._actions
        if option.option_strings and not isinstance(option, argparse._HelpAction)
    }


def test_every_command_is_in_the_reference() -> None:
    """Each option of each command has its row, and no row tells of one that is not there."""
    assert {row.rsplit(" | ", 1)[0] + " |" for row in rows("commands", "`kintoun-server.*?`")} == command_rows()


SECTIONS = 36
"""Of the numbered description of the protocol that the code names."""


def test_every_section_of_the_protocol_is_in_the_reference() -> None:
    """Each section has its row, in order, and none is left empty."""
    found = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \|$", page("protocol"), re.MULTILINE)
    assert [int(number) for number, _, _ in found] == list(range(1, SECTIONS + 1))
    assert all(subject and told for _, subject, told in found)


def told_differences() -> list[str]:
    """The ids of the deliberate differences in the reference, each of whose rows is complete."""
    found = re.findall(r"^\| `([a-z-]+)` \| \d+ \| [^|]+ \| [^|]+ \| [^|]+ \|$", page("protocol"), re.MULTILINE)
    assert len(found) == len(rows("protocol", "`.*?`")), "a row is incomplete, or stands twice"
    return found


def differences_with_tests() -> set[str]:
    """The ids of the deliberate differences that tests are marked with, or that the comparison side by side expects."""
    root = REFERENCE.parents[1]
    expected = tomllib.loads((root / "e2e/compat/deliberate.toml").read_text(encoding="utf-8"))["difference"]
    sources = [*root.glob("server/tests/**/test_*.py"), *root.glob("e2e/**/test_*.py")]
    marks = re.findall(
        r"^@(?:pytest\.mark\.)?difference\((.*?)\)", "\n".join(map(Path.read_text, sources)), re.MULTILINE
    )
    return {name for mark in marks for name in re.findall(r'"([^"]+)"', mark)} | {row["id"] for row in expected}


def test_every_deliberate_difference_is_told_and_tested() -> None:
    """Each difference that the reference tells of is in a test or in the comparison, and each of those has its row."""
    told = told_differences()
    assert len(told) == len(set(told))
    assert set(told) == differences_with_tests()


def test_the_comparison_excuses_only_what_is_told() -> None:
    """What `nox -s compat` takes for deliberate, beside the real Kinto, stands in the reference."""
    table = tomllib.loads((REFERENCE.parents[1] / "e2e/compat/deliberate.toml").read_text(encoding="utf-8"))
    assert {row["id"] for row in table["difference"]} <= set(told_differences())
