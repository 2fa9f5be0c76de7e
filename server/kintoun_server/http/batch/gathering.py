"""The writes of requests that run at once, gathered into one commit.

Each handler asks for its own change as if it were alone. Nothing is committed until every handler has asked or has
finished; then all changes are committed together, in the order of the requests, and each handler gets its outcome.
Handlers that ask again make another round: in the personal bucket, containers that are missing come first
(protocol section 12).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from kintoun_server.domain.change import Change, Outcome
from kintoun_server.domain.deletion import Deleted, Deletion
from kintoun_server.domain.refusals import Refusal
from kintoun_server.domain.uri import ListURI
from kintoun_server.http.backend import Writes
from kintoun_server.trace import Trace, current, work_for

Outcomes = Sequence[Outcome | Refusal]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one handler asks for in a round."""

    container: str
    changes: Sequence[tuple[ListURI, Change]]
    size: int
    answered: "asyncio.Future[Outcomes]"
    traces: tuple[Trace, ...]

    @property
    def own(self) -> bool:
        """Whether the client asked for it, and not the server for its personal bucket."""
        return not all(change.granted for _, change in self.changes)


class Gathering:
    """The rounds of the requests of one group."""

    def __init__(self, writer: Writes, count: int) -> None:
        """Write through ``writer`` for ``count`` requests."""
        self._writer = writer
        self._running = set(range(count))
        self._asked: dict[int, _Asked] = {}
        self._refused: dict[int, Outcomes] = {}
        self._sealed: set[str] = set()

    def turn(self, position: int) -> "Turn":
        """Answer the writes for the request at a position of the group."""
        return Turn(self, self._writer, position)

    async def ask(self, position: int, changes: Sequence[tuple[ListURI, Change]], size: int) -> Outcomes:
        """Wait for the round, and answer what became of the changes."""
        answered: asyncio.Future[Outcomes] = asyncio.get_running_loop().create_future()
        self._asked[position] = _Asked(changes[0][0].parent_uri, changes, size, answered, current())
        await self._commit_when_complete()
        return await answered

    async def leave(self, position: int) -> None:
        """Wait no longer for the request at a position: its handler has finished."""
        self._running.discard(position)
        await self._commit_when_complete()

    async def _commit_when_complete(self) -> None:
        if self._asked.keys() != self._running:
            return
        round_ = dict(sorted(self._asked.items()))
        self._asked.clear()
        for container in dict.fromkeys(asked.container for asked in round_.values()):
            await self._commit({n: asked for n, asked in round_.items() if asked.container == container})

    async def _commit(self, round_: dict[int, _Asked]) -> None:
        """Commit what is asked of one container; what was refused beside accepted changes stays refused.

        Otherwise a second try could take effect after changes that were asked for later, and become visible apart.
        """
        fresh: dict[int, _Asked] = {}
        for position, asked in round_.items():
            if asked.own and asked.container in self._sealed and position in self._refused:
                asked.answered.set_result(self._refused[position])
            else:
                fresh[position] = asked
        try:
            outcomes = await self._write(list(fresh.values()))
        except Exception as error:  # noqa: BLE001 - each handler answers it as if it had met it alone
            for asked in fresh.values():
                asked.answered.set_exception(error)
            return
        for position, asked in fresh.items():
            own, outcomes = outcomes[: len(asked.changes)], outcomes[len(asked.changes) :]
            self._note(position, asked, own)
            asked.answered.set_result(own)

    async def _write(self, round_: Sequence[_Asked]) -> Outcomes:
        changes = [pair for asked in round_ for pair in asked.changes]
        before = current()
        work_for(trace for asked in round_ for trace in asked.traces)
        try:
            return await self._writer.change_together(changes, sum(asked.size for asked in round_))
        finally:
            work_for(before)

    def _note(self, position: int, asked: _Asked, outcomes: Outcomes) -> None:
        if not asked.own:
            return
        self._refused[position] = outcomes
        if any(isinstance(outcome, Outcome) for outcome in outcomes):
            self._sealed.add(asked.container)


class Turn:
    """The writes of one request of a group, as its handler sees them."""

    def __init__(self, gathering: Gathering, writer: Writes, position: int) -> None:
        """Ask through ``gathering``; what cannot be gathered goes to ``writer``."""
        self._gathering = gathering
        self._writer = writer
        self._position = position

    async def change(self, list_uri: ListURI, changes: Sequence[Change], size: int = 0) -> Outcomes:
        """Make changes to one list, together with those of the other requests."""
        return await self.change_together([(list_uri, change) for change in changes], size)

    async def change_together(self, changes: Sequence[tuple[ListURI, Change]], size: int = 0) -> Outcomes:
        """Make changes to lists of one container, together with those of the other requests."""
        return await self._gathering.ask(self._position, changes, size)

    async def delete(self, deletion: Deletion) -> Deleted:
        """Delete what matches, at once."""
        return await self._writer.delete(deletion)

    async def leave(self) -> None:
        """Tell that the handler has finished."""
        await self._gathering.leave(self._position)
