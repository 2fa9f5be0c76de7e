"""The changes of requests that run at once, gathered into one commit: each handler asks as if it were alone."""

import asyncio
from collections.abc import Sequence

import pytest
from kintoun_server.domain.change import Change, Method, Outcome
from kintoun_server.domain.deletion import Deleted, Deletion
from kintoun_server.domain.refusals import Forbidden, Missing, ParentMissing, PreconditionFailed, Refusal
from kintoun_server.domain.uri import ListURI
from kintoun_server.errors import Unavailable
from kintoun_server.http.batch.gathering import Gathering, Turn
from kintoun_server.store.connection import Store
from kintoun_server.trace import Trace, current
from tests.store.person import Person, list_at

RECORDS = "/buckets/b/collections/c/records"
Commit = tuple[str, ...]


class Watched:
    """The writes of a store, which note the ids of each commit."""

    def __init__(self, store: Store) -> None:
        self._writer = store.writer
        self.commits: list[Commit] = []
        self.traces: list[tuple[Trace, ...]] = []
        self.fault: Exception | None = None

    async def change(self, list_uri: ListURI, changes: Sequence[Change], size: int = 0) -> Sequence[Outcome | Refusal]:
        """Hand on."""
        return await self.change_together([(list_uri, change) for change in changes], size)

    async def change_together(
        self, changes: Sequence[tuple[ListURI, Change]], size: int = 0
    ) -> Sequence[Outcome | Refusal]:
        """Note, and hand on."""
        self.commits.append(tuple(change.id for _, change in changes))
        self.traces.append(current())
        if self.fault is not None:
            raise self.fault
        return await self._writer.change_together(changes, size)

    async def delete(self, deletion: Deletion) -> Deleted:
        """Hand on."""
        return await self._writer.delete(deletion)


@pytest.fixture
def writes(store: Store) -> Watched:
    """The watched writes of the store of the test."""
    return Watched(store)


async def ask(turn: Turn, person: Person, path: str, *, method: Method = Method.PUT, pauses: int = 0) -> str:
    """Be a handler that asks for one change after some turns of the event loop; gives what became of it."""
    try:
        for _ in range(pauses):
            await asyncio.sleep(0)
        (answer,) = await turn.change(list_at(path.rpartition("/")[0]), [person.asks(method, path)])
        return type(answer).__name__
    finally:
        await turn.leave()


async def leave(turn: Turn) -> str:
    """Be a handler that finishes without a change."""
    await asyncio.sleep(0)
    await turn.leave()
    return "left"


async def test_one_commit_in_the_order_of_the_requests(alice: Person, writes: Watched) -> None:
    """However long a handler takes, its change has the place of its request; one that asks for none holds none up."""
    gathering = Gathering(writes, 4)
    answers = await asyncio.gather(
        ask(gathering.turn(0), alice, f"{RECORDS}/a", pauses=5),
        leave(gathering.turn(1)),
        ask(gathering.turn(2), alice, f"{RECORDS}/b"),
        ask(gathering.turn(3), alice, f"{RECORDS}/nope", method=Method.DELETE, pauses=2),
    )
    assert list(answers) == ["Outcome", "left", "Outcome", "Missing"]
    assert writes.commits == [("a", "b", "nope")]
    assert [entry["id"] for entry in await alice.entries(RECORDS)] == ["b", "a"]


async def test_the_last_to_leave_starts_the_commit(alice: Person, writes: Watched) -> None:
    """Handlers that wait go on when the one that they waited for finishes without a change."""
    gathering = Gathering(writes, 2)
    asking = asyncio.ensure_future(ask(gathering.turn(0), alice, f"{RECORDS}/a"))
    await asyncio.sleep(0)
    assert not writes.commits
    await gathering.turn(1).leave()
    assert await asking == "Outcome"


async def test_nobody_asks(writes: Watched) -> None:
    """Requests that are refused before they write commit nothing."""
    gathering = Gathering(writes, 2)
    await asyncio.gather(*(leave(gathering.turn(number)) for number in range(2)))
    assert writes.commits == []


async def test_rounds_that_make_what_is_missing(bob: Person, writes: Watched) -> None:
    """Handlers that make a container first and ask again are gathered in each round: one commit holds all records."""
    gathering = Gathering(writes, 3)

    async def handler(number: int) -> str:
        turn = gathering.turn(number)
        record = bob.asks(Method.PUT, f"/buckets/mine/collections/c/records/r{number}")
        try:
            (answer,) = await turn.change(list_at("/buckets/mine/collections/c/records"), [record])
            for path in ("/buckets/mine", "/buckets/mine/collections/c"):
                made = bob.asks(Method.PUT, path, if_none_match="*", granted=True, permissions={"write": ["bob"]})
                await turn.change(list_at(path.rpartition("/")[0]), [made])
            assert isinstance(answer, Forbidden | ParentMissing)
            (answer,) = await turn.change(list_at("/buckets/mine/collections/c/records"), [record])
            return type(answer).__name__
        finally:
            await turn.leave()

    assert await asyncio.gather(*map(handler, range(3))) == ["Outcome"] * 3
    records = ("r0", "r1", "r2")
    assert writes.commits == [records, ("mine",) * 3, ("c",) * 3, records]
    stamps = [entry["last_modified"] for entry in await bob.entries("/buckets/mine/collections/c/records")]
    assert stamps == list(range(stamps[0], stamps[0] - 3, -1))


async def test_what_was_refused_beside_accepted_changes_stays_refused(alice: Person, writes: Watched) -> None:
    """A handler that asks again is told the same once others of its group have been accepted: order is kept."""
    gathering = Gathering(writes, 2)

    async def stubborn(turn: Turn) -> list[str]:
        change = alice.asks(Method.PATCH, f"{RECORDS}/a", data={"n": 1})
        answers = [(await turn.change(list_at(RECORDS), [change]))[0] for _ in range(3)]
        await turn.leave()
        return [type(answer).__name__ for answer in answers]

    again, accepted = await asyncio.gather(stubborn(gathering.turn(0)), ask(gathering.turn(1), alice, f"{RECORDS}/a"))
    assert (again, accepted) == ([Missing.__name__] * 3, "Outcome")
    stored = await alice.get(f"{RECORDS}/a")
    assert stored is not None
    assert dict(stored.data) == {}


async def test_a_refusal_is_for_the_one_who_asked(alice: Person, bob: Person, writes: Watched) -> None:
    """Each change of a group is answered by itself, for its own caller."""
    gathering = Gathering(writes, 3)
    created = alice.asks(Method.PUT, f"{RECORDS}/a", if_none_match="*")

    async def create(turn: Turn) -> str:
        (answer,) = await turn.change(list_at(RECORDS), [created])
        await turn.leave()
        return type(answer).__name__

    answers = await asyncio.gather(
        create(gathering.turn(0)), create(gathering.turn(1)), ask(gathering.turn(2), bob, f"{RECORDS}/b")
    )
    assert list(answers) == ["Outcome", PreconditionFailed.__name__, Forbidden.__name__]


async def test_a_failure_is_for_all_of_the_commit(alice: Person, writes: Watched) -> None:
    """When the database does not answer every handler of the group learns of it."""
    gathering = Gathering(writes, 2)
    writes.fault = Unavailable("no answer")
    asked = (ask(gathering.turn(number), alice, f"{RECORDS}/{number}") for number in range(2))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(answer) for answer in answers] == [Unavailable, Unavailable]


async def test_a_commit_counts_for_each_request(alice: Person, writes: Watched) -> None:
    """The round trips of a shared commit are those of all who waited for it, and of nobody after it."""
    gathering = Gathering(writes, 2)
    traces = [Trace(str(number)) for number in range(2)]

    async def traced(number: int) -> tuple[Trace, ...]:
        traces[number].enter()
        await ask(gathering.turn(number), alice, f"{RECORDS}/{number}")
        return current()

    assert list(await asyncio.gather(traced(0), traced(1))) == [(traces[0],), (traces[1],)]
    assert set(writes.traces[0]) == set(traces)


async def test_changes_of_several_lists_are_one_commit(alice: Person, store: Store) -> None:
    """Collections and groups of a bucket change together, in their order, and see each other."""
    group = alice.asks(Method.PUT, "/buckets/b/groups/g", data={"members": ["bob"]})
    collection = alice.asks(Method.PUT, "/buckets/b/collections/d", permissions={"read": ["/buckets/b/groups/g"]})
    last = alice.asks(Method.DELETE, "/buckets/b/groups/g")
    groups, collections = list_at("/buckets/b/groups"), list_at("/buckets/b/collections")
    answers = await store.writer.change_together([(groups, group), (collections, collection), (groups, last)], 10)
    assert all(isinstance(answer, Outcome) for answer in answers)
    assert await alice.get("/buckets/b/groups/g") is None
    assert await store.writer.change_together([]) == []
