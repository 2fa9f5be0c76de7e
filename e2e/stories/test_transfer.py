"""Export and import of one's tasks."""

from e2e.stories.stage import Stage


def test_export_and_import(stage: Stage) -> None:
    """What one exports, another imports: the same tasks in the same state."""
    alice, bob = stage.member("alice"), stage.member("bob")
    alice.adds("milk", "bread")
    alice.completes("milk")
    alice.is_saved()
    file = alice.exports()
    alice.eventually(lambda: "milk" in file.read_text(), "the file holds the tasks")
    bob.imports(file)
    bob.sees("milk", "bread")
    bob.sees_completed("milk")
    bob.is_saved()
    assert set(bob.stored()) == {"milk", "bread"}
