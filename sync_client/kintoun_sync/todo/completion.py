"""What a shell may complete: numbers and ids of tasks, with what they are called."""

import contextlib
from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from .app import App
from .naming import short_ids
from .profile import DEFAULT, profile_names
from .safe_text import safe, shortened

_LONGEST = 40


def complete_task(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
    """Complete a number of the last list, or an id."""
    found: list[CompletionItem[Any]] = []
    # A shell shows whatever a completion prints in the midst of what a person types: it says nothing, whatever happens.
    with contextlib.suppress(Exception):
        options = context.find_root().params
        app = App(options.get("profile") or DEFAULT, options.get("chosen"))
        if not app.profile.database.exists():
            return []
        tasks, numbers = app.tasks(), app.numbers.of()
        short = short_ids([task.id for task in tasks])
        for task in tasks:
            for name in (str(numbers.get(task.id, "")), short[task.id]):
                if name and name.startswith(incomplete):
                    found.append(CompletionItem(name, help=shortened(safe(task.description), _LONGEST)))
                    break
        app.store.close()
    return found


def complete_profile(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem[Any]]:
    """Complete the name of a profile."""
    with contextlib.suppress(Exception):
        return [CompletionItem(name) for name in profile_names() if name.startswith(incomplete)]
    return []


def task_argument(*, required: bool = True, many: bool = True) -> Callable[[Any], Any]:
    """Give a command the argument that names tasks."""
    return click.argument(
        "tasks" if many else "task",
        metavar=("TASK..." if required else "[TASK]...") if many else "TASK",
        nargs=-1 if many else 1,
        required=required,
        shell_complete=complete_task,
    )
