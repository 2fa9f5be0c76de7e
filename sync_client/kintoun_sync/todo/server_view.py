"""What a server says of itself and of us, asked once: for logging in and for the doctor."""

import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from kintoun_sync import Client, Request, Response, UnexpectedAnswerError
from kintoun_sync.engine.ask import Line, Patience, body_of, message_of
from kintoun_sync.server import Auth

from .failure import CommandFailure, ExitStatus

_OK, _CREATED = 200, 201


@dataclass(frozen=True)
class ServerView:
    """The hello view (protocol section 7.1) as a person wants it."""

    name: str
    version: str
    protocol: str
    user_id: str | None
    """Who we are to it; None for nobody."""
    capabilities: frozenset[str]
    seconds: float
    """How long the answer took."""
    clock_ahead: float | None
    """Seconds by which this device's clock is ahead of the server's; None where the server does not tell the time."""
    body: dict[str, Any] = field(repr=False, default_factory=dict)

    @property
    def has_accounts(self) -> bool:
        """Whether people can sign up."""
        return "accounts" in self.capabilities

    @property
    def is_account(self) -> bool:
        """Whether we are an account, and not just any name with any password."""
        return self.user_id is not None and self.user_id.startswith("account:")


def view_server(server: str, auth: Auth = None) -> ServerView:
    """Ask a server, once.

    Raises:
        SyncError: nobody is there, or it is no server of this protocol.
    """
    began, clock = time.monotonic(), time.time()
    answer = _send(server, auth, Request("GET", "/"))
    seconds = time.monotonic() - began
    body = body_of(answer)
    if answer.status != _OK or "http_api_version" not in body:
        raise UnexpectedAnswerError(f"what answers at {server} is no server of this protocol: {message_of(answer)}")
    user = body.get("user")
    return ServerView(
        str(body.get("project_name", "")),
        str(body.get("project_version", "")),
        str(body["http_api_version"]),
        user.get("id") if isinstance(user, dict) else None,
        frozenset(body.get("capabilities") or ()),
        seconds,
        _ahead(answer, clock + seconds / 2),
        body,
    )


def sign_up(server: str, name: str, password: str) -> None:
    """Make an account.

    Raises:
        SyncError: nobody is there.
        CommandFailure: the server does not make it.
    """
    request = Request("PUT", f"/accounts/{name}", {"If-None-Match": "*"}, {"data": {"password": password}})
    answer = _send(server, None, request)
    if answer.status != _CREATED:
        taken = answer.status in (401, 403, 412)
        reason = "the name is taken, or signing up is not open" if taken else message_of(answer)
        raise CommandFailure(f"there is no new account {name!r} at {server}: {reason}", ExitStatus.DENIED)


def _send(server: str, auth: Auth, request: Request) -> Response:
    from kintoun_sync.transport import HttpTransport  # noqa: PLC0415 - a tenth of a second that offline commands save

    client = Client(HttpTransport(server, auth))
    try:
        return client.run(Line(Patience(attempts=2)).ask(request))
    finally:
        client.close()


def _ahead(answer: Response, now: float) -> float | None:
    try:
        told = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    # The header counts whole seconds, and leaves out what has passed of the last one: half of it on average.
    return now - told.timestamp() - 0.5
