"""Whatever happens to any one exchange of a sync: nothing is lost, and nothing is done twice."""

from collections.abc import Callable, Iterator

import httpx2
import pytest
from kintoun_sync import OfflineError, Store
from tests.faulty import Fault, FaultyTransport
from tests.offline_day import offline_day

Devices = Callable[..., Store]
Http = Callable[[str], httpx2.Client]


@pytest.fixture
def users(alice: str) -> Iterator[str]:
    """One name after another, whom the server has never seen."""
    return (f"{alice}-{number}" for number in range(10**6))


def test_a_day_without_faults(device: Devices, http: Http, server: str, alice: str) -> None:
    """The day that the other tests disturb ends well when nobody does, and takes some exchanges."""
    transport = FaultyTransport(server, alice)
    day = offline_day(device, http(alice), alice, transport)
    day.laptop.sync()
    assert transport.count >= 6
    day.check()


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.NONE])
def test_the_nth_exchange_fails(fault: Fault, device: Devices, http: Http, server: str, users: Iterator[str]) -> None:
    """For every n: converged and intended, and at most one exchange more than without the fault."""
    user = next(users)
    clean = FaultyTransport(server, user)
    day = offline_day(_renamed(device, user), http(user), user, clean)
    day.laptop.sync()
    for at in range(1, clean.count + 1):
        user = next(users)
        faulty = FaultyTransport(server, user, fault, at)
        day = offline_day(_renamed(device, user), http(user), user, faulty)
        day.laptop.sync()
        assert faulty.count <= clean.count + 1, f"{fault} at {at}"
        day.check()


@pytest.mark.parametrize("fault", [Fault.REQUEST_LOST, Fault.ANSWER_LOST])
def test_the_network_is_gone_from_the_nth_exchange_on(
    fault: Fault, device: Devices, http: Http, server: str, users: Iterator[str]
) -> None:
    """For every n: the sync says that it is offline, edits go on, and the next sync sets all right."""
    user = next(users)
    clean = FaultyTransport(server, user)
    offline_day(_renamed(device, user), http(user), user, clean).laptop.sync()
    for at in range(1, clean.count + 1):
        user = next(users)
        broken = FaultyTransport(server, user, fault, at, lasting=True)
        day = offline_day(_renamed(device, user), http(user), user, broken)
        with pytest.raises(OfflineError):
            day.laptop.sync()
        tasks = day.laptop.collection("tasks")
        tasks.update("mine", mine=2)
        day.typed["mine"]["mine"] = 2
        broken.mend()
        day.check()
        assert not [conflict for conflict in tasks.conflicts() if conflict.id == "mine"], "a conflict with oneself"


def _renamed(device: Devices, user: str) -> Devices:
    """Open devices whose files are of this user alone."""
    return lambda name, *arguments, **options: device(f"{user}-{name}", *arguments, **options)
