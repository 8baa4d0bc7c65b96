"""Finds the resources of each type in AWS, those in use first, with their ids for an import.

A finder takes the values of a planned resource and yields candidates; the caller compares their
tags. Source of the ids: the section "Import" of each resource at
registry.terraform.io/providers/hashicorp/aws/5.100.0/docs.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from pydantic.alias_generators import to_pascal

from catalog.statuses import IMAGE_VERSION_USABLE
from studio.aws import keys
from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.aws.tags import log_group_tags, repository_tags, sagemaker_tags, tags_of
from studio.lifecycle.recovery.candidates import Candidate, Finder, Values
from studio.lifecycle.recovery.network_finders import NETWORK_FINDERS


def _log_groups(aws: Aws, values: Values) -> Iterator[Candidate]:
    name = values["name"]
    for group in aws.all("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name):
        if group["logGroupName"] == name:
            yield Candidate(name, log_group_tags(aws, group["arn"]))


def _keys(aws: Aws, values: Values) -> Iterator[Candidate]:
    """The key in use first: Terraform creates a second one when AWS's answer is lost."""
    same = [one for one in keys.list_enabled(aws) if one.description == values["description"]]
    used = keys.key_ids_in_use(aws) if len(same) > 1 else set()
    for key in sorted(same, key=lambda one: one.id not in used):
        yield Candidate(key.id, key.tags, {"key_id": key.id})


def _aliases(aws: Aws, values: Values) -> Iterator[Candidate]:
    for alias in aws.all("kms", "list_aliases", "Aliases"):
        same = alias["AliasName"] == values["name"]
        if same and alias.get("TargetKeyId") == values["target_key_id"]:
            yield Candidate(alias["AliasName"], None)


def _roles(aws: Aws, values: Values) -> Iterator[Candidate]:
    role = aws.client("iam").get_role(RoleName=values["name"])["Role"]
    yield Candidate(role["RoleName"], tags_of(role.get("Tags")))


def _policies(aws: Aws, values: Values) -> Iterator[Candidate]:
    for policy in aws.all("iam", "list_policies", "Policies", Scope="Local"):
        if policy["PolicyName"] == values["name"]:
            arn = policy["Arn"]
            tags = tags_of(aws.client("iam").list_policy_tags(PolicyArn=arn)["Tags"])
            yield Candidate(arn, tags, {"arn": arn})


def _repositories(aws: Aws, values: Values) -> Iterator[Candidate]:
    asked = [values["name"]]
    for found in aws.client("ecr").describe_repositories(repositoryNames=asked)["repositories"]:
        yield Candidate(values["name"], repository_tags(aws, found["repositoryArn"]))


def _role_policies(aws: Aws, values: Values) -> Iterator[Candidate]:
    role, name = values["role"], values["name"]
    aws.client("iam").get_role_policy(RoleName=role, PolicyName=name)
    yield Candidate(f"{role}:{name}", None)


def _role_attachments(aws: Aws, values: Values) -> Iterator[Candidate]:
    role, wanted = values["role"], values["policy_arn"]
    for policy in aws.all("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=role):
        if policy["PolicyArn"] == wanted:
            yield Candidate(f"{role}/{wanted}", None)


def _of_repository(operation: str) -> Finder:
    """The policy of a repository, which has one of each kind."""

    def find(aws: Aws, values: Values) -> Iterator[Candidate]:
        getattr(aws.client("ecr"), operation)(repositoryName=values["repository"])
        yield Candidate(values["repository"], None)

    return find


def _described(kind: str, *arguments: str, by_arn: bool = False) -> Finder:
    """Describes a resource by these arguments; its id is the last of them, or its ARN."""

    def find(aws: Aws, values: Values) -> Iterator[Candidate]:
        request = {to_pascal(argument): values[argument] for argument in arguments}
        answer = getattr(aws.client("sagemaker"), f"describe_{kind}")(**request)
        arn = answer[f"{to_pascal(kind)}Arn"]
        yield Candidate(arn if by_arn else values[arguments[-1]], sagemaker_tags(aws, arn))

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
            yield Candidate(domain["DomainId"], sagemaker_tags(aws, domain["DomainArn"]))


FINDERS: Mapping[str, Finder] = {
    **NETWORK_FINDERS,
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
    "aws_cloudwatch_log_group": _log_groups,
    "aws_kms_key": _keys,
    "aws_kms_alias": _aliases,
    "aws_iam_role": _roles,
    "aws_iam_policy": _policies,
    "aws_ecr_repository": _repositories,
    "aws_iam_role_policy": _role_policies,
    "aws_iam_role_policy_attachment": _role_attachments,
    "aws_ecr_lifecycle_policy": _of_repository("get_lifecycle_policy"),
    "aws_ecr_repository_policy": _of_repository("get_repository_policy"),
}

PARENTS: Mapping[str, str] = {
    "aws_default_security_group": "vpc_id",
    "aws_iam_role_policy": "role",
    "aws_iam_role_policy_attachment": "role",
    "aws_ecr_lifecycle_policy": "repository",
    "aws_ecr_repository_policy": "repository",
}
"""Types without tags, each with the attribute that refers to the resource that it belongs to."""


class _Unknown(Exception):
    """A finder needs a value that is known only after another resource exists."""


class _Known(dict[str, Any]):
    def __missing__(self, name: str) -> Any:
        raise _Unknown(name)


_NOT_FOUND = (
    "ResourceNotFound",
    "ResourceNotFoundException",
    "RepositoryNotFoundException",
    "LifecyclePolicyNotFoundException",
    "RepositoryPolicyNotFoundException",
    "NoSuchEntity",
)


def candidates(kind: str, aws: Aws, values: Values) -> list[Candidate]:
    """The resources that may be a planned one; none if it refers to one that does not exist.

    Raises AwsError.
    """
    if kind not in FINDERS:
        return []
    known = _Known({name: value for name, value in values.items() if value is not None})
    with suppress(_Unknown), ignoring(*_NOT_FOUND):
        return list(FINDERS[kind](aws, known))
    return []
