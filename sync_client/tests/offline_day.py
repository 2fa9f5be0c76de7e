"""A day offline: a phone and a laptop with the same tasks, edited on both in every way that there is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
from kintoun_sync import Store, Transport
from tests.devices import check_converged, check_intended, held

NAMES = ("both", "clash", "gone-there", "gone-here", "mine", "removed")


@dataclass
class Day:
    """The phone has synced its edits; those of the laptop are still to be sent."""

    phone: Store
    laptop: Store
    client: httpx2.Client
    typed: dict[str, dict[str, Any]] = field(default_factory=dict)

    def check(self) -> None:
        """In the end everybody has the same, and what was typed on the laptop is somewhere."""
        check_converged([self.laptop, self.phone], self.client)
        tasks = self.laptop.collection("tasks")
        check_intended(tasks, self.typed)
        there = held(tasks)
        assert there["both"] == {"title": "both", "mine": 1, "theirs": 1}
        assert there["clash"]["title"] == "theirs"
        assert [conflict.mine for conflict in tasks.conflicts() if conflict.id == "clash"] == ["mine"]
        assert {"new", "newer"} <= there.keys()
        assert not {"gone-there", "removed"} & there.keys()
        assert there["gone-here"] == {"title": "edited there"}


def offline_day(
    open_device: Callable[..., Store], client: httpx2.Client, user: str, transport: Transport | None = None
) -> Day:
    """Prepare the day; `transport` is the laptop's, and is used from its own sync of the day on."""
    phone, first = open_device("phone", user), open_device("laptop", user)
    for name in NAMES:
        phone.collection("tasks").create({"title": name}, id=name)
    phone.sync()
    first.collection("tasks")
    first.sync()
    first.close()
    tasks = phone.collection("tasks")
    tasks.update("both", theirs=1)
    tasks.update("clash", title="theirs")
    tasks.delete("gone-there")
    tasks.update("gone-here", title="edited there")
    phone.sync()
    laptop = open_device("laptop", user, transport=transport)
    return Day(phone, laptop, client, _edit(laptop))


def _edit(laptop: Store) -> dict[str, dict[str, Any]]:
    tasks = laptop.collection("tasks")
    tasks.update("both", mine=1)
    tasks.update("clash", title="mine")
    tasks.update("gone-there", title="edited here")
    tasks.delete("gone-here")
    tasks.update("mine", mine=1)
    tasks.delete("removed")
    tasks.create({"title": "new"}, id="new")
    tasks.create({"title": "newer"}, id="newer")
    return {
        "both": {"mine": 1},
        "clash": {"title": "mine"},
        "gone-there": {"title": "edited here"},
        "mine": {"mine": 1},
        "new": {"title": "new"},
        "newer": {"title": "newer"},
    }
