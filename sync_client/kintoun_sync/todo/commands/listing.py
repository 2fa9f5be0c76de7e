"""``list``: the tasks, with numbers to name them by."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from kintoun_sync import Collection, State
from kintoun_sync.todo.app import App, pass_app
from kintoun_sync.todo.naming import short_ids
from kintoun_sync.todo.output import bold, json_option, row, say, show, show_json
from kintoun_sync.todo.own_lists import TASKS
from kintoun_sync.todo.safe_text import safe
from kintoun_sync.todo.task import Status, Task

WHICH = ("all", "open", "todo", "doing", "done")
_STYLES: dict[str, dict[str, Any]] = {"doing": {"fg": "yellow"}, "done": {"fg": "green"}}


@click.command("list", short_help="List the tasks.")
@click.argument("which", type=click.Choice(WHICH), default="all")
@json_option
@pass_app
def list_tasks(app: App, *, which: str, as_json: bool) -> None:
    """List the tasks: all, or those that are open, todo, doing or done.

    Before a task stands what is special about it: ↑ it was not yet sent, ! it is in conflict, x the server refuses it.
    """
    tasks = [task for task in app.tasks() if _is_wanted(task, which)]
    if as_json:
        show_json([task.as_json() for task in tasks])
        return
    app.numbers.remember(tasks)
    show(_lines(tasks, app.lists.name_of))
    if not tasks:
        say("There are no tasks." + (" `kintoun-todo add Buy milk` makes one." if which == "all" else ""))


def _is_wanted(task: Task, which: str) -> bool:
    return which in ("all", task.status) or (which == "open" and task.status != Status.DONE)


def _lines(tasks: Sequence[Task], name_of: Callable[[Collection], str]) -> Iterator[str]:
    if not tasks:
        return
    short = short_ids([task.id for task in tasks])
    marks = [_mark(task) for task in tasks]
    statuses = [safe(task.status) for task in tasks]
    widths = [len(str(len(tasks))), max(map(len, short.values())), max(map(len, statuses)), max(map(len, marks))]
    several = {task.list_name for task in tasks} != {TASKS}
    heading = None
    for number, (task, status, mark) in enumerate(zip(tasks, statuses, marks, strict=True), 1):
        if several and task.list_name != heading:
            heading = task.list_name
            yield bold(safe(name_of(task.collection)))
        columns = [str(number).rjust(widths[0]), short[task.id], status, mark]
        styles: list[dict[str, Any]] = [{}, {"dim": True}, _STYLES.get(status, {}), {"fg": "red", "bold": True}]
        if not widths[-1]:
            yield from row(columns[:-1], widths[:-1], safe(task.description), styles[:-1])
        else:
            yield from row(columns, widths, safe(task.description), styles)


def _mark(task: Task) -> str:
    if task.record.conflicts:
        return "!"
    return {State.REFUSED: "x", State.SYNCED: ""}.get(task.record.state, "↑")
