"""One checker for each promise: it takes a history and raises AssertionError, the promise and the smallest evidence.

A checker never blames a server for what a client cannot know: a write without an answer, or with a 5xx, may or may not
have taken effect, at any time from its start on. Everything else is taken at its word.
"""

import heapq
from dataclasses import dataclass, field
from typing import NoReturn

from e2e.history import History, Outcome, Poll, Version, Write

ACKNOWLEDGED = "acknowledged: every 2xx write is in the final state or was overwritten by a later accepted one"
CHAINED = "chained: accepted If-Match writes of one record form one chain"
ORDERED = "ordered: timestamps of one collection strictly increase in commit order and are never reused"
GAPLESS = "gapless: once a reader holds cursor c, no change <= c appears later"
ATOMIC = "atomic: the changes of one batch to one collection become visible together"
RELIABLE = "reliable: a reader who polls _since ends with exactly the server's records"
UNAVAILABLE = "unavailable: whatever fails, a server error is a 503 with Retry-After"


def _broken(promise: str, *evidence: object) -> NoReturn:
    raise AssertionError("\n  ".join([promise, *map(str, evidence)]))


def acknowledged(history: History) -> None:
    """Every 2xx write is in the final state or was overwritten by a later accepted one, and every read says so too.

    The other half of the same promise: what was refused has not happened, and nothing is there that nobody wrote.
    """
    of_record = history.of_record()
    for record, writes in of_record.items():
        _check_final(history.final.changes.get(record), writes)
    for read in sorted(history.reads, key=lambda read: read.started):
        writes = of_record.get(read.record, [])
        known = [write for write in writes if write.outcome is Outcome.ACCEPTED and write.ended < read.started]
        newest = max(known, key=_timestamp, default=None)
        if newest is None or (newest.token is None and read.version is None):
            continue
        if read.version is None and not any(_may_have_deleted(write, newest, read.ended) for write in writes):
            _broken(ACKNOWLEDGED, f"acknowledged: {newest}", f"but then: {read}")
        if read.version is not None and read.version.timestamp < _timestamp(newest):
            _broken(ACKNOWLEDGED, f"acknowledged: {newest}", f"but then: {read}")
    for version, where in history.seen().items():
        _check_origin(version, where, of_record.get(version.record, []))


def _check_final(final: Version | None, writes: list[Write]) -> None:
    newest = max((write for write in writes if write.outcome is Outcome.ACCEPTED), key=_timestamp, default=None)
    if newest is not None and (final is None or final.timestamp < _timestamp(newest)):
        _broken(ACKNOWLEDGED, f"acknowledged: {newest}", f"the server holds in the end: {final or 'nothing'}")


def _may_have_deleted(write: Write, after: Write, before: float) -> bool:
    if write.token is not None or write.started > before or write.outcome is Outcome.REFUSED:
        return False
    return write.outcome is Outcome.UNKNOWN or _timestamp(write) > _timestamp(after)


def _check_origin(version: Version, where: object, writes: list[Write]) -> None:
    possible = [write for write in writes if write.outcome is not Outcome.REFUSED]
    if not any(write.made(version) for write in possible):
        refused = [write for write in writes if write.made(version)]
        _broken(ACKNOWLEDGED, f"nobody who was not refused wrote: {version}", f"seen by: {where}", *refused[:1])


def chained(history: History) -> None:
    """Accepted If-Match writes of one record form one chain: each one's predecessor is the version that it names.

    `If-None-Match: *` is the first link: its predecessor is a deletion, or nothing.
    """
    links = _links(history)
    for record, writes in history.of_record().items():
        unknown = [write for write in writes if write.outcome is Outcome.UNKNOWN]
        for write in sorted(writes, key=lambda write: write.timestamp or 0):
            conditional = write.if_match is not None or write.create_only
            if not conditional or write.outcome is not Outcome.ACCEPTED:
                continue
            before = max((link for link in links[record] if link.timestamp < _timestamp(write)), default=_NOTHING)
            if not _follows(write, before, unknown):
                _broken(CHAINED, f"the version before: {before.source}", f"accepted all the same: {write}")


@dataclass(frozen=True, slots=True, order=True)
class _Link:
    """One known version of a record, and how it is known."""

    timestamp: int
    deleted: bool
    source: object = field(compare=False)


_NOTHING = _Link(0, deleted=True, source="none")


def _links(history: History) -> dict[str, list[_Link]]:
    links: dict[str, list[_Link]] = {write.record: [] for write in history.writes}
    for write in history.accepted():
        links[write.record].append(_Link(_timestamp(write), write.token is None, write))
    for version, where in history.seen().items():
        links.setdefault(version.record, []).append(_Link(version.timestamp, version.deleted, where))
    return links


def _follows(write: Write, before: _Link, unknown: list[Write]) -> bool:
    """Tell whether the write's condition held after `before`, or after a write of unknown outcome between the two."""
    between = [
        other
        for other in unknown
        if other.started < write.ended and (other.if_match is None or other.if_match >= before.timestamp)
    ]
    if write.create_only:
        return before.deleted or any(other.token is None for other in between)
    if write.if_match == before.timestamp:
        return not before.deleted
    return before.timestamp < (write.if_match or 0) < _timestamp(write) and bool(between)


def ordered(history: History) -> None:
    """Timestamps strictly increase in commit order, the list's own included, and none ever stands for two changes.

    Commit order is known where one request was answered before the next one began.
    """
    _check_unique(history)
    writes = [(write.started, write.ended, _timestamp(write), 1, str(write)) for write in history.accepted()]
    polls = [(poll.started, poll.ended, poll.etags[0], 0, str(poll)) for poll in history.polls]
    running: list[tuple[float, int, str]] = []
    highest, who = 0, ""
    for started, ended, timestamp, step, text in sorted(writes + polls):
        while running and running[0][0] < started:
            _, over, done = heapq.heappop(running)
            highest, who = max((highest, who), (over, done))
        if timestamp < highest + step:
            _broken(ORDERED, f"answered first: {who}", f"begun after that: {text}")
        heapq.heappush(running, (ended, timestamp, text))


def _check_unique(history: History) -> None:
    accepted: dict[int, Write] = {}
    for write in history.accepted():
        twin = accepted.setdefault(_timestamp(write), write)
        if twin is not write:
            _broken(ORDERED, "one timestamp, two writes:", twin, write)
    first: dict[int, tuple[Version, object]] = {}
    for version, where in history.seen().items():
        twin_version, twin_where = first.setdefault(version.timestamp, (version, where))
        if twin_version != version:
            evidence = (f"{twin_version}, seen by: {twin_where}", f"{version}, seen by: {where}")
            _broken(ORDERED, "one timestamp, two states:", *evidence)
        cause = accepted.get(version.timestamp)
        if cause is not None and (cause.record != version.record or not cause.made(version)):
            _broken(ORDERED, "one timestamp, two changes:", cause, f"{version}, seen by: {where}")


def gapless(history: History) -> None:
    """Once a reader holds cursor c, no change <= c appears later: the reader has them all, or what replaced them.

    Two rules of the same promise are checked on the way: a `_since` answer holds nothing that is not newer than it, and
    a list whose ETag is newer shows at least one change (kinto.js takes an empty one for a server that was wiped).
    """
    changes = _changes(history)
    of_record = history.of_record()
    for polls in history.of_readers().values():
        held: dict[str, int] = {}
        position = 0
        for poll in polls:
            _check_window(poll)
            for version in poll.versions:
                held[version.record] = max(version.timestamp, held.get(version.record, 0))
            due: dict[str, int] = {}
            while position < len(changes) and changes[position][0] <= max(poll.etags):
                timestamp, record, _ = changes[position]
                due[record] = timestamp
                position += 1
            for record, timestamp in due.items():
                if held.get(record, 0) < timestamp and not _replaced(of_record.get(record, []), timestamp, poll):
                    source = next(text for other, _, text in changes if other == timestamp)
                    _broken(GAPLESS, f"holds c = {max(poll.etags)}: {poll}", f"but has not seen: {source}")


def _check_window(poll: Poll) -> None:
    if poll.since is None:
        return
    for version in poll.versions:
        if version.timestamp <= poll.since:
            _broken(GAPLESS, f"not newer than it was asked for: {version}", f"in: {poll}")
    if not poll.versions and max(poll.etags) > poll.since:
        _broken(GAPLESS, f"the ETag announces a change that is not shown: {poll}")


def _changes(history: History) -> list[tuple[int, str, str]]:
    """All changes that certainly happened: timestamp, record and the words for how that is known, oldest first."""
    found = {_timestamp(write): (write.record, str(write)) for write in history.accepted()}
    for version, where in history.seen().items():
        found.setdefault(version.timestamp, (version.record, f"{version}, seen by: {where}"))
    return [(timestamp, *rest) for timestamp, rest in sorted(found.items())]


def _replaced(writes: list[Write], timestamp: int, poll: Poll) -> bool:
    """Tell whether a later write may have replaced that version before the poll came to it.

    A newer version is due once the cursor passes it, so it may be missing here; so may be, in a reading of the whole
    list, what was deleted before.
    """
    for write in writes:
        if write.started > poll.ended or write.outcome is Outcome.REFUSED:
            continue
        if write.outcome is Outcome.UNKNOWN or _timestamp(write) > max(timestamp, *poll.etags):
            return True
        if poll.since is None and write.token is None and _timestamp(write) >= timestamp:
            return True
    return False


def atomic(history: History) -> None:
    """The changes of one batch become visible together: no ETag stands between them, and no answer shows only some.

    What a later write has replaced may be missing from an answer.
    """
    of_record = history.of_record()
    batches: dict[str, list[Write]] = {}
    for write in history.accepted():
        if write.batch is not None:
            batches.setdefault(write.batch, []).append(write)
    for batch in batches.values():
        first, last = batch[0], batch[-1]
        for poll in history.polls:
            for etag in poll.etags:
                if _timestamp(first) <= etag < _timestamp(last):
                    _broken(ATOMIC, f"the ETag {etag} is newer than: {first}", f"but older than: {last}", poll)
            _check_together(batch, poll, of_record)


def _check_together(batch: list[Write], poll: Poll, of_record: dict[str, list[Write]]) -> None:
    shown = {version.record: version.timestamp for version in poll.versions}
    seen = next((write for write in batch if shown.get(write.record) == write.timestamp), None)
    if seen is None:
        return
    for write in batch:
        timestamp = _timestamp(write)
        due = timestamp > (poll.since or 0) and not (poll.since is None and write.token is None)
        missing = due and shown.get(write.record, 0) < timestamp
        if missing and not _replaced(of_record[write.record], timestamp, poll):
            _broken(ATOMIC, f"shown: {seen}", f"but not, from the same batch: {write}", poll)


def reliable(history: History) -> None:
    """A reader who polls `_since` ends with exactly the server's records, and so does one who starts from nothing.

    ValueError when a reader's last poll began before the last write had ended: such a history proves nothing.
    """
    last = max((write.ended for write in history.writes), default=0.0)
    from_start = {record: version for record, version in history.final.changes.items() if not version.deleted}
    _compare("a reader who starts from nothing", from_start, history.final.live)
    for reader, polls in history.of_readers().items():
        if polls[-1].started < last:
            raise ValueError(f"{reader} made no poll after the last write had ended")
        replica: dict[str, Version] = {}
        for version in (version for poll in polls for version in poll.versions):
            if version.deleted:
                replica.pop(version.record, None)
            else:
                replica[version.record] = version
        _compare(reader, replica, history.final.live)


def _compare(reader: str, replica: dict[str, Version], live: dict[str, Version]) -> None:
    for record in sorted(replica.keys() | live.keys()):
        if replica.get(record) != live.get(record):
            _broken(
                RELIABLE,
                f"{reader} holds: {replica.get(record) or f'no {record}'}",
                f"the server holds: {live.get(record) or f'no {record}'}",
            )


def unavailable(history: History) -> None:
    """Whatever fails, a server error is a 503 with Retry-After ("protocol section 5.2"): no other 5xx, ever."""
    for answer in history.answers:
        if answer.status >= 500 and (answer.status != 503 or answer.retry_after is None):
            _broken(UNAVAILABLE, answer)


def _timestamp(write: Write) -> int:
    assert write.timestamp is not None, f"accepted without an ETag: {write}"
    return write.timestamp


PROMISES = (acknowledged, chained, ordered, gapless, atomic, reliable, unavailable)
"""What every history of this server must keep."""
