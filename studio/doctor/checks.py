"""All checks, in the order in which to fix what they find; those that need no studio.toml."""

from functools import partial

from studio.aws.quotas import RAISE
from studio.doctor import account_checks, deployment, existing_checks, images, network
from studio.doctor.client import CLIENT
from studio.doctor.model import Check, Scope

_account = partial(Check, scope=Scope.ACCOUNT)
_deployment = partial(Check, scope=Scope.DEPLOYMENT)
_CREATE = "`studio up`, for a deleted one with the --allow that it names"

ACCOUNT = (
    _account(
        name="ssm-tier",
        why="Session Manager connects to ssh-helper's nodes only in the advanced tier.",
        fix=f"aws ssm update-service-setting --region {{region}} --setting-id "
        f"{account_checks.TIER} --setting-value advanced",
        run=account_checks.tier,
    ),
    _account(
        name="key-bucket",
        why="ssh-helper's nodes read the users' public keys from this bucket.",
        fix="studio up",
        run=account_checks.key_bucket,
    ),
    _account(
        name="quotas",
        why="SageMaker starts no more apps than the quota of the instance type, which is often 0.",
        fix=RAISE,
        run=account_checks.quotas,
    ),
    _account(
        name="endpoint-services",
        why="The VPC reaches each AWS service only through an endpoint.",
        fix="remove the feature that needs the service from `features` in the settings, then "
        "`studio up`",
        run=account_checks.endpoint_services,
    ),
    *existing_checks.CHECKS,
)
DEPLOYMENT = (
    _deployment(
        name="state",
        why="`studio up` and `studio down` change the resources in Terraform's state.",
        run=deployment.state,
    ),
    _deployment(
        name="domain",
        why="Apps start only in a domain that is InService.",
        fix=_CREATE,
        run=deployment.domain,
    ),
    _deployment(
        name="key",
        why="No app starts while the KMS key of its disk is disabled or pending deletion.",
        run=deployment.key,
    ),
    _deployment(
        name="homes",
        why="An app mounts its user's home from the domain's file system.",
        run=network.homes,
    ),
    _deployment(
        name="endpoints",
        why="Without an endpoint, calls from the VPC to the service time out, and sessions open "
        "late or never.",
        run=network.endpoints,
    ),
    _deployment(
        name="endpoint-dns",
        why="Apps reach AWS only if its names resolve to the endpoints.",
        fix="set AmazonProvidedDNS in the VPC's DHCP options, and enableDnsSupport and "
        "enableDnsHostnames to true",
        run=network.dns,
    ),
    _deployment(
        name="execution-roles",
        why="To run an app, SageMaker assumes the execution role of its user.",
        fix="studio up",
        run=deployment.roles,
    ),
    _deployment(
        name="source-identity",
        why="With domain.source_identity, an app fails if the trust policy of its role does not "
        "allow sts:SetSourceIdentity.",
        fix="studio up",
        run=deployment.source_identity,
    ),
    _deployment(
        name="profiles",
        why="A user's spaces and apps belong to the user profile.",
        fix=_CREATE,
        run=deployment.profiles,
    ),
    _deployment(
        name="spaces",
        why="`studio connect` connects to the space.",
        fix=_CREATE,
        run=deployment.spaces,
    ),
    _deployment(
        name="remote-access",
        why="Remote access needs an instance with 8 GiB, and can be enabled only while no app "
        "runs.",
        run=deployment.remote_access,
    ),
    _deployment(
        name="image-versions",
        why="An app starts only from an image version that is CREATED.",
        fix="studio up",
        run=images.versions,
    ),
    _deployment(
        name="image-record",
        why="No app starts from a version whose image ECR has not; with an outdated record, a "
        "plan creates a version again, or fails.",
        run=images.record,
    ),
    _deployment(
        name="image-check",
        why="If Studio cannot run the image, its apps fail with InternalFailure or register no "
        "node.",
        fix="`studio image check`, which prints a fix for each failed check",
        run=images.contract,
    ),
)
CHECKS = (*CLIENT, *ACCOUNT, *DEPLOYMENT)
_WITHOUT_SETTINGS = ("ssm-tier", "domain", "profiles", "spaces", "remote-access")
PERSONAL = (*CLIENT, *(check for check in CHECKS if check.name in _WITHOUT_SETTINGS))
"""The checks that need no studio.toml."""
