"""``make setup``: how it ends where it cannot be done."""

import ast
import builtins
import io
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from scripts import setup
from studio.toolchain.install import SetupError
from studio.toolchain.provider_mirror import BadMirror
from studio.toolchain.terraform_binary import NoTerraform

SOURCE = Path(setup.__file__).read_text()


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (SetupError("`uv` failed"), 2, "`uv` failed"),
        (NoTerraform("no Terraform on PATH"), 2, "no Terraform on PATH"),
        (BadMirror("STUDIO_PROVIDER_MIRROR = x: no"), 2, "STUDIO_PROVIDER_MIRROR = x: no"),
        (PermissionError(13, "Denied", ".tools"), 2, "[Errno 13] Denied: '.tools'"),
        (KeyboardInterrupt(), 130, "interrupted; run it again to continue"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    line: str,
) -> None:
    monkeypatch.setattr(setup, "install", MagicMock(side_effect=error))
    assert setup.main([]) == code
    assert capsys.readouterr() == ("", f"setup: {line}\n")


def test_an_older_python_reads_the_file_and_is_refused_before_anything_is_imported() -> None:
    old = SimpleNamespace(
        version_info=(3, 9, 6),
        version="3.9.6 (default)",
        executable="/usr/bin/python3",
        stderr=io.StringIO(),
        exit=sys.exit,
    )

    def only_sys(name: str, *_: Any) -> Any:
        assert name == "sys"
        return old

    ast.parse(SOURCE, feature_version=(3, 7))
    with pytest.raises(SystemExit) as ended:
        exec(SOURCE, {"__builtins__": {**vars(builtins), "__import__": only_sys}})
    assert ended.value.code == 2
    (line,) = old.stderr.getvalue().splitlines()
    assert line.startswith("setup: /usr/bin/python3 is Python 3.9.6: 3.11 or newer is needed")
