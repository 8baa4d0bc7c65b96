"""The tags of resources that exist, and of those that were deleted after they were listed."""

from collections.abc import Callable

import pytest

from catalog.names import DEPLOYMENT_TAG
from studio.aws.client import Aws
from studio.aws.tags import log_group_tags, repository_tags, sagemaker_tags
from studio_emulator.server import Emulator
from tests.studio.account import ACCOUNT, REGION, Studio, client

AWS = Aws(REGION)


@pytest.mark.usefixtures("ours")
@pytest.mark.parametrize(
    ("tags", "arn"),
    [
        (sagemaker_tags, f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:domain/d-abcdefghijkl"),
        (repository_tags, f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/studio/slim"),
        (log_group_tags, f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/studio:*"),
    ],
)
def test_a_deleted_resource_has_no_tags(
    tags: Callable[[Aws, str], dict[str, str]], arn: str
) -> None:
    assert tags(AWS, arn) == {}


def test_the_tags_of_each_service_have_the_same_shape(ours: Studio, aws: Emulator) -> None:
    ours.tag_domain()
    domain = client(aws, "sagemaker").describe_domain(DomainId=ours.domain_id)["DomainArn"]
    assert sagemaker_tags(AWS, domain) == {DEPLOYMENT_TAG: ours.name}
    created = client(aws, "ecr").create_repository(
        repositoryName="studio/slim", tags=[{"Key": "b", "Value": "c"}]
    )
    assert repository_tags(AWS, created["repository"]["repositoryArn"]) == {"b": "c"}
    logs = client(aws, "logs")
    logs.create_log_group(logGroupName="a", tags={"b": "c"})
    (group,) = logs.describe_log_groups()["logGroups"]
    assert log_group_tags(AWS, group["arn"]) == {"b": "c"}
