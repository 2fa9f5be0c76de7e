"""What all handlers of the web app share."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property

from jinja2 import Environment

from .api import Api
from .static_files import StaticFiles
from .templating import make_environment

# The pages that are the app: the service worker answers them from its cache, also offline.
APP_ROUTES = r"/(?:active|completed)?|/lists/[^/]+/[^/]+(?:/(?:active|completed))?"


@dataclass(frozen=True)
class Site:
    """One web app: the API behind it, its static files, and its switch."""

    api: Api
    files: StaticFiles
    service_worker: bool = True

    @cached_property
    def templates(self) -> Environment:
        """The environment of the templates."""
        return make_environment(self.files)

    @cached_property
    def shell(self) -> bytes:
        """The page of the app, the same for everybody: it holds nobody's data."""
        return self.templates.get_template("index.html").render(modules=self.files.modules).encode()

    @cached_property
    def compressed_shell(self) -> bytes:
        """The same by gzip."""
        return gzip.compress(self.shell, mtime=0)

    @cached_property
    def manifest(self) -> bytes:
        """The web app manifest."""
        return self.templates.get_template("manifest.webmanifest").render().encode()

    @cached_property
    def precached(self) -> list[str]:
        """The addresses that the service worker keeps."""
        return ["/", "/manifest.webmanifest", *(self.files.url(name) for name in self.files.kept)]

    @cached_property
    def worker(self) -> bytes:
        """The script of the service worker; with the switch off, one that removes itself and what it has kept."""
        if not self.service_worker:
            return self.templates.get_template("sw-off.js").render().encode()
        version = hashlib.sha256(self.shell + self.manifest + self.files.version.encode()).hexdigest()[:16]
        template = self.templates.get_template("sw.js")
        return template.render(version=version, precached=self.precached, routes=f"^(?:{APP_ROUTES})$").encode()
