"""Everything by the keyboard alone."""

from selenium.webdriver import Keys

from e2e.stories.person import Person


def test_tasks(alice: Person) -> None:
    """Tasks are added, completed, edited and removed without a mouse, and the focus is never lost."""
    alice.types("milk", Keys.ENTER, "bread", Keys.ENTER)
    alice.sees("milk", "bread")
    alice.tabs_to("milk")
    alice.types(Keys.SPACE)
    alice.sees_completed("milk")
    alice.types(Keys.F2)
    alice.eventually(lambda: alice.items[0].editing, "milk is being edited")
    alice.replaces("oat milk")
    alice.types(Keys.ENTER)
    alice.sees("oat milk", "bread")
    alice.has_focus()
    alice.tabs_to("Remove oat milk")
    alice.types(Keys.ENTER)
    alice.sees("bread")
    alice.has_focus()


def test_escape(alice: Person) -> None:
    """Escape leaves an edit and gives the focus back to the task."""
    alice.adds("milk")
    alice.tabs_to("milk")
    alice.types(Keys.F2)
    alice.replaces("water")
    alice.types(Keys.ESCAPE)
    alice.eventually(lambda: not alice.items[0].editing, "milk is not being edited any more")
    alice.sees("milk")
    alice.eventually(lambda: alice.focus == "milk", "the focus is on milk")
