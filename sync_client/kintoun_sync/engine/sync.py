"""One sync: hello, then for each collection a pull and a push."""

from collections.abc import Sequence
from dataclasses import dataclass

from kintoun_sync.errors import AccessError, AuthenticationError, SyncError, UnexpectedAnswerError
from kintoun_sync.report import Problem, SyncReport

from .access import Fingerprints, fingerprints
from .account import Tally
from .ask import Line, body_of, message_of
from .exchange import Request, Steps
from .pull import NoAccess, Pull, withdraw
from .push import Push
from .replica import Replica

_MOST_REQUESTS = 100


@dataclass(frozen=True, slots=True)
class Hello:
    """What the engine needs of the hello view (protocol section 7.1)."""

    batch_size: int
    user_id: str | None
    bucket: str | None = None
    """The real id of one's own bucket."""


def greet(line: Line) -> Steps[Hello]:
    """Ask the server who it is, and who it takes us for."""
    answer = yield from line.ask(Request("GET", "/"))
    body = body_of(answer)
    if answer.status != 200:  # noqa: PLR2004 - OK
        raise AccessError(f"the server does not greet: {message_of(answer)}", answer.status)
    settings, user = body.get("settings"), body.get("user")
    if not isinstance(settings, dict) or "http_api_version" not in body:
        raise UnexpectedAnswerError("what answers there is no server of this protocol")
    size = settings.get("batch_max_requests")
    user = user if isinstance(user, dict) else {}
    return Hello(size if isinstance(size, int) and size > 0 else _MOST_REQUESTS, user.get("id"), user.get("bucket"))


@dataclass(frozen=True, slots=True)
class Wish:
    """How to synchronise."""

    full: bool = False
    """Read the lists whole, whatever the cursors say."""
    dry_run: bool = False
    """Send nothing. The replicas are written to all the same: give copies."""


def synchronise(line: Line, replicas: Sequence[Replica], hello: Hello, wish: Wish = Wish()) -> Steps[SyncReport]:
    """Pull and push each collection; what goes wrong with one does not hold up the others.

    Raises:
        SyncError: nobody is there, or nobody knows us; ``report`` says what was done before.
    """
    report = line.report
    report.dry_run = wish.dry_run
    try:
        access = yield from fingerprints(line, replicas, hello.bucket, hello.batch_size)
        for replica in replicas:
            yield from _round(line, replica, hello, wish, access)
    except SyncError as error:
        error.report = report
        raise
    finally:
        report.waiting = sum(replica.pending_count() for replica in replicas)
    return report


def _round(line: Line, replica: Replica, hello: Hello, wish: Wish, access: Fingerprints | None) -> Steps[None]:
    tally = Tally(line.report, replica)
    place = (replica.bucket, replica.name)
    was_there = replica.cursor() is not None or replica.known_count() > 0
    try:
        yield from _pull(line, replica, tally, wish, None if access is None else access.of(replica))
        push = Push(line, replica, tally, hello.batch_size)
        if wish.dry_run:
            push.preview()
        else:
            yield from push.run()
    except NoAccess as none:
        problem = Problem(*place, none.status, none.message)
        if was_there:
            withdraw(replica, tally)
            line.report.withdrawn.append(problem)
        else:
            line.report.problems.append(problem)
    except AccessError as error:
        line.report.problems.append(Problem(*place, error.status, str(error)))


def _pull(line: Line, replica: Replica, tally: Tally, wish: Wish, access: str | None) -> Steps[None]:
    """Pull; the whole list where my access is another than when the list was last read whole."""
    changed = access not in (None, replica.access())
    if changed and replica.cursor() is not None:
        line.report.resynced.append(f"{replica.bucket}/{replica.name}")
    yield from Pull(line, replica, tally).run(full=wish.full or changed)
    if access is not None and changed:
        replica.set_access(access)


def check_credentials(hello: Hello, *, given: bool) -> None:
    """Find out that the server did not take the credentials: its hello view says so by silence.

    Raises:
        AuthenticationError: it did not.
    """
    if given and hello.user_id is None:
        raise AuthenticationError("the server does not know these credentials")
