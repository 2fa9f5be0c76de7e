"""Group commit: what gathers is one transaction, nobody is answered before it, and nobody starves."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from kintoun_server.domain.change import Change, Method, Outcome
from kintoun_server.domain.refusals import Forbidden, Invalid, PreconditionFailed, Refusal
from kintoun_server.errors import Unavailable
from kintoun_server.store import writer
from kintoun_server.store.connection import Store
from kintoun_server.store.driver import Driver, TooManyWrites
from kintoun_server.store.writer import MAX_BATCH_BYTES
from tests.store.interceptor import Interceptor
from tests.store.person import Person, StartStore, list_at

RECORDS = "/buckets/b/collections/c/records"


class Gate:
    """Counts the transactions of a driver, and holds each up at its beginning until the gate is open."""

    def __init__(self) -> None:
        self.transactions = 0
        self.reached = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()
        self.faults: list[Exception] = []

    async def notice(self, call: str, _: object) -> None:
        """Count a transaction and wait; raise the next fault, if there is one."""
        if call == "transaction":
            self.transactions += 1
            self.reached.set()
            await self.open.wait()
            if self.faults:
                raise self.faults.pop()

    def opens_after(self) -> None:
        """Open once everything that was begun by now has come as far as it can."""
        asyncio.get_running_loop().call_soon(self.open.set)


@pytest.fixture
def gate() -> Gate:
    """The gate before the database of the test; it is open."""
    return Gate()


@pytest.fixture
def driver(connect: Callable[[], Driver], gate: Gate) -> Driver:
    """The database of the test, behind the gate."""
    return Interceptor(connect(), gate.notice)


async def together(*writes: Awaitable[Any]) -> list[Any]:
    """Make writes at once and answer what each comes to, an outcome or an error."""
    return list(await asyncio.gather(*writes, return_exceptions=True))


async def hold(gate: Gate, *writes: Awaitable[Any]) -> "list[asyncio.Future[Any]]":
    """Begin writes whose transaction waits at the gate."""
    gate.reached.clear()
    gate.open.clear()
    begun: list[asyncio.Future[Any]] = [asyncio.ensure_future(write) for write in writes]
    await gate.reached.wait()
    gate.transactions = 0
    return begun


def stamps(answers: Sequence[Outcome]) -> list[int]:
    """The timestamps of outcomes."""
    return [answer.stored.last_modified for answer in answers]


async def test_concurrent_changes_are_one_transaction(alice: Person, gate: Gate) -> None:
    """What is submitted to one list at once is committed at once, with timestamps in the order of submission."""
    gate.transactions = 0
    answers = await together(*(alice.put(f"{RECORDS}/r{number}") for number in range(20)))
    assert all(answer.created for answer in answers)
    assert stamps(answers) == sorted(set(stamps(answers)))
    assert gate.transactions == 1
    assert await alice.clock(RECORDS) == stamps(answers)[-1]
    assert await alice.total(RECORDS) == 20


async def test_what_arrives_during_a_commit_is_the_next_one(alice: Person, gate: Gate) -> None:
    """While a transaction is in flight the next batch gathers, and is committed when that one is done."""
    first = await hold(gate, alice.put(f"{RECORDS}/first"))
    others = [asyncio.ensure_future(alice.put(f"{RECORDS}/r{number}")) for number in range(5)]
    gate.opens_after()
    answers = await together(*first, *others)
    assert stamps(answers) == sorted(set(stamps(answers)))
    assert gate.transactions == 1


async def test_changes_of_one_batch_see_each_other(alice: Person, gate: Gate) -> None:
    """What was submitted later finds what was submitted before, though both are committed together."""
    gate.transactions = 0
    path = f"{RECORDS}/r"
    answers = await together(
        alice.put(path, {"n": 1}), alice.patch(path, {"m": 2}), alice.delete(path), alice.put(path, {"k": 3})
    )
    assert [dict(answer.stored.data) for answer in answers] == [{"n": 1}, {"n": 1, "m": 2}, {}, {"k": 3}]
    assert [answer.created for answer in answers] == [True, False, False, True]
    assert gate.transactions == 1
    assert await alice.total(RECORDS) == 1


async def test_a_batch_is_bounded(start: StartStore, driver: Driver, gate: Gate) -> None:
    """No transaction holds more changes than the limit; what is over it waits for the next one."""
    alice = Person(await start(driver, write_batch_size=10), "alice")
    await alice.put("/buckets/b")
    gate.transactions = 0
    answers = await together(*(alice.put(f"/buckets/b/collections/c{number}") for number in range(25)))
    assert stamps(answers) == sorted(set(stamps(answers)))
    assert gate.transactions == 3


async def test_a_batch_is_bounded_in_bytes(alice: Person, store: Store, gate: Gate) -> None:
    """Large bodies share a transaction only up to a limit, which one alone may exceed."""
    gate.transactions = 0
    sizes = [MAX_BATCH_BYTES + 1, MAX_BATCH_BYTES // 2, MAX_BATCH_BYTES // 2, 1]
    changes = [alice.asks(Method.PUT, f"{RECORDS}/r{number}") for number in range(len(sizes))]
    asked = [store.writer.change(list_at(RECORDS), [one], size) for one, size in zip(changes, sizes, strict=True)]
    assert all(answer.created for (answer,) in await together(*asked))
    assert gate.transactions == 3


async def test_all_lists_of_a_container_share_its_queue(alice: Person, gate: Gate) -> None:
    """Groups and collections of one bucket are committed together, each list with its own clock."""
    gate.transactions = 0
    answers = await together(
        alice.put("/buckets/b/groups/g"), alice.put("/buckets/b/collections/d"), alice.put("/buckets/b/groups/h")
    )
    assert gate.transactions == 1
    assert await alice.clock("/buckets/b/groups") == stamps(answers)[2]
    assert await alice.clock("/buckets/b/collections") == stamps(answers)[1]


@pytest.mark.parametrize("adapter", ["pymongo", "motor"], indirect=True)
async def test_lists_do_not_wait_for_each_other(start: StartStore, connect: Callable[[], Driver]) -> None:
    """A slow transaction on one collection holds up no other; mongomock lets in one transaction at a time."""
    reached, slow = asyncio.Event(), asyncio.Event()

    async def notice(call: str, asked: object) -> None:
        if call == "find" and "slow/records" in str(asked):
            reached.set()
            await slow.wait()

    alice = Person(await start(Interceptor(connect(), notice)), "alice")
    await alice.put("/buckets/b")
    await together(alice.put("/buckets/b/collections/slow"), alice.put("/buckets/b/collections/fast"))
    waiting = asyncio.ensure_future(alice.put("/buckets/b/collections/slow/records/r"))
    await reached.wait()
    assert (await alice.put("/buckets/b/collections/fast/records/r")).created
    assert not waiting.done()
    slow.set()
    assert (await waiting).created


async def test_a_full_queue_refuses(start: StartStore, driver: Driver, gate: Gate) -> None:
    """When too many wait for one list the next is told to come back later; those that wait are served."""
    alice = Person(await start(driver, write_queue_length=2), "alice")
    await alice.put("/buckets/b")
    first = await hold(gate, alice.put("/buckets/b/groups/first"))
    asked = [asyncio.ensure_future(alice.put(f"/buckets/b/groups/g{number}")) for number in range(4)]
    gate.opens_after()
    answers = await together(*first, *asked)
    assert [type(answer) for answer in answers] == [Outcome, Outcome, Outcome, TooManyWrites, TooManyWrites]
    assert (await alice.put("/buckets/b/groups/later")).created
    assert await alice.total("/buckets/b/groups") == 4


async def test_bodies_that_wait_are_bounded_in_bytes(
    alice: Person, store: Store, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the bodies that wait in all queues are too large together the next is refused, until they are written."""
    monkeypatch.setattr(writer, "MAX_WAITING_BYTES", 1000)
    place = list_at(RECORDS)
    asked = [alice.asks(Method.PUT, f"{RECORDS}/r{number}") for number in range(3)]
    begun = await hold(gate, *(store.writer.change(place, [change], 600) for change in asked[:2]))
    begun.append(asyncio.ensure_future(store.writer.change(list_at("/buckets/b/groups"), [], 1)))
    gate.opens_after()
    answers = await together(*begun)
    assert isinstance(answers.pop(), TooManyWrites)
    assert [answer.created for (answer,) in answers] == [True, True]
    (answer,) = await store.writer.change(place, asked[2:], 600)
    assert isinstance(answer, Outcome)


async def test_a_refused_change_harms_no_other(alice: Person, bob: Person, gate: Gate) -> None:
    """Each change of a batch is answered by itself: the others are committed."""
    gate.transactions = 0
    answers = await together(
        alice.put(f"{RECORDS}/r1"),
        bob.put(f"{RECORDS}/r2"),
        alice.put(f"{RECORDS}/r3", if_match=5),
        alice.put(f"{RECORDS}/r4"),
    )
    assert [type(answer) for answer in answers] == [Outcome, Forbidden, PreconditionFailed, Outcome]
    assert [entry["id"] for entry in await alice.entries(RECORDS)] == ["r4", "r1"]
    assert gate.transactions == 1


async def test_a_batch_of_refusals_writes_nothing(alice: Person, bob: Person) -> None:
    """Where every change is refused the list's clock stands still."""
    before = await alice.clock(RECORDS)
    assert [type(answer) for answer in await together(bob.put(f"{RECORDS}/r"), bob.delete(f"{RECORDS}/r"))] == [
        Forbidden,
        Forbidden,
    ]
    assert await alice.clock(RECORDS) == before


async def race(racers: Sequence[Person]) -> None:
    """Let writers race ten rounds with the ETag that all have seen, and see exactly one win each."""
    path = f"{RECORDS}/prize"
    current = (await racers[0].put(path, {"round": -1})).stored.last_modified
    for number in range(10):
        tries = [racer.put(path, {"round": number, "by": by}, if_match=current) for by, racer in enumerate(racers)]
        answers = await together(*tries)
        (winner,) = [answer for answer in answers if isinstance(answer, Outcome)]
        losers = [answer for answer in answers if isinstance(answer, PreconditionFailed)]
        assert len(losers) == len(racers) - 1
        assert all(loser.existing == winner.stored.body() for loser in losers)
        current = winner.stored.last_modified


async def test_one_of_many_wins_a_race(alice: Person) -> None:
    """Of eight writers with the same If-Match one wins, and the others are shown what it wrote."""
    await race([alice] * 8)


async def test_one_of_many_wins_a_race_of_two_processes(
    alice: Person, start: StartStore, connect: Callable[[], Driver]
) -> None:
    """It is one winner also when the eight writers come over two server processes."""
    elsewhere = Person(await start(connect()), "alice")
    await race([alice, elsewhere] * 4)


async def test_two_processes_number_one_list(alice: Person, start: StartStore, connect: Callable[[], Driver]) -> None:
    """Timestamps are unique and the count is exact when two processes write to one list at once."""
    elsewhere = Person(await start(connect()), "alice")
    writes = [(alice, elsewhere)[number % 2].put(f"{RECORDS}/r{number}") for number in range(60)]
    answers = await together(*writes)
    assert len(set(stamps(answers))) == 60
    assert await alice.total(RECORDS) == 60
    assert await alice.clock(RECORDS) == max(stamps(answers))


async def test_two_processes_import_the_same_past(
    alice: Person, start: StartStore, connect: Callable[[], Driver]
) -> None:
    """Objects that ask for one and the same past timestamp get different ones, in whichever process."""
    elsewhere = Person(await start(connect()), "alice")
    before = await alice.clock(RECORDS)
    writes = [(alice, elsewhere)[number % 2].put(f"{RECORDS}/r{number}", last_modified=1000) for number in range(20)]
    assert sorted(stamps(await together(*writes))) == list(range(1000, 1020))
    people = [alice, elsewhere] * 10
    writes = [person.patch(f"{RECORDS}/r{at}", {}, last_modified=2000) for at, person in enumerate(people)]
    assert sorted(stamps(await together(*writes))) == list(range(2000, 2020))
    assert await alice.clock(RECORDS) == before


async def test_a_busy_list_does_not_starve_its_container(
    alice: Person, start: StartStore, connect: Callable[[], Driver]
) -> None:
    """A collection is changed many times while two processes write records to it without a pause."""
    elsewhere = Person(await start(connect()), "alice")
    done = asyncio.Event()

    async def fill(person: Person, name: str) -> int:
        count = 0
        while not done.is_set():
            count += 1
            await person.put(f"{RECORDS}/{name}-{count % 7}")
        return count

    async def change() -> None:
        for number in range(10):
            for person in (alice, elsewhere):
                await person.patch("/buckets/b/collections/c", {"number": number})
        done.set()

    counts = await asyncio.gather(fill(alice, "a"), fill(elsewhere, "b"), change())
    assert await alice.total(RECORDS) == sum(min(count, 7) for count in counts[:2] if count)
    assert (await alice.put("/buckets/b/collections/c")).stored.data == {"number": 9}


async def test_a_process_does_not_get_in_its_own_way(start: StartStore, connect: Callable[[], Driver]) -> None:
    """Writes to a list and to its containers wait for each other, so that no transaction has to begin again."""
    calls: list[str] = []

    async def notice(call: str, _: object) -> None:
        calls.append(call)

    alice = Person(await start(Interceptor(connect(), notice)), "alice")
    await alice.put("/buckets/b")
    await alice.put("/buckets/b/collections/c")
    for number in range(10):
        await together(
            alice.put(f"{RECORDS}/r{number}"),
            alice.patch("/buckets/b/collections/c", {"number": number}),
            alice.patch("/buckets/b", {"number": number}),
            alice.put(f"/buckets/b/groups/g{number}"),
        )
    assert calls.count("attempt") == calls.count("transaction")


async def test_drain_waits_for_all_that_was_submitted(alice: Person, store: Store, gate: Gate) -> None:
    """A server that stops answers what it took, also what waits behind a transaction in flight."""
    begun = await hold(gate, alice.put(f"{RECORDS}/r1"), alice.put("/buckets/b/groups/g"))
    begun.append(asyncio.ensure_future(alice.put(f"{RECORDS}/r2")))
    gate.opens_after()
    await store.writer.drain()
    assert await alice.total(RECORDS) == 2
    assert all(answer.created for answer in await together(*begun))
    await store.writer.drain()


async def test_a_client_that_goes_away_takes_nothing_back(alice: Person, gate: Gate) -> None:
    """A write whose caller is cancelled is made all the same, and those beside it are answered."""
    gone, stays = await hold(gate, alice.put(f"{RECORDS}/r1"), alice.put(f"{RECORDS}/r2"))
    gone.cancel()
    gate.opens_after()
    assert (await stays).created
    assert gone.cancelled()
    assert await alice.get(f"{RECORDS}/r1") is not None


async def test_a_failing_database_is_told_to_all(alice: Person, gate: Gate) -> None:
    """When the transaction fails everyone in it learns so, nothing is written, and the queue goes on."""
    gate.faults.append(Unavailable("away"))
    answers = await together(alice.put(f"{RECORDS}/r1"), alice.put(f"{RECORDS}/r2"))
    assert [str(answer) for answer in answers] == ["away", "away"]
    assert await alice.entries(RECORDS) == []
    assert (await alice.put(f"{RECORDS}/r3")).created


async def test_a_deletion_keeps_its_place_in_the_queue(alice: Person, gate: Gate) -> None:
    """A deletion of the list takes what was submitted before it, and nothing of what comes after."""
    gate.transactions = 0
    answers = await together(
        alice.put(f"{RECORDS}/r1"), alice.put(f"{RECORDS}/r2"), alice.delete_list(RECORDS), alice.put(f"{RECORDS}/r3")
    )
    assert {stored.id for stored in answers[2].tombstones} == {"r1", "r2"}
    assert [entry["id"] for entry in await alice.entries(RECORDS)] == ["r3"]
    assert gate.transactions == 3


async def test_each_of_a_batch_has_his_own_rights(alice: Person, store: Store, gate: Gate) -> None:
    """Several people write at once by the rights of their groups, each of his own and of none of the others'."""
    await together(
        alice.put("/buckets/b/groups/g1", {"members": ["bob", "eve"]}),
        alice.put("/buckets/b/groups/g2", {"members": ["carol", "eve"]}),
        *(
            alice.put(f"{RECORDS}/r{number}", permissions={"write": [f"/buckets/b/groups/g{number}"]})
            for number in (1, 2)
        ),
    )
    people = [Person(store, name) for name in ("bob", "carol", "eve", None)]
    gate.transactions = 0
    asked = [person.patch(f"{RECORDS}/r{number}", {"a": 1}) for person in people for number in (1, 2)]
    answers = [isinstance(answer, Outcome) for answer in await together(*asked)]
    assert answers == [True, False, False, True, True, True, False, False]
    assert gate.transactions == 1


async def test_an_id_that_is_a_path_makes_nobody_a_member(alice: Person, bob: Person, gate: Gate) -> None:
    """Who names a group by an id that is none, as `%2F` in a URL can, does not become a member of that group."""
    await alice.put("/buckets/b/groups/g", {"members": ["carol"]})
    await alice.put("/buckets/shared", permissions={"write": ["/buckets/b/groups/g"]})
    fault = Invalid("path", None, "Invalid object id")
    sly = Change(method=Method.PUT, id="b/groups/g", caller=bob.caller, data={}, fault=fault)
    gate.transactions = 0
    answers = await together(
        bob.submit("/buckets", sly), bob.patch("/buckets/shared", {"mine": True}), bob.get("/buckets/b/groups/g")
    )
    assert gate.transactions == 1
    assert [type(answer) for answer in answers] == [Invalid, Forbidden, Forbidden]


async def test_many_changes_of_one_request(alice: Person, store: Store, gate: Gate) -> None:
    """Changes that are submitted together are answered in their order, each by itself, out of one transaction."""
    gate.transactions = 0
    changes = [alice.asks(Method.PUT, f"{RECORDS}/r{number % 3}", if_none_match="*") for number in range(5)]
    answers = await store.writer.change(list_at(RECORDS), changes)
    assert [isinstance(answer, Refusal) for answer in answers] == [False, False, False, True, True]
    assert gate.transactions == 1
