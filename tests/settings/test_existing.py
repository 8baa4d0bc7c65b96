"""Values that contradict an existing role or image."""

from typing import Any

import pytest
from pydantic import ValidationError

from settings import Settings
from settings.errors import show
from settings.existing import ExistingImage
from tests.settings.samples import message, wrong

ROLE = "arn:aws:iam::111122223333:role/studio"
POLICY = "arn:aws:iam::aws:policy/X"
URI = f"111122223333.dkr.ecr.us-east-1.amazonaws.com/team/lab@sha256:{'0' * 64}"


WRONG = {
    f"not with execution_role ({ROLE}); remove it": [
        f'groups.vision.execution_role = "{ROLE}"\ngroups.vision.policies = ["{POLICY}"]'
    ],
    "not with uri, which is not built; remove it": [
        f'image.lab.uri = "{URI}"\nimage.lab.build_args = {{A = "1"}}'
    ],
}
OTHER_REGION = (
    f'region = "eu-west-1"\nimage.lab.uri = "{URI}"',
    f"image.lab.uri = {show(URI)}: an image of the same region "
    "(ACCOUNT.dkr.ecr.eu-west-1.amazonaws.com/...)",
)


@pytest.mark.parametrize(("content", "line"), [*wrong(WRONG), OTHER_REGION])
def test_values_that_contradict_a_role_or_an_image_are_refused(content: str, line: str) -> None:
    assert message(content) == line


def test_the_arn_of_the_repository_of_an_image() -> None:
    arn = "arn:aws:ecr:us-east-1:111122223333:repository/team/lab"
    assert ExistingImage.at(URI).arn("aws") == arn


def test_a_group_has_policies_or_a_role() -> None:
    group: dict[str, dict[str, Any]] = {
        "vision": {"execution_role": ROLE},
        "audio": {"policies": [POLICY]},
    }
    assert Settings.model_validate({"groups": group}).groups.keys() == group.keys()
    with pytest.raises(ValidationError, match=rf"groups.audio.policies: not with .* \({ROLE}\)"):
        Settings.model_validate({"groups": group, "defaults": {"execution_role": ROLE}})
    group["audio"]["execution_role"] = ""
    assert Settings.model_validate({"groups": group, "defaults": {"execution_role": ROLE}}).groups
