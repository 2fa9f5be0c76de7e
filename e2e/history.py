"""What the clients of one run asked and were answered: the evidence that the promises are judged by.

One history is about one collection. All moments are seconds of one monotonic clock, since all clients of a run live in
one process; all timestamps are the server's, in milliseconds.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Outcome(Enum):
    """What a client may conclude from the answer to a write, or from the lack of one."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Version:
    """One state of one record as an answer showed it; `body` is the whole object as JSON with sorted keys."""

    record: str
    timestamp: int
    deleted: bool
    token: str | None
    body: str

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "Version":
        """Read an object or a tombstone of an answer ("protocol section 15"); KeyError when it has no timestamp."""
        return cls(
            record=entry["id"],
            timestamp=entry["last_modified"],
            deleted=entry.get("deleted", False),
            token=entry.get("token"),
            body=json.dumps(entry, sort_keys=True),
        )

    def __str__(self) -> str:
        what = "deleted" if self.deleted else f"holding {self.token}"
        return f"{self.record} at {self.timestamp}, {what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One request that was to change one record, and its answer.

    `token` is a text that no other write sends (None: a deletion), so what is found later tells which write made it;
    `if_match` is the version that the writer asked for, `create_only` says that it asked for there to be none.
    `batch` names the batch that it was sent in, if it was.
    `status` is None when there was no answer (yet), `timestamp` is None unless the write was accepted.
    """

    actor: str
    method: str
    record: str
    token: str | None
    if_match: int | None = None
    create_only: bool = False
    batch: str | None = None
    started: float = 0.0
    ended: float = 0.0
    status: int | None = None
    timestamp: int | None = None

    @property
    def outcome(self) -> Outcome:
        """A cut connection, a time-out and any 5xx leave open whether the write took effect."""
        if self.status is None or self.status >= 500:
            return Outcome.UNKNOWN
        return Outcome.ACCEPTED if self.status < 300 else Outcome.REFUSED

    def made(self, version: Version) -> bool:
        """Tell whether the version, of the same record, can be the work of this write."""
        if self.timestamp is not None and self.timestamp != version.timestamp:
            return False
        return version.deleted if self.token is None else version.token == self.token and not version.deleted

    def __str__(self) -> str:
        condition = f" If-Match {self.if_match}" if self.if_match is not None else ""
        condition += " If-None-Match *" if self.create_only else ""
        answer = "no answer" if self.status is None else str(self.status)
        answer += f" at {self.timestamp}" if self.timestamp is not None else ""
        return (
            f"{self.actor} {self.method} {self.record} token {self.token}{condition} -> {answer}"
            f" (from {self.started:.6f} to {self.ended:.6f} s)"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One look at one record; `version` is None when the answer was that there is none (404)."""

    actor: str
    record: str
    started: float
    ended: float
    version: Version | None

    def __str__(self) -> str:
        found = self.version or "nothing"
        return f"{self.actor} read {self.record} from {self.started:.6f} to {self.ended:.6f} s and found {found}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One reading of the list, followed through all its pages.

    `since` is the cursor that it was asked with (None: the whole list), `etags` holds the ETag of each page in turn,
    `cursor` is the one of them that the reader goes on with, `versions` what the pages held, in their order.
    """

    reader: str
    since: int | None
    etags: tuple[int, ...]
    cursor: int
    versions: tuple[Version, ...]
    started: float
    ended: float

    def __str__(self) -> str:
        return (
            f"{self.reader} polled _since={self.since} from {self.started:.6f} to {self.ended:.6f} s"
            f" and got {len(self.versions)} entries on {len(self.etags)} pages with ETags {sorted(set(self.etags))}"
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What every answer is judged by, whatever was asked."""

    request: str
    status: int
    retry_after: str | None

    def __str__(self) -> str:
        return f"{self.request} -> {self.status}, Retry-After {self.retry_after}"


@dataclass(frozen=True, slots=True)
class Final:
    """What the server holds when all clients have ended: its live records, and all changes with the tombstones."""

    live: dict[str, Version]
    changes: dict[str, Version]


@dataclass(slots=True)
class History:
    """Everything that happened to one collection, in the order in which the answers came."""

    writes: list[Write] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    polls: list[Poll] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    final: Final = field(default_factory=lambda: Final({}, {}))

    def accepted(self) -> list[Write]:
        """All acknowledged writes, oldest timestamp first."""
        return sorted(
            (write for write in self.writes if write.outcome is Outcome.ACCEPTED),
            key=lambda write: write.timestamp or 0,
        )

    def of_record(self) -> dict[str, list[Write]]:
        """All writes by the record that they were to change."""
        found: dict[str, list[Write]] = {}
        for write in self.writes:
            found.setdefault(write.record, []).append(write)
        return found

    def seen(self) -> dict[Version, object]:
        """Every version that any answer showed, with what showed it first."""
        found: dict[Version, object] = {}
        for read in self.reads:
            if read.version is not None:
                found.setdefault(read.version, read)
        for poll in self.polls:
            for version in poll.versions:
                found.setdefault(version, poll)
        for version in (*self.final.live.values(), *self.final.changes.values()):
            found.setdefault(version, "the final state")
        return found

    def of_readers(self) -> dict[str, list[Poll]]:
        """All polls by their reader, in their order."""
        found: dict[str, list[Poll]] = {}
        for poll in self.polls:
            found.setdefault(poll.reader, []).append(poll)
        return found

    def __str__(self) -> str:
        """One line of figures for the log of a run."""
        count = {outcome: sum(write.outcome is outcome for write in self.writes) for outcome in Outcome}
        span = max((write.ended for write in self.writes), default=0) - min(
            (write.started for write in self.writes), default=0
        )
        outcomes = ", ".join(f"{number} {outcome.value}" for outcome, number in count.items())
        rate = count[Outcome.ACCEPTED] / span if span else 0
        return (
            f"{len(self.writes)} writes ({outcomes}) in {span:.1f} s, {rate:.0f} accepted/s; {len(self.reads)} reads,"
            f" {len(self.polls)} polls; {len(self.final.live)} records and"
            f" {len(self.final.changes) - len(self.final.live)} tombstones at the end"
        )
