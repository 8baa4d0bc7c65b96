"""The network namespace of an image."""

import os
from pathlib import Path

import pytest

from settings import UserError
from studio.images.contract.sandbox import sandbox


def test_an_image_does_not_run_without_a_network_namespace(tmp_path: Path) -> None:
    unshare = tmp_path / "unshare"
    unshare.write_text("#!/bin/sh\necho 'unshare failed: Operation not permitted' >&2\nexit 1\n")
    unshare.chmod(0o755)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        with pytest.raises(UserError, match=r"^buildah: no network .*: unshare failed: Operation"):
            sandbox(["true"]).__enter__()
        patched.setenv("PATH", str(tmp_path))
        with pytest.raises(UserError, match="unshare and nsenter"):
            sandbox(["true"]).__enter__()
