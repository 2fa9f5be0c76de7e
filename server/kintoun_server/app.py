"""Composition: settings and store become an application."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tornado.web import Application, url

from .http.accounts import AccountHandler, AccountListHandler
from .http.authentication import Authenticator
from .http.backend import Backend
from .http.batch.handler import BatchHandler
from .http.bounded_server import BoundedServer
from .http.flush import FlushHandler
from .http.handler import MAX_HEADER_BYTES, APIHandler
from .http.in_process import InProcessAPI
from .http.list import ListHandler
from .http.log import log_request
from .http.object import ObjectHandler
from .http.people import PeopleHandler
from .http.permissions import PermissionsHandler
from .http.rate_limit import RateLimit
from .http.service import HeartbeatHandler, HelloHandler, LoadBalancerHeartbeatHandler, VersionHandler
from .http.session import SessionHandler
from .http.session_keeper import SessionKeeper
from .http.site import PREFIX, Site
from .http.unrouted import UnroutedHandler
from .http.user_data import UserDataHandler
from .passwords import Passwords
from .settings import Settings
from .webapp import find_webapp


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint: its path below ``/v1`` with variables in braces, its handler, and what is handed to it.

    With a ``setting``, the name of an attribute of the settings, it is there only if that is true.
    """

    path: str
    handler: type[APIHandler]
    options: Mapping[str, str] = field(default_factory=dict)
    setting: str | None = None

    @property
    def pattern(self) -> str:
        """The path as a regular expression."""
        return re.escape(PREFIX) + re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(self.path))


_COLLECTION = "/buckets/{bucket}/collections/{collection}"

ROUTES: Sequence[Route] = (
    Route("/", HelloHandler),
    Route("/__heartbeat__", HeartbeatHandler),
    Route("/__lbheartbeat__", LoadBalancerHeartbeatHandler),
    Route("/__version__", VersionHandler),
    Route("/__flush__", FlushHandler, setting="flush_endpoint_enabled"),
    Route("/batch", BatchHandler),
    Route("/__user_data__/{principal}", UserDataHandler),
    Route("/accounts", AccountListHandler, {"kind": "account"}, setting="has_accounts"),
    Route("/accounts/{account}", AccountHandler, {"kind": "account"}, setting="has_accounts"),
    Route("/session", SessionHandler, setting="has_accounts"),
    Route("/people", PeopleHandler, setting="has_accounts"),
    Route("/permissions", PermissionsHandler, setting="experimental_permissions_endpoint"),
    Route("/buckets", ListHandler, {"kind": "bucket"}),
    Route("/buckets/{bucket}", ObjectHandler, {"kind": "bucket"}),
    Route("/buckets/{bucket}/groups", ListHandler, {"kind": "group"}),
    Route("/buckets/{bucket}/groups/{group}", ObjectHandler, {"kind": "group"}),
    Route("/buckets/{bucket}/collections", ListHandler, {"kind": "collection"}),
    Route(_COLLECTION, ObjectHandler, {"kind": "collection"}),
    Route(f"{_COLLECTION}/records", ListHandler, {"kind": "record"}),
    Route(f"{_COLLECTION}/records/{{record}}", ObjectHandler, {"kind": "record"}),
)

_OF_THE_APP = ("/", "/session", "/people")
"""Routes that no client of Kinto asks for without the version; the web app may have pages there."""


def make_app(settings: Settings, store: Backend) -> Application:
    """Make the application of one server on an open store."""
    passwords = Passwords()
    authenticator = Authenticator(settings, store.accounts, passwords)
    site = Site(
        settings,
        store,
        passwords,
        authenticator,
        SessionKeeper(settings, store.sessions, store.accounts),
        RateLimit(settings.people_lookups_per_minute),
        on_flush=[authenticator.forget_everybody],
    )
    rules = [
        url(route.pattern, route.handler, {"site": site, "route": PREFIX + route.path, **route.options})
        for route in ROUTES
        if route.setting is None or getattr(settings, route.setting)
    ]
    api = InProcessAPI(site.cookie.name, settings.http_host)
    app = Application(
        [*rules, *_pages(site, api)],
        default_handler_class=UnroutedHandler,
        default_handler_args={"site": site, "route": "(no route)"},
        log_function=log_request,
    )
    api.serve(app)
    return app


def _pages(site: Site, api: InProcessAPI) -> Sequence[Any]:
    """Make the rules of the web app, if there is one, after those that keep the API's own paths from it."""
    make_rules = find_webapp(site.settings)
    if make_rules is None:
        return []
    handed = {"site": site, "route": "(no route)"}
    unversioned = [route.pattern.removeprefix(re.escape(PREFIX)) for route in ROUTES if route.path not in _OF_THE_APP]
    kept = [r"/v[0-9]+(?:/.*)?", *(f"{pattern}/?" for pattern in unversioned)]
    return [*(url(pattern, UnroutedHandler, handed) for pattern in kept), *make_rules(api)]


def make_server(app: Application, settings: Settings) -> BoundedServer:
    """Make the HTTP server of an application; it listens nowhere yet."""
    # Tornado cuts the connection without a word above its limit; ours is lower, and answered.
    return BoundedServer(app, max_header_size=16 * MAX_HEADER_BYTES, max_body_bytes=settings.max_body_bytes)
