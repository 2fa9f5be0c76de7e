"""A new version of the app comes while it is open."""

from e2e.stories.person import Person
from e2e.stories.stage import Stage


def test_new_version(stage: Stage, alice: Person) -> None:
    """The app says that there is a new version, and after Reload it is that one, with all that was typed."""
    alice.adds("milk")
    alice.is_saved()
    alice.is_installed()
    alice.reloads()
    alice.sees("milk")
    before = alice.version
    with stage.newer_app():
        alice.adds("bread")
        alice.looks_for_updates()
        alice.is_told("new version")
        alice.shows_a_screen()
        alice.sees("milk", "bread")
        assert alice.version == before
        alice.presses("Reload", role="button")
        alice.eventually(lambda: alice.version != before, "the new version is there")
        alice.sees("milk", "bread")
