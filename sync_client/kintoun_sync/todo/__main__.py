"""The entry of ``kintoun-todo``: it says what to install where the extra ``todo`` is not there."""

import sys
from typing import NoReturn

_EXTRA = ("click", "platformdirs", "wcwidth")


def main() -> NoReturn:
    """Run the program and end the process."""
    try:
        from kintoun_sync.todo.cli import run  # noqa: PLC0415 - the extra may not be there, and Ctrl-C may come
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        sys.exit(f"kintoun-todo: {error.name} is not installed: pip install 'kintoun-sync[todo]'")
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(run())


if __name__ == "__main__":
    main()
