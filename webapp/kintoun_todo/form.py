"""What all pages with forms share: who is signed in, and that a form comes from our own page."""

from collections.abc import Awaitable, Mapping
from http.cookies import SimpleCookie
from typing import Any

from .handler import WebHandler
from .tasks import Client, Refused

_WORDS = {
    400: "The server could not take that. Nothing was changed.",
    403: "You may look at this list, and not change it.",
    404: "That task or list is gone, or no longer shared with you.",
    412: "Somebody changed this task in the meantime. Look at it below, then try again.",
    413: "That is too long. Nothing was changed.",
    429: "That was a little too fast. Please wait a moment and try again.",
    507: "There is no room left. Nothing was changed.",
}


class FormHandler(WebHandler):
    """A page with forms that work without JavaScript."""

    def prepare(self) -> None:
        """Refuse a form that is not from a page of ours."""
        self._session = self.get_cookie(self.site.api.session_cookie)
        if self.request.method == "POST":
            self.check_xsrf_cookie()

    @property
    def client(self) -> Client:
        """The API in the name of whoever is signed in."""
        return self._client(self._session)

    @property
    def anonymous(self) -> Client:
        """The API in nobody's name."""
        return self._client(None)

    def _client(self, session: str | None) -> Client:
        return Client(self.site.api, session, self._keep_cookie)

    def _keep_cookie(self, value: str) -> None:
        """Hand a cookie on to the browser; what begins with it counts in this request already."""
        self.add_header("Set-Cookie", value)
        if session := SimpleCookie(value).get(self.site.api.session_cookie):
            self._session = session.value

    async def who(self) -> str | None:
        """Answer the name of whoever is signed in, None for nobody."""
        if not self._session:
            return None
        session = await self.client.call("GET", "/session")
        return session["name"] if session else None

    async def attempt(self, work: Awaitable[Any], words: Mapping[int, str] = _WORDS) -> str | None:
        """Do something, and answer what to say if the API refuses it: `words` by its status.

        Raises:
            Refused: there are no words for it: the session is over, or the failure is the server's.
        """
        try:
            await work
        except Refused as refused:
            if refused.status not in words:
                raise
            self.set_status(refused.status)
            return words[refused.status]
        return None

    def form(self, name: str) -> str:
        """Answer a field of the form that was sent, trimmed; empty where it is missing."""
        return self.get_body_argument(name, "")

    def show(self, template: str, **context: object) -> None:
        """Answer with a page whose forms carry the token."""
        super().show(template, token=self.xsrf_token.decode(), **context)

    def see_other(self, path: str) -> None:
        """Send the browser on, so that a reload sends no form again."""
        self.set_header("Cache-Control", "no-store")
        self.redirect(path, status=303)

    def write_error(self, status_code: int, **details: Any) -> None:  # noqa: ANN401 - Tornado's own signature
        """Turn a refusal of the API into the page of its status."""
        error = details.get("exc_info", (None, None))[1]
        if isinstance(error, Refused):
            # By 405 a server says that it is read-only at the moment.
            status_code = {404: 404, 405: 503, 429: 429, 503: 503}.get(error.status, 502)
            self.set_status(status_code)
        super().write_error(status_code)

    def log_exception(self, *args: Any) -> None:  # noqa: ANN401 - Tornado's own signature
        """Leave refusals of the API out of the log: the API has its own line for them."""
        if not isinstance(args[1], Refused):
            super().log_exception(*args)
