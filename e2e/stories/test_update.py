"""A new version of the app comes while it is open."""

import pytest

from e2e.stories.person import Person
from e2e.stories.stage import Stage


@pytest.fixture
def kept(alice: Person) -> Person:
    """Alice, whose app is in the browser for offline use, and runs from there."""
    alice.adds("milk")
    alice.is_saved()
    alice.is_installed()
    alice.reloads()
    alice.sees("milk")
    return alice


def test_new_version(stage: Stage, kept: Person) -> None:
    """The app tells of a new version; Reload loads it, once, with what waits to be saved and what was being typed."""
    before = kept.version
    with stage.newer_app(), kept.counts_loads() as loads:
        with stage.offline(kept):
            kept.adds("bread")
            kept.says("Offline (1 change waiting)")
            kept.looks_for_updates()
            kept.is_told("new version")
            kept.shows_a_screen()
            kept.prefers("prefers-color-scheme", "dark")
            kept.shows_a_screen()
            kept.prefers()
            assert kept.version == before
            assert kept.keeps_file(before)
            kept.starts_to_edit("milk")
            kept.replaces("oat milk")
            kept.presses("Reload", role="button")
            kept.eventually(lambda: kept.version != before, "the new version is there")
            kept.sees("oat milk", "bread")
            kept.says("Offline (2 changes waiting)")
        kept.syncs()
        kept.is_saved()
        assert loads() == 1
        assert set(kept.stored()) == {"oat milk", "bread"}
        kept.is_not_told("new version")


def test_other_tab(stage: Stage, kept: Person) -> None:
    """A tab in which nobody presses Reload stays as it is, says that there is a new version, and can be used."""
    before = kept.version
    first = kept.browser.driver.current_window_handle
    second = kept.browser.new_tab()
    kept.opens()
    kept.sees("milk")
    with stage.newer_app():
        kept.looks_for_updates()
        kept.presses("Reload", role="button")
        kept.eventually(lambda: kept.version != before, "the new version is there")
        kept.browser.driver.switch_to.window(first)
        kept.is_told("new version")
        assert kept.version == before
        kept.adds("bread")
        kept.sees("milk", "bread")
        kept.is_saved()
        kept.starts_to_edit("milk")
        kept.replaces("oat milk")
        kept.presses("Reload", role="button")
        kept.eventually(lambda: kept.version != before, "the new version is here too")
        kept.sees("oat milk", "bread")
        kept.browser.driver.switch_to.window(second)
        kept.sees("oat milk", "bread")


def test_kill_switch(stage: Stage, kept: Person) -> None:
    """A service worker that is taken back is gone with all that it kept, and no task is, nor does it come back."""
    with stage.without_service_worker(), kept.counts_loads() as loads:
        with stage.nothing_is_saved(kept):
            kept.adds("bread")
            kept.says("Offline (1 change waiting)")
            kept.script("navigator.serviceWorker.ready.then((found) => found.update())")
            kept.eventually(lambda: not kept.has_service_worker, "the worker is gone")
            kept.sees("milk", "bread")
            kept.says("Offline (1 change waiting)")
            assert loads() == 1
        kept.opens()
        kept.sees("milk", "bread")
        kept.syncs()
        kept.is_saved()
        assert set(kept.stored()) == {"milk", "bread"}
        kept.eventually(lambda: not kept.has_service_worker, "no worker has come back")
        assert loads() == 2
