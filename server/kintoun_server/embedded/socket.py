"""The Unix socket of the embedded mongod, by a path that is short enough."""

import os
import tempfile
from pathlib import Path
from urllib.parse import quote

LONGEST = 100
"""Bytes in the path of a socket: the kernel holds 108 on Linux and 104 on macOS, with a zero at the end."""


class MongodSocket:
    """How clients reach ``mongod.sock`` in a data folder, however long the path of that folder is.

    Where it is too long, the way leads over a symbolic link in a private temporary folder, which lasts until ``close``.
    """

    def __init__(self, data: Path) -> None:
        self.path = data / "mongod.sock"
        self._detour: Path | None = None
        if len(os.fsencode(self.path)) > LONGEST:
            self._detour = Path(tempfile.mkdtemp(prefix="kintoun-"))
            (self._detour / "data").symlink_to(data)
            self.path = self._detour / "data" / "mongod.sock"

    @property
    def uri(self) -> str:
        """The URI for a driver: a direct connection, since no other member can be found by the name in the set."""
        return f"mongodb://{quote(str(self.path), safe='')}/?directConnection=true"

    def close(self) -> None:
        """Take the detour away."""
        if self._detour:
            (self._detour / "data").unlink(missing_ok=True)
            self._detour.rmdir()
            self._detour = None
