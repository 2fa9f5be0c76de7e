"""What the browser and the server do to the app: it is closed, they run out of room, they are of other versions."""

from selenium.webdriver.common.keys import Keys

from e2e.stories.person import Person
from e2e.stories.stage import Stage

_NEWER = """
const done = arguments[arguments.length - 1];
(async () => {
  const names = (await indexedDB.databases()).map(({name}) => name);
  for (const name of names) {
    await new Promise((resolve, reject) => {
      const request = indexedDB.open(name, 99);
      request.onsuccess = () => { request.result.close(); resolve(); };
      request.onerror = () => reject(request.error);
    });
  }
})().then(() => done(null), (error) => done(String(error)));
"""
_ASKED = """
return navigator.storage.persisted().then(() => new Promise((go) =>
  requestAnimationFrame(() => requestAnimationFrame(() => go(true)))));
"""


def shared(alice: Person, bob: Person, *titles: str) -> None:
    """Alice makes a list of these tasks, and shares it with Bob, who opens it and may change it."""
    alice.makes_list("Groceries")
    alice.adds(*titles)
    alice.sees(*titles)
    alice.is_saved()
    alice.shares_list_with(bob, role="Can edit")
    bob.syncs()
    bob.opens_list("Groceries")
    bob.sees(*titles)


def hears(person: Person, text: str) -> None:
    """Wait until the live region says something."""
    said = "return document.querySelector('#live').textContent"
    person.eventually(lambda: text in str(person.script(said)), f"{text!r} is said")


def test_closed_at_once(alice: Person) -> None:
    """Whoever adds a task and closes the tab at once finds it on the server, and everywhere else."""
    alice.adds("bread")
    alice.eventually(lambda: "bread" in alice.stored(), "the app knows the server")
    alice.is_saved()
    first = alice.browser.driver.current_window_handle
    alice.browser.driver.switch_to.new_window("tab")
    other = alice.browser.driver.current_window_handle
    alice.browser.driver.switch_to.window(first)
    alice.adds("milk")
    alice.browser.driver.close()
    alice.browser.driver.switch_to.window(other)
    alice.eventually(lambda: set(alice.stored()) == {"bread", "milk"}, "the server has it")
    alice.opens()
    alice.is_saved()
    alice.sees("bread", "milk")
    assert set(alice.stored()) == {"bread", "milk"}


def test_told_of_others(alice: Person, bob: Person) -> None:
    """What Bob does to a list that Alice looks at is said aloud, several things in one sentence; her own is not."""
    shared(alice, bob, "milk", "bread", "jam")
    bob.completes("milk")
    bob.is_saved()
    hears(alice, "“milk” was completed elsewhere.")
    alice.sees_completed("milk")
    bob.toggles_all()
    bob.is_saved()
    hears(alice, "2 tasks were completed elsewhere.")
    alice.renames("jam", "marmalade")
    alice.is_saved()
    hears(bob, "“jam” was renamed elsewhere, to “marmalade”.")
    hears(alice, "2 tasks were completed elsewhere.")


def test_moved_while_editing(alice: Person) -> None:
    """What others move while one types moves nothing under one's hands, and does not end the edit."""
    alice.adds("milk", "bread", "jam", "eggs")
    alice.is_saved()
    field = alice.starts_to_edit("jam")
    alice.replaces("marmalade")
    stored = alice.stored()
    orders = dict(zip(("jam", "eggs", "milk", "bread"), range(10, 14), strict=True))
    for title, order in orders.items():
        path = f"/buckets/default/collections/tasks/records/{stored[title]['id']}"
        alice.asks("PATCH", path, {"data": {"order": order}})
    alice.asks("PUT", "/buckets/default/collections/tasks/records/first", {"data": {"description": "new", "order": 1}})
    alice.syncs()
    alice.sees("milk", "bread", "jam", "eggs", "new")
    assert alice.browser.driver.switch_to.active_element == field
    assert field.get_property("value") == "marmalade"
    alice.types(Keys.ENTER)
    alice.sees("new", "marmalade", "eggs", "milk", "bread")
    alice.is_saved()
    assert alice.stored()["marmalade"]["order"] == orders["jam"]


def test_newer_database(alice: Person) -> None:
    """Where a newer version has written the tasks this one says so, at once and at its start, and touches nothing."""
    alice.adds("milk")
    alice.is_saved()
    assert alice.browser.driver.execute_async_script(_NEWER) is None
    alice.is_told("newer version of this app open: reload")
    alice.by_role("button", "Reload")
    alice.shows_a_screen()
    alice.reloads()
    alice.is_told("written by a newer version of this app. They are safe")
    alice.by_role("button", "Reload")
    assert "milk" in alice.kept_tasks()


def test_announcement(stage: Stage, alice: Person) -> None:
    """What the server tells all programs is told, with a way to a newer app, and all goes on."""
    alice.adds("milk")
    alice.is_saved()
    with stage.announcement("We move in May."):
        alice.syncs()
        alice.is_told("The server has an announcement: We move in May.")
        alice.by_role("button", "Reload")
        alice.shows_a_screen()
        alice.adds("bread")
        alice.is_saved()
        alice.presses("Dismiss", role="button")
        alice.syncs()
        alice.is_saved()
        alice.is_not_told("We move in May.")


def test_may_be_cleared(alice: Person) -> None:
    """Where the browser does not promise to keep what is here, the way out says so; where it does, nothing is said."""
    # Left alone, the browser promises it by and by to a site that is used as much as in these stories.
    for setting, told in (("granted", False), ("denied", True)):
        alice.browser.cdp(
            "Browser.setPermission", permission={"name": "persistent-storage"}, setting=setting, origin=alice.origin
        )
        alice.presses(f"Account: {alice.name}", role="button")
        alice.presses("Export or import…", role="button")
        alice.by_role("button", "Download my tasks")
        alice.eventually(lambda: alice.script(_ASKED), "the browser has answered")
        assert bool(alice.browser.driver.find_elements("css selector", ".may-be-cleared")) is told
        alice.shows_a_screen()
        alice.closes()
