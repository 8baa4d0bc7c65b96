"""What is left of each command that changes something with ``--quiet``: its result, on one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts import cli

DEPLOYMENT = SimpleNamespace(
    prepare=lambda: None,
    stacks=[SimpleNamespace(name="network")],
    resources=lambda _: {"network": ["vpc", "subnet"]},
)
TEARDOWN = SimpleNamespace(run=lambda: None, stacks=["users", "domain"])
RECORD = SimpleNamespace(path=Path("studio.versions.toml"))

Patches = Mapping[str, Callable[..., object]]

CASES: Mapping[str, tuple[list[str], Patches, str]] = {
    "stop": (
        ["stop", "alice"],
        {"studio.lifecycle.stop.stop": lambda *_, **__: "nothing runs in the space of alice"},
        "nothing runs in the space of alice",
    ),
    "push": (
        ["push"],
        {
            "scripts.push.push_images": lambda *_, **__: {"slim": None, "lab": None},
            "studio.images.versions.record.refresh": lambda *_, **__: RECORD,
        },
        "In ECR: slim, lab",
    ),
    "image record": (
        ["image", "record"],
        {"studio.images.versions.record.rewrite": lambda *_, **__: RECORD},
        "studio.versions.toml is up to date.",
    ),
    "image prune": (
        ["image", "prune"],
        {"scripts.image.prune": lambda *_, **__: 2},
        "Deleted 2 image versions.",
    ),
    "state init": (
        ["state", "init"],
        {"scripts.state.ensure_state_bucket": lambda *_, **__: None},
        "team-state: ready for the state",
    ),
    "state adopt": (
        ["state", "adopt"],
        {
            "scripts.state.Deployment": lambda **_: DEPLOYMENT,
            "scripts.state.adopt": lambda _: None,
            "studio.terraform.state.stores.check": lambda *_: None,
        },
        "The state holds 2 resources.",
    ),
    "down": (
        ["down", "--yes"],
        {
            "scripts.down.Deployment": lambda **_: DEPLOYMENT,
            "scripts.down._preview": lambda *_: TEARDOWN,
            "studio.terraform.state.stores.check": lambda *_: None,
        },
        "Destroyed: users, domain",
    ),
    "sweep": (["sweep", "--yes"], {"scripts.sweep.leftovers": lambda _: []}, "      nothing"),
    "connect --remove": (["connect", "alice", "--remove"], {}, "there is no studio-studio-alice"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_quiet_command_prints_its_result_alone(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    argv, patches, result = CASES[name]
    (tmp_path / "studio.toml").write_text('[state]\nbucket = "team-state"\n[users.alice]\n')
    monkeypatch.setenv("STUDIO_CONFIG", str(tmp_path / "studio.toml"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("studio.lifecycle.identity.check", lambda *_, **__: None)
    monkeypatch.setattr("studio.aws.client.Aws.describe", lambda _: "account 1")
    for place, stand_in in patches.items():
        monkeypatch.setattr(place, stand_in)
    assert cli.main([*argv, "--quiet"]) == 0
    assert capsys.readouterr() == (f"{result}\n", "")
