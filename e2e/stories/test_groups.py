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


def test_deleted(stage: Stage, alice: Person, bob: Person) -> None:
    """One task is shared with a group; once the group is deleted, Bob, who has edited the task, has nothing of it."""
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
