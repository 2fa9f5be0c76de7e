"""People with plain names, for pictures; and what happens behind the back of their browsers."""

from collections.abc import Mapping

from e2e.browser import Browser
from e2e.stories.person import Person
from e2e.stories.stage import House, Stage

_FAILING = """
Object.defineProperty(Response.prototype, "status", {get: () => 400});
Response.prototype.text = async () => JSON.stringify({code: 400, errno: 107, message: "the server knows no tasks"});
"""


class Troupe:
    """Who is in the pictures of one house; each person's name may stand in it once."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.stage = Stage(house)

    def guest(self, name: str, place: int = 0) -> Person:
        """Somebody without an account, at the browser with this number, which is as new."""
        browser = self._house.browser(place)
        browser.wipe(self.stage.origin)
        person = Person(name, "correct horse battery staple", browser, self.stage.origin)
        self.stage.people = [*self.stage.people[:place], person]
        return person

    def member(self, name: str, place: int = 0) -> Person:
        """Somebody who is signed in."""
        person = self.guest(name, place)
        person.has_an_account()
        person.arrives_signed_in()
        return person


def changed_elsewhere(person: Person, title: str, **changes: object) -> None:
    """Let another device of the person change a task; without changes, remove it."""
    path = f"/buckets/default/collections/tasks/records/{person.stored()[title]['id']}"
    person.asks("PATCH" if changes else "DELETE", path, {"data": changes} if changes else None)


def in_conflict(troupe: Troupe, person: Person, edits: Mapping[str, tuple[str, str | None]]) -> None:
    """Let a person rename tasks while others rename them, or remove them (None), elsewhere."""
    with troupe.stage.offline(person):
        for title, (mine, theirs) in edits.items():
            changed_elsewhere(person, title, **({} if theirs is None else {"description": theirs}))
            person.renames(title, mine)
            person.eventually(lambda mine=mine: mine in person.titles, f"{mine} is there")  # type: ignore[misc]
    person.syncs()


def hold_answers(browser: Browser) -> None:
    """Let the page wait for every answer of the API, until `give_answers`."""
    browser.cdp("Fetch.enable", patterns=[{"urlPattern": "*/v1/*"}])


def give_answers(browser: Browser) -> None:
    """Let the answers through that were held back."""
    browser.cdp("Fetch.disable")


def break_server(person: Person) -> None:
    """Let the page hear of every request that the server is in trouble, until it is loaded anew."""
    person.script(_FAILING)
