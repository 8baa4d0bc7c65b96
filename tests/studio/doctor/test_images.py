"""Each check of the images fails alone."""

from studio.aws.ecr import Ecr, Repository
from studio.doctor import images
from studio.doctor.checks import DEPLOYMENT
from studio.doctor.model import Outcome
from studio.images.contract.result import CheckResult
from studio.images.versions import record
from tests.emulator.samples import push, settled
from tests.studio.doctor.setup import Break, Breaks, DoctorSetup, checks_in, each, names


def failed_version(setup: DoctorSetup) -> None:
    setup.studio.aws.options.update({"fail_images": ["studio-slim"]})
    setup.studio.version("slim", tag="1" * 16)
    record.refresh(setup.studio.settings)


def version_by_digest(setup: DoctorSetup, tag: str) -> None:
    """A version as `studio up` makes it."""
    base = push(setup.studio.aws, "studio/slim", tag).rpartition(":")[0]
    digest = Ecr(setup.context.aws).digest(Repository("studio/slim", base), tag)
    key = {"ImageName": "studio-slim"}
    setup.studio.sagemaker.create_image_version(
        **key, BaseImage=f"{base}@{digest}", ClientToken=tag
    )
    describe = setup.studio.sagemaker.describe_image_version
    settled(lambda: describe(**key), "ImageVersionStatus")
    record.refresh(setup.studio.settings)


def no_images_in_ecr(setup: DoctorSetup) -> None:
    version_by_digest(setup, "1" * 16)
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
    version_by_digest(setup, "2" * 16)
    assert setup.results(DEPLOYMENT)["image-record"].outcome is Outcome.PASSED


def test_images_are_built_only_on_request(setup: DoctorSetup) -> None:
    setup.context.check_images = None
    results = setup.results(DEPLOYMENT)
    assert names(results, Outcome.NOT_CHECKED) == {"image-check"}
    assert results["image-check"].found.endswith("studio doctor --images")
