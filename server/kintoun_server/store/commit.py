"""One transaction of the write path: lock, read, decide, write (a container's document is the lock of its lists)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from kintoun_server.domain.change import Change, Method, Outcome
from kintoun_server.domain.deletion import Deleted, Deletion
from kintoun_server.domain.listing import Selection, reach
from kintoun_server.domain.objects import Scope
from kintoun_server.domain.order import sort_values
from kintoun_server.domain.permissions import Rules
from kintoun_server.domain.refusals import Forbidden, Invalid, PreconditionFailed, Refusal
from kintoun_server.domain.uri import ListURI

from .board import Board
from .chain import find_together
from .documents import DATA_FIELDS
from .driver import USED_TOKENS, Document, Driver, Find, Put, Transaction
from .objects import MAX_PAGE_BYTES, page_of, page_query

MAX_DELETION_BYTES = 256 * 1024 * 1024
"""Bytes of objects that one deletion of a list takes; the answer has a next page when there is more.

They are not read, except where ``_sort`` asks for an order: then it is a page's worth of them."""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Changes of one request to lists of one container, each with its list; ``size`` is that of the bodies in bytes."""

    changes: tuple[tuple[ListURI, Change], ...]
    size: int = 0

    @property
    def containers(self) -> set[str]:
        """The containers among the changed objects, whose documents other queues write too."""
        return {str(list_uri.object(change.id)) for list_uri, change in self.changes if list_uri.kind.lists}


@dataclass(frozen=True, slots=True)
class Committer:
    """Runs the transactions; ``seconds`` bounds each, ``on_purge`` is called when something is left to purge."""

    driver: Driver
    rules: Rules
    seconds: float
    on_purge: Callable[[], None]

    async def changes(self, sets: Sequence[ChangeSet], now: int) -> list[list[Outcome | Refusal]]:
        """Commit the changes of all sets together and answer each; ``now`` in ms."""

        async def body(transaction: Transaction) -> tuple[list[list[Outcome | Refusal]], Board]:
            board = await self._board(transaction, sets, now)
            answers = [[_answer(board, *pair) for pair in work.changes] for work in sets]
            await _write(transaction, board)
            return answers, board

        answers, board = await self.driver.transaction(body, self.seconds)
        self._after(board)
        return answers

    async def deletion(self, deletion: Deletion, now: int) -> Deleted:
        """Commit a deletion; ``now`` in ms.

        Raises:
            Refusal: nothing is deleted.
        """

        async def body(transaction: Transaction) -> tuple[Deleted, Board]:
            find = find_together([deletion.list], [], [deletion.caller])
            board = Board(await transaction.find(find), self.rules, now)
            await _authorise(transaction, board, deletion, self.rules)
            deleted = await _delete(transaction, board, deletion, self.rules)
            await _write(transaction, board)
            return deleted, board

        deleted, board = await self.driver.transaction(body, self.seconds)
        self._after(board)
        return deleted

    async def _board(self, transaction: Transaction, sets: Sequence[ChangeSet], now: int) -> Board:
        pairs = [pair for work in sets for pair in work.changes]
        lists = {list_uri for list_uri, _ in pairs}
        targets = [list_uri.object(change.id) for list_uri, change in pairs]
        callers = {change.caller for _, change in pairs}
        board = Board(await transaction.find(find_together(lists, targets, callers)), self.rules, now)
        for list_uri in lists:
            if taken := board.taken_query(list_uri, [change for where, change in pairs if where == list_uri]):
                found = await transaction.find(taken)
                board.take(list_uri, (document["last_modified"] for document in found))
        return board

    def _after(self, board: Board) -> None:
        if board.purges:
            self.on_purge()


def _answer(board: Board, list_uri: ListURI, change: Change) -> Outcome | Refusal:
    try:
        return board.apply(list_uri, change)
    except Refusal as refusal:
        return refusal


async def _write(transaction: Transaction, board: Board) -> None:
    if operations := board.operations():
        await transaction.write(operations)


def _scope(board: Board, deletion: Deletion, rules: Rules) -> Scope:
    return board.chain(deletion.list).scope(board.principals(deletion.caller), rules)


async def _authorise(transaction: Transaction, board: Board, deletion: Deletion, rules: Rules) -> None:
    """Refuse in the order of protocol section 5.3: authorisation, shape, precondition."""
    scope = _scope(board, deletion, rules)
    reached = reach(scope, "write")
    if not reached.open and not await transaction.find(_writable(board, deletion, scope, Selection(limit=1))):
        raise Forbidden
    if deletion.fault is not None:
        raise deletion.fault
    if not deletion.precondition.holds(scope.clock):
        raise PreconditionFailed(scope.clock)
    if deletion.nonce and await transaction.find(Find(USED_TOKENS, {"_id": deletion.nonce})):
        raise Invalid("querystring", None, "_token was already used or has expired.")


async def _delete(transaction: Transaction, board: Board, deletion: Deletion, rules: Rules) -> Deleted:
    scope = _scope(board, deletion, rules)
    find = _writable(board, deletion, scope, deletion.selection)
    found = await transaction.find(find)
    page = page_of(find, found)
    board.add(found)
    changes = [Change(method=Method.DELETE, id=stored.id, caller=deletion.caller) for stored in page.objects]
    # Among what is deleted may be the group that gives the right to delete.
    tombstones = [board.apply(deletion.list, change, scope.principals).stored for change in changes]
    if deletion.nonce:
        await transaction.write([Put(USED_TOKENS, _used(deletion))])
    clock = board.chain(deletion.list).clock
    if not page.more:
        return Deleted(tombstones, clock)
    last = page.objects[-1]
    return Deleted(tombstones, clock, last.last_modified, sort_values(last.body(), deletion.selection.order))


def _writable(board: Board, deletion: Deletion, scope: Scope, selection: Selection) -> Find:
    """Write the query for the live objects that match and that the caller may write, and one more."""
    full = reach(scope, "write").full
    find = page_query(board.chain(deletion.list), selection, None if full else scope.principals)
    query: Document = {**find.query, "deleted": False}
    if not full:
        query["permissions.write"] = {"$in": sorted(scope.principals)}
    if selection.order:
        # The values by which a list is sorted begin the next page, so objects are read whole.
        return replace(find, query=query, max_bytes=MAX_PAGE_BYTES)
    projection = dict.fromkeys((*DATA_FIELDS, "members"), 0)
    return replace(find, query=query, projection=projection, max_bytes=MAX_DELETION_BYTES)


def _used(deletion: Deletion) -> Document:
    # Kept an hour longer than it is valid; MongoDB removes it by the index on its date.
    return {
        "_id": deletion.nonce,
        "expires": datetime.fromtimestamp(deletion.nonce_expires / 1000, UTC) + timedelta(hours=1),
    }
