"""The app as a program: it can be installed, it updates itself, and it is inert to what people type."""

import json

from e2e.stories.person import Person


def test_installable(alice: Person) -> None:
    """Nothing stands against installing it."""
    alice.is_installed()
    found = alice.browser.cdp("Page.getInstallabilityErrors")["installabilityErrors"]
    assert found == []


def test_hostile_titles(alice: Person) -> None:
    """Titles are only ever text."""
    titles = ["<img src=x onerror=alert(1)>", "{{ 7 * 7 }}", "${7*7}", "javascript:alert(1)", "\u202eevil"]
    alice.adds(*titles)
    alice.sees(*titles)
    alice.is_saved()
    alice.reloads()
    alice.sees(*titles)


def test_shell(alice: Person) -> None:
    """What the service worker keeps holds nobody's tasks and nobody's name."""
    alice.adds("a secret of hers")
    alice.is_saved()
    alice.is_installed()
    alice.reloads()
    alice.sees("a secret of hers")
    kept = json.dumps(json.loads(alice.left_behind())["caches"])
    assert "/bundle/main.js" in kept
    assert "a secret of hers" not in kept
    assert alice.name not in kept


def test_installing_is_offered(alice: Person) -> None:
    """Whoever has used the app for a while finds a button that installs it in the account's dialog; nothing nags."""
    offer = """
    const offer = new Event("beforeinstallprompt", {cancelable: true});
    offer.prompt = async () => { window.asked = true; return {outcome: "accepted"}; };
    return dispatchEvent(offer);
    """
    assert alice.script(offer) is False, "the browser may show its own banner"
    alice.adds("milk", "bread")
    alice.is_saved()
    alice.presses(f"Account: {alice.name}")
    alice.by_role("button", "Sign out")
    assert not alice.all_by_role("button", "Install this app")
    alice.presses("Close")
    alice.adds("jam")
    alice.sees("milk", "bread", "jam")
    alice.is_not_told("Install")
    alice.presses(f"Account: {alice.name}")
    alice.shows_a_screen()
    alice.presses("Install this app")
    alice.is_told("on your device now")
    assert alice.script("return window.asked")
