"""What all handlers share: the settings, the store, and the addresses that answers show."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tornado.httputil import HTTPServerRequest

from kintoun_server.domain.principals import derived_key
from kintoun_server.passwords import Passwords
from kintoun_server.settings import Settings

from .authentication import Authenticator
from .backend import Backend
from .end_of_life import EndOfLife
from .query import PageRules
from .rate_limit import RateLimit
from .session_cookie import SessionCookie
from .session_keeper import SessionKeeper

API_VERSION = "1.23"
PREFIX = "/v1"


@dataclass(frozen=True, slots=True)
class Site:
    """One server: its settings, its store, what hashes its passwords, and what tells who its callers are."""

    settings: Settings
    store: Backend
    passwords: Passwords
    authenticator: Authenticator
    sessions: SessionKeeper
    people_limit: RateLimit
    on_flush: list[Callable[[], None]] = field(default_factory=list)
    """What forgets what it has kept of the store, when everything is erased."""

    @property
    def cookie(self) -> SessionCookie:
        """The cookie of sessions. Kintoun speaks plain HTTP itself: the setting tells of a proxy with TLS in front."""
        return SessionCookie(secure=self.settings.http_scheme == "https")

    @property
    def pages(self) -> PageRules:
        """What bounds the pages of lists."""
        settings = self.settings
        return PageRules(settings.paginate_by, settings.storage_max_fetch_size, self.token_secret)

    @property
    def end_of_life(self) -> EndOfLife | None:
        """The end of the service, if it is set."""
        settings = self.settings
        return EndOfLife(settings.eos, settings.eos_message, settings.eos_url) if settings.eos else None

    @property
    def has_ended(self) -> bool:
        """Whether the service has come to its end."""
        return self.end_of_life is not None and self.end_of_life.has_come

    @property
    def token_secret(self) -> str:
        """The key that page tokens are signed with."""
        return derived_key(self.settings.userid_hmac_secret, "page_token")

    @property
    def personal_secret(self) -> str:
        """The key that the ids of personal buckets are made with (protocol section 12)."""
        settings = self.settings
        return settings.default_bucket_hmac_secret or derived_key(settings.userid_hmac_secret, "default_bucket")

    def origin(self, request: HTTPServerRequest) -> str:
        """Answer scheme and host as the client knows them, by the settings or by its request (protocol section 2)."""
        return f"{self.settings.http_scheme or request.protocol}://{self.settings.http_host or request.host}"

    def base_url(self, request: HTTPServerRequest) -> str:
        """Answer the address of the API, without a slash at its end."""
        return self.origin(request) + PREFIX

    @staticmethod
    def now() -> int:
        """Answer the wall clock in ms."""
        return time.time_ns() // 1_000_000
