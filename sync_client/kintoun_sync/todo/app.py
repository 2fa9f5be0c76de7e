"""What the commands share: the profile, its tasks, and the list that a person has chosen."""

from collections.abc import Sequence
from functools import cached_property

import click

from kintoun_sync import Auth, Collection, Store
from kintoun_sync.server import authorization

from .credentials import find_password
from .failure import CommandFailure, ExitStatus
from .naming import Numbers, find_id
from .own_lists import OWN, TASKS, TITLES, OwnLists
from .profile import DEFAULT, Profile
from .task import Task, list_name, tasks_of


class App:
    """One call of the program. Nothing here needs a network."""

    def __init__(self, profile: str = DEFAULT, chosen: str | None = None) -> None:
        self._profile_name = profile
        self._chosen = chosen

    @cached_property
    def profile(self) -> Profile:
        """Whose tasks they are, and where the server is."""
        return Profile.load(self._profile_name)

    @cached_property
    def store(self) -> Store:
        """The tasks on this device; open until the command ends."""
        self.profile.make_folder()
        store = Store(self.profile.database, self.profile.server, self._auth)
        context = click.get_current_context(silent=True)
        if context is not None:
            context.find_root().call_on_close(store.close)
        return store

    @property
    def _auth(self) -> Auth:
        return None if self.profile.user is None else self._authorization

    def _authorization(self) -> str:
        password, user = find_password(self.profile), self.profile.user
        if password is None:
            raise CommandFailure(f"there is no password of {user} on this device: log in again", ExitStatus.DENIED)
        return authorization((str(user), password)) or ""

    @cached_property
    def numbers(self) -> Numbers:
        """What the numbers of the last list mean."""
        return Numbers(self.profile)

    @cached_property
    def lists(self) -> OwnLists:
        """Which lists are one's own, and what they are called."""
        return OwnLists(self.store)

    @property
    def collection(self) -> Collection:
        """The list that new tasks go to; one of one's own is made when it is first named."""
        bucket, name = self._place(self._chosen or TASKS)
        return self.store.collection(name) if bucket == OWN else self.existing(f"{bucket}/{name}")

    def existing(self, named: str) -> Collection:
        """Answer a list that is on this device.

        Raises:
            CommandFailure: it is not.
        """
        for collection in self.store.collections():
            if (collection.bucket, collection.name) == self._place(named):
                return collection
        raise CommandFailure(f"there is no list {named!r} on this device; `kintoun-todo status` names them")

    def _place(self, named: str) -> tuple[str, str]:
        known = self.lists.id_of(named)
        if known is not None:
            return OWN, known
        bucket, _, name = named.rpartition("/")
        if not name or "/" in bucket:
            raise CommandFailure(f"no name of a list: {named!r}; it is NAME or BUCKET/NAME", ExitStatus.USAGE)
        place = OWN if bucket in ("", self.store.own_bucket) else bucket, name
        if place == (OWN, TITLES):
            raise CommandFailure(f"{TITLES!r} has the titles of all lists: choose another name", ExitStatus.USAGE)
        return place

    @property
    def collections(self) -> list[Collection]:
        """The chosen list, or all lists on this device, one's own first."""
        if self._chosen is not None:
            return [self.existing(self._chosen)]
        own = self.collection
        others = [found for found in self.lists.with_tasks() if (found.bucket, found.name) != (own.bucket, own.name)]
        return [own, *others]

    @property
    def own_collections(self) -> list[Collection]:
        """The lists on this device that are one's own."""
        return [found for found in self.collections if found.bucket == OWN]

    def tasks(self) -> list[Task]:
        """List the tasks of the chosen list or all, in order."""
        return tasks_of(self.collections)

    def find(self, words: Sequence[str]) -> list[Task]:
        """Find the tasks that a person names, each once.

        Raises:
            CommandFailure: one of them names none, or several; then nothing is done with any.
        """
        tasks = {task.id: task for task in self.tasks()}
        return [tasks[found] for found in dict.fromkeys(find_id(word, list(tasks), self.numbers) for word in words)]

    def title_of(self, bucket: str, collection: str, record_id: str) -> str:
        """Write what a task is called, or was called, or else its id."""
        found = self.store.collection(collection, bucket=bucket).get(record_id)
        return str(found.get("description", record_id)) if found is not None else record_id

    def list_name_of(self, bucket: str, collection: str) -> str:
        """Name the list of something that a report tells of."""
        return list_name(self.store.collection(collection, bucket=bucket))


pass_app = click.make_pass_decorator(App)
