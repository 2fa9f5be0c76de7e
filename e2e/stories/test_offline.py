"""Without a server: everything goes on, shows at once, and comes to the server later."""

from e2e.stories.person import Person
from e2e.stories.stage import Stage


def test_come_back(stage: Stage, alice: Person) -> None:
    """What is done offline outlives the browser, shows when it is opened again without a server, and is saved then."""
    alice.adds("milk", "bread")
    alice.is_saved()
    alice.is_installed()
    with stage.server_is_down():
        alice.adds("jam")
        alice.completes("milk")
        alice.says("Offline (2 changes waiting)")
        alice.browser.reopen()
        alice.opens()
        alice.sees("milk", "bread", "jam")
        alice.sees_completed("milk")
        alice.says("Offline (2 changes waiting)")
    alice.syncs()
    alice.is_saved()
    assert {title: record["status"] for title, record in alice.stored().items()} == {
        "milk": "done",
        "bread": "todo",
        "jam": "todo",
    }


def test_filters_offline(stage: Stage, alice: Person) -> None:
    """Addresses of filters open without a server."""
    alice.adds("milk", "bread")
    alice.completes("milk")
    alice.is_saved()
    alice.is_installed()
    with stage.server_is_down():
        for path, titles in (("/active", ["bread"]), ("/completed", ["milk"]), ("/", ["milk", "bread"])):
            alice.opens(path)
            alice.sees(*titles)


def test_killed(stage: Stage, alice: Person) -> None:
    """A server that is killed and comes back on the same port under the open page loses nothing."""
    alice.adds("milk")
    alice.is_saved()
    with stage.server_is_down(killed=True):
        alice.adds("bread")
        alice.says("Offline (1 change waiting)")
    alice.syncs()
    alice.is_saved()
    assert set(alice.stored()) == {"milk", "bread"}


def test_many(alice: Person) -> None:
    """A thousand tasks are there after a reload, can be ticked at once, and come to the server."""
    alice.has_stored(*(f"task {number:04}" for number in range(1000)))
    alice.syncs()
    alice.eventually(lambda: len(alice.items) == 1000, "a thousand tasks are shown", 30)
    alice.reloads()
    alice.eventually(lambda: len(alice.items) == 1000, "a thousand tasks are shown again", 30)
    assert alice.titles == sorted(alice.titles)
    alice.toggles_all()
    alice.eventually(lambda: alice.count == "0 items left", "all are done", 30)
    alice.is_saved(60)
    assert {record["status"] for record in alice.stored().values()} == {"done"}
