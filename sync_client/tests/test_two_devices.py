"""Two devices of one person, both offline for a while, on the real server."""

from collections.abc import Callable

import httpx2
import pytest
from kintoun_sync import BOTH, MINE, THEIRS, ChangeKind, Collection, NoteKind, Origin, State, Store, StoreError
from tests.devices import check_converged, held, stored

Devices = Callable[..., Store]
Http = Callable[[str], httpx2.Client]


class Pair:
    """A phone and a laptop, which both have one task."""

    def __init__(self, device: Devices, client: httpx2.Client, user: str) -> None:
        self.client = client
        self.phone, self.laptop = device("phone", user), device("laptop", user)
        self.on_phone, self.on_laptop = self.phone.collection("tasks"), self.laptop.collection("tasks")
        self.id = self.on_phone.create({"description": "Bread", "status": "todo"}).id
        self.phone.sync()
        self.laptop.sync()
        assert self.on_laptop[self.id] == {"description": "Bread", "status": "todo"}

    def check_converged(self) -> None:
        """Both sync twice and have what the server has."""
        check_converged([self.phone, self.laptop], self.client)


@pytest.fixture
def pair(device: Devices, http: Http, alice: str) -> Pair:
    """A phone and a laptop with one task."""
    return Pair(device, http(alice), alice)


def test_different_fields_of_one_task_are_merged(pair: Pair) -> None:
    """Both edits are in the result, everywhere, and the journal of the one who merged tells of it."""
    pair.on_phone.update(pair.id, status="done")
    pair.on_laptop.update(pair.id, description="Rye bread")
    pair.check_converged()
    assert held(pair.on_phone) == {pair.id: {"description": "Rye bread", "status": "done"}}
    assert [entry.kind for entry in pair.on_laptop.journal()] == [NoteKind.MERGED]
    assert not pair.phone.conflicts()
    assert not pair.laptop.conflicts()


def test_the_same_field_becomes_a_question(pair: Pair) -> None:
    """Whoever came second keeps both texts to decide, and the devices and the server agree meanwhile."""
    pair.on_phone.update(pair.id, description="Rye bread")
    pair.on_laptop.update(pair.id, description="Toast")
    pair.check_converged()
    (conflict,) = pair.laptop.conflicts()
    assert (conflict.field, conflict.base, conflict.mine, conflict.theirs) == (
        "description",
        "Bread",
        "Toast",
        "Rye bread",
    )
    assert pair.on_laptop[pair.id].mine["description"] == "Toast"


@pytest.mark.parametrize(
    ("answer", "result"),
    [(MINE, "Toast"), (THEIRS, "Rye bread"), (BOTH, "Rye bread / Toast"), ("Rolls", "Rolls")],
)
def test_a_question_is_answered(pair: Pair, answer: object, result: str) -> None:
    """Mine, theirs, both or a value: the answer reaches the other device, and can be undone."""
    pair.on_phone.update(pair.id, description="Rye bread")
    pair.on_laptop.update(pair.id, description="Toast")
    pair.phone.sync()
    pair.laptop.sync()
    pair.laptop.conflicts()[0].resolve(answer)
    pair.check_converged()
    assert pair.on_phone[pair.id]["description"] == result
    assert not pair.laptop.conflicts()
    (entry,) = pair.on_laptop.journal()
    entry.undo()
    pair.check_converged()
    assert pair.on_phone[pair.id]["description"] == ("Rye bread" if answer is MINE else "Toast")
    assert pair.on_laptop.journal()[0].undone


def test_an_edit_beats_the_deletion_that_was_synced_later(pair: Pair) -> None:
    """What one changed, the other cannot delete unseen: the task is there again, and the journal can delete it."""
    pair.on_phone.update(pair.id, status="doing")
    pair.on_laptop.delete(pair.id)
    pair.check_converged()
    assert held(pair.on_laptop)[pair.id]["status"] == "doing"
    (entry,) = pair.on_laptop.journal()
    assert entry.kind is NoteKind.DELETION_UNDONE
    entry.undo()
    pair.check_converged()
    assert not held(pair.on_phone)


def test_an_edit_of_what_was_deleted_before_becomes_a_question(pair: Pair) -> None:
    """What I wrote is kept; when I want it, the task is there again, for everybody."""
    pair.on_phone.delete(pair.id)
    pair.on_laptop.update(pair.id, status="doing")
    pair.check_converged()
    assert not held(pair.on_laptop)
    (conflict,) = pair.laptop.conflicts()
    assert (conflict.field, conflict.mine) == (None, {"description": "Bread", "status": "doing"})
    conflict.resolve(MINE)
    pair.check_converged()
    assert held(pair.on_phone) == {pair.id: {"description": "Bread", "status": "doing"}}


def test_what_was_deleted_before_can_be_let_go(pair: Pair) -> None:
    """Theirs is the deletion: nothing comes back, and the journal keeps what I wrote."""
    pair.on_phone.delete(pair.id)
    pair.on_laptop.update(pair.id, status="doing")
    pair.phone.sync()
    pair.laptop.sync()
    pair.laptop.conflicts()[0].resolve(THEIRS)
    pair.check_converged()
    assert not held(pair.on_phone)
    (entry,) = pair.on_laptop.journal()
    assert entry.mine == {"description": "Bread", "status": "doing"}


def test_both_delete(pair: Pair) -> None:
    """Nobody is asked anything."""
    pair.on_phone.delete(pair.id)
    pair.on_laptop.delete(pair.id)
    pair.check_converged()
    assert not held(pair.on_phone)
    assert not pair.laptop.conflicts()


def test_removed_fields_stay_away_and_unknown_ones_stay(pair: Pair) -> None:
    """A field that one removes is gone everywhere; a field that another program added is kept by all."""
    path = f"/buckets/default/collections/tasks/records/{pair.id}"
    assert pair.client.patch(path, json={"data": {"colour": {"of": ["another", "program"]}}}).status_code == 200
    pair.on_phone.replace(pair.id, {"description": "Bread"})
    pair.check_converged()
    assert stored(pair.client)[pair.id] == {"description": "Bread", "colour": {"of": ["another", "program"]}}


def test_data_is_pushed_without_touching_permissions(pair: Pair) -> None:
    """Whoever may read a task may still read it after it was edited offline."""
    path = f"/buckets/default/collections/tasks/records/{pair.id}"
    assert pair.client.patch(path, json={"permissions": {"read": ["system.Everyone"]}}).status_code == 200
    pair.on_phone.update(pair.id, status="done")
    pair.check_converged()
    assert pair.client.get(path).json()["permissions"]["read"] == ["system.Everyone"]


@pytest.mark.parametrize(("strategy", "result"), [("server_wins", "Rye bread"), ("client_wins", "Toast")])
def test_strategies(pair: Pair, strategy: str, result: str) -> None:
    """A strategy decides instead of asking, the journal keeps the other text, and undoing brings it back."""
    pair.on_phone.update(pair.id, description="Rye bread")
    pair.on_laptop.update(pair.id, description="Toast")
    pair.phone.sync()
    report = pair.laptop.sync(strategy=strategy)  # type: ignore[arg-type] # a parameter of the test
    assert [merged.note.kind for merged in report.merged] == [NoteKind.DECIDED]
    pair.check_converged()
    assert pair.on_phone[pair.id]["description"] == result
    pair.on_laptop.journal()[0].undo()
    pair.check_converged()
    assert pair.on_phone[pair.id]["description"] == ("Toast" if result == "Rye bread" else "Rye bread")


def test_a_function_as_strategy(pair: Pair) -> None:
    """It is given the three versions and answers the result; NotImplemented leaves the question open."""
    pair.on_phone.update(pair.id, description="Rye bread")
    pair.on_laptop.update(pair.id, description="Toast")
    pair.phone.sync()
    pair.laptop.sync(strategy=lambda base, mine, theirs: {**(base or {}), "all": [mine, theirs]})
    assert pair.on_laptop[pair.id]["all"] == [
        {"description": "Toast", "status": "todo"},
        {"description": "Rye bread", "status": "todo"},
    ]
    pair.phone.sync()
    pair.on_phone.update(pair.id, status="done")
    pair.phone.sync()
    pair.on_laptop.update(pair.id, status="doing")
    pair.laptop.sync(strategy=lambda *_: NotImplemented)
    assert [conflict.field for conflict in pair.laptop.conflicts()] == ["status"]


def test_pages_and_batches(pair: Pair) -> None:
    """Ten tasks come over in pages and batches of three, in both directions, and progress is told."""
    ids = [pair.on_phone.create({"order": number}).id for number in range(10)]
    steps: list[tuple[str, int]] = []
    report = pair.phone.sync(progress=lambda progress: steps.append((progress.phase, progress.done)))
    assert report.pushed.created == 10
    assert [done for phase, done in steps if phase == "push"] == [3, 6, 9, 10]
    report = pair.laptop.sync(progress=lambda progress: steps.append((progress.phase, progress.done)))
    assert report.pulled.created == 10
    assert ("pull", 10) in steps
    for record_id in ids:
        pair.on_laptop.delete(record_id)
    pair.check_converged()
    assert set(held(pair.on_phone)) == {pair.id}


def test_a_dry_run_says_what_would_be_done(pair: Pair) -> None:
    """It pulls and counts, and neither the server nor the store is another one afterwards."""
    pair.on_phone.update(pair.id, status="done")
    pair.phone.sync()
    pair.on_laptop.update(pair.id, description="Toast")
    pair.on_laptop.create({"description": "Butter"})
    before, there = held(pair.on_laptop), stored(pair.client)
    report = pair.laptop.sync(dry_run=True)
    assert (report.pulled.updated, report.pushed.created, report.pushed.updated, len(report.merged)) == (1, 1, 1, 1)
    assert str(report).startswith("would have: ")
    assert (held(pair.on_laptop), stored(pair.client)) == (before, there)
    assert not pair.on_laptop.journal()
    assert pair.laptop.waiting == 2


def test_the_state_of_a_record(pair: Pair) -> None:
    """A record says whether it is new here, changed here, or as the server has it."""
    made = pair.on_phone.create({"description": "Butter"})
    assert (made.state, made.last_modified) == (State.CREATED, None)
    assert pair.on_phone.update(pair.id, status="done").state is State.UPDATED
    assert pair.on_phone.pending() == sorted([made.id, pair.id])
    pair.phone.sync()
    assert {record.state for record in pair.on_phone} == {State.SYNCED}
    assert pair.on_phone[made.id].last_modified is not None


def test_changes_of_a_sync_are_seen_by_whoever_watches(pair: Pair) -> None:
    """The watch of a collection tells what others wrote, as it comes in, and what was written here."""
    watch = pair.on_laptop.watch(timeout=0.0)
    pair.on_phone.update(pair.id, status="done")
    pair.phone.sync()
    pair.laptop.sync()
    pair.on_laptop.delete(pair.id)
    seen = [(change.id, change.kind, change.origin) for change in watch]
    assert seen == [
        (pair.id, ChangeKind.UPDATED, Origin.SYNC),
        (pair.id, ChangeKind.DELETED, Origin.LOCAL),
    ]


def test_no_sync_within_a_transaction(pair: Pair) -> None:
    """It would keep all others from writing until the server answers."""
    with pytest.raises(StoreError), pair.phone.transaction():
        pair.phone.sync()
    assert pair.phone.sync().ok


def test_several_collections_are_synchronised_together(pair: Pair) -> None:
    """One sync takes all of them, or those that are named."""
    notes: Collection = pair.phone.collection("notes")
    notes.create({"text": "one"})
    pair.on_phone.update(pair.id, status="done")
    assert pair.phone.sync(notes).pushed.total == 1
    assert pair.phone.waiting == 1
    assert pair.phone.sync().pushed.total == 1
    assert [collection.name for collection in pair.phone.collections()] == ["tasks", "notes"]
    pair.phone.forget("notes")
    assert [collection.name for collection in pair.phone.collections()] == ["tasks"]


def test_a_number_that_becomes_true_is_told(pair: Pair) -> None:
    """Whoever watches hears of a field that was 1 and is true, which are two values."""
    pair.on_phone.update(pair.id, field=1)
    pair.check_converged()
    watch = pair.on_laptop.watch(timeout=0.0)
    pair.on_phone.update(pair.id, field=True)
    pair.check_converged()
    assert [change.kind for change in watch] == [ChangeKind.UPDATED]
