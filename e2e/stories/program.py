"""A person who uses no browser: a Python program with the sync client."""

from pathlib import Path

import kintoun_sync

from e2e.eventually import eventually


class Program:
    """A device of its own that keeps one list at a time in a file: one's first one, or one that somebody shares."""

    def __init__(self, file: Path, origin: str, name: str, password: str) -> None:
        self.name = name
        self.store = kintoun_sync.open(file, f"{origin}/v1", (name, password))
        self.list = self.store.collection("tasks")

    def __repr__(self) -> str:
        return f"the program of {self.name}"

    def closes(self) -> None:
        """Close the file."""
        self.store.close()

    def syncs(self) -> kintoun_sync.SyncReport:
        """Take what others have written, and send what was written here."""
        return self.store.sync()

    def opens_list(self, title: str) -> None:
        """Take the list of this title, which somebody shares, in the place of one's own."""
        (found,) = [shared for shared in self.store.sharing.with_me() if shared.title == title]
        assert found.collection is not None
        self.list = self.store.collection(found.collection, bucket=found.bucket)
        self.syncs()

    @property
    def tasks(self) -> dict[str, str]:
        """The state of each task, by its title, in order."""
        return {str(task["description"]): str(task["status"]) for task in self.list.list(sort="order")}

    def sees(self, **tasks: str) -> None:
        """Have exactly these tasks in these states, at the latest after another sync or two."""

        def look() -> bool:
            self.syncs()
            return self.tasks == tasks

        eventually(look, f"{self} has {tasks}, not {self.tasks}")

    def adds(self, title: str) -> None:
        """Add a task at the end."""
        orders = [task["order"] for task in self.list]
        self.list.create({"description": title, "status": "todo", "order": max(orders, default=0) + 1})

    def renames(self, title: str, new: str) -> None:
        """Give a task another title."""
        self.list.update(self._id(title), description=new)

    def completes(self, title: str) -> None:
        """Tick a task off."""
        self.list.update(self._id(title), status="done")

    def removes(self, title: str) -> None:
        """Remove a task."""
        self.list.delete(self._id(title))

    def is_asked(self) -> kintoun_sync.Conflict:
        """Synchronise, and have one question afterwards."""
        self.syncs()
        (question,) = self.store.conflicts()
        return question

    def _id(self, title: str) -> str:
        (found,) = [task.id for task in self.list if task["description"] == title]
        return found
