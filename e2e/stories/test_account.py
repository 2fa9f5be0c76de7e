"""Accounts: made, entered, left, and nothing of one person left for the next."""

from e2e.stories.person import Person
from e2e.stories.stage import Stage


def test_sign_up_and_in(stage: Stage) -> None:
    """An account is made, left and entered again, and the tasks are there."""
    alice = stage.person("alice")
    alice.opens()
    alice.signs_up()
    alice.adds("milk", "bread")
    alice.is_saved()
    alice.signs_out()
    alice.sees()
    alice.signs_in()
    alice.is_signed_in()
    alice.sees("milk", "bread")


def test_wrong_password(stage: Stage) -> None:
    """A wrong password is told in kind words, and the right one still works."""
    alice = stage.person("alice")
    alice.has_an_account()
    stage.causes("401 (Unauthorized)")
    alice.opens()
    alice.signs_in("no idea")
    alice.is_told("This name and this password do not fit")
    alice.shows_a_screen()
    alice.fills_in("Password", alice.password)
    alice.presses("Sign in", role="button")
    alice.is_signed_in()


def test_name_taken(stage: Stage, bob: Person) -> None:
    """A name that somebody has is told."""
    stage.causes("412 (Precondition Failed)")
    alice = stage.person("alice")
    alice.name = bob.name
    alice.opens()
    alice.tries_to_sign_up()
    alice.is_told("taken")


def test_no_password_kept(stage: Stage) -> None:
    """No password is kept in the browser."""
    alice = stage.person("alice")
    alice.opens()
    alice.signs_up()
    alice.adds("milk")
    alice.is_saved()
    assert alice.password not in alice.left_behind()


def test_nothing_left(stage: Stage, alice: Person) -> None:
    """Who signs out with changes that wait is asked; afterwards nothing of theirs is left for the next one."""
    bob = stage.person("bob")
    bob.has_an_account()
    alice.adds("a secret of hers")
    alice.is_saved()
    with stage.server_is_down():
        alice.adds("a change that waits")
        alice.says("Offline")
        alice.asks_to_sign_out()
        alice.is_told("1 change is not saved in your account yet")
        alice.shows_a_screen()
        alice.presses("Stay signed in", role="button")
        alice.sees("a secret of hers", "a change that waits")
    alice.syncs()
    alice.is_saved()
    alice.signs_out()
    alice.is_told("Nothing of your account is left in this browser")
    kept = alice.left_behind()
    assert "a secret of hers" not in kept
    assert "a change that waits" not in kept
    assert alice.name not in kept
    alice.name, alice.password = bob.name, bob.password
    alice.signs_in()
    alice.is_signed_in()
    alice.sees()
    assert "a secret of hers" not in alice.left_behind()


def test_loses_them(stage: Stage, alice: Person) -> None:
    """Who signs out with a change that waits, and says that it may be lost, leaves no database behind for the next."""
    bob = stage.person("bob")
    bob.has_an_account()
    alice.adds("a secret of hers")
    alice.is_saved()
    assert any(alice.name in name for name in alice.databases)
    with stage.nothing_is_saved(alice):
        alice.adds("a change that waits")
        alice.says("Offline (1 change waiting)")
        alice.asks_to_sign_out()
        alice.is_told("1 change is not saved in your account yet")
        alice.presses("Sign out, and lose them", role="button")
        alice.by_role("button", "Sign in")
        alice.sees()
    assert not any(alice.name in name for name in alice.databases)
    kept = alice.left_behind()
    assert "a secret of hers" not in kept
    assert "a change that waits" not in kept
    assert set(alice.stored()) == {"a secret of hers"}
    alice.name, alice.password = bob.name, bob.password
    alice.signs_in()
    alice.is_signed_in()
    alice.sees()
    alice.adds("milk")
    alice.is_saved()
    assert set(bob.stored()) == {"milk"}


def test_somebody_else(stage: Stage) -> None:
    """Who signs in where somebody else's session has ended is asked about their unsaved words, and never sees them."""
    alice = stage.member("alice")
    bob = stage.at_the_device_of(alice, "bob")
    bob.has_an_account()
    alice.adds("bread")
    alice.is_saved()
    stage.causes("401 (Unauthorized)")
    alice.has_a_new_password("another horse, another battery")
    alice.adds("a secret of hers")
    alice.says("Sign in to save 1 change")
    bob.signs_in()
    bob.is_told(f"1 change of {alice.name} on this device is not saved yet")
    bob.shows_a_screen()
    bob.presses("Cancel", role="button")
    bob.presses("Close", role="button")
    alice.sees("bread", "a secret of hers")
    bob.signs_in()
    bob.presses(f"Keep them for {alice.name}", role="button")
    bob.is_signed_in()
    bob.sees()
    bob.is_not_told(alice.name)
    bob.reloads()
    bob.is_signed_in()
    bob.is_saved()
    bob.sees()
    assert bob.stored() == {}
    bob.signs_out()
    alice.signs_in()
    alice.is_signed_in()
    alice.sees("bread", "a secret of hers")
    alice.is_saved()
    assert set(alice.stored()) == {"bread", "a secret of hers"}


def test_removes_another_ones(stage: Stage) -> None:
    """Who chooses to remove somebody else's unsaved words leaves nothing of them in the browser."""
    alice = stage.member("alice")
    bob = stage.at_the_device_of(alice, "bob")
    bob.has_an_account()
    stage.causes("401 (Unauthorized)")
    alice.has_a_new_password("another horse, another battery")
    alice.adds("a secret of hers")
    alice.says("Sign in to save 1 change")
    bob.signs_in()
    bob.presses("Remove them from this device, and lose it", role="button")
    bob.is_signed_in()
    bob.sees()
    kept = bob.left_behind()
    assert "a secret of hers" not in kept
    assert alice.name not in kept


def test_leaves_offline(stage: Stage, alice: Person) -> None:
    """Who signs out without the server takes all of theirs from the device now, and is out once the server is back."""
    alice.adds("a secret of hers")
    alice.is_saved()
    with stage.server_is_down():
        alice.asks_to_sign_out()
        alice.is_told("this device has to reach the server, and it cannot now")
        alice.shows_a_screen()
        alice.presses("Stay signed in", role="button")
        alice.adds("a change that waits")
        alice.says("Offline (1 change waiting)")
        alice.asks_to_sign_out()
        alice.is_told("1 change is not saved in your account yet")
        alice.presses("Remove my tasks from this device, and lose it", role="button")
        alice.by_role("button", "Sign in")
        alice.sees()
        kept = alice.left_behind()
        assert "a secret of hers" not in kept
        assert "a change that waits" not in kept
        assert alice.name not in kept
        assert alice.has_cookie()
    alice.opens()
    alice.eventually(lambda: not alice.has_cookie(), "the session has ended")
    alice.sees()
    alice.signs_in()
    alice.is_signed_in()
    alice.sees("a secret of hers")


def test_moves_in(stage: Stage) -> None:
    """Tasks that were made without an account last over a reload, and move into the account that is made later."""
    alice = stage.person("alice")
    alice.opens()
    alice.adds("milk", "bread")
    alice.completes("milk")
    alice.reloads()
    alice.sees("milk", "bread")
    alice.signs_up()
    alice.is_told("2 tasks of this device are in your account now")
    alice.sees("milk", "bread")
    alice.is_saved()
    assert {title: record["status"] for title, record in alice.stored().items()} == {"milk": "done", "bread": "todo"}


def test_changed_password(stage: Stage) -> None:
    """A changed password ends the session at the other device, which says so and loses nothing."""
    desk = stage.member("alice")
    phone = stage.person("alice")
    phone.arrives_signed_in()
    desk.changes_password("another horse, another battery")
    stage.causes("401 (Unauthorized)")
    phone.adds("milk")
    phone.says("Sign in to save 1 change")
    phone.password = desk.password
    phone.signs_in()
    phone.is_saved()
    phone.sees("milk")
    assert set(desk.stored()) == {"milk"}
