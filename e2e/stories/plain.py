"""The page without JavaScript: what its forms offer, found by the names of their controls."""

from selenium.webdriver import Keys
from selenium.webdriver.common.by import By

from e2e.browser import Browser
from e2e.eventually import eventually
from e2e.stories.screen import PASSING


class Plain:
    """Somebody whose browser runs no scripts, so that nothing here may ask the page by one."""

    def __init__(self, browser: Browser) -> None:
        self._driver = browser.driver

    @property
    def titles(self) -> list[str]:
        """The tasks on the page."""
        return [label.text for label in self._driver.find_elements(By.CSS_SELECTOR, ".todo-list label")]

    def sees(self, *titles: str) -> None:
        """See exactly these tasks."""
        eventually(lambda: self.titles == list(titles), f"the tasks are {titles}", passing=PASSING)

    def adds(self, title: str) -> None:
        """Type a new task and press Enter; the next page has it."""
        self._fills_in(By.CSS_SELECTOR, ".new-todo", title + Keys.ENTER)
        eventually(lambda: title in self.titles, f"{title!r} is there", passing=PASSING)

    def presses(self, name: str) -> None:
        """Press the button with a name."""

        def press() -> bool:
            buttons = self._driver.find_elements(By.CSS_SELECTOR, "button")
            chosen = [button for button in buttons if button.accessible_name == name]
            for button in chosen:
                button.click()
            return bool(chosen)

        eventually(press, f"there is a button {name!r}", passing=PASSING)

    def signs_in(self, name: str, password: str) -> None:
        """Fill in the form for signing in, and send it."""
        self._fills_in(By.NAME, "name", name)
        self._fills_in(By.NAME, "password", password + Keys.ENTER)
        eventually(lambda: self._driver.find_elements(By.CSS_SELECTOR, ".new-todo"), "the tasks are there")

    def types(self, title: str) -> None:
        """Type a new task and press Enter, whatever comes then."""
        self._fills_in(By.CSS_SELECTOR, ".new-todo", title + Keys.ENTER)

    def enters_again(self, password: str) -> None:
        """Fill in the password where a session has ended; the name is there."""
        self._fills_in(By.NAME, "password", password + Keys.ENTER)

    def has_in_its_field(self, text: str) -> None:
        """See a text in the field for new tasks."""
        field = (By.CSS_SELECTOR, ".new-todo")
        eventually(
            lambda: self._driver.find_element(*field).get_dom_attribute("value") == text,
            f"{text!r} is in its field",
            passing=PASSING,
        )

    def _fills_in(self, by: str, where: str, text: str) -> None:
        def fill() -> bool:
            self._driver.find_element(by, where).send_keys(text)
            return True

        eventually(fill, f"{where} can be filled in", passing=PASSING)
