"""One person at two devices: what is changed on both is on both, and nobody's words are lost."""

from selenium.webdriver.common.keys import Keys

from e2e.stories.person import Person
from e2e.stories.stage import Stage


def at_two_devices(stage: Stage, *titles: str) -> tuple[Person, Person]:
    """Alice at her desk with these tasks, and with her phone, which has them too."""
    desk = stage.member("alice")
    desk.adds(*titles)
    desk.is_saved()
    phone = stage.person("alice")
    phone.arrives_signed_in()
    phone.sees(*titles)
    return desk, phone


def asked_at_the_phone(stage: Stage) -> tuple[Person, Person]:
    """Alice, who has renamed milk at her desk and, offline, with her phone, and is asked there which it shall be."""
    desk, phone = at_two_devices(stage, "milk")
    with stage.offline(phone):
        desk.renames("milk", "oat milk")
        desk.is_saved()
        phone.renames("milk", "soy milk")
    phone.syncs()
    phone.is_asked("oat milk", "soy milk")
    return desk, phone


def test_both(stage: Stage) -> None:
    """What is added, completed and removed on one device comes to the other."""
    desk, phone = at_two_devices(stage, "milk", "bread")
    desk.adds("jam")
    desk.completes("milk")
    desk.removes("bread")
    desk.is_saved()
    phone.syncs()
    phone.sees("milk", "jam")
    phone.sees_completed("milk")


def test_different_fields(stage: Stage) -> None:
    """Renamed on one device and completed on the other, both offline: it is renamed and completed on both."""
    desk, phone = at_two_devices(stage, "milk")
    with stage.server_is_down():
        desk.renames("milk", "oat milk")
        desk.sees("oat milk")
        phone.completes("milk")
        desk.says("Offline")
        phone.says("Offline")
    for person in (desk, phone, desk):
        person.syncs()
    for person in (desk, phone):
        person.sees("oat milk")
        person.sees_completed("oat milk")


def test_same_field(stage: Stage) -> None:
    """Renamed on both: the second to come asks, on the task, and whichever is chosen is on both devices."""
    desk, phone = at_two_devices(stage, "milk", "bread")
    with stage.offline(phone):
        desk.renames("milk", "oat milk")
        desk.is_saved()
        phone.renames("milk", "soy milk")
        phone.adds("jam")
    phone.syncs()
    phone.is_asked("oat milk", "soy milk")
    desk.syncs()
    desk.sees("oat milk", "bread", "jam")
    phone.answers("Keep mine")
    phone.sees("soy milk", "bread", "jam")
    phone.is_saved()
    desk.syncs()
    desk.sees("soy milk", "bread", "jam")


def test_renamed_while_editing(stage: Stage) -> None:
    """Renamed while the other device edits it: its field stays, mine stands, theirs is told, and undo takes theirs."""
    desk, phone = at_two_devices(stage, "milk", "bread")
    field = phone.starts_to_edit("milk")
    phone.replaces("soy milk")
    desk.renames("milk", "oat milk")
    desk.completes("bread")
    desk.is_saved()
    phone.syncs()
    phone.sees_completed("bread")
    assert "oat milk" in phone.kept_tasks()
    assert field.get_property("value") == "soy milk"
    phone.types(Keys.ENTER)
    phone.is_told("renamed elsewhere, to “oat milk”")
    phone.sees("soy milk", "bread")
    phone.presses("Undo")
    phone.sees("oat milk", "bread")


def test_take_theirs(stage: Stage) -> None:
    """Renamed on both, and theirs is taken; undo asks again."""
    _, phone = asked_at_the_phone(stage)
    phone.answers("Take theirs")
    phone.sees("oat milk")
    phone.presses("Undo")
    phone.is_asked("oat milk", "soy milk")
    phone.answers("Take theirs")
    phone.sees("oat milk")
    phone.is_saved()
    assert set(phone.stored()) == {"oat milk"}


def test_keep_both(stage: Stage) -> None:
    """Renamed on both, and both are kept: no text is lost."""
    _, phone = asked_at_the_phone(stage)
    phone.answers("Keep both")
    phone.is_saved()
    texts = " ".join(phone.stored())
    assert "oat milk" in texts
    assert "soy milk" in texts


def test_delete_against_edit(stage: Stage) -> None:
    """Removed on one device and renamed on the other: the one who has renamed is asked, and can keep it."""
    desk, phone = at_two_devices(stage, "milk", "bread")
    with stage.offline(phone):
        desk.removes("milk")
        desk.is_saved()
        phone.renames("milk", "soy milk")
    phone.syncs()
    phone.is_asked("soy milk")
    phone.answers("Keep my version")
    phone.sees("soy milk", "bread")
    phone.is_saved()
    desk.syncs()
    desk.sees("soy milk", "bread")
