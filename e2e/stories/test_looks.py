"""How it looks, on every screen and in every dialog: colours, contrast, zoom, motion."""

from selenium.webdriver import Keys

from e2e.stories import reach
from e2e.stories.person import Person
from e2e.stories.stage import Stage
from e2e.stories.tour import tour


def test_schemes(stage: Stage) -> None:
    """Dark, with forced colours, and light, no screen and no dialog has a fault that axe sees."""
    alice = stage.person("alice")
    seen = []
    for screen in tour(stage, alice):
        seen.append(screen)
        for feature, value in (("prefers-color-scheme", "dark"), ("forced-colors", "active")):
            alice.prefers(feature, value)
            alice.shows_a_screen()
        alice.prefers()
        alice.shows_a_screen()
    assert len(seen) > 20


def test_zoomed(stage: Stage) -> None:
    """At 400 % nothing needs scrolling sideways, the keyboard reaches everything, and what has the focus is seen."""
    alice = stage.person("alice")
    reach.zooms_in(alice)
    faults = []
    for screen in tour(stage, alice):
        found = reach.sideways(alice)
        if screen == "editing":  # which ends when the focus leaves
            found += reach.hidden(alice)
        else:
            found += reach.by_keyboard(alice, Keys.DOWN if screen == "menu" else Keys.TAB)
        faults += [f"{screen}: {fault}" for fault in found]
        alice.shows_a_screen()
    assert not faults, "\n".join(faults)


def test_motion(alice: Person) -> None:
    """What comes in moves for those who like that, and for nobody else."""
    for wish, animation in (("no-preference", "rise"), ("reduce", "none")):
        alice.prefers("prefers-reduced-motion", wish)
        alice.adds(wish)
        alice.removes(wish)
        alice.is_told(f"Removed “{wish}”")
        assert alice.script("return getComputedStyle(document.querySelector('.snack')).animationName") == animation
        alice.presses("Dismiss", role="button")
        alice.is_not_told("Removed")
