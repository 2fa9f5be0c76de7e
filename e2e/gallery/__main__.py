"""Pictures of every screen and state of the web app: `python -m e2e.gallery FOLDER`.

Each is taken at 1280 and at 360 pixels of width, light and dark. They are there to be looked at by people: nothing
here passes or fails, but a scene that cannot be played is told, and the program ends with 1.
"""

import argparse
import sys
import tempfile
import traceback
from pathlib import Path

from e2e.gallery.camera import HEIGHTS, Camera
from e2e.gallery.scenes import SCENES
from e2e.gallery.troupe import Troupe
from e2e.stories.stage import House


def main() -> int:
    """Play the scenes that were asked for, once for each width."""
    parser = argparse.ArgumentParser(prog="python -m e2e.gallery", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--scene", choices=SCENES, action="append", help="only this one; may be given several times")
    parser.add_argument("--width", type=int, choices=HEIGHTS, action="append", help="only this width")
    options = parser.parse_args()
    faults = [
        f"{scene} at {width} pixels: {fault}"
        for width in options.width or HEIGHTS
        for scene, fault in play(options.folder, width, options.scene or list(SCENES)).items()
    ]
    sys.stderr.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


def play(folder: Path, width: int, scenes: list[str]) -> dict[str, str]:
    """Play scenes in a new house, and answer what went wrong in which."""
    faults: dict[str, str] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        house = House(Path(temporary))
        try:
            house.open()
            for scene in scenes:
                sys.stdout.write(f"{width} pixels: {scene}\n")
                try:
                    SCENES[scene](Troupe(house), Camera(folder / scene, width))
                except Exception:  # noqa: BLE001 - one scene less is no reason to lose all others
                    faults[scene] = traceback.format_exc()
        finally:
            house.close()
    return faults


sys.exit(main())
