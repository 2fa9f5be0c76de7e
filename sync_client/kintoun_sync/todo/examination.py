"""What the doctor looks at."""

import os
import platform
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

from kintoun_sync import KintounError, SyncError, __version__
from kintoun_sync.server import authorization
from kintoun_sync.sqlite.soundness import SQLITE_VERSION, FileError, check_sound

from .app import App
from .credentials import credentials_file, find_password, keyring_name
from .failure import CommandFailure
from .last_sync import last_sync, local_time
from .profile import is_private, profiles_file
from .server_view import ServerView, view_server

_LARGEST_SKEW = 60.0
"""Seconds. Nothing of a sync depends on this device's clock, but times in the log would mislead."""


class Verdict(StrEnum):
    """How bad it is."""

    WELL = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``advice`` says what to do, empty where nothing is to be done."""

    subject: str
    verdict: Verdict
    found: str
    advice: str = ""

    def as_json(self) -> dict[str, str]:
        """Write it for other programs."""
        return {"subject": self.subject, "verdict": self.verdict, "found": self.found, "advice": self.advice}


def examine(app: App, *, offline: bool) -> list[Finding]:
    """Look at everything; whatever is wrong with one thing, the others are looked at too."""
    findings = [*_versions(), *_files()]
    try:
        findings += [*_store(app)]
    except (KintounError, CommandFailure, FileError, OSError) as error:
        advice = f"move {app.profile.database} away, and `kintoun-todo sync` brings back what the server has"
        findings.append(Finding("tasks", Verdict.WRONG, str(error), advice))
    return findings if offline else [*findings, *_server(app)]


def _versions() -> Iterator[Finding]:
    parts = [f"{name} {version(name)}" for name in ("click", "platformdirs", "wcwidth", "httpx2")]
    python = f"Python {platform.python_version()}, SQLite {SQLITE_VERSION}"
    yield Finding("versions", Verdict.WELL, f"kintoun-sync {__version__}, {python}, {', '.join(parts)}")


def _files() -> Iterator[Finding]:
    try:
        name = keyring_name()
    except Exception as error:  # noqa: BLE001 - a keyring may raise whatever its system does
        yield Finding("keyring", Verdict.WARNING, f"it cannot be used: {error}", "passwords go into a file of mode 600")
    else:
        yield Finding("keyring", Verdict.WELL, name or "none: passwords are kept in a file of mode 600")
    for path in (credentials_file(), profiles_file()):
        if path.exists():
            yield _mode(path)


def _mode(path: Path) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        return Finding("files", Verdict.WRONG, f"others may read {path} (mode {mode:o})", f"chmod 600 '{path}'")
    return Finding("files", Verdict.WELL, f"{path} (mode {mode:o})")


def _store(app: App) -> Iterator[Finding]:
    if not app.profile.database.exists():
        yield Finding("tasks", Verdict.WELL, "none yet", "`kintoun-todo add Buy milk` makes the first")
        return
    check_sound(app.profile.database)
    count = sum(map(len, app.lists.with_tasks()))
    yield Finding("tasks", Verdict.WELL, f"{count} in {app.profile.database}, which is sound")
    yield from _open_matters(app)
    last = last_sync(app.profile)
    if last.problem:
        found = f"the last one failed, {local_time(str(last.tried))}: {last.problem}"
        yield Finding("last sync", Verdict.WARNING, found, "`kintoun-todo sync`")
    else:
        yield Finding("last sync", Verdict.WELL, local_time(last.succeeded) if last.succeeded else "never")


def _open_matters(app: App) -> Iterator[Finding]:
    waiting, conflicts = app.store.waiting, len(app.store.conflicts())
    refused = sum(len(collection.refused()) for collection in app.store.collections())
    yield Finding("waiting", Verdict.WELL, f"{waiting} to be sent", "`kintoun-todo sync`" if waiting else "")
    if conflicts:
        yield Finding("conflicts", Verdict.WARNING, f"{conflicts} open", "`kintoun-todo conflicts`")
    if refused:
        advice = "`kintoun-todo list --json` says why; edit them"
        yield Finding("refused", Verdict.WARNING, f"{refused} tasks that the server does not take", advice)


def _server(app: App) -> Iterator[Finding]:
    profile = app.profile
    if profile.server is None:
        yield Finding("server", Verdict.WARNING, "none is known", "`kintoun-todo login SERVER`, if you want to sync")
        return
    try:
        password = find_password(profile) if profile.user is not None else None
    except CommandFailure as failure:
        yield Finding("password", Verdict.WRONG, str(failure), "`kintoun-todo login`")
        password = None
    auth = None if password is None else authorization((str(profile.user), password))
    try:
        view = view_server(profile.server, auth)
    except SyncError as error:
        advice = "are you online? is the address right? All but `sync` works without it"
        yield Finding("server", Verdict.WRONG, f"{profile.server}: {error}", advice)
        return
    if not is_private(profile.server):
        found = f"{profile.server} is asked without encryption: others on the way read the password"
        yield Finding("server", Verdict.WARNING, found, "`kintoun-todo login https://...`")
    name = f"{view.name} {view.version}, protocol {view.protocol}, {view.seconds * 1000:.0f} ms"
    yield Finding("server", Verdict.WELL, f"{profile.server}: {name}")
    yield _known(app, view, given=password is not None)
    yield from _clock(view)


def _known(app: App, view: ServerView, *, given: bool) -> Finding:
    if not given:
        return Finding("password", Verdict.WRONG, "there is none on this device", "`kintoun-todo login`")
    if view.user_id is None:
        advice = "`kintoun-todo login` to enter it again"
        return Finding("password", Verdict.WRONG, "the server does not take the name and the password", advice)
    owner = app.store.user_id if app.profile.database.exists() else None
    if owner not in (None, view.user_id):
        found = f"the tasks are of {owner}, and you are {view.user_id}"
        return Finding("password", Verdict.WRONG, found, "use another --profile for this account")
    return Finding("password", Verdict.WELL, f"you are {view.user_id}")


def _clock(view: ServerView) -> Iterator[Finding]:
    if view.clock_ahead is None:
        return
    skew = abs(view.clock_ahead)
    direction = "ahead of" if view.clock_ahead > 0 else "behind"
    if skew > _LARGEST_SKEW:
        found = f"this device is {skew:.0f} s {direction} the server"
        yield Finding("clock", Verdict.WARNING, found, "set the clock of this device: times in the log mislead")
    else:
        yield Finding("clock", Verdict.WELL, f"within {skew:.0f} s of the server's")
