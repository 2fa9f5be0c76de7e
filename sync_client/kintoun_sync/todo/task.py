"""A task: a record with the fields ``description``, ``status`` and ``order``, as the tutorial has it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kintoun_sync import Collection, Record


class Status(StrEnum):
    """How far it is."""

    TODO = "todo"
    DOING = "doing"
    DONE = "done"


@dataclass(frozen=True)
class Task:
    """A record, and the collection that it is in."""

    collection: Collection
    record: Record

    @property
    def id(self) -> str:
        """The id of the record."""
        return self.record.id

    @property
    def description(self) -> str:
        """What is to be done; others write records too, so that it may be no text."""
        found = self.record.get("description", "")
        return found if isinstance(found, str) else str(found)

    @property
    def status(self) -> str:
        """How far it is; what is none of the three is shown as it is."""
        found = self.record.get("status", Status.TODO)
        return found if isinstance(found, str) else str(found)

    @property
    def order(self) -> float | None:
        """Its place in the list, from small to great; None for one that has none."""
        return as_order(self.record.get("order"))

    @property
    def list_name(self) -> str:
        """The list that it is in."""
        return list_name(self.collection)

    def as_json(self, number: int | None = None) -> dict[str, Any]:
        """Write it for other programs."""
        numbered = {} if number is None else {"number": number}
        refused = self.record.refused
        return {
            **numbered,
            "id": self.id,
            "list": self.list_name,
            "description": self.record.get("description"),
            "status": self.record.get("status"),
            "order": self.record.get("order"),
            "state": self.record.state.value,
            "last_modified": self.record.last_modified,
            "conflicts": sorted(self.record.conflicts),
            "refused": None if refused is None else {"status": refused.status, "message": refused.message},
        }


def as_order(value: object) -> float | None:
    """Read an order; None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def list_name(collection: Collection) -> str:
    """Name a list: its collection, with the bucket unless it is one's own."""
    return collection.name if collection.bucket == "default" else f"{collection.bucket}/{collection.name}"


def tasks_of(collections: Iterable[Collection]) -> list[Task]:
    """List the tasks of lists, one list after the other, each by its order; those without one stand at its end."""
    found: list[Task] = []
    for collection in collections:
        found += sorted((Task(collection, record) for record in collection), key=_place)
    return found


def _place(task: Task) -> tuple[bool, float, int, str]:
    order = task.order
    return order is None, order or 0.0, task.record.last_modified or 1 << 62, task.id
