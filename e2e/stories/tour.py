"""All screens and dialogs of the app, one after the other, for what has to hold on each."""

from collections.abc import Iterator

from selenium.webdriver import Keys

from e2e.stories.person import Person
from e2e.stories.program import Program
from e2e.stories.stage import Stage

LONG = ("a task with a very long title " * 5).strip()


def tour(stage: Stage, alice: Person) -> Iterator[str]:
    """Go from one screen to the next, and name it; `alice` has neither an account nor opened the app.

    Whoever looks may press Tab and Shift, and nothing else.
    """
    yield from _without_account(alice)
    alice.has_an_account()
    alice.arrives_signed_in()
    yield "no task"
    bob, phone = stage.program("bob"), stage.program(alice)
    yield from _tasks(alice)
    yield from _lists(alice)
    yield from _dialogs(alice, bob)
    yield from _conflict(stage, alice, phone)
    yield from _shared(alice, bob)
    yield from _without_scripts(alice)


def _without_account(alice: Person) -> Iterator[str]:
    alice.opens()
    yield "nobody is signed in"
    alice.presses("Sign in", role="button")
    alice.by_role("textbox", "Password")
    yield "sign in"
    alice.presses("Create an account", role="button")
    alice.by_role("button", "Create account")
    yield "create an account"
    alice.types(Keys.ESCAPE)


def _tasks(alice: Person) -> Iterator[str]:
    alice.adds("milk", "bread", "\u05d7\u05dc\u05d1", LONG)
    alice.completes("bread")
    alice.is_saved()
    alice.presses("More for milk", role="button")
    alice.by_role("menuitem", "Edit")
    yield "menu"
    alice.presses("Move down", role="menuitem")
    alice.sees("bread", "milk", "\u05d7\u05dc\u05d1", LONG)
    alice.presses("More for milk", role="button")
    alice.presses("In progress")
    alice.is_told("in progress")
    yield "tasks"
    alice.starts_to_edit("milk")
    yield "editing"
    alice.types(Keys.ESCAPE)
    alice.removes("bread")
    alice.is_told("Removed")
    yield "a bar at the foot"


def _lists(alice: Person) -> Iterator[str]:
    alice.opens_lists()
    yield "lists"
    alice.presses("Rename “My tasks”…", role="button")
    alice.by_role("textbox", "Title")
    yield "rename a list"
    alice.closes()


def _dialogs(alice: Person, bob: Program) -> Iterator[str]:
    yield from _groups(alice, bob)
    alice.shares_list_with("Friends", role="Can edit")
    alice.shares_list_with(bob.name)
    alice.opens_sharing()
    alice.by_role("button", f"Remove {bob.name}")
    yield "share"
    alice.tries_to_add("nobody-of-this-name", "Can view")
    alice.is_told("There is nobody called")
    yield "share with nobody"
    alice.closes()
    for button, there in (("Change password…", "Change password"), ("Export or import…", "Download my tasks")):
        alice.presses(f"Account: {alice.name}", role="button")
        alice.by_role("button", button)
        yield "account"
        alice.presses(button, role="button")
        alice.by_role("button", there)
        yield there
        alice.closes()


def _groups(alice: Person, bob: Program) -> Iterator[str]:
    alice.opens_groups()
    yield "no group"
    alice.closes()
    alice.makes_group("Friends", bob)
    alice.opens_groups()
    alice.unfolds_group("Friends")
    yield "groups"
    alice.closes()


def _conflict(stage: Stage, alice: Person, phone: Program) -> Iterator[str]:
    phone.syncs()
    with stage.offline(alice):
        alice.renames("milk", "soy milk")
        alice.says("Offline (1 change waiting)")
        yield "offline"
        phone.renames("milk", "oat milk")
        phone.syncs()
    alice.syncs()
    alice.is_asked("oat milk", "soy milk")
    yield "two versions"
    alice.asks_to_sign_out()
    alice.is_told("1 change is not saved")
    yield "sign out?"
    alice.presses("Stay signed in", role="button")
    alice.answers("Keep mine")
    alice.is_saved()
    alice.starts_to_edit("soy milk")
    alice.replaces("almond milk")
    phone.syncs()
    phone.removes("soy milk")
    phone.adds("jam")
    phone.syncs()
    alice.syncs()
    alice.eventually(lambda: "jam" in alice.titles, "what the phone has done has come")
    alice.types(Keys.ENTER)
    alice.is_told("was removed elsewhere while you were editing it")
    yield "a text that is saved nowhere"
    alice.presses("Dismiss", role="button")


def _shared(alice: Person, bob: Program) -> Iterator[str]:
    bob.adds("tea")
    bob.syncs()
    bob.store.sharing.share(bob.list, alice.name, "reader")
    alice.syncs()
    alice.opens_lists()
    alice.presses("you can view", role="link", exact=False)
    alice.sees("tea")
    yield "view only"
    alice.opens_lists()
    yield "shared lists"
    alice.types(Keys.ESCAPE)
    alice.presses("Share…", role="button")
    alice.by_role("button", "Leave")
    yield "shared with me"
    alice.closes()


def _without_scripts(alice: Person) -> Iterator[str]:
    alice.goes_to("/plain")
    alice.is_told("left")
    yield "plain"
