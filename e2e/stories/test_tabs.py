"""Two tabs of one browser work together."""

from e2e.stories.person import Person


def test_two_tabs(alice: Person) -> None:
    """What one tab does shows in the other at once, and is saved once."""
    alice.adds("milk")
    first = alice.browser.driver.current_window_handle
    second = alice.browser.new_tab()
    alice.opens()
    alice.sees("milk")
    alice.adds("bread")
    alice.browser.driver.switch_to.window(first)
    alice.sees("milk", "bread")
    alice.completes("milk")
    alice.browser.driver.switch_to.window(second)
    alice.sees_completed("milk")
    alice.is_saved()
    assert {title: record["status"] for title, record in alice.stored().items()} == {"milk": "done", "bread": "todo"}


def test_first_closes(alice: Person) -> None:
    """The other tab goes on to save when the tab that did it is closed."""
    first = alice.browser.driver.current_window_handle
    second = alice.browser.new_tab()
    alice.opens()
    alice.browser.driver.switch_to.window(first)
    alice.browser.driver.close()
    alice.browser.driver.switch_to.window(second)
    alice.adds("milk")
    alice.is_saved()
    assert set(alice.stored()) == {"milk"}
