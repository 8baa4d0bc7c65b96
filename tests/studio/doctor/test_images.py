"""Each check of the images fails alone."""

from __future__ import annotations

from studio.doctor import images
from studio.doctor.checks import DEPLOYMENT
from studio.doctor.model import Outcome
from studio.images.contract.result import CheckResult
from studio.images.versions import record
from tests.emulator.samples import push
from tests.studio.doctor.setup import Break, Breaks, DoctorSetup, checks_in, each, names


def failed_version(setup: DoctorSetup) -> None:
    setup.studio.aws.options.update({"fail_images": ["studio-slim"]})
    setup.studio.version("slim", tag="1" * 16)
    record.refresh(setup.studio.settings)


def no_ssh_helper(setup: DoctorSetup) -> None:
    results = [
        CheckResult("user", True, "fine"),
        CheckResult("ssh-helper", False, "sm-ssh-ide is missing"),
    ]
    setup.context.check_images = lambda _settings: {"slim as JupyterLab": results}


BREAKS: Breaks = [
    ("image-versions", failed_version, "slim: version 2 is CREATE_FAILED"),
    ("image-record", lambda t: push(t.studio.aws, "studio/slim", "2" * 16), "outdated for slim"),
    ("image-check", no_ssh_helper, "slim as JupyterLab: ssh-helper: sm-ssh-ide is missing"),
]


@each(BREAKS, of=checks_in(images))
def test_each_check_fails_alone(setup: DoctorSetup, name: str, damage: Break, found: str) -> None:
    setup.assert_fails_alone(name, damage, found)


def test_images_are_built_only_on_request(setup: DoctorSetup) -> None:
    setup.context.check_images = None
    results = setup.results(DEPLOYMENT)
    assert names(results, Outcome.NOT_CHECKED) == {"image-check"}
    assert results["image-check"].found.endswith("studio doctor --images")
