"""Files that only their owner can read, written whole or not at all."""

import contextlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from .failure import CommandFailure


def read_json(path: Path) -> dict[str, Any]:
    """Read an object; an empty one when there is no file.

    Raises:
        CommandFailure: the file cannot be read, or is none of ours.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise CommandFailure(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CommandFailure(f"{path} is damaged: {error}; remove it, or put a back-up in its place") from error
    if not isinstance(found, dict):
        raise CommandFailure(f"{path} is damaged: it holds no JSON object; remove it")
    return found


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Write an object with mode 600, in a folder of mode 700 if it has to be made.

    Raises:
        CommandFailure: the file cannot be written.
    """
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        make_folder(path.parent)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(value, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise CommandFailure(f"{path} cannot be written: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink()


def make_folder(path: Path) -> None:
    """Make a folder for its owner only; one that is there stays as it is."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
