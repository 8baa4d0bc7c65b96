"""Each check of the images fails alone."""

from studio.doctor import images
from studio.doctor.checks import DEPLOYMENT
from studio.doctor.model import Outcome
from studio.images.contract.result import CheckResult
from studio.images.versions import record
from tests.emulator.samples import push
from tests.studio.doctor.setup import Break, Breaks, DoctorSetup, checks_in, each, names


def new_version(setup: DoctorSetup, tag: str = "1" * 16) -> None:
    setup.studio.version("slim", tag=tag)
    record.refresh(setup.studio.settings)


def failed_version(setup: DoctorSetup) -> None:
    setup.studio.aws.options.update({"fail_images": ["studio-slim"]})
    new_version(setup)


def no_images_in_ecr(setup: DoctorSetup) -> None:
    new_version(setup)
    ecr, name = setup.studio.aws.client("ecr"), "studio/slim"
    ids = ecr.list_images(repositoryName=name)["imageIds"]
    ecr.batch_delete_image(repositoryName=name, imageIds=ids)


def no_ssh_helper(setup: DoctorSetup) -> None:
    results = [
        CheckResult("user", True, "fine"),
        CheckResult("ssh-helper", False, "sm-ssh-ide is missing"),
    ]
    setup.context.check_images = lambda _settings: {"slim as JupyterLab": results}


BREAKS: Breaks = [
    ("image-versions", failed_version, "slim: version 2 is CREATE_FAILED"),
    ("image-record", lambda t: push(t.studio.aws, "studio/slim", "2" * 16), "outdated for slim"),
    ("image-record", no_images_in_ecr, "slim: ECR has no image of version 2"),
    ("image-check", no_ssh_helper, "slim as JupyterLab: ssh-helper: sm-ssh-ide is missing"),
]


@each(BREAKS, of=checks_in(images))
def test_each_check_fails_alone(setup: DoctorSetup, name: str, damage: Break, found: str) -> None:
    setup.assert_fails_alone(name, damage, found)


def test_an_unused_version_needs_no_image_in_ecr(setup: DoctorSetup) -> None:
    no_images_in_ecr(setup)
    new_version(setup, "2" * 16)
    assert setup.results(DEPLOYMENT)["image-record"].outcome is Outcome.PASSED


def test_images_are_built_only_on_request(setup: DoctorSetup) -> None:
    setup.context.check_images = None
    results = setup.results(DEPLOYMENT)
    assert names(results, Outcome.NOT_CHECKED) == {"image-check"}
    assert results["image-check"].found.endswith(": `studio doctor --images`")
