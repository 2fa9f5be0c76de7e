"""What is written otherwise than from left to right, key by key."""

from selenium.webdriver import Keys

from e2e.stories.person import Person

HEBREW, ARABIC = "\u05dc\u05e7\u05e0\u05d5\u05ea \u05d7\u05dc\u05d1", "\u062e\u0628\u0632"
_DIRECTIONS = """
return Object.fromEntries([...document.querySelectorAll(".todo-list label")].map((label) =>
  [label.textContent, getComputedStyle(label).direction]));
"""


def test_composed(alice: Person) -> None:
    """Enter that ends a composition (Japanese, Chinese, Korean) neither adds a task nor ends an edit; the next does."""
    alice.new_todo.click()
    alice.composes("\u306b\u307b\u3093")
    assert alice.types_while_composing(Keys.ENTER)
    assert alice.new_todo.get_property("value") == "\u306b\u307b\u3093"
    alice.sees()
    alice.ends_composition("\u65e5\u672c")
    alice.types(Keys.ENTER)
    alice.sees("\u65e5\u672c")
    field = alice.starts_to_edit("\u65e5\u672c")
    alice.types(Keys.END)
    alice.composes("\u3054")
    for key in (Keys.ENTER, Keys.ESCAPE):
        assert alice.types_while_composing(key)
        assert field.is_displayed()
    alice.ends_composition("\u8a9e")
    alice.types(Keys.ENTER)
    alice.sees("\u65e5\u672c\u8a9e")
    alice.is_saved()
    assert set(alice.stored()) == {"\u65e5\u672c\u8a9e"}


def test_directions(alice: Person) -> None:
    """A title stands from right to left where its letters do, also while it is typed and edited."""
    direction = "return getComputedStyle(document.activeElement).direction"
    alice.adds("milk", ARABIC)
    alice.new_todo.click()
    assert alice.script(direction) == "ltr"
    alice.types(HEBREW)
    assert alice.script(direction) == "rtl"
    alice.types(Keys.ENTER)
    alice.sees("milk", ARABIC, HEBREW)
    assert alice.script(_DIRECTIONS) == {"milk": "ltr", ARABIC: "rtl", HEBREW: "rtl"}
    alice.starts_to_edit(HEBREW)
    assert alice.script(direction) == "rtl"
    alice.replaces("bread")
    assert alice.script(direction) == "ltr"
