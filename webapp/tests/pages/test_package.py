"""What the package stands on."""

import ast
import json
from pathlib import Path

import kintoun_todo

WEBAPP = Path(__file__).parents[2]


def test_the_app_knows_nothing_of_the_server() -> None:
    """No module imports the server: what the pages need of it is handed in."""
    for path in (WEBAPP / "kintoun_todo").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not any(name.startswith("kintoun_s") for name in names), path


def test_the_lock_file_holds_hashes_and_no_addresses() -> None:
    """Each package from npm is checked by its hash, wherever it comes from."""
    packages = json.loads((WEBAPP / "package-lock.json").read_text())["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)
    assert not any("resolved" in package for package in packages.values())


def test_a_version_is_set() -> None:
    """The distribution's version is read from the package."""
    assert kintoun_todo.__version__
