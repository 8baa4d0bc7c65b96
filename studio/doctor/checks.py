"""The checks, in the order in which a person would fix what they find."""

from studio.aws.quotas import RAISE
from studio.doctor import (
    account_checks,
    deployment,
    existing_checks,
    images,
    network,
)
from studio.doctor.client_checks import CLIENT
from studio.doctor.model import Check, Scope

ACCOUNT = (
    Check(
        name="ssm-tier",
        scope=Scope.ACCOUNT,
        why="Session Manager reaches the nodes that ssh-helper makes in the advanced tier only.",
        fix=f"aws ssm update-service-setting --region {{region}} --setting-id "
        f"{account_checks.TIER} --setting-value advanced",
        run=account_checks.tier,
    ),
    Check(
        name="key-bucket",
        scope=Scope.ACCOUNT,
        why="The nodes that ssh-helper makes read people's public keys from it.",
        fix="studio up",
        run=account_checks.key_bucket,
    ),
    Check(
        name="quotas",
        scope=Scope.ACCOUNT,
        why="An app beyond the quota of its instance type is refused; for many types it is 0.",
        fix=RAISE,
        run=account_checks.quotas,
    ),
    Check(
        name="endpoint-services",
        scope=Scope.ACCOUNT,
        why="The VPC reaches AWS through an endpoint for each service, and not otherwise.",
        fix="remove the feature that needs it from `features` in the settings, then studio up",
        run=account_checks.endpoint_services,
    ),
    *existing_checks.CHECKS,
)
DEPLOYMENT = (
    Check(
        name="state",
        scope=Scope.DEPLOYMENT,
        why="What Terraform deployed is what `studio up` and `studio down` change.",
        fix="studio up",
        run=deployment.state,
    ),
    Check(
        name="domain",
        scope=Scope.DEPLOYMENT,
        why="No app starts in a domain that is not InService.",
        fix="studio up",
        run=deployment.domain,
    ),
    Check(
        name="homes",
        scope=Scope.DEPLOYMENT,
        why="An app mounts its user's home from the domain's file system.",
        fix="{command} --region {region}",
        run=network.homes,
    ),
    Check(
        name="endpoints",
        scope=Scope.DEPLOYMENT,
        why="Without one, calls from the VPC to its service time out; a session then waits for "
        "minutes or never opens.",
        fix="{command}",
        run=network.endpoints,
    ),
    Check(
        name="endpoint-dns",
        scope=Scope.DEPLOYMENT,
        why="Apps reach AWS only where its names resolve to the endpoints.",
        fix="have the VPC's DHCP options name AmazonProvidedDNS, and its attributes "
        "enableDnsSupport and enableDnsHostnames be true",
        run=network.dns,
    ),
    Check(
        name="execution-roles",
        scope=Scope.DEPLOYMENT,
        why="SageMaker runs an app with its user's role, and fails where it may not assume it.",
        fix="studio up",
        run=deployment.roles,
    ),
    Check(
        name="source-identity",
        scope=Scope.DEPLOYMENT,
        why="With source identity on, an app whose role does not trust sts:SetSourceIdentity ends "
        "as Failed.",
        fix="studio up",
        run=deployment.source_identity,
    ),
    Check(
        name="profiles",
        scope=Scope.DEPLOYMENT,
        why="A person's spaces and apps belong to the user profile.",
        fix="studio up",
        run=deployment.profiles,
    ),
    Check(
        name="spaces",
        scope=Scope.DEPLOYMENT,
        why="`studio connect` connects to the space.",
        fix="studio up",
        run=deployment.spaces,
    ),
    Check(
        name="remote-access",
        scope=Scope.DEPLOYMENT,
        why="SageMaker's remote access needs 8 GiB, and is switched on only while no app runs.",
        fix="{command}",
        run=deployment.remote_access,
    ),
    Check(
        name="image-versions",
        scope=Scope.DEPLOYMENT,
        why="An app cannot start from an image without a version that SageMaker has made.",
        fix="studio up",
        run=images.versions,
    ),
    Check(
        name="image-record",
        scope=Scope.DEPLOYMENT,
        why="With an outdated record, a plan creates a version again, or fails.",
        fix="studio image record, and commit the file",
        run=images.record,
    ),
    Check(
        name="image-check",
        scope=Scope.DEPLOYMENT,
        why="An app of an image that Studio cannot run ends in InternalFailure, or finds no node.",
        fix="studio image check, which names the change for each check that fails",
        run=images.contract,
    ),
)
CHECKS = (*CLIENT, *ACCOUNT, *DEPLOYMENT)
_PERSONAL = ("ssm-tier", "domain", "profiles", "spaces", "remote-access")
PERSONAL = (*CLIENT, *(check for check in CHECKS if check.name in _PERSONAL))
"""Those that depend on no settings, for a person who has no studio.toml."""
