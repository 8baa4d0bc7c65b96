"""The files of `python -m tools.reference` are current."""

from pathlib import Path

import pytest

from tests.program import write_stacks
from tools import reference
from tools.reference import FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.name))
def test_each_file_is_current(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "synthesize", write_stacks)
    assert path.read_text(encoding="utf-8") == FILES[path](), "run `python -m tools.reference`"
