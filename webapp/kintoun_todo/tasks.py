"""The tasks of a list, as the plain pages read and write them through the API."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from .api import Answer, Api

STATUSES = ("todo", "doing", "done")
_LISTS = "/buckets/default/collections/lists/records"


class Refused(Exception):
    """The API said no: its status, and what it answered."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.status = answer.status
        self.body = answer.body


@dataclass(frozen=True, slots=True)
class Task:
    """A task: `status` is todo, doing or done; `version` is its timestamp in milliseconds."""

    id: str
    description: str
    status: str
    order: float
    version: int

    @property
    def is_done(self) -> bool:
        """Whether its box is checked."""
        return self.status == "done"


@dataclass(frozen=True, slots=True)
class ListKey:
    """The address of a list: `default` is the bucket of whoever is signed in."""

    bucket: str = "default"
    collection: str = "tasks"

    @property
    def path(self) -> str:
        """The path of its records below ``/v1``."""
        return f"/buckets/{quote(self.bucket, '')}/collections/{quote(self.collection, '')}/records"

    @property
    def page(self) -> str:
        """The path of its plain page."""
        if self == ListKey():
            return "/plain"
        return f"/plain/lists/{quote(self.bucket, '')}/{quote(self.collection, '')}"


class Client:
    """The API in the name of one session; what it sets as a cookie goes to `keep_cookie`."""

    def __init__(self, api: Api, session: str | None, keep_cookie: Callable[[str], None]) -> None:
        self._api = api
        self._session = session
        self._keep_cookie = keep_cookie

    async def call(self, method: str, path: str, data: object = None, **headers: str) -> Any:  # noqa: ANN401 - JSON
        """Send `data` and answer what comes in the answer's `data`.

        Raises:
            Refused: the API answers an error.
        """
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        body = None if data is None else {"data": data}
        answer = await self._api.request(method, path, body=body, headers=sent, session=self._session)
        for name, value in answer.headers.items():
            if name.lower() == "set-cookie":
                self._keep_cookie(value)
        if answer.status >= 400:  # noqa: PLR2004 - RFC 9110 section 15.5
            raise Refused(answer)
        return answer.body.get("data") if isinstance(answer.body, dict) else None

    async def tasks(self, key: ListKey) -> list[Task]:
        """Read a list, in its order."""
        records = await self.call("GET", key.path)
        return sorted(_tasks(records), key=lambda task: (task.order, task.id))

    async def lists(self) -> list[tuple[ListKey, str]]:
        """Read one's own lists with their titles, the first one first."""
        records = await self.call("GET", _LISTS)
        titled = sorted(
            (_number(record.get("order")), str(record.get("title") or "List"), str(record["id"]))
            for record in records
            if isinstance(record, dict)
        )
        return [(ListKey(), "My tasks"), *((ListKey("default", id_), title) for _, title, id_ in titled)]

    async def create(self, key: ListKey, description: str, order: float) -> None:
        """Add a task to the end of a list."""
        id_ = str(uuid.uuid4())
        task = {"id": id_, "description": description, "status": "todo", "order": order}
        await self.call("PUT", f"{key.path}/{id_}", task, If_None_Match="*")

    async def change(self, key: ListKey, id_: str, changes: Mapping[str, object], version: str | None = None) -> None:
        """Change fields of a task; with a `version` only if nobody else has changed it since."""
        await self.call("PATCH", f"{key.path}/{quote(id_, '')}", dict(changes), **_only_if(version))

    async def delete(self, key: ListKey, id_: str, version: str | None = None) -> None:
        """Delete a task; with a `version` only if nobody else has changed it since."""
        await self.call("DELETE", f"{key.path}/{quote(id_, '')}", **_only_if(version))


def next_order(tasks: Sequence[Task]) -> float:
    """Answer the place behind all others."""
    return max((task.order for task in tasks), default=0) + 1


def _only_if(version: str | None) -> dict[str, str]:
    return {"If_Match": f'"{version}"'} if version else {}


def _tasks(records: object) -> Iterator[Task]:
    for record in records if isinstance(records, list) else []:
        description, status = record.get("description"), record.get("status")
        yield Task(
            record["id"],
            description if isinstance(description, str) else "",
            status if status in STATUSES else "todo",
            _number(record.get("order")),
            record["last_modified"],
        )


def _number(value: object) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0
