"""``conflicts``: what two sides wrote differently, and whose word holds."""

from collections.abc import Iterator, Sequence
from typing import Any

import click

from kintoun_sync import ABSENT, Choice, Conflict
from kintoun_sync.todo.app import App, pass_app
from kintoun_sync.todo.completion import task_argument
from kintoun_sync.todo.failure import CommandFailure, ExitStatus
from kintoun_sync.todo.naming import find_id, short_ids
from kintoun_sync.todo.output import bold, dim, json_option, row, say, show, show_json, value_text, version_text
from kintoun_sync.todo.safe_text import safe
from kintoun_sync.todo.task import list_name


@click.command(short_help="Show what is in conflict, or decide it.")
@task_argument(required=False)
@click.option("--keep", type=click.Choice([choice.value for choice in Choice]), help="Decide: whose word holds.")
@click.option("--field", metavar="NAME", help="Only this field.")
@click.option("--all", "everything", is_flag=True, help="Decide all that are open, without naming them.")
@json_option
@pass_app
def conflicts(  # noqa: PLR0913 - one for each option
    app: App, *, tasks: Sequence[str], keep: str | None, field: str | None, everything: bool, as_json: bool
) -> None:
    """Show what is in conflict, with what it was, what you wrote and what others wrote; or decide it.

    Until it is decided the task has theirs. `--keep both` puts two texts together. What you decide is sent with the
    next sync. For a task that others have removed, mine and both bring it back, and theirs lets it go.
    """
    found = _chosen(app, tasks, field)
    if keep is None:
        _show(app, found, as_json=as_json)
        return
    if not (tasks or everything):
        raise CommandFailure("which ones? name tasks, or say --all", ExitStatus.USAGE)
    with app.store.transaction():
        for conflict in found:
            conflict.resolve(Choice(keep))
    if as_json:
        show_json([_as_json(app, conflict) for conflict in found])
    else:
        show(f"Kept {keep}: {_title(app, conflict)}{_field(conflict)}" for conflict in found)


def _chosen(app: App, words: Sequence[str], field: str | None) -> list[Conflict]:
    found = [conflict for collection in app.collections for conflict in collection.conflicts()]
    if words:
        ids = list(dict.fromkeys(conflict.id for conflict in found))
        wanted = {_find(app, word, ids) for word in words}
        found = [conflict for conflict in found if conflict.id in wanted]
    if field is not None:
        found = [conflict for conflict in found if conflict.field == field]
        if not found:
            raise CommandFailure(f"there is no conflict in the field {field!r}")
    return found


def _find(app: App, word: str, ids: Sequence[str]) -> str:
    try:
        return find_id(word, ids, app.numbers)
    except CommandFailure as failure:
        (task,) = app.find([word]) if not ids or "beginning of" not in str(failure) else (None,)
        if task is None:
            raise
        raise CommandFailure(f"nothing is in conflict in {task.description!r}") from failure


def _show(app: App, found: Sequence[Conflict], *, as_json: bool) -> None:
    if as_json:
        show_json([_as_json(app, conflict) for conflict in found])
        return
    show(_lines(app, found))
    if found:
        say("Decide with `kintoun-todo conflicts TASK --keep mine`, or theirs, or both; or write it anew with `edit`.")
    else:
        say("Nothing is in conflict.")


def _lines(app: App, found: Sequence[Conflict]) -> Iterator[str]:
    short = short_ids(list({conflict.id for conflict in found}))
    numbers = app.numbers.of()
    before = None
    for conflict in found:
        if conflict.id != before:
            before = conflict.id
            number = f"{numbers[conflict.id]}  " if conflict.id in numbers else ""
            yield f"{number}{dim(short[conflict.id])}  {bold(_title(app, conflict))}"
        if conflict.field is None:
            yield "  Others have removed it, or it is no longer shared with you."
        else:
            yield f"  {safe(conflict.field)}"
        write = version_text if conflict.field is None else value_text
        for side, style in (("base", {"dim": True}), ("mine", {"fg": "cyan"}), ("theirs", {"fg": "yellow"})):
            yield from row(["  ", side], [2, 6], write(getattr(conflict, side)), [{}, style])


def _title(app: App, conflict: Conflict) -> str:
    if conflict.field is None and isinstance(conflict.mine, dict):
        return safe(str(conflict.mine.get("description", conflict.id)))
    return safe(app.title_of(conflict.bucket, conflict.collection, conflict.id))


def _field(conflict: Conflict) -> str:
    return "" if conflict.field is None else f" ({safe(conflict.field)})"


def _as_json(app: App, conflict: Conflict) -> dict[str, Any]:
    sides = {side: getattr(conflict, side) for side in ("base", "mine", "theirs")}
    return {
        "id": conflict.id,
        "list": list_name(app.store.collection(conflict.collection, bucket=conflict.bucket)),
        "field": conflict.field,
        **{side: value for side, value in sides.items() if value is not ABSENT},
    }
