"""How a person names a task: by its number in the last list, or by the beginning of its id."""

from collections.abc import Sequence
from typing import Any

from .failure import CommandFailure
from .private_file import read_json, write_json
from .profile import Profile
from .task import Task

_SHORTEST = 4


class Numbers:
    """What the numbers of the last list mean; each names a list and an id."""

    def __init__(self, profile: Profile) -> None:
        self._path = profile.numbers

    def remember(self, tasks: Sequence[Task]) -> None:
        """Number the tasks of a list, from 1 on."""
        write_json(self._path, {"tasks": [[task.list_name, task.id] for task in tasks]})

    def append(self, tasks: Sequence[Task]) -> list[int]:
        """Give new tasks the next numbers."""
        known = self._known()
        write_json(self._path, {"tasks": [*known, *([task.list_name, task.id] for task in tasks)]})
        return [len(known) + place for place in range(1, len(tasks) + 1)]

    def find(self, word: str) -> str | None:
        """Answer the id of a number; None for what is no number of the last list."""
        if not (word.isascii() and word.isdecimal()):
            return None
        known, number = self._known(), int(word[:9])
        return str(known[number - 1][1]) if 0 < number <= len(known) else None

    def of(self) -> dict[str, int]:
        """Answer the number of each id."""
        return {str(entry[1]): number for number, entry in enumerate(self._known(), 1)}

    def _known(self) -> list[Any]:
        found = read_json(self._path).get("tasks", [])
        return found if isinstance(found, list) else []


def find_id(word: str, ids: Sequence[str], numbers: Numbers) -> str:
    """Find what a person means.

    Raises:
        CommandFailure: nothing has this name, or more than one.
    """
    numbered = numbers.find(word)
    if numbered is not None:
        if numbered in ids:
            return numbered
        raise CommandFailure(f"task {word} of the last list is no longer there; `kintoun-todo list` numbers them anew")
    found = [record_id for record_id in ids if record_id == word] or [
        record_id for record_id in ids if word and record_id.startswith(word)
    ]
    if not found:
        raise CommandFailure(f"there is no task {word!r}; `kintoun-todo list` shows the numbers and ids")
    if len(found) > 1:
        raise CommandFailure(f"{word!r} is the beginning of {len(found)} ids; write more of it")
    return found[0]


def short_ids(ids: Sequence[str]) -> dict[str, str]:
    """Answer for each id the shortest beginning that no other one has, that is no number, and that is long enough."""
    in_order = sorted(ids)
    found: dict[str, str] = {}
    for before, record_id, after in zip(["", *in_order], in_order, [*in_order[1:], ""], strict=False):
        length = max(_SHORTEST, 1 + max(_common(before, record_id), _common(record_id, after)))
        while length < len(record_id) and record_id[:length].isdecimal():
            length += 1
        found[record_id] = record_id[:length]
    return found


def _common(one: str, other: str) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length
