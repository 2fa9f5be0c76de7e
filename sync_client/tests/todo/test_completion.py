"""Completion in shells."""

import shutil
import subprocess

import pytest
from tests.todo.person import Person

CHECKS = {"bash": ["bash", "-n"], "zsh": ["zsh", "-n"], "fish": ["fish", "--no-execute"]}
COMPLETE = """
eval "$(kintoun-todo completion bash)"
COMP_WORDS=({words})
COMP_CWORD={last}
_kintoun_todo_completion kintoun-todo
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def completed(person: Person, *words: str) -> list[str]:
    """What bash offers for the last of these words."""
    quoted = " ".join(f"'{word}'" for word in ("kintoun-todo", *words))
    done = subprocess.run(
        ["bash", "-c", COMPLETE.format(words=quoted, last=len(words))],
        env=person.environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes(person: Person) -> None:
    """In bash commands, numbers of tasks, choices and profiles are completed."""
    person.types("add", stdin="Milk\nBread\n")
    assert completed(person, "do") == ["doing", "done", "doctor"]
    assert completed(person, "done", "") == ["1", "2"]
    assert completed(person, "list", "d") == ["doing", "done"]
    assert completed(person, "conflicts", "--keep", "") == ["mine", "theirs", "both"]
    assert completed(person, "--profile", "d") == ["default"]
    task = person.reads("list")[0]["id"]
    assert completed(person, "done", task[:4])
    assert completed(person, "share", "w") == ["who", "with"]


def test_completion_makes_nothing(person: Person) -> None:
    """To complete the name of a task where there are none prints nothing, and makes no file."""
    assert completed(person, "done", "") == []
    assert not list(person.home.rglob("tasks.db"))


@pytest.mark.parametrize("shell", CHECKS)
def test_the_script_of_each_shell(person: Person, shell: str) -> None:
    """Each script names the program, and its shell, where there is one, reads it without an error."""
    script = person.types("completion", shell)
    assert "_KINTOUN_TODO_COMPLETE" in script
    if shutil.which(shell):
        subprocess.run(CHECKS[shell], input=script, encoding="utf-8", check=True, timeout=60)
