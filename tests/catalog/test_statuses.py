"""AWS's APIs have the statuses."""

import pytest
from botocore.session import Session

from catalog import statuses


@pytest.mark.parametrize(
    ("service", "shape", "named"),
    [
        ("sagemaker", "AppStatus", statuses.APP_ENDED),
        ("sagemaker", "ImageVersionStatus", statuses.IMAGE_VERSION_USABLE),
        ("efs", "LifeCycleState", statuses.FILE_SYSTEM_LEAVING),
        ("ec2", "State", statuses.ENDPOINT_LEAVING),
    ],
)
def test_the_api_has_the_statuses(service: str, shape: str, named: tuple[str, ...]) -> None:
    known = Session().get_service_model(service).shape_for(shape).enum
    changed = str.lower if service == "ec2" else str
    assert set(named) < {changed(status) for status in known}


def test_changing_statuses_are_those_of_a_resource_of_studio() -> None:
    model = Session().get_service_model("sagemaker")
    shapes = ("DomainStatus", "UserProfileStatus", "SpaceStatus", "ImageStatus")
    known = {status.upper() for shape in shapes for status in model.shape_for(shape).enum}
    assert set(statuses.CHANGING) <= known
