"""The real Kinto as a process: memory back ends, set up as Kintoun is by default."""

import json
import os
import re
from pathlib import Path

from e2e.compat.settings import REFERENCE
from e2e.program import Program, wait_until

_ADDRESS = re.compile(r"Reference serves (http://\S+)")
_PROGRAM = Path(__file__).parent / "reference" / "serve.py"


class ReferenceServer(Program):
    """One Kinto, run by the interpreter of an environment that has it."""

    def __init__(self, folder: Path, interpreter: Path) -> None:
        super().__init__(folder)
        self._interpreter = interpreter
        self.url = ""
        """Where it serves, without the version."""

    async def start(self) -> None:
        """Start the process and wait until it says its address."""
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "settings.json"
        settings.write_text(json.dumps(REFERENCE), encoding="utf-8")
        command = (str(self._interpreter), str(_PROGRAM), str(settings))
        await self._spawn(*command, environ=dict(os.environ) | {"PYTHONWARNINGS": "ignore"})
        await wait_until(self._has_address, "the reference says its address")

    async def _has_address(self) -> bool:
        self._check_alive()
        found = _ADDRESS.search(self.log)
        self.url = found[1] if found else ""
        return found is not None
