"""The quickstart of the README works as it is written."""

import re
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_quickstart(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All blocks, one after the other, with the server of the tests in the place of the one that the reader starts."""
    monkeypatch.chdir(tmp_path)
    text = README.read_text(encoding="utf-8")
    script = "\n".join(BLOCK.findall(text)).replace("http://127.0.0.1:8888/v1", server)
    assert script.count("sync()") > 5
    names: dict[str, Any] = {"__name__": "quickstart"}
    exec(compile(script, str(README), "exec"), names)  # noqa: S102 - our own page
    assert names["report"].merged
