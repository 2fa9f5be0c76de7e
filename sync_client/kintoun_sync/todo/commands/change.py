"""``add``, ``todo``, ``doing``, ``done``, ``edit`` and ``rm``: what a person does to tasks."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from kintoun_sync.todo.app import App, pass_app
from kintoun_sync.todo.completion import complete_task, task_argument
from kintoun_sync.todo.failure import CommandFailure, ExitStatus
from kintoun_sync.todo.output import json_option, show, show_json
from kintoun_sync.todo.placing import at_the_beginning, at_the_end, beside
from kintoun_sync.todo.safe_text import safe
from kintoun_sync.todo.task import Status, Task, tasks_of

_STATUS = click.Choice([status.value for status in Status])


@click.command(short_help="Add a task.")
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--status", type=_STATUS, default=Status.TODO.value, help="How far it is already.")
@click.option("--first", is_flag=True, help="Put it before all others.")
@json_option
@pass_app
def add(app: App, *, words: Sequence[str], status: str, first: bool, as_json: bool) -> None:
    """Add a task; without words, or with -, each line of standard input becomes one."""
    collection = app.collection
    descriptions = _descriptions(words)
    there = tasks_of([collection])
    start = at_the_beginning(there) - (len(descriptions) - 1) if first else at_the_end(there)
    with app.store.transaction():
        added = [
            Task(collection, collection.create({"description": text, "status": status, "order": start + number}))
            for number, text in enumerate(descriptions)
        ]
    numbers = app.numbers.append(added)
    if as_json:
        show_json([task.as_json(number) for task, number in zip(added, numbers, strict=True)])
    else:
        show(f"Added {number}: {safe(task.description)}" for task, number in zip(added, numbers, strict=True))


def _descriptions(words: Sequence[str]) -> list[str]:
    if words and tuple(words) != ("-",):
        found = [" ".join(words).strip()]
    elif not words and sys.stdin.isatty():
        raise CommandFailure("what is to be done? `kintoun-todo add Buy milk`", ExitStatus.USAGE)
    else:
        found = [line.strip() for line in sys.stdin]
    descriptions = [line for line in found if line]
    if not descriptions:
        raise CommandFailure("a task needs a description", ExitStatus.USAGE)
    return descriptions


def _status_command(status: Status, words: str) -> click.Command:
    @click.command(status.value, help=f"Say of tasks that they are {words}.")
    @task_argument()
    @json_option
    @pass_app
    def set_status(app: App, *, tasks: Sequence[str], as_json: bool) -> None:
        with app.store.transaction():
            changed = [
                Task(task.collection, task.collection.update(task.id, status=status.value)) for task in app.find(tasks)
            ]
        _tell(changed, as_json=as_json, verb=status.value.capitalize())

    return set_status


todo = _status_command(Status.TODO, "to be done")
doing = _status_command(Status.DOING, "being done")
done = _status_command(Status.DONE, "done")


def _place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--after", metavar="TASK", shell_complete=complete_task, help="Put it behind another one."),
        click.option("--before", metavar="TASK", shell_complete=complete_task, help="Put it before another one."),
        click.option("--last", is_flag=True, help="Put it behind all others."),
        click.option("--first", is_flag=True, help="Put it before all others."),
    ):
        command = option(command)
    return command


@click.command(short_help="Change a task, or its place.")
@task_argument(many=False)
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--status", type=_STATUS, help="How far it is.")
@_place_options
@json_option
@pass_app
def edit(  # noqa: PLR0913 - one for each option
    app: App,
    *,
    task: str,
    words: Sequence[str],
    status: str | None,
    first: bool,
    last: bool,
    before: str | None,
    after: str | None,
    as_json: bool,
) -> None:
    """Change a task: its description, its status, its place; with nothing of that, in your editor ($EDITOR)."""
    (found,) = app.find([task])
    if sum((first, last, before is not None, after is not None)) > 1:
        raise CommandFailure("--first, --last, --before and --after: only one of them", ExitStatus.USAGE)
    changes: dict[str, Any] = {} if status is None else {"status": status}
    if first or last or before is not None or after is not None:
        changes["order"] = _order(app, found, first=first, before=before, after=after)
    if words or not changes:
        changes["description"] = _new_description(found, words)
    record = found.collection.update(found.id, changes)
    _tell([Task(found.collection, record)], as_json=as_json, verb="Changed")


def _order(app: App, task: Task, *, first: bool, before: str | None, after: str | None) -> float:
    others = [other for other in tasks_of([task.collection]) if other.id != task.id]
    name = before if before is not None else after
    if name is None:
        return at_the_beginning(others) if first else at_the_end(others)
    (neighbour,) = app.find([name])
    if neighbour.id not in {other.id for other in others}:
        raise CommandFailure("a task can only be put beside another one of the same list")
    return beside(others, neighbour, after=after is not None)


def _new_description(task: Task, words: Sequence[str]) -> str:
    if tuple(words) == ("-",):
        text = sys.stdin.read().strip()
    elif words:
        text = " ".join(words).strip()
    elif not sys.stdin.isatty():
        raise CommandFailure("what is to be changed? `kintoun-todo edit 3 Buy oat milk`", ExitStatus.USAGE)
    else:
        text = str(click.edit(task.description) or task.description).strip()
    if not text:
        raise CommandFailure("a task needs a description; `kintoun-todo rm` removes one", ExitStatus.USAGE)
    return text


@click.command(short_help="Remove tasks.")
@task_argument()
@click.option("-y", "--yes", is_flag=True, help="Remove without a question.")
@json_option
@pass_app
def rm(app: App, *, tasks: Sequence[str], yes: bool, as_json: bool) -> None:
    """Remove tasks; in a terminal it asks before."""
    found = app.find(tasks)
    if not yes and sys.stdin.isatty():
        names = ", ".join(safe(task.description) for task in found)
        click.confirm(f"Remove {names}?", abort=True, err=True)
    with app.store.transaction():
        for task in found:
            task.collection.delete(task.id)
    _tell(found, as_json=as_json, verb="Removed")


def _tell(tasks: Sequence[Task], *, as_json: bool, verb: str) -> None:
    if as_json:
        show_json([task.as_json() for task in tasks])
    else:
        show(f"{verb}: {safe(task.description)}" for task in tasks)
