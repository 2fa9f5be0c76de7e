"""The names that the library gives, and the tree of its errors."""

import ast
import subprocess
import sys
from pathlib import Path

import kintoun_sync
import pytest
from kintoun_sync import errors

PACKAGE = Path(kintoun_sync.__file__).parent


def test_all_is_what_is_there() -> None:
    """`__all__` names what the package imports or defines in public, sorted, and nothing else."""
    public = {name for name in vars(kintoun_sync) if not name.startswith("_")}
    modules = {name for name in public if f"kintoun_sync.{name}" in sys.modules}
    assert set(kintoun_sync.__all__) == public - modules
    assert list(kintoun_sync.__all__) == sorted(
        kintoun_sync.__all__, key=lambda name: (name.lower() == name, not name.isupper(), name)
    )


def test_the_tree_of_errors_is_as_drawn() -> None:
    """The docstring of `errors` shows each class below the one that it comes from."""
    drawn: dict[str, str] = {}
    branch: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        words = [word for word in line.replace("├──", " ").replace("└──", " ").replace("│", " ").split() if word]
        if not words or not words[0].isidentifier() or not words[0].endswith("Error"):
            continue
        depth = line.index(words[0])
        branch = [(at, name) for at, name in branch if at < depth]
        drawn[words[0]] = branch[-1][1] if branch else "Exception"
        branch.append((depth, words[0]))
    actual = {
        name: next(
            base.__name__
            for base in kind.__mro__[1:]
            if base.__name__.startswith(("Kintoun", "Sync", "Store")) or base is Exception
        )
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, Exception)
    }
    assert drawn == actual
    assert set(actual) <= set(kintoun_sync.__all__)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_layers(path: Path) -> None:
    """HTTP is in one module and SQLite in one folder; nothing else knows them, and nothing the server."""
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and node.level == 0
            else []
        )
    }
    folder = path.parent.name
    assert path.is_relative_to(PACKAGE / "todo") or not imported & {"click", "platformdirs", "wcwidth", "keyring"}
    assert ("httpx2" in imported) == (path.name == "transport.py")
    assert ("sqlite3" in imported) == (folder == "sqlite" and path.name in ("database.py", "soundness.py"))
    assert not {"kintoun_server", "tornado", "pymongo"} & imported
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400


def test_http_is_loaded_when_it_is_needed() -> None:
    """A program that only uses its file does not wait for a library that it does not use."""
    program = (
        "import sys, kintoun_sync; kintoun_sync.open(':memory:', 'http://x/v1').close(); print('httpx2' in sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert printed == "False\n"
