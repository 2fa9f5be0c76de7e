"""The second half of the tutorial: Alice, Bob and Mary share tasks and lists."""

from functools import partial

import pytest
from selenium.webdriver import Keys

from e2e.stories.person import Person
from e2e.stories.stage import Stage


@pytest.fixture
def groceries(alice: Person) -> Person:
    """Alice, who has a list of groceries."""
    alice.makes_list("Groceries")
    alice.adds("milk", "bread")
    alice.sees("milk", "bread")
    alice.is_saved()
    return alice


def share(groceries: Person, bob: Person, role: str) -> None:
    """Alice shares her list with Bob, who opens it."""
    groceries.shares_list_with(bob, role=role)
    bob.syncs()
    bob.opens_list("Groceries")
    bob.sees("milk", "bread")


def test_own_only(alice: Person, bob: Person) -> None:
    """Each sees their own tasks only."""
    alice.adds("milk")
    alice.is_saved()
    bob.adds("bread")
    bob.is_saved()
    alice.adds("jam")
    alice.is_saved()
    alice.sees("milk", "jam")
    bob.sees("bread")
    assert "bread" not in alice.kept_tasks()
    assert "milk" not in bob.kept_tasks()


def test_one_task(alice: Person, bob: Person, mary: Person) -> None:
    """Alice shares one task with Bob, who may look at it and not change it, and Mary has nothing of it."""
    alice.adds("milk", "bread")
    alice.is_saved()
    alice.shares_task_with("milk", bob, role="Can view")
    bob.syncs()
    bob.opens_list("Single tasks")
    bob.sees("milk")
    bob.may_only_look_at("milk")
    alice.renames("milk", "oat milk")
    alice.is_saved()
    bob.syncs()
    bob.sees("oat milk")
    mary.adds("tea")
    mary.is_saved()
    assert "milk" not in mary.kept_tasks()


def test_list(groceries: Person, bob: Person) -> None:
    """Alice shares a list with Bob, who may edit: both add and complete, and both see it."""
    share(groceries, bob, role="Can edit")
    bob.adds("jam")
    bob.completes("milk")
    bob.is_saved()
    groceries.syncs()
    groceries.sees("milk", "bread", "jam")
    groceries.sees_completed("milk")


def test_read_only_list(groceries: Person, bob: Person) -> None:
    """Who may only view a list has no field for new tasks, and is told why."""
    share(groceries, bob, role="Can view")
    bob.may_only_look_at("milk")
    assert not bob.browser.driver.find_elements("css selector", "input.new-todo")


def test_unknown_name(groceries: Person) -> None:
    """An unknown name is told, and nothing is shared."""
    groceries.opens_sharing()
    groceries.tries_to_add("nobody-of-this-name", "Can view")
    groceries.is_told("There is nobody called nobody-of-this-name here")
    assert not groceries.all_by_role("button", "Remove nobody-of-this-name")
    groceries.closes()


def test_withdrawn(stage: Stage, groceries: Person, bob: Person) -> None:
    """Alice removes Bob, who has edited, and by that stands among those who may write: he sees the list no more."""
    share(groceries, bob, role="Can edit")
    bob.completes("milk")
    bob.is_saved()
    groceries.stops_sharing_with(bob)
    stage.causes("403 (Forbidden)")
    bob.syncs()
    bob.has_no_list("Groceries")
    assert "bread" not in bob.kept_tasks()


def test_taken_back(stage: Stage, groceries: Person, bob: Person) -> None:
    """To remove Bob, and to stop sharing, can be undone: he has the list again, and may edit it as before."""
    share(groceries, bob, role="Can edit")
    bob.completes("milk")
    bob.is_saved()
    stage.causes("403 (Forbidden)")
    groceries.opens_sharing()
    for end in (partial(groceries.removes_person, bob), groceries.stops_sharing):
        end()
        assert not groceries.all_by_role("button", f"Remove {bob.name}")
        bob.syncs()
        bob.has_no_list("Groceries")
        groceries.takes_back()
        groceries.by_role("button", f"Remove {bob.name}")
        bob.syncs()
        bob.opens_list("Groceries")
        bob.sees("milk", "bread")
    groceries.closes()
    bob.completes("bread")
    bob.is_saved()
    groceries.syncs()
    groceries.sees_completed("milk", "bread")


def test_live(groceries: Person, bob: Person) -> None:
    """What Alice changes comes to Bob, who does nothing for it, with the next sync; what he edits waits for him."""
    share(groceries, bob, role="Can edit")
    field = bob.starts_to_edit("milk")
    bob.replaces("soy milk")
    groceries.removes("milk")
    groceries.sees("bread")
    groceries.adds("jam")
    groceries.completes("bread")
    groceries.is_saved()
    bob.sees("milk", "bread", "jam")
    bob.sees_completed("bread")
    assert field.get_property("value") == "soy milk"
    assert bob.browser.driver.switch_to.active_element == field
    bob.types(Keys.ENTER)
    bob.is_told("“milk” was removed elsewhere while you were editing it")
    bob.is_told("soy milk")
    bob.sees("bread", "jam")
    bob.shows_a_screen()


def test_renamed_offline(stage: Stage, groceries: Person, bob: Person) -> None:
    """Alice renames a list offline that she shares: Bob sees the new title once she has a network again."""
    groceries.shares_list_with(bob)
    bob.syncs()
    bob.opens_list("Groceries")
    with stage.offline(groceries):
        groceries.renames_list("Groceries", "Market")
        groceries.says("Offline")
    groceries.syncs()
    bob.syncs()
    bob.has_open("Market")


def test_deleted(stage: Stage, groceries: Person, bob: Person) -> None:
    """Alice deletes a list that she shares: Bob has it no more, and has it again when she takes that back."""
    groceries.shares_list_with(bob)
    bob.syncs()
    bob.opens_list("Groceries")
    bob.sees("milk", "bread")
    groceries.presses("Dismiss")  # "bob can view", which has an Undo of its own
    groceries.deletes_list("Groceries")
    groceries.is_saved()
    stage.causes("403 (Forbidden)")
    bob.syncs()
    bob.has_no_list("Groceries")
    groceries.presses("Undo")
    groceries.is_told("Undone")
    groceries.syncs()
    bob.syncs()
    bob.opens_list("Groceries")
    bob.sees("milk", "bread")


def test_deleted_at_another_device(stage: Stage, groceries: Person, bob: Person) -> None:
    """Alice's phone never asked who has access: it shows with whom her list is shared, and deletes it for him too."""
    groceries.shares_list_with(bob)
    bob.syncs()
    bob.opens_list("Groceries")
    phone = stage.person("alice")
    phone.arrives_signed_in()
    phone.opens_list("Groceries")
    phone.shows_shared_with(bob)
    with stage.offline(phone):
        phone.deletes_list("Groceries")
        phone.says("Offline")
    phone.syncs()
    phone.is_saved()
    stage.causes("403 (Forbidden)")
    bob.syncs()
    bob.has_no_list("Groceries")


def test_whole_bucket(stage: Stage, alice: Person, bob: Person) -> None:
    """Alice shares a bucket, by another program: its lists are Bob's to view, those that come later too."""
    bucket = f"/buckets/{alice.name}"
    alice.asks("PUT", bucket, {"permissions": {"read": [f"account:{bob.name}"]}})
    alice.asks("PUT", f"{bucket}/collections/trips", {"data": {"title": "Trips"}})
    task = {"description": "Rome", "status": "todo", "order": 1}
    alice.asks("POST", f"{bucket}/collections/trips/records", {"data": task})
    bob.syncs()
    bob.opens_list("Trips")
    bob.sees("Rome")
    bob.may_only_look_at("Rome")
    alice.asks("PUT", f"{bucket}/collections/books", {"data": {"title": "Books"}})
    bob.syncs()
    bob.opens_list("Books")
    alice.asks("PATCH", bucket, {"permissions": {"read": []}})
    stage.causes("403 (Forbidden)")
    bob.syncs()
    bob.has_no_list("Trips")


def test_leaves_everywhere(stage: Stage, groceries: Person, bob: Person) -> None:
    """What Bob leaves at one device is gone from his other one, and undo brings it back to both."""
    share(groceries, bob, role="Can edit")
    phone = stage.person("bob")
    phone.arrives_signed_in()
    phone.opens_list("Groceries")
    bob.leaves()
    bob.is_saved()
    phone.syncs()
    phone.has_no_list("Groceries")
    bob.presses("Undo", role="button")
    bob.opens_list("Groceries")
    bob.is_saved()
    phone.syncs()
    phone.opens_list("Groceries")
    phone.sees("milk", "bread")


def test_leaves(groceries: Person, bob: Person) -> None:
    """Bob leaves a list that Alice shares with him, and takes that back; once he stays away, it does not come again."""
    share(groceries, bob, role="Can edit")
    bob.leaves()
    bob.has_no_list("Groceries")
    assert "bread" not in bob.kept_tasks()
    bob.presses("Undo", role="button")
    bob.opens_list("Groceries")
    bob.sees("milk", "bread")
    bob.leaves()
    bob.has_no_list("Groceries")
    bob.opens()
    bob.adds("tea")
    bob.is_saved()
    bob.has_no_list("Groceries")
    groceries.adds("jam")
    groceries.is_saved()
    groceries.sees("milk", "bread", "jam")


def test_lowered_while_offline(stage: Stage, groceries: Person, bob: Person) -> None:
    """Alice lowers Bob's right while he edits offline: his text is not lost, he is told, and hers stands."""
    share(groceries, bob, role="Can edit")
    with stage.offline(bob):
        bob.renames("milk", "soy milk")
        bob.says("Offline")
        groceries.lowers(bob, "Can view")
    bob.syncs()
    bob.is_told("your change was not saved")
    bob.sees("milk", "bread")
    bob.is_told("soy milk")
    bob.shows_a_screen()
    groceries.adds("jam")
    groceries.is_saved()
    groceries.sees("milk", "bread", "jam")
