"""A fingerprint, an update, a plan, the settings of `ours`, its commands and its destruction."""

import argparse
from types import ModuleType
from typing import Any

from settings import Settings
from studio.aws import domain_resources
from studio.aws.app_settings import SettingsUpdate
from studio.aws.domain_resources import DomainResource
from studio.lifecycle.down import Teardown
from studio.lifecycle.fingerprint import Fingerprint, StackFingerprint
from tests.studio.deployed import Deployed
from tests.studio.states import plan_with, planned

FROM = Fingerprint(
    name="studio",
    region="us-east-1",
    account="123456789012",
    state="s3://team-state/studio",
    settings="a" * 64,
    studio="0.1.0",
    terraform="1.9.8",
    stacks={
        "network": StackFingerprint(configuration="b" * 64, serial=3, lineage="one"),
        "domain": StackFingerprint(configuration="c" * 64, serial=None, lineage=""),
    },
)
UPDATE = SettingsUpdate(
    kind=domain_resources.PROFILES,
    resource=DomainResource(key=(), name="alice", status="InService", listed={}),
    member="UserSettings",
    settings={},
    cleared=("image version",),
)


def plan(*actions: str, type_: str = "aws_cloudwatch_log_group", after: str = "logs") -> str:
    """The plan of one change, as JSON."""
    names = {"before": {"name": "logs"}, "after": {"name": after}}
    return plan_with(planned(f"{type_}.one", actions=actions, **names))


def settings(retention: str = "Delete", **sections: Any) -> Settings:
    """The settings of `ours`, which deploys no image."""
    own = {"domain": {"retention": retention}, "image": {"slim": {"enabled": False}}}
    return Settings.model_validate({"name": "ours", **own, **sections})


def run(module: ModuleType, it: Deployed, *flags: str, **sections: Any) -> int:
    """Run `studio pause` or `studio resume` on a deployment without Terraform."""
    parser = argparse.ArgumentParser()
    module.arguments(parser)
    code: int = module.run(
        parser.parse_args([*flags, "--out", str(it.out)]),
        Settings.model_validate({"name": "ours", **sections}),
    )
    return code


def take_down(deployed: Deployed, **flags: bool) -> list[str]:
    """Destroy the deployment and its data, but for what the flags keep; the reported lines."""
    deployed.said.clear()
    Teardown.of(settings(), deployed, **flags).run()
    return deployed.said
