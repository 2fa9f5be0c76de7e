"""Where nothing is."""

from tornado.web import HTTPError

from .handler import WebHandler


class MissingHandler(WebHandler):
    """Any address that nothing else has."""

    def prepare(self) -> None:
        """Say so, whatever the method."""
        raise HTTPError(404)
