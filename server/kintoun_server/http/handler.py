"""What every handler does: reads the body, knows the caller, answers JSON with the right headers, and errors too."""

import functools
import inspect
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import TracebackType
from typing import Any, ClassVar, TypeAlias

from tornado.httputil import HTTPHeaders
from tornado.web import HTTPError, RequestHandler

from kintoun_server import errors
from kintoun_server.domain.principals import Caller
from kintoun_server.domain.refusals import (
    Detail,
    Invalid,
    NotModified,
    Refusal,
    StaleCredentials,
    TooLarge,
    UnacceptableMedia,
    WrongCredentials,
)
from kintoun_server.domain.session import Session, digest
from kintoun_server.errors import ApiError, Unavailable
from kintoun_server.trace import Trace

from . import cors
from .batch.connection import CapturedConnection
from .refused import error_of, validators
from .session_cookie import APP_CHALLENGE, is_from_app
from .site import Site

_logger = logging.getLogger(__name__)

JSON_TYPE = "application/json"
MAX_HEADER_BYTES = 64 * 1024
"""Above this the address and the headers together are refused."""
READS = ("GET", "HEAD", "OPTIONS")
_RENEWED = ("get", "head", "post", "put", "patch", "delete")
_Method: TypeAlias = Callable[..., Awaitable[None] | None]
_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; ",
}


class APIHandler(RequestHandler):
    """A handler of the API; ``allow`` lists its methods in the order of the header Allow.

    One that ``authenticates`` looks at the credentials of a request; to another one everybody is anonymous.
    """

    allow: ClassVar[Sequence[str]] = ("GET", "HEAD", "OPTIONS")
    authenticates: ClassVar[bool] = True
    site: Site
    caller: Caller

    def __init_subclass__(cls) -> None:
        """Let each method run again when the caller's account has changed since its password was verified."""
        super().__init_subclass__()
        for name in _RENEWED:
            if name in vars(cls):
                setattr(cls, name, _renewed(vars(cls)[name]))

    def initialize(self, site: Site, route: str, kind: str = "") -> None:  # noqa: ARG002 - for handlers of several kinds
        """Take what the routes hand in; ``route`` is the path with its variables in braces."""
        self.site = site
        self.route = route
        self.trace = Trace.of(self.request.headers.get("X-Request-Id"))
        self.errno: int | None = None
        self.failure = "an error that nobody expected, with its traceback in the log"
        self.caller = Caller()
        self.session: Session | None = None

    def set_default_headers(self) -> None:
        """Set what stands on every answer, errors included."""
        self.clear_header("Server")
        for name, value in _SECURITY.items():
            self.set_header(name, value)
        self.set_header("Content-Type", f"{JSON_TYPE}; charset=UTF-8")

    async def prepare(self) -> None:
        """Refuse methods that are not there, heads of requests that are too long, and wrong credentials."""
        self.trace.enter()
        self._set_common_headers()
        if self.site.has_ended:
            raise self._gone()
        method = self.request.method or ""
        if method not in self.methods:
            raise self.method_not_allowed()
        self.set_header("Access-Control-Expose-Headers", ", ".join(self.exposed_headers()))
        self._bound_headers()
        if self.authenticates and method != "OPTIONS":
            await self.authenticate()

    async def authenticate(self, *, anew: bool = False) -> None:
        """Find out who the caller is; ``anew`` whatever was found out a short time ago.

        Raises:
            WrongCredentials: there is an account of the name in the header, and the password is not its own.
            Unavailable: it cannot be found out now.
        """
        token = self.site.cookie.token(self.request)
        if token is not None:
            self.session = await self._session(token, anew=anew)
            self.caller = self.session.caller if self.session else Caller()
            return
        self.caller = await self.site.authenticator.caller(self.request.headers.get("Authorization"), anew=anew)
        if self.caller.user_id is None and self.caller.credential and not self.welcomes_newcomers:
            raise WrongCredentials

    async def _session(self, token: str, *, anew: bool) -> Session | None:
        """Find the session of a cookie, or that of the batch which this is part of, and renew it when it is due."""
        connection = self.request.connection
        outer = connection.session if isinstance(connection, CapturedConnection) else None
        if outer and not anew and outer.digest == digest(token):
            return outer
        now, sessions = self.site.now(), self.site.sessions
        session = await sessions.find(token, now, anew=anew)
        if session and session.is_due(now, sessions.lifetime):
            session = await sessions.renew(session, now)
            self.site.cookie.set(self, token, sessions.seconds)
        return session

    @property
    def welcomes_newcomers(self) -> bool:
        """Whether somebody may come with credentials that no account has yet."""
        return False

    @property
    def methods(self) -> Sequence[str]:
        """The methods of this endpoint that are switched on."""
        return [method for method in self.allow if method in READS or not self.site.settings.readonly]

    def method_not_allowed(self) -> ApiError:
        """Answer the error for a method that this endpoint does not have (405)."""
        return ApiError(errors.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(self.methods)})

    def exposed_headers(self) -> Sequence[str]:
        """List the headers that pages of other origins may read (protocol section 27)."""
        return cors.ALWAYS

    def raw_body(self) -> bytes:
        """Answer the body.

        Raises:
            TooLarge: it is over the limit.
        """
        if len(self.request.body) > self.site.settings.max_body_bytes:
            raise TooLarge
        return self.request.body

    def options(self, *_: str) -> None:
        """Answer a preflight (protocol section 27).

        Raises:
            Invalid: it is none, or asks for a method that is not there.
        """
        headers = self.request.headers
        missing = [name for name in ("Access-Control-Request-Method", "Origin") if name not in headers]
        if missing:
            raise Invalid.of(*(Detail("header", name, "this header is mandatory") for name in missing))
        if headers["Access-Control-Request-Method"].upper() not in self.methods:
            raise Invalid("header", "Access-Control-Request-Method", "Method not allowed")
        self.check_origin()
        allowed = cors.preflight_headers(
            headers.get("Access-Control-Request-Headers", ""),
            [method for method in self.methods if method != "OPTIONS"] + ["OPTIONS"],
            self.exposed_headers(),
        )
        for name, value in allowed.items():
            self.set_header(name, value)
        self.set_header("Access-Control-Max-Age", str(self.site.settings.cors_max_age_seconds))
        self.finish("null")

    def check_origin(self) -> None:
        """Check the page that sends the request.

        Raises:
            Invalid: pages of its origin may not call the API (protocol section 27).
        """
        origin = self.request.headers.get("Origin")
        if origin is not None and not cors.allowed_origin(origin, self.site.settings.cors_origins):
            raise Invalid("header", "Origin", f"{origin} not allowed")

    def accept_fault(self) -> UnacceptableMedia | None:
        """Answer what is wrong with the header Accept (protocol section 3.2)."""
        accept = self.request.headers.get("Accept")
        if accept is None or any(_accepts_json(part) for part in accept.split(",")):
            return None
        return UnacceptableMedia("Accept", (JSON_TYPE,))

    def media_fault(self) -> UnacceptableMedia | None:
        """Answer what is wrong with Accept, or with the Content-Type of a write (protocol section 3)."""
        fault = self.accept_fault()
        if fault or self.request.method not in ("PUT", "POST", "PATCH") or self.media_type in self.media_types:
            return fault
        return UnacceptableMedia("Content-Type", self.media_types)

    @property
    def media_type(self) -> str:
        """The media type of the body, without its parameters; JSON where none is told."""
        return self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower() or JSON_TYPE

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media types that a body may have."""
        return (JSON_TYPE,)

    def send(self, body: object, status: int = 200, timestamp: int | None = None) -> None:
        """Answer JSON; ``timestamp`` (ms) makes ETag and Last-Modified."""
        self.set_status(status)
        if timestamp is not None:
            self.set_headers(validators(timestamp))
        self.finish(json.dumps(body, separators=(",", ":")))

    def allow_caching(self, seconds: int) -> None:
        """Let the answer be kept for some seconds, but none to a session: a cookie alone stops no cache between us."""
        if self.session:
            return
        expires = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
        self.set_headers({"Cache-Control": f"max-age={seconds}", "Expires": expires})

    @property
    def answer_headers(self) -> HTTPHeaders:
        """The headers of the answer, as they are now."""
        return self._headers

    def set_headers(self, headers: Mapping[str, str]) -> None:
        """Set several headers."""
        for name, value in headers.items():
            self.set_header(name, value)

    def decode_argument(self, value: bytes, name: str | None = None) -> str:  # noqa: ARG002 - Tornado's signature
        """Decode a segment of the path.

        Raises:
            ApiError: it is not UTF-8 (protocol section 2).
        """
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise ApiError(errors.BAD_REQUEST, "Invalid URL path.") from None

    def compute_etag(self) -> None:
        """Leave ETags to the protocol: they are timestamps."""

    def on_finish(self) -> None:
        """Tell a batch why this part of it failed."""
        connection = self.request.connection
        if isinstance(connection, CapturedConnection):
            connection.note(self.errno, f"{self.request.method} {self.route}: {self.failure}")

    def log_exception(
        self, typ: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Log what nobody expected, with its traceback; refusals are answers like others."""
        if value is not None and not isinstance(value, ApiError | Refusal | Unavailable | HTTPError):
            _logger.error("%s %s", self.request.method, self.route, exc_info=(typ or type(value), value, tb))

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401 - Tornado's signature
        """Answer an error in the protocol's form, whatever was raised."""
        raised = kwargs.get("exc_info", (None, None, None))[1]
        # Tornado drops what was set before the error, headers for other origins too.
        self._set_common_headers()
        self.set_header("Access-Control-Expose-Headers", ", ".join(self.exposed_headers()))
        if isinstance(raised, NotModified):
            self._finish_not_modified(raised)
            return
        error = self._error(status_code, raised)
        self.errno = error.kind.errno
        self.set_status(error.kind.status)
        if error.kind is errors.METHOD_NOT_ALLOWED:
            self.clear_header("Access-Control-Expose-Headers")
        self.set_headers(error.headers)
        if "WWW-Authenticate" in error.headers and is_from_app(self.request):
            self.set_header("WWW-Authenticate", APP_CHALLENGE)
        self.finish(json.dumps(error.body(self._info(error)), separators=(",", ":")))

    def _finish_not_modified(self, found: NotModified) -> None:
        self.set_status(304)
        self.set_headers(validators(found.timestamp))
        self.finish()

    def _error(self, status: int, raised: BaseException | None) -> ApiError:
        retry_after = self.site.settings.retry_after_seconds
        if self.site.has_ended:
            raised = self._gone()
        if isinstance(raised, ApiError):
            return raised
        if isinstance(raised, Refusal):
            return error_of(raised, self.caller, retry_after)
        if isinstance(raised, Unavailable):
            self.failure = str(raised)
            return ApiError(errors.UNAVAILABLE, headers={"Retry-After": str(retry_after)})
        if status == errors.METHOD_NOT_ALLOWED.status:
            return self.method_not_allowed()
        if status < 500:  # noqa: PLR2004 - the class of status
            return ApiError(errors.BAD_REQUEST, str(raised))
        return ApiError(errors.UNEXPECTED, headers={"Retry-After": str(retry_after)})

    def _gone(self) -> ApiError:
        return ApiError(errors.GONE, self.site.settings.eos_message)

    def _info(self, error: ApiError) -> str | None:
        return self.site.settings.error_info_link if error.kind is errors.UNEXPECTED else None

    def _set_common_headers(self) -> None:
        self.set_header("X-Request-Id", self.trace.request_id)
        settings = self.site.settings
        if settings.backoff and secrets.randbelow(100) < settings.backoff_percentage:
            self.set_header("Backoff", str(settings.backoff))
        if end := self.site.end_of_life:
            self.set_header("Alert", end.alert())
        self._share_with_origin()

    def _share_with_origin(self) -> None:
        settings = self.site.settings
        origin = self.request.headers.get("Origin")
        allowed = cors.allowed_origin(origin, settings.cors_origins) if origin else None
        if allowed:
            self.set_header("Access-Control-Allow-Origin", allowed)
        if "*" not in settings.cors_origins:
            self.set_header("Vary", "Origin")

    def _bound_headers(self) -> None:
        size = len(self.request.uri or "") + sum(
            len(name) + len(value) for name, value in self.request.headers.get_all()
        )
        if size > MAX_HEADER_BYTES:
            raise ApiError(errors.BAD_REQUEST, f"Address and headers are longer than {MAX_HEADER_BYTES} bytes.")


def _renewed(method: _Method) -> _Method:
    @functools.wraps(method)
    async def run(handler: APIHandler, *path: str) -> None:
        try:
            await _awaited(method(handler, *path))
        except StaleCredentials:
            # Nothing was written and nothing answered, and the caller may be somebody else now.
            await handler.authenticate(anew=True)
            await _awaited(method(handler, *path))

    return run


async def _awaited(answer: Awaitable[None] | None) -> None:
    if inspect.isawaitable(answer):
        await answer


def _accepts_json(media_range: str) -> bool:
    media_type, _, parameters = media_range.partition(";")
    refused = parameters.replace(" ", "") in ("q=0", "q=0.0")
    return media_type.strip().lower() in (JSON_TYPE, "application/*", "*/*") and not refused
