"""The check that the images of a plan are in ECR."""

import pytest

from settings import Settings, UserError
from settings.paths import settings_file
from settings.record import Record
from settings.versions import Versions
from studio.aws.ecr import Ecr, Repository
from studio.aws.errors import AwsError
from studio.images.versions import pushed
from studio_emulator.server import Emulator
from tests.emulator.samples import push
from tests.record_samples import content

SETTINGS = Settings.model_validate({"image": {"tiny": {"enabled": True}}})
TWO = Settings.model_validate({"image": {"other": {"enabled": True}, "tiny": {"enabled": True}}})


def check(*stacks: str, settings: Settings = SETTINGS) -> None:
    tag = content("b").tag
    # The record of images that were deleted in ECR after their push.
    contents = dict.fromkeys(settings.images, (content("a", 1), content("b", 2)))
    record = Record(path=Record.load(settings_file()).path, contents=contents)
    versions = Versions(settings, record, tags=dict.fromkeys(settings.images, tag))
    pushed.require_pushed(settings, versions, stacks=list(stacks))


def test_a_missing_tag_is_refused(entered: Emulator) -> None:
    check("*")
    push(entered, "studio/tiny", tag=content("a").tag)
    line = f"image tiny: studio/tiny:{content('b').tag} is not pushed: run `studio push tiny`"
    for pattern in ("*", "image", "im*"):
        with pytest.raises(UserError) as refused:
            check("network", pattern)
        assert (str(refused.value), refused.value.exit_code) == (line, 2)
    check("network", "users")
    push(entered, "studio/tiny", tag=content("b").tag)
    check("*")


@pytest.mark.parametrize("fault", [None, "AccessDeniedException"])
def test_an_image_that_cannot_be_read_does_not_stop_the_check(
    entered: Emulator, fault: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(entered, "studio/tiny", tag=content("a").tag)
    if fault:
        push(entered, "studio/other", tag=content("b").tag)
        digest = Ecr.digest

        def denied(ecr: Ecr, repository: Repository, tag: str) -> str | None:
            if repository.name == "studio/other":
                raise AwsError("denied", response={"Error": {"Code": fault}})
            return digest(ecr, repository, tag)

        monkeypatch.setattr(Ecr, "digest", denied)
    with pytest.raises(UserError, match=r"^image tiny: .* is not pushed"):
        check("image", settings=TWO)


@pytest.mark.usefixtures("entered")
def test_the_check_ignores_an_unreachable_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    check("image")


def test_the_check_calls_nothing_without_images(entered: Emulator) -> None:
    entered.faults.set({"faults": [{"kind": "error", "service": "ecr", "operation": "*"}]})
    check("*", settings=Settings.model_validate({"image": {"tiny": {"enabled": False}}}))
    assert entered.faults.injected == []
