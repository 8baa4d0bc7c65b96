"""The tags of resources; none of a resource that was deleted after it was listed."""

from collections.abc import Iterable, Mapping

from studio.aws.client import Aws
from studio.aws.errors import ignoring


def tags_of(items: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """The tags that most AWS services return as a list of Key and Value."""
    return {item["Key"]: item["Value"] for item in items or ()}


def sagemaker_tags(aws: Aws, arn: str) -> dict[str, str]:
    """The tags of a resource of SageMaker. Raises AwsError.

    Without the resource: ValidationException (aws/amazon-sagemaker-feedback#108).
    """
    with ignoring("ResourceNotFound", "ValidationException"):
        return tags_of(aws.all("sagemaker", "list_tags", "Tags", ResourceArn=arn))
    return {}


def repository_tags(aws: Aws, arn: str) -> dict[str, str]:
    """The tags of a repository of ECR. Raises AwsError."""
    with ignoring("RepositoryNotFoundException"):
        return tags_of(aws.client("ecr").list_tags_for_resource(resourceArn=arn)["tags"])
    return {}


def log_group_tags(aws: Aws, arn: str) -> dict[str, str]:
    """The tags of a log group; its ARN may end with `:*`. Raises AwsError."""
    with ignoring("ResourceNotFoundException"):
        found = aws.client("logs").list_tags_for_resource(resourceArn=arn.removesuffix(":*"))
        return dict(found["tags"])
    return {}
