"""A Python program with the sync client is the second device, or the second person."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from kintoun_sync import MINE

from e2e.stories.person import Person
from e2e.stories.program import Program
from e2e.stories.stage import Stage


@pytest.fixture
def program(stage: Stage, alice: Person) -> Program:
    """The program of Alice, whose tasks are milk and bread at both devices."""
    alice.adds("milk", "bread")
    alice.is_saved()
    made = stage.program(alice)
    made.sees(milk="todo", bread="todo")
    return made


class TestSecondDevice:
    """Alice has a browser and a program."""

    def test_merged(self, stage: Stage, alice: Person, program: Program) -> None:
        """Renamed in the browser, which is offline, and completed by the program: it is both, at both."""
        with stage.offline(alice):
            alice.renames("milk", "soymilk")
            alice.says("Offline (1 change waiting)")
            program.completes("milk")
            program.adds("jam")
            program.syncs()
        alice.syncs()
        alice.sees("soymilk", "bread", "jam")
        alice.sees_completed("soymilk")
        alice.is_saved()
        program.sees(soymilk="done", bread="todo", jam="todo")

    def test_browser_asks(self, stage: Stage, alice: Person, program: Program) -> None:
        """Renamed by both, and the program was first: the browser asks on the task, and both texts are kept."""
        with stage.offline(alice):
            alice.renames("milk", "soymilk")
            alice.says("Offline (1 change waiting)")
            program.renames("milk", "oatmilk")
            program.syncs()
        alice.syncs()
        alice.is_asked("oatmilk", "soymilk")
        alice.answers("Keep both")
        alice.is_saved()
        (both,) = set(alice.stored()) - {"bread"}
        assert "oatmilk" in both
        assert "soymilk" in both
        program.sees(**{both: "todo", "bread": "todo"})

    def test_program_asks(self, alice: Person, program: Program) -> None:
        """Renamed by both, and the browser was first: the program asks, keeps its own, and the browser shows it."""
        program.renames("milk", "oatmilk")
        alice.renames("milk", "soymilk")
        alice.is_saved()
        question = program.is_asked()
        assert (question.field, question.mine, question.theirs) == ("description", "oatmilk", "soymilk")
        question.resolve(MINE)
        program.syncs()
        alice.syncs()
        alice.sees("oatmilk", "bread")

    def test_program_deletes(self, stage: Stage, alice: Person, program: Program) -> None:
        """Deleted by the program and renamed in the browser: the browser asks, and brings it back to the program."""
        with stage.offline(alice):
            alice.renames("milk", "soymilk")
            alice.says("Offline (1 change waiting)")
            program.removes("milk")
            program.syncs()
        alice.syncs()
        alice.is_asked("soymilk")
        alice.answers("Keep my version")
        alice.is_saved()
        program.sees(soymilk="todo", bread="todo")

    def test_browser_deletes(self, alice: Person, program: Program) -> None:
        """Deleted in the browser and renamed by the program: the program asks, and brings it back to the browser."""
        program.renames("milk", "oatmilk")
        alice.removes("milk")
        alice.sees("bread")
        alice.is_saved()
        question = program.is_asked()
        assert question.field is None
        question.resolve(MINE)
        program.syncs()
        alice.syncs()
        alice.sees("oatmilk", "bread")


def test_shared_with_program(stage: Stage, alice: Person) -> None:
    """Alice shares a list with Bob, who edits it by a program; once it is withdrawn, nothing of it is in his file."""
    bob = stage.program("bob")
    alice.makes_list("Groceries")
    alice.adds("milk", "bread")
    alice.is_saved()
    alice.shares_list_with(bob.name, role="Can edit")
    bob.opens_list("Groceries")
    bob.sees(milk="todo", bread="todo")
    bob.completes("milk")
    bob.adds("jam")
    bob.syncs()
    alice.syncs()
    alice.sees("milk", "bread", "jam")
    alice.sees_completed("milk")
    alice.stops_sharing_with(bob)
    assert [one.collection for one in bob.syncs().withdrawn] == [bob.list.name]
    assert bob.tasks == {}
    alice.sees("milk", "bread", "jam")


def test_shared_by_program(stage: Stage, alice: Person) -> None:
    """Bob shares his list by a program: Alice edits it in the browser, until he withdraws it while she is offline."""
    bob = stage.program("bob")
    bob.adds("milk")
    bob.adds("bread")
    bob.syncs()
    bob.store.sharing.share(bob.list, alice.name, "editor")
    alice.syncs()
    alice.opens_lists()
    alice.presses(f"tasks from {bob.name}", role="link", exact=False)
    alice.has_open("tasks")
    alice.sees("milk", "bread")
    alice.completes("milk")
    alice.is_saved()
    bob.sees(milk="done", bread="todo")
    stage.causes("403 (Forbidden)")
    with stage.offline(alice):
        alice.renames("bread", "rye bread")
        alice.says("Offline (1 change waiting)")
        bob.store.sharing.remove(bob.list, alice.name)
    alice.syncs()
    alice.is_told("not shared with you any more")
    alice.is_told("rye bread")
    alice.eventually(lambda: "milk" not in alice.kept_tasks(), "nothing else of the list is left")
    bob.sees(milk="done", bread="todo")


def test_lists_of_the_terminal_app(alice: Person, tmp_path: Path) -> None:
    """A list of `kintoun-todo` is in the browser's switcher, and a list of the browser is in it, by its title."""

    def types(*words: str) -> str:
        environ = {
            "HOME": str(tmp_path),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "KTODO_PASSWORD": alice.password,
        }
        environ |= {"KTODO_SERVER": alice.origin, "KTODO_USER": alice.name}
        program = str(Path(sys.executable).with_name("kintoun-todo"))
        return subprocess.run([program, *words], env=environ, capture_output=True, check=True, encoding="utf-8").stdout

    alice.asks("PUT", "/buckets/default/collections/photos/records/p1", {"data": {"file": "sea.jpg"}})
    types("--list", "garden", "add", "Cut the hedge")
    types("sync")
    alice.syncs()
    alice.opens_list("garden")
    alice.sees("Cut the hedge")
    alice.has_no_list("photos")
    alice.makes_list("Trip to Rome")
    alice.adds("Passport")
    alice.is_saved()
    types("sync")
    types("--list", "Trip to Rome", "add", "Tickets")
    types("sync")
    alice.syncs()
    alice.sees("Passport", "Tickets")
