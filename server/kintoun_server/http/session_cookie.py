"""The cookie of a session, and when it counts (decision 0021)."""

from dataclasses import dataclass

from tornado.httputil import HTTPServerRequest
from tornado.web import RequestHandler

APP_HEADER = "X-Requested-With"
APP = "kintoun-todo"
"""What the web app has in ``APP_HEADER``: a page of another origin cannot send it along with a cookie."""
APP_CHALLENGE = 'Kintoun-Session realm="Realm"'
"""Of a 401 to the web app: for ``Basic`` browsers would open a dialog of their own."""
CREDENTIALS = ("Authorization", "Cookie", APP_HEADER, "Sec-Fetch-Site")
"""All headers that tell who sends a request."""
_NAME = "kintoun-session"


def is_from_app(request: HTTPServerRequest) -> bool:
    """Tell whether a request comes from the web app, and from no page of another origin."""
    headers = request.headers
    return headers.get(APP_HEADER) == APP and headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """The cookie; over https it is ``secure``, and by its prefix no other host can set it (RFC 6265bis 4.1.3)."""

    secure: bool

    @property
    def name(self) -> str:
        """Its name."""
        return f"__Host-{_NAME}" if self.secure else _NAME

    def token(self, request: HTTPServerRequest) -> str | None:
        """Answer the token of a request; None where the cookie is missing or does not count."""
        headers = request.headers
        if "Cookie" not in headers or "Authorization" in headers or not is_from_app(request):
            return None
        cookie = request.cookies.get(self.name)
        return cookie.value or None if cookie else None

    def set(self, handler: RequestHandler, token: str, seconds: int) -> None:
        """Give a token to the browser, for some seconds."""
        # Lax: whoever follows a link from elsewhere is signed in; all that changes anything needs more than the cookie.
        handler.set_cookie(
            self.name, token, path="/", max_age=seconds, httponly=True, secure=self.secure, samesite="Lax"
        )

    def clear(self, handler: RequestHandler) -> None:
        """Take it from the browser."""
        handler.clear_cookie(self.name, path="/", httponly=True, secure=self.secure, samesite="Lax")
