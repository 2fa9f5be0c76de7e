"""A server that keeps every promise, simulated: whatever happens on it at the same time, no checker may find fault.

Clients take turns at random, one stage at a time: a request begins, the server carries out a part of it, the answer
arrives. What a lost answer belongs to is carried out before, later or never.
"""

import random
from collections.abc import Generator
from dataclasses import dataclass, field, replace

from e2e.history import Final, History, Poll, Read, Version, Write

_Stages = Generator[None, None, None]


def version(record: str, timestamp: int, token: str | None) -> Version:
    """A record that holds the token, or with None its tombstone."""
    if token is None:
        return Version.of({"id": record, "last_modified": timestamp, "deleted": True})
    return Version.of({"id": record, "last_modified": timestamp, "token": token})


@dataclass
class Simulation:
    """One run: writers and readers on one collection of five records."""

    random: random.Random
    history: History = field(default_factory=History)
    now: float = 0.0
    clock: int = 1000
    stored: dict[str, Version] = field(default_factory=dict)
    cursors: dict[str, int] = field(default_factory=dict)
    under_way: list[_Stages] = field(default_factory=list)

    def run(self, clients: int, requests: int) -> History:
        """Let each client send so many requests; at the end all readers poll once more."""
        self.under_way = [self._client(f"c{n}", requests) for n in range(clients)]
        while self.under_way:
            chosen = self.random.choice(self.under_way)
            if next(chosen, "over") == "over":
                self.under_way.remove(chosen)
        for reader in list(self.cursors):
            list(self._poll(reader))
        live = {name: found for name, found in self.stored.items() if not found.deleted}
        self.history.final = Final(live, dict(self.stored))
        return self.history

    def _tick(self) -> float:
        self.now += 1
        return self.now

    def _client(self, name: str, requests: int) -> _Stages:
        for index in range(requests):
            request = self.random.choices((self._write, self._read, self._poll), weights=(6, 2, 2))[0]
            yield from self._write(f"{name}-{index}") if request == self._write else request(name)

    def _write(self, token: str) -> _Stages:
        method, record = self.random.choice(("PUT", "PUT", "PATCH", "DELETE")), f"x{self.random.randrange(5)}"
        known = self.stored.get(record)
        attempt = Write(
            actor=token.partition("-")[0],
            method=method,
            record=record,
            token=None if method == "DELETE" else token,
            if_match=known.timestamp if known and self.random.random() < 0.6 else None,
            create_only=method == "PUT" and known is None,
            started=self._tick(),
        )
        yield
        carried_out = self.random.choices(("answered", "lost", "later", "never"), weights=(8, 1, 1, 1))[0]
        status, timestamp = self._apply(attempt) if carried_out in {"answered", "lost"} else (None, None)
        yield
        if carried_out == "later":
            self.under_way.append(self._late(attempt))
        if carried_out != "answered":
            status, timestamp = self.random.choice((None, 503)), None
        self.history.writes.append(replace(attempt, ended=self._tick(), status=status, timestamp=timestamp))

    def _late(self, attempt: Write) -> _Stages:
        yield
        yield
        self._apply(attempt)

    def _apply(self, write: Write) -> tuple[int, int | None]:
        found = self.stored.get(write.record)
        missing = found is None or found.deleted
        if write.create_only and not missing:
            return 412, None
        if write.method != "PUT" and missing:
            return 404, None
        if write.if_match is not None and (missing or found is None or found.timestamp != write.if_match):
            return 412, None
        self.clock += self.random.randint(1, 3)
        self.stored[write.record] = version(write.record, self.clock, write.token)
        return 200, self.clock

    def _read(self, name: str) -> _Stages:
        record, started = f"x{self.random.randrange(5)}", self._tick()
        yield
        found = self.stored.get(record)
        yield
        answer = None if found is None or found.deleted else found
        self.history.reads.append(Read(actor=name, record=record, started=started, ended=self._tick(), version=answer))

    def _poll(self, name: str) -> _Stages:
        """Read the clock first, then page after page of two entries, each at a moment of its own."""
        since, started = self.cursors.get(name), self._tick()
        yield
        etag, below = self.clock, self.clock + 1_000_000
        versions: list[Version] = []
        etags: list[int] = []
        while not etags or len(versions) == 2 * len(etags):
            yield
            etags.append(etag)
            matching = [
                found
                for found in self.stored.values()
                if (since or 0) < found.timestamp < below and (since is not None or not found.deleted)
            ]
            versions += sorted(matching, key=lambda found: -found.timestamp)[:2]
            below = versions[-1].timestamp if versions else 0
        yield
        self.cursors[name] = etag
        poll = Poll(
            reader=name,
            since=since,
            etags=tuple(etags),
            cursor=etag,
            versions=tuple(versions),
            started=started,
            ended=self._tick(),
        )
        self.history.polls.append(poll)
