"""The static files, read once, so that contents and addresses agree for as long as the process lives."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import bundle
from .modules import reachable

FOLDER = Path(__file__).parent / "static"
# Of the system's own table only the surprises are known; with `nosniff` a wrong type means that nothing runs.
_TYPES = {
    ".css": "text/css; charset=UTF-8",
    ".js": "text/javascript; charset=UTF-8",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
_COMPRESSED = {".css", ".js", ".map", ".svg"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file: its bytes, the same by gzip (None where that gains nothing), and its media type."""

    content: bytes
    compressed: bytes | None
    media_type: str


class StaticFiles:
    """All files of a folder, under addresses with a hash of all contents.

    The modules import each other by relative paths, so the hash is in the folder: ``/static/<version>/app/main.js``.
    Whoever loads one file of a version gets only files of that version.

    The page gets the bundle. Where there is none that was made from the sources as they are, because somebody works on
    them, it gets the sources themselves.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {
            path.relative_to(folder).as_posix(): _read(path)
            for path in sorted(folder.rglob("*"))
            if path.suffix in _TYPES and path.is_file()
        }
        digest = hashlib.sha256()
        for name, file in self._files.items():
            digest.update(f"{name}\0{len(file.content)}\0".encode())
            digest.update(file.content)
        self.version = digest.hexdigest()[:16]
        self.is_bundled = bundle.is_up_to_date(folder)

    @property
    def files(self) -> Mapping[str, StaticFile]:
        """All files by their paths within the folder."""
        return self._files

    @property
    def modules(self) -> list[str]:
        """The paths of the modules that a first visit runs, the one that starts it all first."""
        return self._modules(later=False)

    @property
    def sheets(self) -> list[str]:
        """The paths of the style sheets of every page, in the order in which they apply."""
        return [f"{bundle.FOLDER}/page.css"] if self.is_bundled else list(bundle.SHEETS)

    @property
    def kept(self) -> list[str]:
        """The paths of all that the app needs without a network."""
        icons = [name for name in self._files if name.startswith("icons/")]
        return [*self._modules(later=True), *self.sheets, *icons]

    def url(self, name: str) -> str:
        """The address of a file by its path within the folder."""
        if name not in self._files:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"

    def _modules(self, *, later: bool) -> list[str]:
        start = f"{bundle.FOLDER}/main.js" if self.is_bundled else bundle.START
        return reachable(start, self._source, later=later)

    def _source(self, name: str) -> str | None:
        file = self._files.get(name)
        return file.content.decode() if file else None


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    small = gzip.compress(content, mtime=0) if path.suffix in _COMPRESSED else content
    return StaticFile(content, small if len(small) < len(content) else None, _TYPES[path.suffix])
