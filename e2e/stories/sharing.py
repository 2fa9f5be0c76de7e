"""Lists, sharing and groups, on the screen."""

from typing import Protocol

from selenium.webdriver.support.select import Select

from e2e.stories.tasks import Tasks


class Named(Protocol):
    """Somebody with an account."""

    name: str


class Sharing(Tasks):
    """A person who has several lists, and shares."""

    name: str

    # Lists

    def opens_lists(self) -> None:
        """Open the switcher of lists."""
        if not self.all_by_role("textbox", "New list"):
            self.presses("Lists", role="button", exact=False)
        self.by_role("textbox", "New list")

    def makes_list(self, title: str) -> None:
        """Make a list, which is open then."""
        self.opens_lists()
        self.fills_in("New list", title)
        self.shows_a_screen()
        self.presses("Add list")
        self.has_open(title)

    def opens_list(self, title: str) -> None:
        """Choose a list in the switcher, as soon as it is there."""
        self.opens_lists()
        self.presses(title, role="link", exact=False)
        self.has_open(title)

    def has_open(self, title: str) -> None:
        """Wait until a list is the one that is open."""
        self.by_role("button", f"Lists: {title}")

    def has_no_list(self, title: str) -> None:
        """Have no list of this title (any more)."""
        self.opens_lists()
        self.eventually(
            lambda: self.all_by_role("textbox", "New list") and not self.all_by_role("link", title, exact=False),
            f"no list {title!r} is there",
        )

    def renames_list(self, title: str, new: str) -> None:
        """Give the open list another title."""
        self.opens_lists()
        self.presses(f"Rename “{title}”…", role="button")
        self.by_role("textbox", "Title")
        self.fills_in("Title", new)
        self.presses("Rename", role="button")
        self.has_open(new)

    def deletes_list(self, title: str) -> None:
        """Delete the open list."""
        self.opens_lists()
        self.presses(f"Delete “{title}”", role="button")
        self.is_told(f"Deleted the list “{title}”")

    def leaves(self) -> None:
        """Leave the list that is open."""
        self.opens_lists()
        self.presses("Leave", role="button", exact=False)

    # Sharing

    def opens_sharing(self) -> None:
        """Open the dialog that says who has access to the list."""
        self.presses("Share…", role="button")
        self.by_role("textbox", "Name or group")

    def opens_sharing_of(self, title: str) -> None:
        """Open the dialog that says who has access to one task."""
        self.presses(f"More for {title}")
        self.presses("Share", exact=False, role="menuitem")
        self.by_role("textbox", "Name or group")

    def tries_to_add(self, name: str, role: str) -> None:
        """Type a name in the dialog, choose a role, and press Share."""
        self.fills_in("Name or group", name)
        Select(self.by_role("combobox", "Role")).select_by_visible_text(role)
        self.presses("Share", role="button")

    def shares_list_with(self, other: "Sharing | str", role: str = "Can view") -> None:
        """Share the open list with a person, or with a group of this title."""
        self.opens_sharing()
        self._shares(other, role)

    def shares_task_with(self, title: str, other: "Sharing | str", role: str = "Can view") -> None:
        """Share one task."""
        self.opens_sharing_of(title)
        self._shares(other, role)

    def _shares(self, other: "Sharing | str", role: str) -> None:
        name = other if isinstance(other, str) else other.name
        self.tries_to_add(name, role)
        self.by_role("button", f"Remove {name}")
        self.closes()

    def shows_shared_with(self, other: Named) -> None:
        """Have the mark of people beside the title of the open list, which names somebody."""
        words = f"Shared with {other.name}"
        self.eventually(lambda: self.element(".people-mark").get_attribute("aria-label") == words, words)

    def lowers(self, other: "Sharing", role: str) -> None:
        """Give somebody another role in the open list."""
        self.opens_sharing()
        Select(self.by_role("combobox", f"Role of {other.name}")).select_by_visible_text(role)
        self.is_told(f"{other.name} {role}")
        self.closes()

    def stops_sharing_with(self, other: Named) -> None:
        """Remove somebody from the open list."""
        self.opens_sharing()
        self.removes_person(other)
        self.closes()

    def removes_person(self, other: Named) -> None:
        """Remove somebody, in the dialog that is open."""
        self.presses(f"Remove {other.name}", role="button")
        self.is_told(f"{other.name} is removed")

    def stops_sharing(self) -> None:
        """Remove everybody, in the dialog that is open."""
        self.presses("Stop sharing", role="button")
        self.is_told("This is shared with nobody any more")

    def takes_back(self) -> None:
        """Undo what was done last, in the dialog where one is open."""
        self.presses("Undo", role="button")
        self.is_told("Undone")

    def closes(self) -> None:
        """Look at the dialog that is open, and close it."""
        self.shows_a_screen()
        self.presses("Close", role="button")
        self.eventually(lambda: not self.all_by_role("dialog", "", exact=False), "the dialog is closed")

    def may_only_look_at(self, title: str) -> None:
        """Find that a task says that it is read-only, and has neither a live checkbox nor a way to remove it."""
        self.is_told("view only")
        assert not self.item(title).find_element("css selector", ".toggle").is_enabled()
        assert not self.all_by_role("button", f"Remove {title}")

    # Groups

    def makes_group(self, title: str, *members: Named) -> None:
        """Make a group, and take people into it."""
        self.opens_groups()
        self.fills_in("New group", title)
        self.presses("Make group", role="button")
        self.is_told(f"The group \u201c{title}\u201d is made")
        for member in members:
            self._takes_in(title, member)
        self.closes()

    def adds_member(self, title: str, member: "Sharing") -> None:
        """Take somebody into a group."""
        self.opens_groups()
        self._takes_in(title, member)
        self.closes()

    def removes_member(self, title: str, member: "Sharing") -> None:
        """Put somebody out of a group."""
        self.opens_groups()
        self.unfolds_group(title)
        self.presses(f"Remove {member.name} from {title}", role="button")
        self.is_told(f"{member.name} is not in")
        self.closes()

    def renames_group(self, title: str, new: str) -> None:
        """Give a group another title; the dialog stays open."""
        self.opens_groups()
        self.unfolds_group(title)
        self.fills_in(f"Title of {title}", new)
        self.presses("Rename", role="button")
        self.is_told(f"The group is called \u201c{new}\u201d now")

    def deletes_group(self, title: str) -> None:
        """Delete a group, and with it what was shared with it; the dialog stays open."""
        self.opens_groups()
        self.unfolds_group(title)
        self.presses(f"Delete {title}", role="button")
        self.is_told("is deleted")

    def opens_groups(self) -> None:
        """Open the dialog with the groups that are mine."""
        self.presses(f"Account: {self.name}", role="button")
        self.presses("Groups…", role="button")
        self.by_role("textbox", "New group")

    def unfolds_group(self, title: str) -> None:
        """Unfold a group, in the dialog."""
        field = f"Add somebody to {title}"

        def unfold() -> bool:
            if not self.all_by_role("textbox", field):
                self.all_by_role("button", title, exact=False)[0].click()
            return bool(self.all_by_role("textbox", field))

        self.eventually(unfold, f"the group {title!r} is unfolded")

    def _takes_in(self, title: str, member: Named) -> None:
        self.unfolds_group(title)
        self.fills_in(f"Add somebody to {title}", member.name)
        self.presses("Add", role="button")
        self.is_told(f"{member.name} is in")
