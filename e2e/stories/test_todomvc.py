"""Every case of the official suites of TodoMVC (`cypress/e2e/spec.cy.js` at ff43b02), with an account."""

import pytest
from selenium.webdriver import Keys

from e2e.stories.person import Person

ONE, TWO, THREE = "buy some cheese", "feed the cat", "book a doctors appointment"


@pytest.fixture
def three(alice: Person) -> Person:
    """Somebody with three tasks."""
    alice.adds(ONE, TWO, THREE)
    alice.sees(ONE, TWO, THREE)
    return alice


class TestOpened:
    """When the page is initially opened."""

    def test_focus(self, alice: Person) -> None:
        """The field for a new task has the focus."""
        alice.eventually(
            lambda: alice.script("return document.activeElement?.className") == "new-todo", "new-todo has the focus"
        )

    def test_nothing(self, alice: Person) -> None:
        """It starts with no task, and main and footer are hidden."""
        alice.sees()
        assert not alice.shows(".main")
        assert not alice.shows(".footer")


class TestNewTodo:
    """New tasks."""

    def test_add(self, alice: Person) -> None:
        """What is typed becomes a task; the next one stands below it."""
        alice.adds(ONE)
        alice.sees(ONE)
        alice.adds(TWO)
        alice.sees(ONE, TWO)

    def test_clear_input(self, alice: Person) -> None:
        """The field is empty after Enter."""
        alice.adds(ONE)
        alice.sees(ONE)
        assert alice.new_todo.get_property("value") == ""

    def test_append(self, three: Person) -> None:
        """New tasks come to the bottom, and the counter counts them."""
        three.sees(ONE, TWO, THREE)
        assert three.count == "3 items left"

    def test_trim(self, alice: Person) -> None:
        """Spaces around a text are dropped; a text of nothing else makes no task."""
        alice.adds(f"    {ONE}    ", "    ", TWO)
        alice.sees(ONE, TWO)

    def test_show_main_and_footer(self, alice: Person) -> None:
        """Main and footer are there with the first task."""
        alice.adds(ONE)
        alice.sees(ONE)
        assert alice.shows(".main")
        assert alice.shows(".footer")

    def test_fast(self, alice: Person) -> None:
        """Twenty tasks typed without a pause all come, in order."""
        texts = [f"task {number}" for number in range(20)]
        alice.new_todo.click()
        alice.types(*(key for text in texts for key in (text, Keys.ENTER)))
        alice.sees(*texts)


class TestMarkAll:
    """The arrow that marks all as completed."""

    def test_complete_all(self, three: Person) -> None:
        """It completes all."""
        three.toggles_all()
        three.sees_completed(ONE, TWO, THREE)

    def test_state_follows_items(self, three: Person) -> None:
        """It is on once each task has been completed by itself."""
        assert not three.all_marked
        three.completes(ONE, TWO, THREE)
        three.eventually(lambda: three.all_marked, "the arrow is on")

    def test_clear_all(self, three: Person) -> None:
        """On and off again, none is completed."""
        three.toggles_all()
        three.sees_completed(ONE, TWO, THREE)
        three.toggles_all()
        three.sees_completed()

    def test_updates(self, three: Person) -> None:
        """One task undone turns it off, done again turns it on."""
        three.toggles_all()
        three.eventually(lambda: three.all_marked, "the arrow is on")
        three.toggles(ONE)
        three.eventually(lambda: not three.all_marked, "the arrow is off")
        three.toggles(ONE)
        three.eventually(lambda: three.all_marked, "the arrow is on again")

    def test_hidden_items(self, three: Person) -> None:
        """It marks also the tasks that the filter hides, and is off after Clear completed."""
        three.completes(ONE)
        three.filters("Completed")
        three.sees(ONE)
        three.toggles_all()
        three.sees(ONE, TWO, THREE)
        three.clears_completed()
        three.sees()
        three.adds(ONE)
        three.filters("All")
        three.sees(ONE)
        three.eventually(lambda: not three.all_marked, "the arrow is off")


class TestItem:
    """One task."""

    def test_complete(self, three: Person) -> None:
        """A ticked task is completed, the others are not."""
        three.toggles(ONE)
        three.sees_completed(ONE)
        three.toggles(TWO)
        three.sees_completed(ONE, TWO)

    def test_uncomplete(self, three: Person) -> None:
        """On and off again."""
        three.toggles(ONE)
        three.sees_completed(ONE)
        three.toggles(ONE)
        three.sees_completed()

    def test_edit(self, three: Person) -> None:
        """The field holds the old text; the new one shows, the neighbours stay."""
        assert three.starts_to_edit(TWO).get_property("value") == TWO
        three.replaces("buy some sausages")
        three.types(Keys.ENTER)
        three.sees(ONE, "buy some sausages", THREE)

    def test_remove(self, three: Person) -> None:
        """The button that hovering shows removes the task."""
        three.removes(TWO)
        three.sees(ONE, THREE)


class TestEditing:
    """While a task is edited."""

    def test_focus(self, three: Person) -> None:
        """Its field has the focus."""
        three.starts_to_edit(TWO)
        three.eventually(
            lambda: three.script("return document.activeElement?.className") == "edit", "the edit field has the focus"
        )

    def test_hides_controls(self, three: Person) -> None:
        """Its checkbox and label are hidden."""
        three.starts_to_edit(TWO)
        three.eventually(lambda: three.items[1].editing and three.items[1].hidden, "the controls are hidden")

    def test_enter_saves(self, three: Person) -> None:
        """Enter saves."""
        three.renames(TWO, "buy some sausages")
        three.sees(ONE, "buy some sausages", THREE)

    def test_blur_saves(self, three: Person) -> None:
        """A click elsewhere saves; on the checkbox of another task it also ticks that one."""
        three.starts_to_edit(TWO)
        three.replaces("buy some sausages")
        three.toggles(ONE)
        three.sees(ONE, "buy some sausages", THREE)
        three.sees_completed(ONE)

    def test_trim(self, three: Person) -> None:
        """Spaces around are dropped."""
        three.renames(TWO, "    buy some sausages    ")
        three.sees(ONE, "buy some sausages", THREE)

    def test_empty_removes(self, three: Person) -> None:
        """An empty text removes the task."""
        three.renames(TWO, "")
        three.sees(ONE, THREE)

    def test_escape_cancels(self, three: Person) -> None:
        """Escape drops the change."""
        three.starts_to_edit(TWO)
        three.replaces("foo")
        three.types(Keys.ESCAPE)
        three.eventually(lambda: not any(item.editing for item in three.items), "nothing is being edited")
        three.sees(ONE, TWO, THREE)


class TestCounter:
    """The counter."""

    def test_number(self, alice: Person) -> None:
        """One item, two items, and no items left."""
        alice.adds(ONE)
        alice.eventually(lambda: alice.count == "1 item left", "1 item left")
        alice.adds(TWO)
        alice.eventually(lambda: alice.count == "2 items left", "2 items left")
        alice.toggles_all()
        alice.eventually(lambda: alice.count == "0 items left", "0 items left")


class TestClearCompleted:
    """The button that clears what is completed."""

    def test_text(self, three: Person) -> None:
        """It says so."""
        three.completes(ONE)
        assert three.element(".clear-completed").text == "Clear completed"

    def test_clears(self, three: Person) -> None:
        """It removes the completed ones, and is hidden without any."""
        three.completes(TWO)
        assert three.shows(".clear-completed")
        three.clears_completed()
        three.sees(ONE, THREE)
        assert not three.shows(".clear-completed")


class TestPersistence:
    """What lasts."""

    def test_reload(self, three: Person) -> None:
        """Texts and states last over a reload; editing does not."""
        three.completes(TWO)
        three.starts_to_edit(ONE)
        three.reloads()
        three.sees(ONE, TWO, THREE)
        three.sees_completed(TWO)
        assert not any(item.editing for item in three.items)

    def test_server(self, three: Person) -> None:
        """With an account it all comes to the server, with the tutorial's fields."""
        three.completes(TWO)
        three.is_saved()
        found = three.stored()
        assert {title: record["status"] for title, record in found.items()} == {ONE: "todo", TWO: "done", THREE: "todo"}
        assert sorted(found, key=lambda title: found[title]["order"]) == [ONE, TWO, THREE]


class TestRouting:
    """The filters and their addresses."""

    def test_active(self, three: Person) -> None:
        """Active shows what is left."""
        three.completes(TWO)
        three.filters("Active")
        three.sees(ONE, THREE)

    def test_leaves_filter(self, three: Person) -> None:
        """A task whose state changes leaves a filtered list at once."""
        three.filters("Active")
        three.toggles(TWO)
        three.sees(ONE, THREE)

    def test_back(self, three: Person) -> None:
        """The back button goes through the filters."""
        three.completes(TWO)
        three.filters("All")
        three.sees(ONE, TWO, THREE)
        three.filters("Active")
        three.sees(ONE, THREE)
        three.filters("Completed")
        three.sees(TWO)
        three.browser.driver.back()
        three.sees(ONE, THREE)
        three.browser.driver.back()
        three.sees(ONE, TWO, THREE)

    def test_completed(self, three: Person) -> None:
        """Completed shows what is done, and does so after a reload."""
        three.completes(TWO)
        three.filters("Completed")
        three.sees(TWO)
        three.reloads()
        three.sees(TWO)

    def test_all(self, three: Person) -> None:
        """All shows all again."""
        three.completes(TWO)
        for name, titles in (("Active", (ONE, THREE)), ("Completed", (TWO,)), ("All", (ONE, TWO, THREE))):
            three.filters(name)
            three.sees(*titles)

    def test_highlight(self, three: Person) -> None:
        """The filter in use is highlighted."""
        assert three.selected_filter == "All"
        for name in ("Active", "Completed", "All"):
            three.filters(name)
            three.eventually(lambda name=name: three.selected_filter == name, f"{name} is highlighted")  # type: ignore[misc]

    @pytest.mark.parametrize(
        ("start", "old", "titles", "path"),
        [
            ("Active", "#/", [ONE, TWO], "/"),
            ("Completed", "#/active", [ONE], "/active"),
            ("All", "#/completed", [TWO], "/completed"),
        ],
    )
    def test_hash(self, alice: Person, start: str, old: str, titles: list[str], path: str) -> None:
        """The old addresses with a hash still work, within the page and when it is opened, and become the new ones."""
        alice.adds(ONE, TWO)
        alice.completes(TWO)
        alice.filters(start)
        alice.script("location.hash = arguments[0]", old)
        alice.sees(*titles)
        alice.goes_to(f"/{old}")
        alice.sees(*titles)
        assert alice.script("return location.pathname + location.hash") == path
