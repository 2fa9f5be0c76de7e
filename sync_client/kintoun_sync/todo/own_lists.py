"""Which lists are one's own, and what they are called: records of the collection ``lists``, which the web app has too.

A record has the id of its list and a ``title``. So other programs may keep other things in the same bucket, and what
the web app makes is on this device after a sync. A list that was made here gets its record with the first sync that
finds tasks in it. One that was deleted elsewhere has neither tasks nor a record.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress

from kintoun_sync import Collection, InvalidRecordError, Store, SyncReport

from .failure import CommandFailure
from .task import as_order, list_name

TASKS = "tasks"
"""One's first list, as the tutorial has it; it needs no record."""
TITLES = "lists"
OWN = "default"


class OwnLists:
    """The lists in one's own bucket."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def records(self) -> Collection:
        """The collection of the titles; it holds no tasks."""
        return self._store.collection(TITLES)

    def titles(self) -> dict[str, str]:
        """Answer what each list is called, by its id; what has no title is called by its id."""
        # Besides the titles, the web app notes there which lists of others one has left.
        records = [record for record in self.records if "left" not in record]
        return {record.id: _text(record.get("title")) or record.id for record in records}

    def id_of(self, named: str) -> str | None:
        """Find the list that has this id, or else this title; None for none.

        Raises:
            CommandFailure: several lists have this title.
        """
        titles = self.titles()
        if named in titles:
            return named
        found = [list_id for list_id, title in titles.items() if title == named]
        if len(found) > 1:
            raise CommandFailure(f"{len(found)} lists are called {named!r}; say which: {', '.join(found)}")
        return found[0] if found else None

    def name_of(self, collection: Collection) -> str:
        """Write what a list is called; those of others by bucket and name."""
        name = list_name(collection)
        return self.titles().get(name, name) if collection.bucket == OWN else name

    def is_there(self, collection: Collection) -> bool:
        """Tell whether a list is there for people to see: it has tasks or a record, or it is the first one."""
        is_listed = collection.bucket != OWN or collection.name == TASKS or collection.name in self.titles()
        return is_listed or len(collection) > 0

    def with_tasks(self) -> list[Collection]:
        """List the collections on this device that are for tasks."""
        return [found for found in self._store.collections() if (found.bucket, found.name) != (OWN, TITLES)]

    def sync(self, chosen: Callable[[], Iterable[Collection]], sync: Callable[..., SyncReport]) -> SyncReport:
        """Synchronise which lists there are, the chosen ones among them, and what was made here."""
        before = sync(self.records, strategy="server_wins")
        for list_id in self.titles():
            self._store.collection(list_id)
        report = sync(*chosen())
        after = [sync(self.records, strategy="server_wins")] if self._register() else []
        for other in (before, *after):
            report.requests += other.requests
            report.problems += other.problems
        return report

    def _register(self) -> bool:
        """Write records for lists that have tasks and no record yet; tell whether there were any."""
        known = self.titles()
        new = [found for found in self.with_tasks() if found.bucket == OWN and found.name not in {TASKS, *known}]
        orders = [as_order(record.get("order")) or 0 for record in self.records]
        made = 0
        for number, collection in enumerate(filter(len, new), 1):
            with suppress(InvalidRecordError):  # a name that the server does not take, as the report says
                title = {"title": collection.name, "order": max(orders, default=0) + number}
                self.records.create(title, id=collection.name)
                made += 1
        return made > 0


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
