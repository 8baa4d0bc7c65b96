"""Finds the resources of SageMaker Studio; see ``finders``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic.alias_generators import to_pascal

from catalog.statuses import IMAGE_VERSION_USABLE
from studio.aws.client import Aws
from studio.lifecycle.recovery.candidates import Candidate, Finder, Tags, Values, tags_of


def _described(kind: str, *arguments: str, by_arn: bool = False) -> Finder:
    """Describes a resource by these arguments; its id is the last of them, or its ARN."""

    def find(aws: Aws, values: Values) -> Iterator[Candidate]:
        request = {to_pascal(argument): values[argument] for argument in arguments}
        answer = getattr(aws.client("sagemaker"), f"describe_{kind}")(**request)
        arn = answer[f"{to_pascal(kind)}Arn"]
        yield Candidate(arn if by_arn else values[arguments[-1]], _studio_tags(aws, arn))

    return find


def _image_versions(aws: Aws, values: Values) -> Iterator[Candidate]:
    """The newest version alone, which version 5 of the provider reads for every id."""
    name = values["image_name"]
    newest = aws.client("sagemaker").describe_image_version(ImageName=name)
    usable = newest["ImageVersionStatus"] in IMAGE_VERSION_USABLE
    if usable and newest["BaseImage"] == values["base_image"]:
        yield Candidate(name, None)


def _domains(aws: Aws, values: Values) -> Iterator[Candidate]:
    for domain in aws.all("sagemaker", "list_domains", "Domains"):
        if domain["DomainName"] == values["domain_name"]:
            yield Candidate(domain["DomainId"], _studio_tags(aws, domain["DomainArn"]))


def _studio_tags(aws: Aws, arn: str) -> Tags:
    return tags_of(aws.all("sagemaker", "list_tags", "Tags", ResourceArn=arn))


STUDIO_FINDERS: Mapping[str, Finder] = {
    "aws_sagemaker_image": _described("image", "image_name"),
    "aws_sagemaker_image_version": _image_versions,
    "aws_sagemaker_app_image_config": _described("app_image_config", "app_image_config_name"),
    "aws_sagemaker_domain": _domains,
    "aws_sagemaker_user_profile": _described(
        "user_profile", "domain_id", "user_profile_name", by_arn=True
    ),
    "aws_sagemaker_space": _described("space", "domain_id", "space_name", by_arn=True),
    "aws_sagemaker_studio_lifecycle_config": _described(
        "studio_lifecycle_config", "studio_lifecycle_config_name"
    ),
}
