"""What each part of the server may import: http -> domain <- store, and a database driver only in store."""

import ast
import re
import sys
import tomllib
from itertools import chain
from pathlib import Path

import kintoun_server

PACKAGE = Path(kintoun_server.__file__).parent
MODULES = [file.relative_to(PACKAGE) for file in PACKAGE.rglob("*.py")]
DRIVERS = {"bson", "gridfs", "mongomock", "motor", "pymongo"}
OURS = {
    "domain": {"domain"},
    "http": {"__version__", "domain", "errors", "http", "passwords", "settings", "trace"},
    "store": {"domain", "errors", "settings", "store", "trace"},
}


def imported(module: Path) -> set[str]:
    """All modules that a module imports anywhere in it, by their absolute dotted names."""
    names = set()
    for node in ast.walk(ast.parse((PACKAGE / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = ["kintoun_server", *module.parts][: -node.level] if node.level else []
            origin = ".".join([*parents, *filter(None, [node.module])])
            names |= {f"{origin}.{alias.name}" for alias in node.names} if origin == "kintoun_server" else {origin}
    return names


def ours(module: Path) -> set[str]:
    """The first-level names of our own package that a module imports."""
    return {name.split(".")[1] for name in imported(module) if name.startswith("kintoun_server.")}


def test_folders_import_along_the_arrows() -> None:
    """Domain imports nothing of ours, http and store meet only in domain: http gets the store handed in by app."""
    strays = {str(m): ours(m) - OURS[m.parts[0]] for m in MODULES if m.parts[0] in OURS}
    assert not {module: names for module, names in strays.items() if names}


def test_only_the_store_imports_a_database_driver() -> None:
    """A driver of MongoDB, or its types, appears in no module outside of store."""
    outside = {str(m): {name.split(".")[0] for name in imported(m)} & DRIVERS for m in MODULES if m.parts[0] != "store"}
    assert not {module: names for module, names in outside.items() if names}


def test_imports_are_declared() -> None:
    """Every package that the server imports is in the standard library or declared in its pyproject.toml."""
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    packages = {re.match(r"\w+", requirement)[0] for requirement in declared}  # type: ignore[index]
    known = packages | {"bson", "fiftyone", "gridfs", "kintoun_server"} | set(sys.stdlib_module_names)
    assert not {name.split(".")[0] for module in MODULES for name in imported(module)} - known


def test_modules_have_the_names_of_what_they_are() -> None:
    """No module is called utils, helpers, common or base."""
    parts = set(chain(*(module.with_suffix("").parts for module in MODULES)))
    assert not parts & {"utils", "helpers", "common", "base"}
