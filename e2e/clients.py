"""Clients of one collection, each with a connection of its own: they ask, go on whatever the answer, and write it down.

httpx and not Tornado's client, since it keeps connections open (Tornado's opens one for each request, so two requests
never race closely) and since its errors tell a request that never left from one whose outcome is unknown.
"""

import asyncio
import random
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import quote

import httpx

from e2e.history import Answer, Final, History, Outcome, Poll, Read, Version, Write
from e2e.program import wait_until
from e2e.servers import Server

_BUCKET = "/buckets/chaos"
_COLLECTION = f"{_BUCKET}/collections/tasks"
_RECORDS = f"{_COLLECTION}/records"
_TLS = ssl.create_default_context()
"""Made once, since reading the certificates takes longer than all that one client does here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back; `status` is None for no answer, `sent` is False when the request certainly never arrived."""

    started: float
    ended: float
    status: int | None
    sent: bool = True
    etag: int | None = None
    next_page: str | None = None
    body: Any = None


class Client:
    """Someone who sends each request to one of the running servers, as a load balancer would."""

    def __init__(self, name: str, servers: Sequence[Server], history: History) -> None:
        self.name = name
        self.history = history
        self.random = random.Random(name)  # noqa: S311 - the same choices in each run, nothing secret
        self._servers = servers
        self._http = httpx.AsyncClient(auth=("alice", "secret"), timeout=30.0, trust_env=False, verify=_TLS)

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send one request to a path below the version, or to an absolute URL; want of an answer is an answer too."""
        started = time.monotonic()
        addresses = [server.url for server in self._servers if server.url is not None]
        if not addresses:
            return Reply(started=started, ended=started, status=None, sent=False)
        url = path if path.startswith("http") else self.random.choice(addresses) + path
        try:
            response = await self._http.request(method, url, json=body, headers=headers)
        except httpx.TransportError as error:
            sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            return Reply(started=started, ended=time.monotonic(), status=None, sent=sent)
        ended = time.monotonic()
        self.history.answers.append(
            Answer(f"{method} {url}", response.status_code, response.headers.get("Retry-After"))
        )
        etag = response.headers.get("ETag")
        return Reply(
            started=started,
            ended=ended,
            status=response.status_code,
            etag=int(etag.strip('"')) if etag else None,
            next_page=response.headers.get("Next-Page"),
            body=response.json() if response.content else None,
        )

    async def prepare(self) -> None:
        """Make the bucket and the collection that everybody works in."""
        for path in (_BUCKET, _COLLECTION):
            reply = await self.ask("PUT", path)
            assert reply.status in {200, 201}, reply

    async def list_all(self, query: str = "") -> tuple[list[Version], list[int]] | None:
        """Read the list through all its pages: the entries, and each page's ETag; None when an answer was missing."""
        versions: list[Version] = []
        etags: list[int] = []
        page: str | None = f"{_RECORDS}?{query}"
        while page is not None:
            reply = await self.ask("GET", page)
            if reply.status != 200:
                assert reply.status in {None, 503}, reply
                return None
            assert reply.etag is not None, f"a list without an ETag: {reply}"
            etags.append(reply.etag)
            versions += [Version.of(entry) for entry in reply.body["data"]]
            page = reply.next_page
        return versions, etags

    async def final(self) -> Final:
        """Read what the server holds now that nobody writes: the live records, and all changes since the beginning."""
        live, changes = await self.list_all(), await self.list_all("_since=0")
        assert live is not None
        assert changes is not None
        return Final(
            live={version.record: version for version in live[0]},
            changes={version.record: version for version in changes[0]},
        )


class Writer(Client):
    """A client that creates, changes and deletes records, often the same ones as others do at the same moment."""

    def __init__(self, name: str, servers: Sequence[Server], history: History, pool: list[str]) -> None:
        super().__init__(name, servers, history)
        self._pool = pool
        self._known: dict[str, int] = {}
        self._count = 0

    async def step(self) -> Write:
        """Do one thing: a quarter of the time a new record, else something to a recent record of anybody's."""
        return await self._send(self._choose())

    async def write(self, method: str, record: str, *, if_match: int | None = None, create_only: bool = False) -> Write:
        """Send one write whose token no other write of the run has, and note its outcome."""
        return await self._send(self._attempt(method, record, if_match=if_match, create_only=create_only))

    def _choose(self) -> Write:
        if not self._pool or self.random.random() < 0.25:
            record = f"{self.name}-{self._count + 1}-new"
            self._pool.append(record)
            return self._attempt(self.random.choice(("PUT", "POST")), record, create_only=True)
        record = self.random.choice(self._pool[-50:])
        method = self.random.choices(("PUT", "PATCH", "DELETE"), weights=(5, 3, 2))[0]
        known = self._known.get(record)
        if known is None and method == "PUT":
            return self._attempt(method, record, create_only=True)
        return self._attempt(method, record, if_match=known if self.random.random() < 0.7 else None)

    def _attempt(self, method: str, record: str, *, if_match: int | None = None, create_only: bool = False) -> Write:
        self._count += 1
        token = None if method == "DELETE" else f"{self.name}-{self._count}"
        return Write(
            actor=self.name, method=method, record=record, token=token, if_match=if_match, create_only=create_only
        )

    async def _send(self, attempt: Write) -> Write:
        """Send the write; after an unknown outcome look what became of it and, sometimes, send the same again."""
        reply = await self.ask(attempt.method, _path_of(attempt), _body_of(attempt), _conditions_of(attempt))
        timestamp = reply.etag if reply.status in {200, 201} else None
        write = replace(attempt, started=reply.started, ended=reply.ended, status=reply.status, timestamp=timestamp)
        if reply.sent:
            self.history.writes.append(write)
        if write.outcome is not Outcome.UNKNOWN:
            self._learn(write, reply)
            return write
        await self.look(write.record)
        conditional = write.if_match is not None or write.create_only
        return await self._send(attempt) if conditional and self.random.random() < 0.5 else write

    def _learn(self, write: Write, reply: Reply) -> None:
        """Note what the answer says of the record: its new timestamp, or with 412 and 404 what stands there now."""
        if write.outcome is Outcome.ACCEPTED:
            assert write.timestamp is not None, f"accepted without an ETag: {write}"
            self._remember(write.record, None if write.token is None else write.timestamp)
            return
        assert reply.status in {404, 412}, f"{write}: {reply.body}"
        existing = reply.body.get("details", {}).get("existing") if reply.status == 412 else None
        self._note_read(write.record, reply, Version.of(existing) if existing else None)

    async def look(self, record: str) -> None:
        """Read one record, as soon as somebody answers."""

        async def answered() -> bool:
            reply = await self.ask("GET", f"{_RECORDS}/{record}")
            if reply.status in {200, 404}:
                self._note_read(record, reply, Version.of(reply.body["data"]) if reply.status == 200 else None)
            return reply.status in {200, 404}

        await wait_until(answered, f"somebody answers {self.name}")

    def _note_read(self, record: str, reply: Reply, version: Version | None) -> None:
        self._remember(record, version.timestamp if version else None)
        self.history.reads.append(
            Read(actor=self.name, record=record, started=reply.started, ended=reply.ended, version=version)
        )

    def _remember(self, record: str, timestamp: int | None) -> None:
        if timestamp is None:
            self._known.pop(record, None)
        else:
            self._known[record] = timestamp


class Batcher(Writer):
    """A writer that sends many of its writes in one request."""

    async def batch(self, size: int) -> None:
        """Send a batch of writes to different records, and note the outcome of each."""
        chosen = {attempt.record: attempt for attempt in (self._choose() for _ in range(size))}
        requests = [
            {"method": one.method, "path": _path_of(one), "headers": _conditions_of(one), "body": _body_of(one)}
            for one in chosen.values()
        ]
        reply = await self.ask("POST", "/batch", {"requests": requests})
        name = f"{self.name}-{self._count}"
        for number, attempt in enumerate(chosen.values()):
            entry = reply.body["responses"][number] if reply.status == 200 else {"status": reply.status, "body": None}
            part = replace(reply, status=entry["status"], body=entry["body"])
            accepted = part.status in {200, 201}
            timestamp = part.body["data"]["last_modified"] if accepted else None
            write = replace(attempt, batch=name, started=reply.started, ended=reply.ended)
            write = replace(write, status=part.status, timestamp=timestamp)
            if reply.sent:
                self.history.writes.append(write)
            if write.outcome is not Outcome.UNKNOWN:
                self._learn(write, part)


def _path_of(write: Write) -> str:
    return _RECORDS if write.method == "POST" else f"{_RECORDS}/{write.record}"


def _body_of(write: Write) -> dict[str, Any] | None:
    return None if write.token is None else {"data": {"id": write.record, "token": write.token}}


def _conditions_of(write: Write) -> dict[str, str]:
    if write.create_only:
        return {"If-None-Match": "*"}
    return {} if write.if_match is None else {"If-Match": f'"{write.if_match}"'}


class Reader(Client):
    """A client that follows the list by `_since`, `limit` entries a page (None: all on one).

    `keep` says whose ETag becomes its cursor: that of the first page, or of the last as kinto.js does
    ("protocol section 15").
    """

    def __init__(
        self, name: str, servers: Sequence[Server], history: History, *, limit: int | None = None, keep: int = 0
    ) -> None:
        super().__init__(name, servers, history)
        self._limit = limit
        self._keep = keep
        self._cursor: int | None = None

    async def poll(self) -> bool:
        """Read what is new; False when an answer was missing, and then the cursor stays where it was."""
        query = (
            [] if self._cursor is None else ["_since=" + quote(self.random.choice(('"{}"', "{}")).format(self._cursor))]
        )
        query += [] if self._limit is None else [f"_limit={self._limit}"]
        started = time.monotonic()
        found = await self.list_all("&".join(query))
        if found is None:
            return False
        versions, etags = found
        poll = Poll(
            reader=self.name,
            since=self._cursor,
            etags=tuple(etags),
            cursor=etags[self._keep],
            versions=tuple(versions),
            started=started,
            ended=time.monotonic(),
        )
        self.history.polls.append(poll)
        self._cursor = poll.cursor
        return True

    async def follow(self, end: asyncio.Event) -> None:
        """Poll without pause until the end, and once more after it."""
        while not end.is_set():
            await wait_until(self.poll, f"somebody answers {self.name}")
        await wait_until(self.poll, f"somebody answers {self.name}")
