"""What works before there is any server."""

from pathlib import Path

from tests.todo.person import Person


def test_a_day_without_a_network(person: Person) -> None:
    """Tasks are added, begun, done, changed, moved and removed, and are there in the next process."""
    person.types("add", "Buy", "milk")
    person.types("add", stdin="Bread\n\nEggs\n")
    person.types("add", "--first", "--status", "doing", "Get up")
    assert person.listed == [("Get up", "doing"), ("Buy milk", "todo"), ("Bread", "todo"), ("Eggs", "todo")]
    person.types("list")
    person.types("done", "1", "3")
    person.types("doing", "2")
    person.types("edit", "2", "Buy", "oat", "milk", "--after", "3")
    person.types("rm", "4")
    assert person.listed == [("Get up", "done"), ("Bread", "done"), ("Buy oat milk", "doing")]
    person.types("todo", "3")
    assert person.listed[1] == ("Bread", "todo")


def test_the_data_model_of_the_tutorial(person: Person) -> None:
    """A task is a record with a description, a status and an order."""
    person.types("add", "Milk")
    (task,) = person.reads("list")
    assert (task["description"], task["status"], task["order"]) == ("Milk", "todo", 1)
    assert (task["list"], task["state"], task["conflicts"], task["last_modified"]) == ("tasks", "created", [], None)


def test_which_tasks(person: Person) -> None:
    """The list can be of those that are open, or of one status."""
    for status in ("todo", "doing", "done"):
        person.types("add", "--status", status, status)
    found = {which: [task["status"] for task in person.reads("list", which)] for which in ("open", "done", "all")}
    assert found == {"open": ["todo", "doing"], "done": ["done"], "all": ["todo", "doing", "done"]}


def test_places(person: Person) -> None:
    """Tasks go to the beginning, the end, before and behind others."""
    person.types("add", stdin="a\nb\nc\nd\n")
    person.types("edit", "4", "--first")
    person.types("edit", "1", "--last")
    person.types("edit", "3", "--before", "2")
    assert [description for description, _ in person.listed] == ["d", "c", "b", "a"]
    assert person.fails("edit", "3", "--first", "--last", status=2)
    assert "another one" in person.fails("edit", "3", "--before", "3", status=1)


def test_numbers_and_beginnings_of_ids(person: Person) -> None:
    """A task is named by its number in the last list or by the beginning of its id; what names none is said."""
    person.types("add", stdin="one\ntwo\n")
    person.types("list", "todo")
    first, second = person.reads("list")
    person.types("done", "1")
    person.types("rm", "1")
    assert "no longer there" in person.fails("done", "1", status=1)
    person.types("doing", second["id"][:13])
    assert person.listed == [("two", "doing")]
    for word in ("3", "zzz", "", first["id"]):
        assert "there is no task" in person.fails("done", word, status=1)


def test_an_ambiguous_beginning(person: Person) -> None:
    """A beginning of several ids names none of them, and nothing is done with any task of the command."""
    person.types("add", stdin="\n".join(map(str, range(40))))
    person.types("list", "done")  # no numbers are left
    ids = [task["id"] for task in person.reads("list")]
    letter = next(letter for letter in "0123456789abcdef" if sum(one.startswith(letter) for one in ids) > 1)
    assert "is the beginning of" in person.fails("done", ids[0], letter, status=1)
    assert {status for _, status in person.listed} == {"todo"}


def test_one_line_for_what_cannot_be(person: Person) -> None:
    """Errors are one line, with the exit status that the reference gives."""
    assert "login" in person.fails("sync", status=1)
    assert "login" in person.fails("share", status=1)
    assert "No such option" in person.fails("list", "--nothing", status=2)
    assert "not one of" in person.fails("list", "nothing", status=2)
    assert "description" in person.fails("add", "   ", status=2)
    assert "profile" in person.fails("--profile", "../up", "list", status=2)
    assert "on this device" in person.fails("-l", "somebody/tasks", "list", status=1)
    assert "number" in person.fails("undo", "0", status=2).casefold()
    assert person.fails("undo", status=1) == "there is nothing to undo"


def test_a_file_of_another_program(person: Person) -> None:
    """A damaged file of tasks is said in one line, and the doctor says what to do."""
    person.types("add", "Milk")
    path = person.database
    for found in path.parent.glob("tasks.db*"):
        found.unlink()
    path.write_bytes(b"no database at all" * 100)
    assert "cannot be used" in person.fails("list", status=1)
    findings = {one["subject"]: one for one in person.reads("doctor", "--offline", status=1)}
    assert findings["tasks"]["verdict"] == "wrong"
    assert "kintoun-todo sync" in findings["tasks"]["advice"]


def test_profiles_are_apart(person: Person) -> None:
    """Each profile has tasks of its own, chosen by the option or the environment."""
    person.types("add", "mine")
    person.types("--profile", "work", "add", "theirs")
    assert [one["profile"] for one in person.reads("profiles")] == ["default", "work"]
    assert person.types("list", environ={"KTODO_PROFILE": "work"}).endswith("theirs\n")


def test_several_lists(person: Person) -> None:
    """A list is made when something is added to it; the list of all shows where each task is."""
    person.types("add", "Milk")
    person.types("--list", "work", "add", "Report")
    assert [task["list"] for task in person.reads("list")] == ["tasks", "work"]
    assert person.types("list").splitlines()[::2] == ["tasks", "work"]
    assert [task["description"] for task in person.reads("-l", "work", "list")] == ["Report"]


def test_everything_is_for_its_owner_only(person: Person) -> None:
    """No file that the program makes can be read by others."""
    person.types("add", "Milk")
    person.types("list")
    made = [found for found in person.home.rglob("*") if found.is_file()]
    assert {found.name for found in made} >= {"tasks.db", "numbers.json"}
    assert all(found.stat().st_mode & 0o077 == 0 for found in [*made, person.database.parent])


def test_the_library_stands_without_the_extra(tmp_path: Path, person: Person) -> None:
    """The library imports nothing of the terminal app, and the command says what to install where it is missing."""
    (tmp_path / "click.py").write_text("raise ModuleNotFoundError('no click', name='click')")
    line = person.fails("list", status=1, environ={"PYTHONPATH": str(tmp_path)})
    assert line == "click is not installed: pip install 'kintoun-sync[todo]'"
