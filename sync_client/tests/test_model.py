"""Whatever three people do, whatever their networks and programs do: in the end all agree, and nothing has vanished.

`--hypothesis-profile=thorough` tries 300 lives of 30 steps.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar

import httpx2
import kintoun_sync
import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from kintoun_sync import BOTH, MINE, REMOVED, THEIRS, Collection, OfflineError, Patience, Store, Strategy
from kintoun_sync.transport import HttpTransport
from tests.devices import CONVERGED, held, stored
from tests.faulty import Fault
from tests.flaky_network import FlakyNetwork, Killed
from tests.intentions import Intentions

IDS = "aabbccde"
"""Some are met more often; all of them are more than a page of the test's server."""
FIELDS = ("title", "note")
TOO_MUCH = 2**70
OWNER, *GUESTS = PEOPLE = ("alice", "bob", "mary")
PATIENCE = Patience(attempts=3, first_pause=0.0)

people = st.sampled_from(PEOPLE)
ids = st.sampled_from(IDS)
fields = st.sampled_from(FIELDS)
shapes: st.SearchStrategy[Callable[[str], Any]] = st.sampled_from(
    [str, lambda token: [token], lambda token: {"is": token}]
)
strategies: st.SearchStrategy[Strategy] = st.sampled_from(["merge", "merge", "merge", "server_wins", "client_wins"])
faults = st.lists(st.sampled_from(Fault), min_size=1, max_size=10)


class World:
    """A server, and people with connections to it; each life has a bucket of its own."""

    def __init__(self, server: str, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.numbers = itertools.count()
        self.transports = {name: HttpTransport(server, (name, "long-secret")) for name in PEOPLE}
        self.http = {name: httpx2.Client(base_url=server, auth=(name, "long-secret"), timeout=30) for name in PEOPLE}
        self.user_ids = {name: client.get("/").json()["user"]["id"] for name, client in self.http.items()}

    def close(self) -> None:
        """Close the connections."""
        for transport in self.transports.values():
            transport.close()
        for client in self.http.values():
            client.close()


class Device:
    """One person's device: a file, and a network that goes on when the program ends."""

    def __init__(self, world: World, name: str, bucket: str) -> None:
        self._world = world
        self._name = name
        self._bucket = bucket
        self.network = FlakyNetwork(world.transports[name])
        self.open()

    def open(self) -> None:
        """Start the program."""
        path = self._world.folder / f"{self._bucket}-{self._name}.db"
        auth = (self._name, "long-secret")
        self.store: Store = kintoun_sync.open(path, self._world.server, auth, patience=PATIENCE, transport=self.network)
        self.tasks: Collection = self.store.collection("tasks", bucket=self._bucket)

    def close(self) -> None:
        """End the program."""
        self.store.close()

    def restart(self) -> None:
        """End it and start it again."""
        self.close()
        self.open()

    def knows(self, record: str) -> bool:
        """Tell whether the file has anything about a record."""
        return self.tasks._replica.load(record) is not None


class Life(RuleBasedStateMachine):
    """Three people with one list of tasks, which belongs to Alice."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self._world = world = self.world
        self._bucket = f"life-{next(world.numbers)}"
        self._path = f"/buckets/{self._bucket}/collections/tasks"
        self._owner = world.http[OWNER]
        for path in (f"/buckets/{self._bucket}", self._path):
            self._owner.put(path).raise_for_status()
        self._devices = {name: Device(world, name, self._bucket) for name in PEOPLE}
        self._intentions = Intentions()

    def _act(self, name: str, act: Callable[[Collection], object]) -> None:
        device = self._devices[name]
        self._intentions.watch(name, device.tasks, lambda: act(device.tasks))
        self._intentions.forgotten(name, device.knows)

    @initialize(writers=st.sets(st.sampled_from(GUESTS)), records=st.sets(ids))
    def begin(self, writers: set[str], records: set[str]) -> None:
        """There are some tasks on all devices that may see them, and some guests may change them."""
        self._permit(self._path, "write", {self._world.user_ids[name] for name in writers})
        for record in sorted(records):
            self._type(OWNER, record, {field: self._intentions.token() for field in FIELDS})
        for device in self._devices.values():
            device.store.sync()

    @rule(name=people, record=ids, field=fields, shape=shapes)
    def write(self, name: str, record: str, field: str, shape: Callable[[str], Any]) -> None:
        """Somebody types something into a task, which is a new one if there is none."""
        self._type(name, record, {field: shape(self._intentions.token())})

    @rule(name=people, record=ids, status=st.sampled_from(("todo", "doing", "done")))
    def set_status(self, name: str, record: str, status: str) -> None:
        """Somebody chooses what others may have chosen too."""
        self._type(name, record, {"status": status})

    def _type(self, name: str, record: str, values: dict[str, Any]) -> None:
        def act(tasks: Collection) -> None:
            if record in tasks:
                tasks.update(record, values)
            else:
                tasks.create(values, id=record)

        self._act(name, act)

    @rule(name=people, record=ids, wide=st.booleans())
    def write_too_much(self, name: str, record: str, wide: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
        """Somebody writes a number that the server cannot take, or a smaller one."""
        self._type(name, record, {"number": TOO_MUCH if wide else 1})

    @rule(name=people, record=ids, field=fields)
    def remove(self, name: str, record: str, field: str) -> None:
        """Somebody removes a field."""
        if record in self._devices[name].tasks:
            self._act(name, lambda tasks: tasks.update(record, {field: REMOVED}))

    @rule(name=people, record=ids, field=fields)
    def replace(self, name: str, record: str, field: str) -> None:
        """Somebody writes a task whole, with one field."""
        if record in self._devices[name].tasks:
            self._act(name, lambda tasks: tasks.replace(record, {field: self._intentions.token()}))

    @rule(name=people, record=ids)
    def delete(self, name: str, record: str) -> None:
        """Somebody deletes a task."""
        if record in self._devices[name].tasks:
            self._act(name, lambda tasks: tasks.delete(record))

    @precondition(lambda self: any(device.store.conflicts() for device in self._devices.values()))
    @rule(name=people, choice=st.sampled_from((MINE, THEIRS, BOTH, None)), index=st.integers(0, 5))
    def resolve(self, name: str, choice: object, index: int) -> None:
        """Somebody answers a question."""
        name = next(name for name in (name, *PEOPLE) if self._devices[name].store.conflicts())
        found = self._devices[name].store.conflicts()
        conflict = found[index % len(found)]
        if choice is None:
            token = self._intentions.token()
            choice = token if conflict.field is not None else {"title": token}
        self._act(name, lambda _: conflict.resolve(choice))

    @rule(name=people, index=st.integers(0, 5))
    def undo(self, name: str, index: int) -> None:
        """Somebody takes back what was done for them."""
        found = self._devices[name].store.journal()
        if found:
            self._act(name, lambda _: found[index % len(found)].undo())

    @rule(name=people, strategy=strategies)
    def sync(self, name: str, strategy: Strategy) -> None:
        """A device synchronises."""
        self._sync(name, strategy)

    @rule(name=people, strategy=strategies, plan=faults)
    def sync_badly(self, name: str, strategy: Strategy, plan: list[Fault]) -> None:
        """A device synchronises over a bad network."""
        self._devices[name].network.behave(plan)
        try:
            self._sync(name, strategy)
        except OfflineError:
            pass
        finally:
            self._devices[name].network.behave()

    @rule(name=people, at=st.integers(1, 8), after=st.booleans())
    def sync_and_end(self, name: str, at: int, after: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
        """The program ends in the middle of a sync."""
        device = self._devices[name]
        device.network.behave(killed_at=at, after=after)
        try:
            device.store.sync()
        except Killed:
            pass
        finally:
            device.network.behave()
        device.restart()

    def _sync(self, name: str, strategy: Strategy | None = None) -> bool:
        """Synchronise, and tell whether the collection could be."""
        device = self._devices[name]
        report = device.store.sync(strategy=strategy)
        self._intentions.forgotten(name, device.knows)
        return not report.problems

    @rule(name=people)
    def restart(self, name: str) -> None:
        """A program ends, and is started again."""
        self._devices[name].restart()

    @rule(
        names=st.sets(st.sampled_from(GUESTS)),
        record=st.none() | ids,
        right=st.sampled_from(("read", "write", "record:create")),
    )
    def permit(self, names: set[str], record: str | None, right: str) -> None:
        """Alice lets these guests, and no others, read or write a task or the whole list."""
        path = self._path if record is None else f"{self._path}/records/{record}"
        if record is None or right != "record:create":
            self._permit(path, right, {self._world.user_ids[name] for name in names})

    def _permit(self, path: str, right: str, principals: set[str]) -> None:
        answer = self._owner.patch(path, json={"permissions": {right: sorted(principals)}})
        assert answer.status_code in (200, 404), answer.text

    @rule()
    def settle(self) -> None:
        """The faults end, everyone synchronises twice, and all is well.

        What the server had refused the first time, and takes the second time with what somebody else has made of the
        record meanwhile, comes to those who were before with a third time.
        """
        for name in PEOPLE:
            self._sync(name)
        refused_at_first = self._refused()
        could = {name: self._sync(name) for name in PEOPLE}
        if refused_at_first - self._refused():
            could = {name: self._sync(name) for name in PEOPLE}
        for name, device in self._devices.items():
            refused = {record.id for record in device.tasks.refused()}
            assert all(record.get("number") == TOO_MUCH for record in device.tasks.refused()), CONVERGED
            there, here = self._readable_by(name), held(device.tasks)
            differing = {record for record in there.keys() | here.keys() if there.get(record) != here.get(record)}
            if could[name]:
                assert differing <= refused, f"{CONVERGED}\n  {name} has {here}, the server {there}"
                assert not device.tasks.pending(), f"{CONVERGED}\n  {name} has not sent {device.tasks.pending()}"
            else:
                assert not there, f"{CONVERGED}\n  {name} may read {there}"
                assert here.keys() <= set(device.tasks.pending()) | refused, CONVERGED
        tasks = {name: device.tasks for name, device in self._devices.items()}
        self._intentions.check(self._readable_by(OWNER), tasks)

    def _refused(self) -> set[tuple[str, str]]:
        return {(name, record.id) for name, device in self._devices.items() for record in device.tasks.refused()}

    def _readable_by(self, name: str) -> dict[str, dict[str, Any]]:
        client = self._world.http[name]
        if client.get(f"{self._path}/records").status_code == 403:
            return {}
        return stored(client, bucket=self._bucket)

    def teardown(self) -> None:
        """Whatever was done, all is well in the end."""
        with ExitStack() as stack:
            for device in self._devices.values():
                stack.callback(device.close)
            self.settle()


@pytest.fixture
def world(server: str, tmp_path: Path) -> Iterator[World]:
    """The server, and three people."""
    made = World(server, tmp_path)
    yield made
    made.close()


def test_any_life_ends_well(world: World) -> None:
    """Converged and intended, after offline edits, conflicts and answers, rights that come and go, faults and ends."""
    Life.world = world
    checks = list(HealthCheck)
    chosen = settings(
        stateful_step_count=30, deadline=None, database=None, print_blob=False, suppress_health_check=checks
    )
    run_state_machine_as_test(seed(4)(Life), settings=chosen)
