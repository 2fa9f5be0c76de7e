"""``log`` and ``undo``: what was done without asking, and how to take it back."""

from collections.abc import Iterator
from typing import Any

import click

from kintoun_sync import ABSENT, JournalEntry, NoteKind
from kintoun_sync.merge import changed
from kintoun_sync.todo.app import App, pass_app
from kintoun_sync.todo.failure import CommandFailure
from kintoun_sync.todo.last_sync import local_time
from kintoun_sync.todo.output import bold, dim, json_option, say, show, show_json, value_text
from kintoun_sync.todo.safe_text import safe
from kintoun_sync.todo.task import list_name

_WORDS = {
    NoteKind.MERGED: "changes of both sides were put together",
    NoteKind.DELETION_UNDONE: "you had removed it, others had changed it: it is there again",
    NoteKind.DECIDED: "a conflict was decided by rule",
    NoteKind.PUT_BACK: "the server did not allow your change",
    NoteKind.RESOLVED: "you decided a conflict",
}


@click.command(short_help="List what syncs did by themselves.")
@click.option("-n", "--number", "count", type=click.IntRange(1), default=20, help="How many entries; 20 by default.")
@json_option
@pass_app
def log(app: App, *, count: int, as_json: bool) -> None:
    """List what syncs have done to your tasks without asking, the newest first; each entry can be undone."""
    entries = _entries(app)[:count]
    if as_json:
        show_json([_as_json(app, entry) for entry in entries])
        return
    show(line for entry in entries for line in _lines(entry))
    if not entries:
        say("The journal is empty.")


@click.command(short_help="Take back an entry of the log.")
@click.argument("number", type=click.IntRange(1), required=False)
@json_option
@pass_app
def undo(app: App, *, number: int | None, as_json: bool) -> None:
    """Take back what an entry of the log did, the newest one without NUMBER; fields that were written since stay."""
    entries = _entries(app)
    if number is None:
        entry = next((entry for entry in entries if not entry.undone), None)
        if entry is None:
            raise CommandFailure("there is nothing to undo")
    else:
        entry = next((entry for entry in entries if entry.number == number), None)
        if entry is None:
            raise CommandFailure(f"there is no entry {number}; `kintoun-todo log` shows them")
        if entry.undone:
            raise CommandFailure(f"entry {number} was undone already")
    entry.undo()
    if as_json:
        show_json({**_as_json(app, entry), "undone": True})
    else:
        show([f"Undone {entry.number}: {_title(entry)}"])


def _entries(app: App) -> list[JournalEntry]:
    lists = {(collection.bucket, collection.name) for collection in app.collections}
    return [entry for entry in app.store.journal() if (entry.bucket, entry.collection) in lists]


def _lines(entry: JournalEntry) -> Iterator[str]:
    undone = dim("  (undone)") if entry.undone else ""
    yield f"{bold(str(entry.number))}  {dim(local_time(entry.at))}  {_title(entry)}{undone}"
    yield f"    {_WORDS.get(entry.kind, entry.kind.value)}{': ' + safe(entry.message) if entry.message else ''}"
    if entry.mine is None or entry.theirs is None:
        return
    for name in sorted(changed(entry.mine, entry.theirs)):
        sides = [
            f"{side} {value_text((version or {}).get(name, ABSENT))}"
            for side, version in (("base", entry.base), ("mine", entry.mine), ("theirs", entry.theirs))
        ]
        yield f"    {safe(name)}: {', '.join(sides)} → {value_text((entry.result or {}).get(name, ABSENT))}"


def _title(entry: JournalEntry) -> str:
    versions = (entry.result, entry.mine, entry.theirs, entry.base)
    titles = (version.get("description") for version in versions if version)
    return safe(str(next((title for title in titles if title), entry.id)))


def _as_json(app: App, entry: JournalEntry) -> dict[str, Any]:
    versions = {side: getattr(entry, side) for side in ("base", "mine", "theirs", "result")}
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "list": list_name(app.store.collection(entry.collection, bucket=entry.bucket)),
        "id": entry.id,
        "kind": entry.kind.value,
        "message": entry.message,
        "undone": entry.undone,
        **{side: None if version is None else dict(version) for side, version in versions.items()},
    }
