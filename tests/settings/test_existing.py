"""Values that contradict an existing role or image."""

import pytest

from settings.errors import show
from settings.existing import ExistingImage
from tests.settings.conftest import Message

ROLE = "arn:aws:iam::111122223333:role/studio"
URI = f"111122223333.dkr.ecr.us-east-1.amazonaws.com/team/lab@sha256:{'0' * 64}"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (
            f'[groups.vision]\npolicies = ["arn:aws:iam::aws:policy/X"]\nexecution_role = "{ROLE}"',
            f'groups.vision.policies = ["arn:aws:iam::aws:policy/X"]: not with execution_role '
            f"({ROLE}); remove it",
        ),
        (
            f'region = "eu-west-1"\nimage.lab.uri = "{URI}"',
            f"image.lab.uri = {show(URI)}: an image of the same region "
            "(ACCOUNT.dkr.ecr.eu-west-1.amazonaws.com/...)",
        ),
        (
            f'image.lab = {{ uri = "{URI}", build_args = {{ A = "1" }} }}',
            'image.lab.build_args = {A = "1"}: not with uri, which is not built; remove it',
        ),
    ],
)
def test_values_that_contradict_a_role_or_an_image_are_refused(
    content: str, line: str, message: Message
) -> None:
    assert message(content) == line


def test_the_arn_of_the_repository_of_an_image() -> None:
    arn = "arn:aws:ecr:us-east-1:111122223333:repository/team/lab"
    assert ExistingImage.at(URI).arn("aws") == arn
