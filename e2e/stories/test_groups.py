"""Sharing with a group: the members have access as long as they are in it."""

from e2e.stories.person import Person
from e2e.stories.stage import Stage


def test_members(stage: Stage, alice: Person, bob: Person, mary: Person) -> None:
    """Mary, who comes into the group later, sees what was there before; once she is out, she has nothing of it."""
    alice.makes_group("Friends", bob)
    alice.makes_list("Groceries")
    alice.adds("milk", "bread")
    alice.is_saved()
    alice.shares_list_with("Friends", role="Can edit")
    bob.syncs()
    bob.opens_list("Groceries")
    bob.sees("milk", "bread")
    bob.completes("milk")
    bob.is_saved()
    alice.adds_member("Friends", mary)
    mary.syncs()
    mary.opens_list("Groceries")
    mary.sees("milk", "bread")
    mary.sees_completed("milk")
    mary.completes("bread")
    mary.is_saved()
    stage.causes("403 (Forbidden)")
    alice.removes_member("Friends", mary)
    mary.syncs()
    mary.has_no_list("Groceries")
    assert "bread" not in mary.kept_tasks()
    bob.syncs()
    bob.sees_completed("milk", "bread")


def test_renamed(alice: Person, bob: Person) -> None:
    """A group has another title, by which lists are shared with it, and is called as before when that is undone."""
    alice.makes_group("Friends", bob)
    alice.makes_list("Groceries")
    alice.adds("milk")
    alice.is_saved()
    alice.renames_group("Friends", "Family")
    alice.closes()
    alice.shares_list_with("Family")
    bob.syncs()
    bob.opens_list("Groceries")
    bob.sees("milk")
    alice.renames_group("Family", "Club")
    alice.takes_back()
    alice.eventually(lambda: alice.element(".group-title").text == "Family", "the group is called Family again")
    alice.closes()


def test_deleted(stage: Stage, alice: Person, bob: Person) -> None:
    """Once a group is deleted, Bob, who has edited a task by it, has nothing of it; undone, he may edit it again."""
    alice.makes_group("Friends", bob)
    alice.adds("milk", "bread")
    alice.is_saved()
    alice.shares_task_with("milk", "Friends", role="Can edit")
    bob.syncs()
    bob.opens_list("Single tasks")
    bob.sees("milk")
    bob.completes("milk")
    bob.is_saved()
    alice.syncs()
    alice.sees_completed("milk")
    stage.causes("403 (Forbidden)")
    alice.deletes_group("Friends")
    bob.syncs()
    bob.has_no_list("Single tasks")
    assert "milk" not in bob.kept_tasks()
    alice.takes_back()
    alice.by_role("button", "Friends 1 member", exact=False)
    alice.closes()
    bob.syncs()
    bob.opens_list("Single tasks")
    bob.sees_completed("milk")
    bob.toggles("milk")
    bob.sees_completed()
    bob.is_saved()
    assert alice.stored()["milk"]["status"] == "todo"
