"""Commands of the container engine."""

from pathlib import Path

import pytest

from studio_emulator.runtime.engine import Engine, EngineError

FAILS = 'Error: locating image with ID "44519a": image not known'


@pytest.mark.parametrize("failures", [1, 2])
def test_images_are_listed_again_if_one_is_removed_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failures: int
) -> None:
    runs = tmp_path / "runs"
    podman = tmp_path / "podman"
    podman.write_text(
        f"#!/bin/sh\necho run >> {runs}\n"
        f"if [ $(grep -c run {runs}) -gt {failures} ]; then echo localhost/lab:latest\n"
        f"else echo '{FAILS}' >&2; exit 125; fi\n"
    )
    podman.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    if failures == 1:
        assert Engine("podman").images() == ["localhost/lab:latest"]
    else:
        with pytest.raises(EngineError, match="podman images: Error: locating image"):
            Engine("podman").images()
