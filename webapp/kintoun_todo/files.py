"""The handlers of what is the same for everybody: the shell, the static files, the manifest, the service worker."""

from tornado.web import HTTPError

from .handler import FileHandler

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"


class ShellHandler(FileHandler):
    """The page of the app."""

    def get(self) -> None:
        """Answer with the page: the browser asks each time whether it is still the same."""
        self.answer(self.site.shell, "text/html; charset=UTF-8", _ASK_FIRST, self.site.compressed_shell)

    head = get


class StaticHandler(FileHandler):
    """A file at an address that changes with every content."""

    def get(self, version: str, name: str) -> None:
        """Answer with the file, for ever; an address of another version has nothing."""
        file = self.site.files.files.get(name)
        if file is None or version != self.site.files.version:
            raise HTTPError(404)
        self.answer(file.content, file.media_type, _FOR_EVER, file.compressed)

    head = get


class ManifestHandler(FileHandler):
    """What a browser needs to know to install the app."""

    def get(self) -> None:
        """Answer with the manifest."""
        self.answer(self.site.manifest, "application/manifest+json", _ASK_FIRST)

    head = get


class WorkerHandler(FileHandler):
    """The service worker, at the root, so that it may answer for all pages."""

    def get(self) -> None:
        """Answer with the script, which no cache may hold back."""
        self.answer(self.site.worker, "text/javascript; charset=UTF-8", _ASK_FIRST)

    head = get


class IconHandler(FileHandler):
    """The icon that browsers ask for on their own."""

    def get(self) -> None:
        """Answer with the icon."""
        file = self.site.files.files["icons/192.png"]
        self.answer(file.content, file.media_type, "public, max-age=86400")

    head = get
