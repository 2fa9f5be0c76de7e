"""Paths without an endpoint: redirects to the version and without a final slash, or 404 (protocol section 2)."""

import re

from kintoun_server import errors
from kintoun_server.errors import ApiError

from .handler import APIHandler
from .site import PREFIX

_OTHER_VERSION = re.compile(r"/v[0-9]+(/|$)")


class UnroutedHandler(APIHandler):
    """Any path that no other handler has."""

    allow = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    authenticates = False

    async def prepare(self) -> None:
        """Redirect or refuse, whatever the method."""
        await super().prepare()
        path = self.request.path
        if not path.startswith(PREFIX):
            self._outside_prefix(path)
            return
        if path == PREFIX:
            self._redirect_slash(f"{PREFIX}/")
        elif path.endswith("/"):
            self._redirect_slash(path.rstrip("/"))
        else:
            raise ApiError(errors.UNKNOWN_ROUTE)

    def _outside_prefix(self, path: str) -> None:
        settings = self.site.settings
        if _OTHER_VERSION.match(path) or not settings.version_prefix_redirect_enabled:
            raise ApiError(errors.UNKNOWN_VERSION)
        if self.request.method == "OPTIONS":
            self.finish()
            return
        self._redirect(PREFIX + path, settings.version_prefix_redirect_ttl_seconds)

    def _redirect_slash(self, path: str) -> None:
        settings = self.site.settings
        if not settings.trailing_slash_redirect_enabled:
            raise ApiError(errors.UNKNOWN_ROUTE)
        self._redirect(path, settings.trailing_slash_redirect_ttl_seconds)

    def _redirect(self, path: str, seconds: int) -> None:
        query = f"?{self.request.query}" if self.request.query else ""
        self.set_status(307)
        self.set_header("Location", f"{self.site.origin(self.request)}{path}{query}")
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        if seconds >= 0:
            self.allow_caching(seconds)
        self.finish("The resource is at the address in the header Location.")
