"""Tasks on the screen: the official markup of TodoMVC, whose classes are the only selectors here."""

from dataclasses import dataclass
from typing import Any

from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from e2e.stories.screen import Screen

_ITEMS = """
return [...document.querySelectorAll(".todo-list > li")].filter((li) => li.checkVisibility()).map((li) => ({
  title: li.querySelector("label").textContent,
  completed: li.classList.contains("completed"),
  checked: li.querySelector(".toggle").checked,
  editing: li.classList.contains("editing"),
  hidden: !li.querySelector("label").checkVisibility() && !li.querySelector(".toggle").checkVisibility(),
}));
"""
_FIND = """
const [title] = arguments;
return [...document.querySelectorAll(".todo-list > li")]
  .find((li) => li.querySelector("label").textContent === title) ?? null;
"""


@dataclass(frozen=True, slots=True)
class Item:
    """A task as it is shown."""

    title: str
    completed: bool
    checked: bool
    editing: bool
    hidden: bool
    """Its controls are not to be seen."""


class Tasks(Screen):
    """A person and the tasks of the list that is open."""

    @property
    def items(self) -> list[Item]:
        """What is shown now."""
        found: list[dict[str, Any]] = self.script(_ITEMS)
        return [Item(**item) for item in found]

    @property
    def titles(self) -> list[str]:
        """The titles that are shown now, in order."""
        return [item.title for item in self.items]

    @property
    def completed(self) -> list[str]:
        """The titles of the completed tasks that are shown now."""
        return [item.title for item in self.items if item.completed]

    def sees(self, *titles: str, seconds: float = 10) -> None:
        """See exactly these tasks, in this order."""
        last: list[list[str]] = []

        def look() -> bool:
            last[:] = [self.titles]
            return last[0] == list(titles)

        try:
            self.eventually(look, f"the tasks are {list(titles)}", seconds=seconds)
        except AssertionError as error:
            raise AssertionError(f"{self}: {error}; shown are {last}") from None

    def sees_completed(self, *titles: str) -> None:
        """See exactly these tasks completed."""
        self.eventually(
            lambda: self.completed == list(titles) and all(item.completed == item.checked for item in self.items),
            f"completed are {list(titles)}",
        )

    def item(self, title: str) -> WebElement:
        """The list item of a task."""
        found: WebElement = self.eventually(lambda: self.script(_FIND, title), f"there is a task {title!r}")
        return found

    @property
    def new_todo(self) -> WebElement:
        """The field for a new task."""
        return self.eventually(lambda: self.element(".new-todo"), "there is a field for a new task")

    def element(self, selector: str) -> WebElement:
        """An element by its official class."""
        return self.browser.driver.find_element(By.CSS_SELECTOR, selector)

    def shows(self, selector: str) -> bool:
        """Whether something with an official class is to be seen now."""
        found = self.browser.driver.find_elements(By.CSS_SELECTOR, selector)
        return bool(found) and found[0].is_displayed()

    def adds(self, *titles: str) -> None:
        """Type new tasks, each with Enter."""
        for title in titles:
            self.new_todo.send_keys(title, Keys.ENTER)

    def toggles(self, title: str) -> None:
        """Click the checkbox of a task."""
        self._clicks(title, ".toggle")

    def completes(self, *titles: str) -> None:
        """Tick tasks off."""
        for title in titles:
            self.toggles(title)
            self.eventually(lambda title=title: title not in self.titles or title in self.completed, f"{title} is done")  # type: ignore[misc]

    def removes(self, title: str) -> None:
        """Press the button that removes a task."""
        ActionChains(self.browser.driver).move_to_element(self.item(title)).perform()
        self._clicks(title, ".destroy")

    def _clicks(self, title: str, selector: str) -> None:
        def click() -> bool:
            self.item(title).find_element(By.CSS_SELECTOR, selector).click()
            return True

        self.eventually(click, f"{selector} of {title!r} can be clicked")

    def starts_to_edit(self, title: str) -> WebElement:
        """Double-click the title; answer the field."""

        def start() -> WebElement:
            item = self.item(title)
            if "editing" not in str(item.get_attribute("class")).split():
                label = item.find_element(By.TAG_NAME, "label")
                ActionChains(self.browser.driver).double_click(label).perform()
            return item.find_element(By.CSS_SELECTOR, ".edit")

        return self.eventually(start, f"{title!r} is being edited")

    def replaces(self, text: str) -> None:
        """Type in the place of all that the field with the focus holds."""
        self.presses_keys(Keys.CONTROL, "a")
        self.types(text or Keys.DELETE)

    def renames(self, title: str, text: str) -> None:
        """Edit a title, and press Enter."""
        self.starts_to_edit(title)
        self.replaces(text)
        self.types(Keys.ENTER)

    def toggles_all(self) -> None:
        """Click the arrow that marks all."""
        self.eventually(lambda: self.script("document.querySelector('.toggle-all').click(); return true"), "marked all")

    @property
    def all_marked(self) -> bool:
        """Whether the arrow that marks all is on."""
        return self.element(".toggle-all").is_selected()

    @property
    def count(self) -> str:
        """The counter's text."""
        return " ".join(self.element(".todo-count").text.split())

    def filters(self, name: str) -> None:
        """Choose All, Active or Completed."""
        self.eventually(lambda: self._press_filter(name), f"there is a filter {name}")

    def _press_filter(self, name: str) -> bool:
        links = self.browser.driver.find_elements(By.CSS_SELECTOR, ".filters a")
        chosen = [link for link in links if link.text == name]
        for link in chosen:
            link.click()
        return bool(chosen)

    @property
    def selected_filter(self) -> str:
        """The filter that is highlighted."""
        return self.element(".filters .selected").text

    def is_asked(self, *texts: str) -> None:
        """Be asked on a task which of these texts shall stay."""
        self.presses("Show")
        for text in texts:
            self.is_told(text)
        self.by_role("button", "Keep m", exact=False)
        self.shows_a_screen()

    def answers(self, choice: str) -> None:
        """Answer the question on a task, the only one that is open."""
        self.presses(choice, role="button", exact=False)
        self.eventually(lambda: not self.all_by_role("button", "Show"), "no question is open")

    def tabs_to(self, name: str) -> None:
        """Press Tab until the focus is on what has a name."""
        for _ in range(60):
            if self.focus == name:
                return
            self.tabs()
        raise AssertionError(f"no way by Tab to {name!r}; the focus is on {self.focus!r}")

    def has_focus(self) -> None:
        """The focus is on a control, not lost to the page."""
        self.eventually(
            lambda: self.script("return document.activeElement !== document.body"), "the focus is on a control"
        )

    def clears_completed(self) -> None:
        """Press "Clear completed"."""
        self.eventually(lambda: self.shows(".clear-completed"), "completed can be cleared")
        self.element(".clear-completed").click()
