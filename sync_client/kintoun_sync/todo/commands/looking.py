"""``status`` and ``doctor``: how it stands, and what is wrong."""

import click

from kintoun_sync.todo.app import App, pass_app
from kintoun_sync.todo.examination import Finding, Verdict, examine
from kintoun_sync.todo.failure import ExitStatus
from kintoun_sync.todo.last_sync import last_sync, local_time
from kintoun_sync.todo.output import json_option, show, show_json, table
from kintoun_sync.todo.safe_text import safe
from kintoun_sync.todo.task import list_name

_STYLES = {Verdict.WELL: "green", Verdict.WARNING: "yellow", Verdict.WRONG: "red"}


@click.command(short_help="Tell what waits, and for whom.")
@json_option
@pass_app
def status(app: App, *, as_json: bool) -> None:
    """Tell what waits to be sent, what is in conflict, when the last sync was, and with which server."""
    last, profile = last_sync(app.profile), app.profile
    there = [collection for collection in app.collections if app.lists.is_there(collection)]
    conflicts = sum(len(collection.conflicts()) for collection in app.collections)
    refused = sum(len(collection.refused()) for collection in app.collections)
    if as_json:
        show_json(
            {
                "profile": profile.name,
                "server": profile.server,
                "user": profile.user,
                "user_id": app.store.user_id,
                "file": str(profile.database),
                "lists": {list_name(collection): len(collection) for collection in there},
                "waiting": app.store.waiting,
                "conflicts": conflicts,
                "refused": refused,
                "last_sync": last.succeeded,
                "last_problem": last.problem,
            }
        )
        return
    rows = [
        ("Profile", profile.name),
        ("Server", profile.server or "none yet: `kintoun-todo login SERVER`"),
        ("User", profile.user or "nobody"),
        *(("Tasks", f"{len(collection)} in {app.lists.name_of(collection)}") for collection in there),
        ("Waiting to be sent", str(app.store.waiting)),
        ("In conflict", f"{conflicts}: `kintoun-todo conflicts`" if conflicts else "0"),
        *([("Refused", str(refused))] if refused else []),
        ("Last sync", "never" if last.succeeded is None else local_time(last.succeeded)),
        *([("Last attempt", f"{local_time(str(last.tried))}: {last.problem}")] if last.problem else []),
        ("File", str(profile.database)),
    ]
    show(table(rows))


@click.command(short_help="Look for what is wrong.")
@click.option("--offline", is_flag=True, help="Do not ask the server.")
@json_option
@pass_app
def doctor(app: App, *, offline: bool, as_json: bool) -> ExitStatus:
    """Look at the file, the server, the password, the clock and the versions, and say what to do."""
    findings = examine(app, offline=offline)
    if as_json:
        show_json([finding.as_json() for finding in findings])
    else:
        show(line for finding in findings for line in _lines(finding))
    wrong = any(finding.verdict is Verdict.WRONG for finding in findings)
    return ExitStatus.FAILED if wrong else ExitStatus.DONE


def _lines(finding: Finding) -> list[str]:
    verdict = click.style(finding.verdict.value.ljust(7), fg=_STYLES[finding.verdict])
    lines = [f"{verdict}  {finding.subject.ljust(11)}  {safe(finding.found)}"]
    return [*lines, f"{'':22}→ {safe(finding.advice)}"] if finding.advice else lines
