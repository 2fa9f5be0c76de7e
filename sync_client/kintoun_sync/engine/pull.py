"""The first half of a round: take what the server has, page by page (protocol sections 15 and 16.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from kintoun_sync.errors import AccessError, UnexpectedAnswerError
from kintoun_sync.local import Local, Remote
from kintoun_sync.reconcile import is_news, reconcile, withdrawn
from kintoun_sync.report import Progress

from .account import Tally
from .ask import Line, body_of, error_number, etag_of, message_of
from .exchange import Request, Response, Steps
from .replica import Replica

PAGE = 1000
"""Records in a page: what memory holds at a time."""
_OBJECT_MISSING, _MISSING, _FORBIDDEN = 110, 111, 121


@dataclass(frozen=True, slots=True)
class NoAccess(Exception):
    """The collection is not there for me (any more)."""

    status: int
    message: str


class _RefusedCursor(Exception):
    """The server does not take the cursor, or the token of a page."""


class Pull:
    """The pull of one collection."""

    def __init__(self, line: Line, replica: Replica, tally: Tally) -> None:
        self._line = line
        self._replica = replica
        self._tally = tally
        self._list = list_path(replica)

    def run(self, *, full: bool = False) -> Steps[None]:
        """Bring the replica to what the server has; what was not sent yet stays.

        Raises:
            NoAccess: the collection is not there, or not for me.
        """
        cursor = self._replica.cursor()
        if cursor is None or full:
            yield from self._whole()
            return
        looked = yield from self._look()
        current, total = looked or (cursor + 1, None)
        complete = current == cursor
        if current > cursor:
            try:
                first = yield from self._pages(f"_since=%22{cursor}%22&_limit={PAGE}", cursor)
            except _RefusedCursor:
                current = -1
            else:
                complete = first == current
        if current < cursor or self._is_amiss(total if complete else None, readable=looked is not None):
            self._line.report.resynced.append(f"{self._replica.bucket}/{self._replica.name}")
            yield from self._whole()

    def _is_amiss(self, total: int | None, *, readable: bool) -> bool:
        """Tell whether there are records here that the list cannot have brought, or the other way round.

        Of a list that I may not read tombstones come, but not for what was withdrawn with the list itself.
        """
        known = self._replica.known_count()
        return total not in (None, known) if readable else known > 0

    def _look(self) -> Steps[tuple[int, int | None] | None]:
        """Ask how new the list is, and how many records it has for me; None when there are none that I may read.

        The number is what tells of rights that came or went without a change of any record, and of a collection that
        was made again. Whoever may read nothing (any more) may still be told so by tombstones, and a refusal without a
        body could be anybody's: so a refusal here decides nothing, the list itself does.
        """
        answer = yield from self._line.ask(Request("HEAD", self._list))
        if answer.status in (403, 404):
            return None
        if answer.status != 200:  # noqa: PLR2004 - OK
            raise AccessError(f"the list cannot be read: {message_of(answer)}", answer.status)
        return etag_of(answer), _total_in(answer)

    def _whole(self) -> Steps[None]:
        """Read the list whole; what it does not have goes, as far as nothing was edited."""
        with self._replica.transaction():
            self._replica.set_cursor(None)
            mark = self._replica.tick()
        try:
            first = yield from self._pages(f"_limit={PAGE}", None, mark)
        except _RefusedCursor as refused:
            raise UnexpectedAnswerError(f"the list cannot be read: {refused}") from None
        while True:
            with self._replica.transaction():
                missing = self._replica.unconfirmed(mark, PAGE)
                for local in missing:
                    self._take(local, Remote(local.id, None, None))
                if len(missing) < PAGE:
                    self._replica.set_cursor(first)
                    return

    def _pages(self, query: str, cursor: int | None, mark: int | None = None) -> Steps[int]:
        """Take all pages; answer the ETag of the first one, which becomes the cursor with the last one's records.

        A later page may have been written later; what came between is in the next pull then.
        """
        etags: list[int] = []
        done = 0
        path: str | None = f"{self._list}?{query}"
        while path is not None:
            answer = yield from self._line.ask(Request("GET", path))
            remotes = self._read(answer)
            etags.append(etag_of(answer))
            path = self._next(answer)
            with self._replica.transaction():
                for remote in remotes:
                    self._meet(remote, mark)
                if path is None and mark is None and self._replica.cursor() == cursor:
                    self._replica.set_cursor(etags[0])
            done += len(remotes)
            total = _total_in(answer) if mark is not None else None
            yield Progress(self._replica.bucket, self._replica.name, "pull", done, total)
        return etags[0]

    def _read(self, answer: Response) -> list[Remote]:
        if answer.status in (400, 410):
            raise _RefusedCursor(message_of(answer))
        _check_access(answer)
        body = body_of(answer)
        if answer.status != 200:  # noqa: PLR2004 - OK
            raise AccessError(f"the list cannot be read: {message_of(answer)}", answer.status)
        try:
            return [Remote.of(entry) for entry in body["data"]]
        except (KeyError, TypeError, AttributeError):
            raise UnexpectedAnswerError("the list is not of this protocol") from None

    def _next(self, answer: Response) -> str | None:
        """Answer the path of the next page: it is asked of our own server, whatever host its address names."""
        address = answer.headers.get("next-page")
        if not address:
            return None
        parts = urlsplit(address)
        _, found, below = parts.path.partition("/buckets/")
        if not found:
            raise UnexpectedAnswerError("the address of the next page is not of this protocol")
        return f"/buckets/{below}?{parts.query}"

    def _meet(self, remote: Remote, mark: int | None) -> None:
        local = self._replica.load(remote.id)
        if is_news(local, remote) or _is_of_another_time(local, remote, mark):
            self._take(local, remote)
        elif mark is not None:
            self._replica.confirm(remote.id)

    def _take(self, local: Local | None, remote: Remote) -> None:
        outcome = reconcile(local, remote, self._replica.strategy)
        if outcome.local == local:
            return
        self._replica.store(remote.id, outcome.local)
        self._tally.pulled(local, remote, outcome)
        self._tally.happened(remote.id, outcome)


def withdraw(replica: Replica, tally: Tally) -> None:
    """Let go of a collection that is not mine to see any more: unsent edits become visible conflicts."""
    with replica.transaction():
        replica.set_cursor(None)
        mark = replica.tick()
    while found := replica.unconfirmed(mark, PAGE):
        _let_go(replica, tally, found, known=True)
    while found := replica.unsent(PAGE):
        _let_go(replica, tally, found, known=False)


def _let_go(replica: Replica, tally: Tally, found: Sequence[Local], *, known: bool) -> None:
    with replica.transaction():
        for local in found:
            remote = Remote(local.id, None, None)
            outcome = withdrawn(local)
            replica.store(local.id, outcome.local)
            if known:
                tally.pulled(local, remote, outcome)
            tally.happened(local.id, outcome)


def _is_of_another_time(local: Local | None, remote: Remote, mark: int | None) -> bool:
    """Tell whether the server was set back: it has an older version, and nobody heard of mine since the pull began."""
    return local is not None and mark is not None and local.seen < mark and local.etag != remote.etag


def _check_access(answer: Response) -> None:
    number = error_number(answer)
    if (answer.status, number) in ((403, _FORBIDDEN), (404, _MISSING), (404, _OBJECT_MISSING)):
        raise NoAccess(answer.status, message_of(answer))


def record_path(replica: Replica, record_id: str) -> str:
    """Answer the path of a record."""
    return f"{list_path(replica)}/{quote(record_id, safe='')}"


def list_path(replica: Replica) -> str:
    """Answer the path of a collection's records."""
    return f"/buckets/{quote(replica.bucket, safe='')}/collections/{quote(replica.name, safe='')}/records"


def _total_in(answer: Response) -> int | None:
    total = answer.headers.get("total-objects", "")
    return int(total) if total.isdecimal() else None
