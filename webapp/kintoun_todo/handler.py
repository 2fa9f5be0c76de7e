"""What all answers of the web app have in common: the headers that protect the page, and errors in kind words."""

from http import HTTPStatus
from typing import Any

from tornado.web import RequestHandler

from .site import Site

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types lit-html kt-sw"
)
_PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb")
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _PERMISSIONS_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_WORDS = {
    400: ("That did not work", "The form that arrived was not complete. Please go back and try again."),
    403: ("That was not sent from this page", "Please open the page anew and try again."),
    404: ("There is nothing here", "The address may be mistyped, or what was here is gone."),
    405: ("That did not work", "This page cannot be used in that way."),
    429: ("That was a little too fast", "Please wait a moment and try again."),
    503: ("Not available at the moment", "Your tasks are safe. Please try again in a minute."),
}
_OTHERWISE = ("Something went wrong on our side", "Your tasks are safe. Please try again in a minute.")


class WebHandler(RequestHandler):
    """A page or a file of the web app."""

    site: Site

    def initialize(self, site: Site) -> None:
        """Take what all handlers share."""
        self.site = site

    def set_default_headers(self) -> None:
        """Set the headers that all answers have."""
        self.clear_header("Server")
        for name, value in SECURITY_HEADERS.items():
            self.set_header(name, value)

    def set_cookie(self, name: str, value: str | bytes, *positional: Any, **attributes: Any) -> None:  # noqa: ANN401 - Tornado's own signature
        """Set a cookie that no script can read and that no other site's form sends; as secure as the session's is."""
        secure = self.site.api.session_cookie.startswith("__Host-")
        attributes |= {"httponly": True, "samesite": "Lax", "secure": secure}
        super().set_cookie(name, value, *positional, **attributes)

    def show(self, template: str, **context: object) -> None:
        """Answer with a page that is nobody else's business, so it is kept nowhere."""
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(self.site.templates.get_template(template).render(**context))

    def write_error(self, status_code: int, **_: object) -> None:
        """Say what went wrong in kind words, and never how."""
        title, text = _WORDS.get(status_code, _OTHERWISE)
        self.show("error.html", title=title, text=text, status=status_code, name=HTTPStatus(status_code).phrase)


class FileHandler(WebHandler):
    """A file that is always the same: answered by 304 where the browser has it already."""

    def answer(self, content: bytes, media_type: str, caching: str, compressed: bytes | None = None) -> None:
        """Answer with the content, by gzip where that is given and the browser takes it."""
        self.set_header("Content-Type", media_type)
        self.set_header("Cache-Control", caching)
        if compressed is not None:
            self.set_header("Vary", "Accept-Encoding")
            if "gzip" in self.request.headers.get("Accept-Encoding", ""):
                self.set_header("Content-Encoding", "gzip")
                content = compressed
        self.finish(content)
