"""What a person sees in a terminal, and what a pipe gets."""

import json
import os
import shlex
import subprocess
from collections.abc import Callable
from io import StringIO

import pytest
from kintoun_sync import Progress
from kintoun_sync.todo.commands.sync import ProgressLine
from kintoun_sync.todo.output import row
from kintoun_sync.todo.safe_text import cells, padded, safe, shortened
from tests.todo.person import PASSWORD, PROGRAM, Person
from tests.todo.terminal import Terminal, shown_by

People = Callable[..., Person]


def test_colours_in_a_terminal(person: Person) -> None:
    """There are colours where there is a terminal, and none in a pipe."""
    person.types("add", "--status", "doing", "Milk")
    assert "\x1b[33mdoing" in shown_by(person, "list")
    assert "\x1b" not in person.types("list")


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_without_colours(person: Person, environ: dict[str, str]) -> None:
    """NO_COLOR is obeyed, and a terminal that knows no colours gets none."""
    person.types("add", "Milk")
    assert "Milk" in (shown := shown_by(person, "list", environ=environ))
    assert "\x1b" not in shown


def test_colours_as_one_says(person: Person) -> None:
    """The option wins over the terminal and over NO_COLOR."""
    person.types("add", "--status", "doing", "Milk")
    assert "\x1b[33m" in person.types("--color", "always", "list", environ={"NO_COLOR": "1"})
    assert "\x1b" not in shown_by(person, "--color", "never", "list")


def test_a_hostile_description(person: Person) -> None:
    """What a description holds can neither move the cursor, nor change colours, nor turn the line around."""
    person.types("add", "a\x1b[2Jb\x07\u202egnp.exe\u2066\u200b\x9b31m\r\nc")
    (line,) = person.types("list").splitlines()
    assert line.endswith("a\\x1b[2Jb\\x07\\u202egnp.exe\\u2066\\u200b\\x9b31m⏎c")
    assert person.reads("list")[0]["description"].startswith("a\x1b[2J")
    assert "\x1b[2J" not in shown_by(person, "list")
    assert "\x1b" not in person.types("done", "1")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("tab\there", "tab here"),
        ("two\nlines", "two⏎lines"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("نمی\u200cشود", "نمی\u200cشود"),
        ("שלום", "שלום"),
        ("soft\u00adhyphen", "soft\\xadhyphen"),
        ("\u2028", "\\u2028"),
        ("no\u00a0break", "no break"),
        ("\U000e0041", "\\ue0041"),
    ],
)
def test_safe_text(text: str, shown: str) -> None:
    """Letters and emoji of all scripts stay, what is no letter is shown."""
    assert safe(text) == shown


def test_wide_characters_are_aligned() -> None:
    """A column is as wide on the screen, whatever is in it."""
    assert [cells(padded(text, 12)) for text in ("abc", "日本語", "한국", "🌱", "e\u0301")] == [12] * 5
    assert cells(shortened("日本語日本語", 7)) <= 7
    assert shortened("abcdefgh", 4) == "abc…"
    lines = [row([text], [8], "x")[0] for text in ("ab", "日本")]
    assert [cells(line) for line in lines] == [11, 11]


def test_long_descriptions_are_wrapped_in_a_terminal(person: Person) -> None:
    """In a terminal a long text stands under its own beginning; in a pipe each task is one line."""
    person.types("add", "日本語 " * 20 + "end")
    lines = shown_by(person, "list").splitlines()
    assert len(lines) > 1
    assert all(cells(line.replace("\x1b[2m", "").replace("\x1b[0m", "")) <= 100 for line in lines)
    assert lines[1].startswith(" " * 10)
    assert len(person.types("list").splitlines()) == 1


def test_the_reader_of_a_pipe_goes(person: Person) -> None:
    """`kintoun-todo list | head -1` prints a line, and neither a traceback nor a complaint."""
    person.types("add", stdin="\n".join(f"task {number} {'x' * 50}" for number in range(3000)))
    done = subprocess.run(
        ["bash", "-c", f"{shlex.quote(PROGRAM)} list | head -1; echo ${{PIPESTATUS[0]}}"],
        env=person.environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[0].endswith("x" * 50)
    assert done.stdout.splitlines()[1] == "141"


def test_a_terminal_of_another_encoding(person: Person) -> None:
    """What the encoding of a terminal lacks is written as an escape, and ends nothing."""
    person.types("add", "日本")
    assert person.types("list", environ={"PYTHONIOENCODING": "iso-8859-1"}).endswith("\\u65e5\\u672c\n")


def test_removing_asks(person: Person) -> None:
    """In a terminal rm asks; without a yes nothing goes."""
    person.types("add", "Milk")
    with Terminal(person, "rm", "1") as terminal:
        terminal.waits_for("Remove Milk?")
        terminal.types("n\n")
        assert terminal.ends() == 130
    assert len(person.listed) == 1
    with Terminal(person, "rm", "1") as terminal:
        terminal.waits_for("Remove Milk?")
        terminal.types("y\n")
        assert terminal.ends() == 0
    assert person.listed == []


def test_editing_in_an_editor(person: Person) -> None:
    """Without words the description is changed in $EDITOR."""
    person.types("add", "Milk")
    shown = shown_by(person, "edit", "1", environ={"EDITOR": "sed -i s/Milk/Bread/"})
    assert "Changed: Bread" in shown
    assert person.listed == [("Bread", "todo")]


def test_logging_in_by_answers(people: People) -> None:
    """What is not said is asked for; the password is not shown; a new name may sign up."""
    alice = people("alice")
    with Terminal(alice, "login") as terminal:
        terminal.waits_for("Server")
        terminal.types(alice.server + "\n")
        terminal.waits_for("Name")
        terminal.types(alice.name + "\n")
        terminal.waits_for("Password")
        terminal.types(PASSWORD + "\n")
        terminal.waits_for("Sign up")
        terminal.types("y\n")
        assert terminal.ends() == 0, terminal.shown
        assert PASSWORD not in terminal.shown
    assert alice.reads("doctor")[-2]["found"] == f"you are account:{alice.name}"


def test_ctrl_c(person: Person) -> None:
    """Ctrl-C ends with one line and status 130, and what was written stays."""
    person.types("add", "Milk")
    with Terminal(person, "rm", "1") as terminal:
        terminal.waits_for("Remove")
        assert terminal.interrupts() == 130
        assert "stopped" in terminal.shown
        assert "Traceback" not in terminal.shown
    assert person.listed == [("Milk", "todo")]


class _Screen(StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "seconds", "shown"), [(_Screen, 1, True), (_Screen, 0, False), (StringIO, 1, False)]
)
def test_progress_of_a_long_sync(stream: type[StringIO], seconds: float, shown: bool) -> None:  # noqa: FBT001 - a case
    """A sync that takes longer tells how far it is, in a terminal only, and takes the line away in the end."""
    now, screen = [0.0], stream()
    line = ProgressLine(screen, lambda: now[0])
    now[0] += seconds
    line(Progress("default", "tasks", "pull", 100, 3000))
    assert screen.getvalue() == ("\r\x1b[KTaking tasks: 100 of 3,000" if shown else "")
    line.clear()
    assert screen.getvalue().endswith("\r\x1b[K") == shown


def test_a_first_sync_of_many(people: People) -> None:
    """A first sync of many tasks ends with what it took."""
    alice, other = people("alice"), people("alice", "laptop")
    alice.signs_up()
    alice.types("add", stdin="\n".join(f"task {number}" for number in range(300)))
    assert "tasks:" not in alice.run("sync").stderr
    other.logs_in()
    assert "Taken: 300 created" in shown_by(other, "sync")


def test_json_is_of_one_piece(person: Person) -> None:
    """Each command with --json prints one document, in a terminal without colours too."""
    person.types("add", "Milk")
    for words in (["list"], ["status"], ["conflicts"], ["log"], ["profiles"], ["doctor", "--offline"], ["done", "1"]):
        assert isinstance(json.loads(shown_by(person, *words, "--json")), list | dict)


def test_nobody_reads_standard_output(person: Person) -> None:
    """A closed standard output does not lose the task."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([PROGRAM, "add", "Milk"], env=person.environment, stdout=writing, timeout=60, check=False)
    os.close(writing)
    assert done.returncode == 141
    assert person.listed == [("Milk", "todo")]
