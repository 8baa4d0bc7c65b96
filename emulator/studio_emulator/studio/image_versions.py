"""Versions of SageMaker images: numbers, aliases; which base image or role makes one fail."""

import re
from functools import partial
from typing import Any

from studio_emulator import iam, paging, registry
from studio_emulator.call import Answer, Call, Params
from studio_emulator.studio import aws_accounts, images, usage
from studio_emulator.studio.lifecycle import Resource, begin
from studio_emulator.studio.listing import PAGE, filtered, page
from studio_emulator.studio.refusals import in_use, invalid, not_found
from studio_emulator.studio.store import store

CREATE_SECONDS = 20
URI_LIMIT = 255
_URI = re.compile(r"(?P<repository>[^/@]*[.:][^/@]*/[^:@]+)(:[^:@]+)?(@sha256:[0-9a-f]{64})?")
_REGISTRY = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?"
    r"/(?P<repository>[^:@]+).*"
)
_READ = ("BatchGetImage", "GetDownloadUrlForLayer")
_KIND = "ImageVersion"
_PROPERTIES = (
    "VendorGuidance",
    "JobType",
    "MLFramework",
    "ProgrammingLang",
    "Processor",
    "Horovod",
    "ReleaseNotes",
)
_ONLY_DESCRIBED = ("BaseImage", "ContainerImage", *_PROPERTIES)


def create_image_version(params: Params, call: Call) -> Answer:
    """CreateImageVersion: never uses a number twice; one ClientToken creates one version.

    A base image that the role cannot read makes the version CREATE_FAILED.
    """
    state, image = store(call), images.find(call, params["ImageName"])
    name = image.name
    for version in state.versions_of(name):
        if version.owned["token"] == params["ClientToken"]:
            return {"ImageVersionArn": version.arn}
    images.refuse_unusable(image)
    if image.owned.get("numbered", 0.0) > call.arrived:
        # hashicorp/terraform-provider-aws#44693
        raise in_use("Resource was modified concurrently")
    if not _URI.fullmatch(params["BaseImage"]):
        raise invalid(
            f"Invalid BaseImage {params['BaseImage']}. Please provide a valid Amazon Elastic "
            "Container Registry path of the container image."
        )
    aliases = _free_aliases(call, name, params.get("Aliases", []))
    number = image.owned["versions"] = image.owned.get("versions", 0) + 1
    now = image.owned["numbered"] = call.clock.now()
    arn = call.arn(f"image-version/{name.lower()}/{number}")
    data = {key: params[key] for key in ("BaseImage", *_PROPERTIES) if key in params}
    data |= {"ImageArn": image.arn, "ImageVersionArn": arn, "Version": number}
    version = Resource(
        name=name,
        arn=arn,
        data=data,
        created=now,
        owned={"token": params["ClientToken"], "aliases": aliases},
    )
    state.image_versions[name, number] = version
    container, problem = _resolve(call, image, params["BaseImage"])
    effect = partial(images.finish, version, data | {"ContainerImage": container}, problem)
    begin(call.clock, version, images.CREATE, after=CREATE_SECONDS, effect=effect)
    return {"ImageVersionArn": arn}


def describe_image_version(params: Params, call: Call) -> Answer:
    """DescribeImageVersion; without Version and Alias, the newest version in any status."""
    if "Version" in params or "Alias" in params:
        return _selected(params, call).answer(_KIND)
    versions = store(call).versions_of(params["ImageName"])
    if not versions:
        raise not_found(
            f"Latest ImageVersion with ImageName {params['ImageName']} does not exist. "
            "Please provide a valid ImageName."
        )
    return versions[-1].answer(_KIND)


def list_image_versions(params: Params, call: Call) -> Answer:
    def summary(version: Resource) -> dict[str, Any]:
        return {k: v for k, v in version.answer(_KIND).items() if k not in _ONLY_DESCRIBED}

    versions = store(call).versions_of(images.find(call, params["ImageName"]).name)
    return page(filtered(versions, params), params, "ImageVersions", summary, ascending=False)


def update_image_version(params: Params, call: Call) -> Answer:
    """UpdateImageVersion: changes properties and aliases."""
    version = _selected(params, call)
    usage.refuse_in_flight(version)
    aliases: list[str] = version.owned["aliases"]
    kept = [alias for alias in aliases if alias not in params.get("AliasesToDelete", [])]
    added = [alias for alias in params.get("AliasesToAdd", []) if alias not in aliases]
    version.owned["aliases"] = kept + _free_aliases(call, params["ImageName"], added)
    version.data |= {key: params[key] for key in _PROPERTIES if key in params}
    version.modified = call.clock.now()
    return {"ImageVersionArn": version.arn}


def delete_image_version(params: Params, call: Call) -> Answer:
    """DeleteImageVersion; refused while an app runs it or an attached image needs it."""
    version = _selected(params, call)
    usage.refuse_in_flight(version)
    usage.refuse_used_version(version, store(call))
    begin(call.clock, version, images.DELETE, after=images.DELETE_SECONDS)
    return {}


def list_aliases(params: Params, call: Call) -> Answer:
    """ListAliases: of one version, or of all versions of the image."""
    image = images.find(call, params["ImageName"])
    if "Version" in params or "Alias" in params:
        versions = [_selected(params, call)]
    else:
        versions = store(call).versions_of(image.name)
    aliases, token = paging.page(
        (alias for version in versions for alias in version.owned["aliases"]),
        key=lambda alias: [alias],
        size=params.get("MaxResults", PAGE),
        token=params.get("NextToken"),
    )
    return {"SageMakerImageVersionAliases": aliases, **({"NextToken": token} if token else {})}


def _selected(params: Params, call: Call) -> Resource:
    name, number, alias = params["ImageName"], params.get("Version"), params.get("Alias")
    if number is None and alias is None:
        raise invalid("Either Version or Alias must be specified.")
    for version in store(call).versions_of(name):
        if number in (None, version.data["Version"]) and (
            alias is None or alias in version.owned["aliases"]
        ):
            return version
    which = f"Version {number}" if alias is None else f"Alias {alias}"
    raise not_found(f"ImageVersion with ImageName {name} and {which} does not exist.")


def _free_aliases(call: Call, name: str, aliases: list[str]) -> list[str]:
    for version in store(call).versions_of(name):
        if taken := sorted(set(aliases) & set(version.owned["aliases"])):
            raise in_use(f"Alias {taken[0]} already belongs to {version.arn}.")
    if len(set(aliases)) < len(aliases):
        raise invalid("Aliases must be unique.")
    return aliases


def _resolve(call: Call, image: Resource, uri: str) -> tuple[str, str | None]:
    """The container image by digest, and why no version can be created from it, or None."""
    if image.name in call.options.fail_images:
        call.options.fail_images.remove(image.name)
        return uri, "The option fail_images makes this version fail."
    role_arn = image.data["RoleArn"]
    if problem := images.role_problem(call, image, role_arn):
        return uri, problem
    role = iam.role_named(call.account, role_arn)
    pushed = registry.find_image(call.account, call.region, uri)
    repository = pushed.repository_arn if pushed else _aws_repository(call, uri)
    if role is None or repository is None:
        return uri, f"The image '{uri}' does not exist."
    wanted = [("GetAuthorizationToken", "*"), *((action, repository) for action in _READ)]
    for action, resource in wanted:
        if not iam.allows(role, f"ecr:{action}", resource):
            return uri, (
                f"The role '{role_arn}' does not have {action} permission for the image: '{uri}'."
            )
    if pushed is None:
        return uri, None
    if pushed.problem:
        return uri, pushed.problem
    if (pushed.os, pushed.architecture) != ("linux", "amd64"):
        built = f"{pushed.os}/{pushed.architecture}"
        return uri, f"The image '{uri}' is built for {built}; Studio runs linux/amd64."
    match = _URI.fullmatch(uri)
    pinned = f"{match['repository']}@{pushed.digest}" if match else uri
    return (pinned if len(pinned) <= URI_LIMIT else uri), None


def _aws_repository(call: Call, uri: str) -> str | None:
    """The ARN of a repository of AWS for SageMaker; None for other repositories."""
    match = _REGISTRY.fullmatch(uri)
    if match is None or not aws_accounts.has_registry(match["account"], match["region"]):
        return None
    registry_arn = f"arn:{call.partition}:ecr:{match['region']}:{match['account']}"
    return f"{registry_arn}:repository/{match['repository']}"
