"""Two devices of one person, and what happens between them."""

import json
from collections.abc import Callable

import httpx2
import pytest
from tests.todo.person import NOWHERE, Person

People = Callable[..., Person]


@pytest.fixture
def devices(people: People) -> tuple[Person, Person]:
    """Alice's phone and laptop, with three tasks on both."""
    phone, laptop = people("alice", "phone"), people("alice", "laptop")
    phone.types("add", stdin="Milk\nBread\nEggs\n")
    phone.signs_up()
    laptop.logs_in()
    for device in (phone, laptop):
        device.types("sync")
        device.types("list")
    return phone, laptop


def quarrel(devices: tuple[Person, Person]) -> tuple[Person, Person]:
    """The phone and the laptop change the same field of the first task; the laptop knows it."""
    phone, laptop = devices
    phone.types("edit", "1", "Oat milk")
    laptop.types("edit", "1", "Soy milk")
    phone.types("sync")
    laptop.types("sync", status=3)
    return phone, laptop


def test_what_was_written_before_there_was_a_server_arrives(devices: tuple[Person, Person]) -> None:
    """The tasks of the days without a server are on the second device."""
    phone, laptop = devices
    assert laptop.listed == phone.listed == [("Milk", "todo"), ("Bread", "todo"), ("Eggs", "todo")]


def test_changes_of_both_sides_are_merged_and_can_be_undone(devices: tuple[Person, Person]) -> None:
    """Different fields of one task: both hold, the log tells of it, and undo takes it back."""
    phone, laptop = devices
    phone.types("doing", "2")
    laptop.types("edit", "2", "Rye bread")
    phone.types("sync")
    report = laptop.reads("sync")
    assert [merged["kind"] for merged in report["merged"]] == ["merged"]
    assert laptop.listed[1] == ("Rye bread", "doing")
    (entry,) = laptop.reads("log")
    assert (entry["mine"]["status"], entry["theirs"]["status"], entry["undone"]) == ("todo", "doing", False)
    assert "status: base todo, mine todo, theirs doing → doing" in laptop.types("log")
    assert laptop.types("undo", str(entry["number"])) == f"Undone {entry['number']}: Rye bread\n"
    assert laptop.listed[1] == ("Rye bread", "todo")
    assert "already" in laptop.fails("undo", str(entry["number"]), status=1)
    assert laptop.reads("log")[0]["undone"]


def test_a_conflict_shows_three_sides(devices: tuple[Person, Person]) -> None:
    """The same field: the task has theirs, and the conflict shows what it was, mine and theirs."""
    _, laptop = quarrel(devices)
    assert laptop.listed[0][0] == "Oat milk"
    (conflict,) = laptop.reads("conflicts")
    assert (conflict["field"], conflict["base"], conflict["mine"], conflict["theirs"]) == (
        "description",
        "Milk",
        "Soy milk",
        "Oat milk",
    )
    shown = laptop.types("conflicts").splitlines()
    assert shown[0].endswith("Oat milk")
    assert [line.split() for line in shown[2:]] == [
        ["base", "Milk"],
        ["mine", "Soy", "milk"],
        ["theirs", "Oat", "milk"],
    ]
    assert laptop.types("list").splitlines()[0].split()[3] == "!"


@pytest.mark.parametrize(
    ("keep", "result"), [("mine", "Soy milk"), ("theirs", "Oat milk"), ("both", "Oat milk / Soy milk")]
)
def test_a_conflict_is_decided(devices: tuple[Person, Person], keep: str, result: str) -> None:
    """What is kept is on both devices after a sync of each."""
    phone, laptop = quarrel(devices)
    laptop.types("conflicts", "1", "--field", "description", "--keep", keep)
    assert laptop.reads("conflicts") == []
    laptop.types("sync")
    phone.types("sync")
    assert phone.listed[0][0] == laptop.listed[0][0] == result


def test_what_is_decided_must_be_named(devices: tuple[Person, Person]) -> None:
    """Without tasks --all is needed; a task or a field without a conflict is said."""
    _, laptop = quarrel(devices)
    assert "--all" in laptop.fails("conflicts", "--keep", "mine", status=2)
    assert "nothing is in conflict" in laptop.fails("conflicts", "2", "--keep", "mine", status=1)
    assert "status" in laptop.fails("conflicts", "1", "--field", "status", "--keep", "mine", status=1)
    laptop.types("conflicts", "--all", "--keep", "mine")
    assert laptop.listed[0][0] == "Soy milk"


def test_whoever_edits_has_decided(devices: tuple[Person, Person]) -> None:
    """To write the field anew closes its conflict."""
    _, laptop = quarrel(devices)
    laptop.types("edit", "1", "Any milk")
    assert laptop.reads("conflicts") == []
    assert laptop.reads("sync")["pushed"]["updated"] == 1


def test_edited_here_and_removed_there(devices: tuple[Person, Person]) -> None:
    """A task that others have removed is a conflict, and mine brings it back."""
    phone, laptop = devices
    phone.types("rm", "3")
    laptop.types("edit", "3", "Six eggs")
    phone.types("sync")
    laptop.types("sync", status=3)
    assert "removed" in laptop.types("conflicts")
    (conflict,) = laptop.reads("conflicts")
    assert (conflict["field"], conflict["mine"]["description"], conflict["theirs"]) == (None, "Six eggs", None)
    laptop.types("conflicts", "3", "--keep", "mine")
    laptop.types("sync")
    phone.types("sync")
    assert phone.listed[2][0] == laptop.listed[2][0] == "Six eggs"


def test_a_sync_that_decides(devices: tuple[Person, Person]) -> None:
    """--keep of a sync leaves no conflict, and what it put aside is in the log."""
    phone, laptop = devices
    phone.types("edit", "1", "Oat milk")
    laptop.types("edit", "1", "Soy milk")
    phone.types("sync")
    laptop.types("sync", "--keep", "mine")
    assert laptop.listed[0][0] == "Soy milk"
    assert laptop.reads("log")[0]["theirs"]["description"] == "Oat milk"


def test_a_dry_run_changes_nothing(devices: tuple[Person, Person]) -> None:
    """It says what would be done; afterwards everything waits as before."""
    phone, laptop = devices
    phone.types("add", "Salt")
    phone.types("sync")
    laptop.types("add", "Pepper")
    report = laptop.reads("sync", "--dry-run")
    assert (report["dry_run"], report["pulled"]["created"], report["pushed"]["created"]) == (True, 1, 1)
    assert laptop.reads("status")["waiting"] == 1
    assert len(laptop.listed) == 4


def test_status(devices: tuple[Person, Person]) -> None:
    """It tells what waits, what is in conflict, and of the last sync and the last failure."""
    _, laptop = quarrel(devices)
    laptop.types("add", "Salt")
    found = laptop.reads("status")
    assert (found["waiting"], found["conflicts"], found["refused"], found["lists"]) == (1, 1, 0, {"tasks": 4})
    assert (found["server"], found["user"], found["user_id"]) == (laptop.server, laptop.name, f"account:{laptop.name}")
    assert found["last_sync"]
    assert found["last_problem"] is None
    line = laptop.fails("sync", "--force", status=4, environ=NOWHERE)
    assert "nothing is lost" in line
    assert "no answer" in laptop.reads("status")["last_problem"]
    assert "no answer" in laptop.types("status")


def test_a_task_that_the_server_refuses(people: People, http: Callable[[str], httpx2.Client]) -> None:
    """It is told by the sync and by the list, and arrives once it was edited."""
    alice = people("alice")
    alice.signs_up()
    alice.types("add", stdin="no\0text")
    report = alice.reads("sync", status=3)
    assert [one["status"] for one in report["refused"]] == [400]
    assert alice.types("list").split()[3] == "x"
    assert alice.reads("status")["refused"] == 1
    assert "refused" in json.dumps(alice.reads("doctor"))
    alice.types("edit", "1", "short")
    assert alice.reads("sync")["ok"]
    answer = http(alice.name).get("/buckets/default/collections/tasks/records")
    assert [task["description"] for task in answer.json()["data"]] == ["short"]


def test_lists_and_their_titles(devices: tuple[Person, Person], http: Callable[[str], httpx2.Client]) -> None:
    """A list is on the other device after a sync of each, and those of the web app are there by their titles."""
    phone, laptop = devices
    phone.types("--list", "work", "add", "Report")
    phone.types("sync")
    records = "/buckets/default/collections/lists/records"
    (made,) = http(phone.name).get(records).json()["data"]
    assert (made["id"], made["title"], made["order"]) == ("work", "work", 1)
    garden = {"data": {"title": "My garden", "order": 2}}
    assert http(phone.name).put(f"{records}/a1", json=garden).status_code == 201
    http(phone.name).put(f"{records}/b2", json={"data": {"left": "of-bob/tasks"}})
    laptop.types("sync")
    assert laptop.reads("status")["lists"] == {"tasks": 3, "work": 1, "a1": 0}
    laptop.types("--list", "My garden", "add", "Hedge")
    laptop.types("sync")
    phone.types("sync")
    assert [task["description"] for task in phone.reads("-l", "My garden", "list")] == ["Hedge"]
    assert [line for line in phone.types("list").splitlines() if "  " not in line] == ["tasks", "work", "My garden"]
    assert "1 in My garden" in phone.types("status")
    assert "4" not in {one["found"].split()[0] for one in phone.reads("doctor") if one["subject"] == "tasks"}


def test_a_list_that_is_deleted_elsewhere(devices: tuple[Person, Person], http: Callable[[str], httpx2.Client]) -> None:
    """It is gone with its tasks, and is not made again; a task that was added meanwhile brings it back."""
    phone, laptop = devices
    phone.types("--list", "work", "add", "Report")
    phone.types("sync")
    laptop.types("sync")
    for collection in ("work", "lists"):
        http(phone.name).delete(f"/buckets/default/collections/{collection}/records")
    laptop.types("--list", "work", "add", "Invoice")
    for _ in range(2):
        phone.types("sync")
        assert phone.reads("status")["lists"] == {"tasks": 3}
        assert http(phone.name).get("/buckets/default/collections/lists/records").json()["data"] == []
    laptop.types("sync")
    phone.types("sync")
    assert phone.reads("status")["lists"] == {"tasks": 3, "work": 1}


def test_lists_that_cannot_be_meant(devices: tuple[Person, Person], http: Callable[[str], httpx2.Client]) -> None:
    """Two lists of one title have to be named by their ids, and the collection of the titles is no list."""
    phone, _ = devices
    for list_id in ("a1", "b2"):
        path = f"/buckets/default/collections/lists/records/{list_id}"
        http(phone.name).put(path, json={"data": {"title": "Garden"}})
    phone.types("sync")
    assert "a1, b2" in phone.fails("-l", "Garden", "add", "Hedge", status=1)
    assert "titles" in phone.fails("-l", "lists", "add", "Hedge", status=2)
    phone.types("-l", "b2", "add", "Hedge")
    assert phone.reads("list")[-1]["list"] == "b2"
