"""The tasks without JavaScript: each action is a form, each answer a page."""

from typing import Final

from tornado.web import HTTPError

from .entrance import EntranceHandler
from .tasks import STATUSES, ListKey, Refused, Task, next_order

MOST_KEPT: Final = 100_000
"""Characters of a text that is kept while somebody signs in again: far more than any task has."""
_FILTERS: Final = {"": "All", "active": "Active", "completed": "Completed"}


class PlainHandler(EntranceHandler):
    """A list of tasks."""

    async def get(self, bucket: str | None, collection: str | None, chosen: str | None) -> None:
        """Show the list."""
        name = await self.who()
        if name is None:
            self.see_other("/sign-in")
            return
        await self._show(name, _key(bucket, collection), chosen or "", self.get_query_argument("edit", ""))

    head = get

    async def post(self, bucket: str | None, collection: str | None, chosen: str | None) -> None:
        """Do what a form asks for, and show the list again."""
        key = _key(bucket, collection)
        try:
            if self.form("do") == "sign-in":
                await self._go_on(key, chosen or "")
            else:
                await self._answer(key, chosen or "")
        except Refused as refused:
            if refused.status != 401:  # noqa: PLR2004 - RFC 9110 section 15.5.2
                raise
            self._ask_who()

    async def _answer(self, key: ListKey, chosen: str) -> None:
        name = await self.who()
        if name is None:
            raise Refused(401)
        complaint = await self.attempt(self._do(key))
        if complaint is None:
            self.see_other(_here(key, chosen))
            return
        editing = self.form("id") if self.form("do") == "edit" else ""
        await self._show(name, key, chosen, editing, complaint=complaint, typed=self.form("description"))

    def _ask_who(self, complaint: str | None = None) -> None:
        """Ask whoever's session has ended to sign in again, on a page that keeps what they have typed."""
        if complaint is None:
            self.set_status(401)
        typed = self.form("description")
        self.show(
            "plain/sign-in-again.html",
            complaint=complaint,
            here=self.request.path,
            name=self.form("name") or self.form("account"),
            account=self.form("account"),
            editing=self.form("id") if self.form("do") in ("edit", "sign-in") else "",
            typed=typed[:MOST_KEPT],
            is_cut=len(typed) > MOST_KEPT,
        )

    async def _go_on(self, key: ListKey, chosen: str) -> None:
        """Sign in, and go on where it was: what was typed is in its field again, but for nobody else."""
        if complaint := await self.enter():
            self._ask_who(complaint)
            return
        name, account, typed = await self.who(), self.form("account"), self.form("description")
        if name is None:
            raise Refused(401)
        if account not in ("", name):
            self.see_other(ListKey().page)
        elif typed:
            await self._show(name, key, chosen, self.form("id"), typed=typed)
        else:
            self.see_other(_here(key, chosen))

    async def _do(self, key: ListKey) -> None:
        actions = {
            "add": self._add,
            "status": self._set_status,
            "edit": self._edit,
            "delete": self._delete,
            "all": self._set_all,
            "clear": self._clear,
        }
        action = actions.get(self.form("do").partition(":")[0])
        if action is None:
            raise HTTPError(400)
        await action(key)

    async def _add(self, key: ListKey) -> None:
        if description := self.form("description"):
            await self.client.create(key, description, next_order(await self.client.tasks(key)))

    async def _set_status(self, key: ListKey) -> None:
        status = self.form("do").partition(":")[2]
        if status not in STATUSES:
            raise HTTPError(400)
        await self.client.change(key, self._id(), {"status": status})

    async def _edit(self, key: ListKey) -> None:
        if description := self.form("description"):
            await self.client.change(key, self._id(), {"description": description}, self._version())
        else:
            await self._delete(key)

    async def _delete(self, key: ListKey) -> None:
        await self.client.delete(key, self._id(), self._version())

    async def _set_all(self, key: ListKey) -> None:
        tasks = await self.client.tasks(key)
        status = "todo" if all(task.is_done for task in tasks) else "done"
        for task in tasks:
            if task.is_done != (status == "done"):
                await self.client.change(key, task.id, {"status": status})

    async def _clear(self, key: ListKey) -> None:
        for task in await self.client.tasks(key):
            if task.is_done:
                await self.client.delete(key, task.id, str(task.version))

    def _id(self) -> str:
        id_ = self.form("id")
        if not id_:
            raise HTTPError(400)
        return id_

    def _version(self) -> str | None:
        version = self.form("version")
        return version if version.isascii() and version.isdigit() else None

    async def _show(  # noqa: PLR0913 - all that the page shows
        self, name: str, key: ListKey, chosen: str, editing: str, *, complaint: str | None = None, typed: str = ""
    ) -> None:
        tasks = await self._readable(key)
        shown = [task for task in tasks if not chosen or task.is_done == (chosen == "completed")]
        lists = await self.client.lists()
        self.show(
            "plain/tasks.html",
            account=name,
            tasks=shown,
            total=len(tasks),
            left=sum(not task.is_done for task in tasks),
            lists=lists,
            title=dict(lists).get(key, "Shared list"),
            key=key,
            filters=[(_here(key, path), path, label) for path, label in _FILTERS.items()],
            chosen=chosen,
            here=_here(key, chosen),
            # What was typed for a task that is not here any more stands in the field for a new one.
            editing=editing if any(task.id == editing for task in shown) else "",
            complaint=complaint,
            typed=typed,
        )

    async def _readable(self, key: ListKey) -> list[Task]:
        try:
            return await self.client.tasks(key)
        except Refused as refused:
            if refused.status == 405:  # noqa: PLR2004 - RFC 9110 section 15.5.6
                raise
            # A list that one may not see does not exist for oneself.
            raise HTTPError(404 if refused.status in (401, 403, 404) else 502) from refused


def _here(key: ListKey, chosen: str) -> str:
    return f"{key.page}/{chosen}" if chosen else key.page


def _key(bucket: str | None, collection: str | None) -> ListKey:
    return ListKey(bucket, collection) if bucket and collection else ListKey()
