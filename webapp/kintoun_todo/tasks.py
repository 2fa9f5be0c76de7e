"""The tasks of a list, as the plain pages read and write them through the API."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from .api import Answer, Api

STATUSES = ("todo", "doing", "done")
# Where records without an order stand: behind all others, as on the page with JavaScript.
_LAST = 2**53 - 1
_LISTS = "/buckets/default/collections/lists/records"


class Refused(Exception):
    """The API said no, with a status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


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
        answer = await self._send(method, path, data, headers)
        return answer.body.get("data") if isinstance(answer.body, dict) else None

    async def _send(self, method: str, path: str, data: object = None, headers: Mapping[str, str] = {}) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        body = None if data is None else {"data": data}
        answer = await self._api.request(method, path, body=body, headers=sent, session=self._session)
        for name, value in answer.headers.items():
            if name.lower() == "set-cookie":
                self._keep_cookie(value)
        if answer.status >= 400:  # noqa: PLR2004 - RFC 9110 section 15.5
            raise Refused(answer.status)
        return answer

    async def _records(self, path: str) -> list[dict[str, Any]]:
        """Read a list to its end; the server may bound its pages (protocol section 16.5)."""
        records: list[dict[str, Any]] = []
        following: str | None = path
        while following:
            answer = await self._send("GET", following)
            records += answer.body["data"] if isinstance(answer.body, dict) else []
            address = answer.headers.get("Next-Page")
            following = f"{path}?{urlsplit(address).query}" if address else None
        return records

    async def tasks(self, key: ListKey) -> list[Task]:
        """Read a list, in its order."""
        records = await self._records(key.path)
        return sorted(map(_task, records), key=lambda task: (task.order, task.id))

    async def lists(self) -> list[tuple[ListKey, str]]:
        """Read one's own lists with their titles, the first one first; it has a record only if it was renamed."""
        records = sorted(await self._records(_LISTS), key=lambda record: (_order(record), record["id"]))
        titles = {ListKey(): "My tasks"}
        for record in records:
            if "left" in record:  # a list of somebody else that one does not want to see any more
                continue
            key = ListKey(collection=record["id"])
            titles[key] = _text(record, "title").strip() or titles.get(key, "Untitled list")
        return list(titles.items())

    async def create(self, key: ListKey, description: str, order: float) -> None:
        """Add a task to the end of a list."""
        id_ = str(uuid.uuid4())
        task = {"id": id_, "description": description, "status": "todo", "order": order}
        await self.call("PUT", f"{key.path}/{id_}", task, If_None_Match="*")

    async def change(self, key: ListKey, id_: str, changes: Mapping[str, object], version: str | None = None) -> None:
        """Change fields of a task; with a `version` only if nobody else has changed it since."""
        await self.call("PATCH", f"{key.path}/{quote(id_, '')}", dict(changes), **_only_if(version))

    async def delete(self, key: ListKey, id_: str, version: str | None = None) -> None:
        """Delete a task, if it is still there; with a `version` only if nobody else has changed it since."""
        try:
            await self.call("DELETE", f"{key.path}/{quote(id_, '')}", **_only_if(version))
        except Refused as refused:
            if refused.status != 404:  # noqa: PLR2004 - RFC 9110 section 15.5.5
                raise


def next_order(tasks: Sequence[Task]) -> float:
    """Answer the place behind all others."""
    return max((task.order for task in tasks if task.order < _LAST), default=0) + 1


def _only_if(version: str | None) -> dict[str, str]:
    return {"If_Match": f'"{version}"'} if version else {}


def _task(record: Mapping[str, Any]) -> Task:
    status = record.get("status")
    return Task(
        record["id"],
        _text(record, "description"),
        status if status in STATUSES else "todo",
        _order(record),
        record["last_modified"],
    )


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""


def _order(record: Mapping[str, Any]) -> float:
    value = record.get("order")
    return value if isinstance(value, int | float) and not isinstance(value, bool) else _LAST
