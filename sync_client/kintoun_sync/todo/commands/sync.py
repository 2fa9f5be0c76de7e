"""``sync``: take what others wrote, and send what was written here."""

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, TextIO

import click

from kintoun_sync import Collection, Counts, NoServerError, Progress, Strategy, SyncError, SyncReport
from kintoun_sync.report import Event
from kintoun_sync.todo.app import App, pass_app
from kintoun_sync.todo.failure import ExitStatus
from kintoun_sync.todo.last_sync import remember
from kintoun_sync.todo.output import json_option, show, show_json, version_text
from kintoun_sync.todo.safe_text import safe

_QUIET_SECONDS = 0.5
_LINE_START = "\r\x1b[K"
_STRATEGIES: dict[str | None, Strategy | None] = {None: None, "mine": "client_wins", "theirs": "server_wins"}


@click.command(short_help="Take, merge and send.")
@click.option("-n", "--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--full", is_flag=True, help="Read the lists whole, as if for the first time.")
@click.option("--force", is_flag=True, help="Do not wait for a pause that the server asked for.")
@click.option("--keep", type=click.Choice(["mine", "theirs"]), help="Decide all conflicts of this sync that way.")
@json_option
@pass_app
def sync(  # noqa: PLR0913 - one for each option
    app: App, *, dry_run: bool, full: bool, force: bool, keep: str | None, as_json: bool
) -> ExitStatus:
    """Take what others wrote, merge it, and send what was written here."""
    shown = ProgressLine(sys.stderr)

    def run(*collections: Collection, strategy: Strategy | None = _STRATEGIES[keep]) -> SyncReport:
        options = {"full": full, "dry_run": dry_run, "force": force}
        return app.store.sync(*collections, strategy=strategy, progress=shown, **options)

    try:
        report = run(*app.collections) if dry_run else app.lists.sync(lambda: app.collections, run)
    except NoServerError:
        raise
    except SyncError as error:
        remember(app.profile, str(error))
        raise
    finally:
        shown.clear()
    if not dry_run:
        remember(app.profile, None)
    if as_json:
        show_json(_as_json(app, report))
    else:
        show(_lines(app, report))
    return ExitStatus.DONE if report.ok or dry_run else ExitStatus.ATTENTION


class ProgressLine:
    """One line on a terminal that tells how far a long sync is."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._began = clock()
        self._visible = False

    def __call__(self, progress: Progress) -> None:
        """Show it, unless the sync has only just begun."""
        if not self._stream.isatty() or self._clock() - self._began < _QUIET_SECONDS:
            return
        verb = "Taking" if progress.phase == "pull" else "Sending"
        of = "" if progress.total is None else f" of {progress.total:,}"
        self._write(f"{_LINE_START}{verb} {safe(progress.collection)}: {progress.done:,}{of}")
        self._visible = True

    def clear(self) -> None:
        """Take the line away."""
        if self._visible:
            self._write(_LINE_START)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def _lines(app: App, report: SyncReport) -> Iterator[str]:
    would = "Would have " if report.dry_run else ""
    yield f"{would}{'taken' if would else 'Taken'}: {report.pulled}"
    yield f"{would}{'sent' if would else 'Sent'}: {report.pushed}"
    for merged in report.merged:
        yield f"Merged: {_title(app, merged)}"
    for conflict in report.conflicts:
        what = ", ".join(map(safe, conflict.fields)) or "it is no longer there"
        yield click.style(f"Conflict: {_title(app, conflict)} ({what}); see `kintoun-todo conflicts`", fg="red")
    for refused in report.refused:
        yield click.style(f"Refused: {_title(app, refused)}: {safe(refused.message)}", fg="red")
    for put_back in report.put_back:
        lost = "the deletion" if put_back.lost is None else version_text(put_back.lost)
        yield click.style(
            f"Not allowed: {_title(app, put_back)}: the server keeps its own; lost here: {lost}", fg="red"
        )
    for gone in report.withdrawn:
        yield click.style(f"No longer shared with you: {safe(gone.collection)} in {safe(gone.bucket)}", fg="red")
    for problem in report.problems:
        yield click.style(f"Problem with {safe(problem.collection)}: {safe(problem.message)}", fg="red")
    if report.waiting and not report.dry_run:
        yield f"Still waiting: {report.waiting}"


def _title(app: App, event: Event) -> str:
    return safe(app.title_of(event.bucket, event.collection, event.id))


def _as_json(app: App, report: SyncReport) -> dict[str, Any]:
    def place(event: Event) -> dict[str, Any]:
        return {"list": app.list_name_of(event.bucket, event.collection), "id": event.id}

    def no_access(found: Any) -> dict[str, Any]:  # noqa: ANN401 - a Problem
        where = app.list_name_of(found.bucket, found.collection)
        return {"list": where, "status": found.status, "message": found.message}

    return {
        "dry_run": report.dry_run,
        "ok": report.ok,
        "pulled": _counts(report.pulled),
        "pushed": _counts(report.pushed),
        "merged": [{**place(one), "kind": one.note.kind.value, "result": one.note.result} for one in report.merged],
        "conflicts": [{**place(one), "fields": list(one.fields)} for one in report.conflicts],
        "refused": [{**place(one), "status": one.status, "message": one.message} for one in report.refused],
        "put_back": [
            {**place(one), "status": one.status, "message": one.message, "lost": one.lost, "now": one.now}
            for one in report.put_back
        ],
        "withdrawn": list(map(no_access, report.withdrawn)),
        "problems": list(map(no_access, report.problems)),
        "waiting": report.waiting,
        "requests": report.requests,
    }


def _counts(counts: Counts) -> dict[str, int]:
    return {"created": counts.created, "updated": counts.updated, "deleted": counts.deleted}
