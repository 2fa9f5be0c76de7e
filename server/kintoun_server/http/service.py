"""The hello view and the utility endpoints (protocol section 7)."""

import json
from typing import Any

from kintoun_server import __version__, errors
from kintoun_server.domain.principals import Caller, personal_bucket_id
from kintoun_server.domain.refusals import WrongCredentials
from kintoun_server.errors import ApiError
from kintoun_server.settings import ACCOUNT_POLICY, BASICAUTH_POLICY

from .handler import APIHandler
from .site import API_VERSION

DOCS = "https://kinto.readthedocs.io/"
READONLY_TTL_SECONDS = 86_400
EPHEMERAL_WARNING = (
    "DEMO: no MongoDB was found, so all data are kept in the memory of this process and are LOST when it stops."
)

_POLICIES = {
    ACCOUNT_POLICY: ("Accounts: people sign up with a name and a password.", "api/1.x/accounts.html"),
    BASICAUTH_POLICY: (
        "Basic authentication: any pair of user and password is a user.",
        "api/1.x/authentication.html",
    ),
}
_CAPABILITIES = {ACCOUNT_POLICY: "accounts"}


class HelloHandler(APIHandler):
    """``GET /v1/``: what this server is and can do, and who the caller is."""

    async def authenticate(self, *, anew: bool = False) -> None:
        """Find out who the caller is; wrong credentials are no error here: clients ask for the user to try them."""
        try:
            await super().authenticate(anew=anew)
        except WrongCredentials:
            self.caller = Caller()

    async def get(self) -> None:
        """Answer the hello view."""
        settings = self.site.settings
        body: dict[str, Any] = {
            "project_name": settings.project_name,
            "project_version": __version__,
            "http_api_version": API_VERSION,
            "project_docs": settings.project_docs,
            "url": f"{self.site.base_url(self.request)}/",
            "config": None,
            "settings": {
                "explicit_permissions": settings.explicit_permissions,
                "readonly": settings.readonly,
                "batch_max_requests": settings.batch_max_requests,
            },
            "capabilities": self._capabilities(),
        }
        if settings.eos:
            body["eos"] = settings.eos.isoformat()
        if self.site.store.ephemeral:
            body["warning"] = EPHEMERAL_WARNING
        if self.caller.user_id is not None:
            body["user"] = await self._user(self.caller.user_id)
        if settings.readonly:
            self.allow_caching(READONLY_TTL_SECONDS)
        self.send(body)

    head = get

    async def _user(self, user_id: str) -> dict[str, object]:
        return {
            "id": user_id,
            "principals": sorted(await self.site.store.objects.principals(self.caller)),
            "bucket": personal_bucket_id(self.site.personal_secret, user_id),
        }

    def _capabilities(self) -> dict[str, dict[str, object]]:
        policies = self.site.settings.multiauth_policies
        capabilities = {
            **{name: capability for name, capability in _POLICIES.items() if name in policies},
            "default_bucket": ("A personal bucket for each user, at /buckets/default.", "api/1.x/buckets.html"),
        }
        if self.site.settings.experimental_permissions_endpoint:
            capabilities["permissions_endpoint"] = (
                "GET /permissions lists the objects on which you have rights.",
                "api/1.x/permissions.html",
            )
        if self.site.settings.flush_endpoint_enabled:
            capabilities["flush_endpoint"] = (
                "POST /__flush__ erases everything: this is a server for tests.",
                "api/1.x/flush.html",
            )
        found: dict[str, dict[str, object]] = {
            _CAPABILITIES.get(name, name): {"description": description, "url": DOCS + page}
            for name, (description, page) in sorted(capabilities.items())
        }
        if self.site.settings.has_accounts:
            found["accounts"]["validation_enabled"] = False
        return found


class HeartbeatHandler(APIHandler):
    """``GET /v1/__heartbeat__``: whether the database answers."""

    authenticates = False

    async def get(self) -> None:
        """Answer 200, or 503 when it does not."""
        alive = await self.site.store.answers(self.site.settings.heartbeat_timeout_seconds)
        if not alive:
            self.failure = f"the database did not answer within {self.site.settings.heartbeat_timeout_seconds} s"
            self.set_header("Retry-After", str(self.site.settings.retry_after_seconds))
        body = dict.fromkeys(("storage", "permission", "cache"), alive)
        self.send(body, 200 if alive else errors.UNAVAILABLE.status)

    head = get


class LoadBalancerHeartbeatHandler(APIHandler):
    """``GET /v1/__lbheartbeat__``: whether this process answers."""

    authenticates = False

    def get(self) -> None:
        """Answer 200; the database is not asked."""
        self.send({})

    head = get


class VersionHandler(APIHandler):
    """``GET /v1/__version__``: which software this is."""

    authenticates = False

    def get(self) -> None:
        """Answer the file that the operator names, or the version of the package.

        Raises:
            ApiError: 404, the file is not there or is not JSON.
        """
        path = self.site.settings.version_json_path
        if path is None:
            self.send({"name": "kintoun-server", "version": __version__})
            return
        try:
            self.send(json.loads(path.read_bytes()))
        except (OSError, ValueError):
            raise ApiError(errors.UNKNOWN_ROUTE) from None

    head = get
