"""The page with JavaScript off: plain forms."""

from e2e.stories.stage import Stage


def test_plain(stage: Stage) -> None:
    """Somebody without JavaScript signs in, adds, completes and removes tasks, and the server has it all."""
    alice = stage.person("alice")
    alice.has_an_account()
    with stage.without_scripts(alice) as page:
        alice.goes_to("/plain")
        page.signs_in(alice.name, alice.password)
        page.adds("milk")
        page.adds("bread")
        page.sees("milk", "bread")
        page.presses("Mark as complete: milk")
        page.presses("Remove bread")
        page.sees("milk")
    assert {title: record["status"] for title, record in alice.stored().items()} == {"milk": "done"}


def test_ended_session(stage: Stage) -> None:
    """What somebody types while their session has ended is in its field again once they have signed in anew."""
    alice = stage.person("alice")
    alice.has_an_account()
    stage.causes("401 (Unauthorized)")
    with stage.without_scripts(alice) as page:
        alice.goes_to("/plain")
        page.signs_in(alice.name, alice.password)
        page.adds("bread")
        alice.has_a_new_password("another horse, another battery")
        page.types('milk & "honey"')
        page.enters_again("no idea")
        page.enters_again(alice.password)
        page.has_in_its_field('milk & "honey"')
        assert "milk" not in alice.browser.driver.current_url
        page.types("")
        page.sees("bread", 'milk & "honey"')


def test_led_there(stage: Stage) -> None:
    """Who opens the app without JavaScript is led to the plain page."""
    alice = stage.person("alice")
    with stage.without_scripts(alice) as page:
        alice.goes_to("/")
        page.presses("Sign in")
