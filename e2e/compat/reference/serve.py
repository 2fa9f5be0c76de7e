"""Runs the real Kinto on a loopback port of the kernel's choice, with the settings of a JSON file.

Started by the interpreter of the reference's own environment, so it imports nothing of ours.
"""

import json
import sys
from pathlib import Path

import kinto
from waitress import create_server


def main() -> None:
    """Serve until the process is told to end; the first line of output says where."""
    settings = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    app = kinto.main({}, **settings)
    # One thread: the memory back ends of the reference answer one request after the other, always in the same way.
    server = create_server(app, host="127.0.0.1", port=0, threads=1)
    print(f"Reference serves http://127.0.0.1:{server.effective_port}", flush=True)  # noqa: T201 - read by who started us
    server.run()


if __name__ == "__main__":
    main()
