"""The flags of buildah."""

import pytest

from studio.images import buildah


@pytest.mark.parametrize(
    ("confined", "flags", "isolation", "storage"),
    [
        (False, None, [], []),
        (True, None, ["--isolation", "chroot"], ["--storage-driver", "vfs"]),
        (
            True,
            "--root '/a b' --isolation rootless",
            ["--isolation", "rootless"],
            ["--root", "/a b"],
        ),
        (True, "", [], []),
    ],
)
def test_buildah_has_other_flags_in_a_container(
    monkeypatch: pytest.MonkeyPatch,
    confined: bool,
    flags: str | None,
    isolation: list[str],
    storage: list[str],
) -> None:
    monkeypatch.setattr(buildah, "_confined", lambda: confined)
    monkeypatch.delenv(buildah.BUILDAH_FLAGS, raising=False)
    if flags is not None:
        monkeypatch.setenv(buildah.BUILDAH_FLAGS, flags)
    assert buildah.buildah_flags() == (isolation, storage)
