"""Lists, sharing and groups, on the screen."""

from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select

from e2e.stories.tasks import Tasks


class Sharing(Tasks):
    """A person who has several lists, and shares."""

    name: str

    def makes_list(self, title: str) -> None:
        """Make a list, which is open then."""
        self.opens_lists()
        self.presses("New list", exact=False)
        self.fills_in("Name of the list", title)
        self.presses("Make list")
        self.has_open(title)

    def opens_lists(self) -> None:
        """Open the switcher of lists."""
        self.presses("Lists", exact=False)

    def opens_list(self, title: str) -> None:
        """Choose a list in the switcher."""
        self.opens_lists()
        self.presses(title, exact=False)
        self.has_open(title)

    def has_open(self, title: str) -> None:
        """Wait until a list is the one that is open."""
        self.eventually(lambda: title in self.element(".bar-lists").text, f"{title!r} is open")

    def shares_list_with(self, *people: "Sharing", role: str = "Can view") -> None:
        """Share the open list with people or groups by name."""
        self.presses("Share", exact=False)
        for person in people:
            self.adds_to_share(person.name, role)
        self.closes()

    def adds_to_share(self, name: str, role: str) -> None:
        """Add a name in the dialog that is open."""
        self.fills_in("Name or group", name)
        Select(self._role_select()).select_by_visible_text(role)
        self.presses("Share")
        self.is_told(name)

    def _role_select(self) -> WebElement:
        return self.by_role("combobox", "Role", exact=False)

    def closes(self) -> None:
        """Look at the dialog, and close it."""
        self.shows_a_screen()
        self.presses("Close")
