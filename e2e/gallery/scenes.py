"""The scenes: each leads people through some screens, and takes a picture of each."""

from collections.abc import Callable
from typing import Final

from selenium.webdriver import ActionChains, Keys

from e2e.gallery.camera import Camera
from e2e.gallery.troupe import Troupe, break_server, give_answers, hold_answers, in_conflict
from e2e.stories.person import Person

LONG = "Ask the neighbours whether they water the tomatoes, the basil and the lemon tree while we are away in August"
URL = "https://example.org/a-very-long-address-without-any-space/that-goes-on-and-on-and-on/until-nobody-can-read-it-any-more"
ARABIC = "شراء الحليب والخبز والزبدة من المتجر"


def groceries(troupe: Troupe, camera: Camera, name: str, place: int = 0) -> Person:
    """Somebody who is signed in and has three tasks, one in each status."""
    person = troupe.member(name, place)
    camera.aim(person.browser)
    person.adds("Buy oat milk", "Call the plumber", "Water the plants")
    person.completes("Buy oat milk")
    person.presses("More for Call the plumber")
    person.presses("In progress")
    person.is_saved()
    return person


def tasks(troupe: Troupe, camera: Camera) -> None:
    """What can be done with tasks, without an account and with one."""
    guest = troupe.guest("guest")
    camera.aim(guest.browser)
    guest.opens()
    camera.take(guest.browser, "empty")
    guest.adds("Try it")
    guest.eventually(lambda: guest.titles, "the task is there")
    camera.take(guest.browser, "device-only")
    person = groceries(troupe, camera, "alice")
    camera.take(person.browser, "three-statuses")
    if not camera.is_narrow:
        ActionChains(person.browser.driver).move_to_element(person.item("Water the plants")).perform()
        camera.take(person.browser, "hovered")
    for name in ("Active", "Completed", "All"):
        person.filters(name)
        person.eventually(lambda name=name: person.selected_filter == name, f"the filter is {name}")  # type: ignore[misc]
        if name != "All":
            camera.take(person.browser, f"filter-{name.lower()}")
    person.starts_to_edit("Water the plants")
    camera.take(person.browser, "editing")
    person.types(Keys.ESCAPE)
    person.presses("More for Call the plumber")
    camera.take(person.browser, "menu")
    person.types(Keys.ESCAPE)
    person.removes("Water the plants")
    person.is_told("Undo")
    camera.take(person.browser, "undo")
    person.toggles_all()
    person.eventually(lambda: person.all_marked, "all are done")
    camera.take(person.browser, "all-done")
    person.adds(LONG, URL, ARABIC, "👩‍👩‍👧 Zoo", "x", *(f"Task number {number}" for number in range(1, 8)))
    person.is_saved()
    person.script("scrollTo(0, 0)")
    camera.take(person.browser, "long")
    person.starts_to_edit(ARABIC)
    camera.take(person.browser, "editing-arabic")


def state_line(troupe: Troupe, camera: Camera) -> None:
    """What the line says about saving."""
    person = groceries(troupe, camera, "emma")
    hold_answers(person.browser)
    person.adds("Saving")
    person.says("Saving")
    camera.take(person.browser, "saving")
    give_answers(person.browser)
    person.is_saved()
    with troupe.stage.offline(person):
        person.adds("Offline one", "Offline two")
        person.says("Offline (2 changes waiting)")
        camera.take(person.browser, "offline")
    person.syncs()
    person.is_saved()
    break_server(person)
    person.adds("Unlucky")
    person.says("Could not save")
    camera.take(person.browser, "failed")
    person.reloads()
    person.is_saved()
    person.browser.cdp("Network.clearBrowserCookies")
    person.adds("Late")
    person.says("Sign in to save")
    camera.take(person.browser, "signed-out")
    person.presses("Sign in", role="button")
    person.by_role("textbox", "Password")
    camera.take(person.browser, "sign-in-again")
    person.presses("Sign out, and take these tasks", role="button", exact=False)
    person.is_told("not saved in your account")
    camera.take(person.browser, "sign-out-question")


def conflicts(troupe: Troupe, camera: Camera) -> None:
    """Questions on tasks."""
    person = groceries(troupe, camera, "frank")
    edits = {
        "Call the plumber": ("Call the plumber on Monday", "Write to the plumber"),
        "Water the plants": ("Water the plants and the lawn", None),
    }
    in_conflict(troupe, person, edits)
    person.is_told("2 tasks need your decision")
    camera.take(person.browser, "folded")
    person.presses("Show", role="button")
    person.by_role("button", "Keep m", exact=False)
    camera.take(person.browser, "unfolded")
    person.script("scrollTo(0, document.documentElement.scrollHeight)")
    camera.take(person.browser, "unfolded-foot")
    person.presses("Take theirs", role="button", exact=False)
    person.is_told("Undo")
    camera.take(person.browser, "answered")


def refused(troupe: Troupe, camera: Camera) -> None:
    """What the server does not take, as the right was lowered meanwhile; and a list that is withdrawn."""
    owner = troupe.member("olivia")
    owner.makes_list("Summer party")
    owner.adds("Invite the neighbours", "Buy lanterns")
    owner.is_saved()
    other = troupe.member("peter", 1)
    camera.aim(other.browser)
    owner.shares_list_with(other, "Can edit")
    other.syncs()
    other.opens_list("Summer party")
    other.sees("Invite the neighbours", "Buy lanterns")
    with troupe.stage.offline(other):
        other.renames("Buy lanterns", "Buy twenty paper lanterns, the big ones")
        other.says("Offline (1 change waiting)")
        owner.lowers(other, "Can view")
    other.syncs()
    other.is_told("Dismiss")
    camera.take(other.browser, "refused")
    other.presses("Dismiss", role="button")
    other.may_only_look_at("Buy lanterns")
    camera.take(other.browser, "read-only-list")
    other.presses("Share…", role="button")
    other.is_told("but not share it")
    camera.take(other.browser, "share-as-reader")
    other.presses("Close", role="button")
    owner.stops_sharing_with(other)
    other.syncs()
    other.is_told("not shared with you any more")
    camera.take(other.browser, "withdrawn")


def lists(troupe: Troupe, camera: Camera) -> None:
    """The switcher of lists, of one's own and of others."""
    owner = troupe.member("rosa")
    other = troupe.member("sam", 1)
    camera.aim(other.browser)
    owner.adds("Fetch the parcel")
    owner.is_saved()
    owner.shares_task_with("Fetch the parcel", other, "Can view")
    owner.makes_list("A holiday in the mountains, with everything that has to be thought of before")
    owner.adds("Book the hut")
    owner.is_saved()
    owner.shares_list_with(other, "Can edit")
    other.syncs()
    other.makes_list("Work")
    other.makes_list("قائمة التسوق")
    other.is_saved()
    other.opens_lists()
    other.is_told("Shared with me")
    camera.take(other.browser, "switcher")
    other.opens_list("Single tasks")
    other.sees("Fetch the parcel")
    camera.take(other.browser, "single-task")
    other.opens_list("A holiday in the mountains, with everything that has to be thought of before")
    other.sees("Book the hut")
    camera.take(other.browser, "shared-list")
    other.opens_lists()
    camera.take(other.browser, "switcher-shared")
    other.opens_list("Work")
    other.opens_lists()
    other.presses("Rename “Work”…", role="button")
    other.by_role("textbox", "Title")
    camera.take(other.browser, "rename")
    other.presses("Close", role="button")
    other.goes_to("/lists/nobody/nothing")
    other.is_told("not on this device")
    camera.take(other.browser, "no-such-list")


def account(troupe: Troupe, camera: Camera) -> None:
    """Signing in and up, the account, its password."""
    person = troupe.guest("theo")
    camera.aim(person.browser)
    person.opens()
    person.presses("Sign in", role="button")
    person.by_role("textbox", "Name")
    camera.take(person.browser, "sign-in")
    person.fills_in("Name", "theo")
    person.fills_in("Password", "a guess")
    person.presses("Sign in", role="button")
    person.eventually(lambda: person.shows(".dialog-error"), "it is told what is wrong")
    camera.take(person.browser, "sign-in-error")
    person.presses("Create an account", role="button")
    person.by_role("button", "Create account")
    camera.take(person.browser, "sign-up")
    person.fills_in("Name", "theo")
    person.fills_in("Password", "short")
    person.presses("Create account", role="button")
    person.is_told("fewer than 8 characters")
    camera.take(person.browser, "sign-up-error")
    person.fills_in("Password", person.password)
    person.presses("Create account", role="button")
    person.is_signed_in()
    person.is_told("Welcome")
    camera.take(person.browser, "welcome")
    person.presses("Account: theo", role="button")
    person.by_role("button", "Sign out")
    camera.take(person.browser, "account")
    person.presses("Change password…", role="button")
    person.by_role("textbox", "Old password")
    camera.take(person.browser, "change-password")
    person.fills_in("Old password", "a guess")
    person.fills_in("New password", "a much longer one")
    person.presses("Change password", role="button")
    person.is_told("old password is not right")
    camera.take(person.browser, "change-password-error")
    person.presses("Close", role="button")
    person.presses("Account: theo", role="button")
    person.presses("Export or import…", role="button")
    person.by_role("button", "Download my tasks")
    camera.take(person.browser, "transfer")
    person.presses("Download my tasks", role="button")
    person.is_told("went into the file")
    camera.take(person.browser, "exported")


def sharing(troupe: Troupe, camera: Camera) -> None:
    """The dialogs for sharing and for groups."""
    owner = troupe.member("wanda")
    camera.aim(owner.browser)
    others = [troupe.member(name, place) for place, name in enumerate(("bob", "mary"), 1)]
    owner.adds("Lay the table")
    owner.is_saved()
    owner.opens_sharing()
    camera.take(owner.browser, "empty")
    owner.tries_to_add("nobodee", "Can view")
    owner.is_told("There is nobody called nobodee")
    camera.take(owner.browser, "unknown-name")
    owner.presses("Close", role="button")
    owner.presses("Account: wanda", role="button")
    owner.presses("Groups…", role="button")
    owner.by_role("textbox", "New group")
    camera.take(owner.browser, "no-groups")
    owner.presses("Close", role="button")
    owner.makes_group("Family", *others)
    owner.makes_group("The whole of the Thursday choir")
    owner.presses("Account: wanda", role="button")
    owner.presses("Groups…", role="button")
    owner.presses("Family", role="button", exact=False)
    owner.by_role("textbox", "Add somebody to Family")
    camera.take(owner.browser, "groups")
    owner.presses("Close", role="button")
    owner.shares_list_with("Family", "Can edit")
    owner.shares_list_with(others[0], "Can view")
    owner.opens_sharing()
    owner.presses("Family", role="button", exact=False)
    camera.take(owner.browser, "people-and-group")
    owner.presses("Remove bob", role="button")
    owner.is_told("bob is removed")
    camera.take(owner.browser, "removed")
    owner.presses("Close", role="button")
    owner.opens_sharing_of("Lay the table")
    camera.take(owner.browser, "task-inherited")
    owner.presses("Close", role="button")
    camera.take(owner.browser, "shared-marks")


def newer_version(troupe: Troupe, camera: Camera) -> None:
    """The bar that offers a new version."""
    person = groceries(troupe, camera, "vera")
    person.is_installed()
    person.reloads()
    person.is_saved()
    with troupe.stage.newer_app():
        person.looks_for_updates()
        person.is_told("new version")
        camera.take(person.browser, "bar")


def plain_pages(troupe: Troupe, camera: Camera) -> None:
    """The pages that need no JavaScript, and the one of an error."""
    person = groceries(troupe, camera, "xenia")
    person.adds(LONG, ARABIC)
    person.is_saved()
    for path, name in (("/plain", "tasks"), ("/plain/active", "active"), ("/nothing", "error")):
        person.goes_to(path)
        camera.take(person.browser, name)
    person = troupe.guest("yann")
    camera.aim(person.browser)
    for path, name in (("/plain", "signed-out"), ("/sign-up", "sign-up"), ("/sign-in", "sign-in")):
        person.goes_to(path)
        camera.take(person.browser, name)
    person.fills_in("Name", "yann")
    person.fills_in("Password", "a guess" + Keys.ENTER)
    person.eventually(lambda: person.shows(".complaint"), "it is told what is wrong")
    camera.take(person.browser, "sign-in-error")


def media(troupe: Troupe, camera: Camera) -> None:
    """On paper, with forced colours, with more contrast."""
    person = groceries(troupe, camera, "zoe")
    edits = {"Call the plumber": ("Call the plumber on Monday", "Write to the plumber")}
    in_conflict(troupe, person, edits)
    person.is_told("1 task needs your decision")
    for name, asked in (
        ("paper", {"media": "print"}),
        ("forced-colors", {"forced-colors": "active"}),
        ("forced-colors-dark", {"forced-colors": "active", "prefers-color-scheme": "dark"}),
        ("more-contrast", {"prefers-contrast": "more"}),
        ("more-contrast-dark", {"prefers-contrast": "more", "prefers-color-scheme": "dark"}),
        ("less-motion", {"prefers-reduced-motion": "reduce"}),
    ):
        camera.take(person.browser, name, **asked)
    person.presses("Account: zoe", role="button")
    person.by_role("button", "Sign out")
    camera.take(person.browser, "dialog-forced-colors", **{"forced-colors": "active"})
    camera.take(person.browser, "dialog-more-contrast", **{"prefers-contrast": "more"})


def manifest(troupe: Troupe, camera: Camera) -> None:
    """What stores and browsers show before the app is installed: the light ones go to `static/screenshots`."""
    person = troupe.member("ada")
    camera.aim(person.browser)
    person.adds("Buy oat milk", "Call the plumber", "Water the plants", "Book the train to Lyon")
    person.completes("Buy oat milk")
    person.presses("More for Call the plumber")
    person.presses("In progress")
    person.is_saved()
    person.script("document.activeElement.blur()")
    camera.take(person.browser, "list")


SCENES: Final[dict[str, Callable[[Troupe, Camera], None]]] = {
    "tasks": tasks,
    "state-line": state_line,
    "conflicts": conflicts,
    "refused": refused,
    "lists": lists,
    "account": account,
    "sharing": sharing,
    "plain": plain_pages,
    "media": media,
    "manifest": manifest,
    # The last one: now and then the browser does not get over a worker that was never taken.
    "new-version": newer_version,
}
