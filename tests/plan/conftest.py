"""Fixtures: the default settings, synthesized once and deployed once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from settings.paths import PROJECT
from studio.lifecycle import emulated
from tests import provider
from tests.plan.plans import deploy_and_plan
from tests.program import synthesize, templates


@pytest.fixture(scope="session")
def default_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of main.py with the default settings."""
    folder = tmp_path_factory.mktemp("default")
    synthesize(folder, (PROJECT / "studio.toml").read_text())
    return folder


@pytest.fixture(scope="session")
def emulated_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[emulated.EmulatedAws]:
    """An empty emulated AWS in a separate process."""
    log = tmp_path_factory.mktemp("emulator") / "log"
    with (
        emulated.aws(log=log, speed=1000, region="us-east-1") as aws,
        provider.shared(aws) as shared,
    ):
        yield shared


@pytest.fixture(scope="session")
def documents(
    default_folder: Path,
    emulated_aws: emulated.EmulatedAws,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The folder that checkov reads: STACK/cdk.tf.json and plans/STACK.json."""
    folder = tmp_path_factory.mktemp("documents")
    for stack, template in templates(default_folder).items():
        _write(folder / stack / "cdk.tf.json", template)
    plans = deploy_and_plan(
        default_folder / "out",
        config=default_folder / "settings.toml",
        aws=emulated_aws.environment,
    )
    for stack, plan in plans.items():
        _write(folder / "plans" / f"{stack}.json", plan)
    return folder


def _write(path: Path, document: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # checkov reports line numbers, and needs more than one line.
    path.write_text(json.dumps(document, indent=2))
