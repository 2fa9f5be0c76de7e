"""The routes of the web app, to be mounted beside those of the API."""

from collections.abc import Sequence

from tornado.routing import URLSpec

from .account import SignInHandler, SignOutHandler, SignUpHandler
from .api import Api
from .files import IconHandler, ManifestHandler, ShellHandler, StaticHandler, WorkerHandler
from .missing import MissingHandler
from .plain import PlainHandler
from .site import APP_ROUTES, Site
from .static_files import StaticFiles


def make_rules(api: Api, *, service_worker: bool = True) -> Sequence[URLSpec]:
    """Make the routes of the web app.

    With `service_worker` false the app goes on without one, and browsers that have one get rid of it: the switch for
    the day on which a bad one is out.
    """
    site = Site(api, StaticFiles(), service_worker)
    routes = [
        (f"(?:{APP_ROUTES})", ShellHandler),
        (r"/static/([0-9a-f]+)/(.+)", StaticHandler),
        (r"/manifest\.webmanifest", ManifestHandler),
        (r"/sw\.js", WorkerHandler),
        (r"/favicon\.ico", IconHandler),
        (r"/plain(?:/lists/([^/]+)/([^/]+))?(?:/(active|completed))?", PlainHandler),
        (r"/sign-in", SignInHandler),
        (r"/sign-up", SignUpHandler),
        (r"/sign-out", SignOutHandler),
        (r"/.*", MissingHandler),
    ]
    return [URLSpec(pattern, handler, {"site": site}) for pattern, handler in routes]
