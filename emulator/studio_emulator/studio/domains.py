"""CreateDomain, DescribeDomain, ListDomains, DeleteDomain; what of a domain's network remains."""

import secrets
import string
from functools import partial
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.studio import checks, domain_network, lookup, settings_checks
from studio_emulator.studio.domain_update import update_domain
from studio_emulator.studio.lifecycle import CREATE, DELETE, Resource, begin
from studio_emulator.studio.listing import page
from studio_emulator.studio.refusals import in_use, invalid
from studio_emulator.studio.settings_merge import updated, within
from studio_emulator.studio.store import store

# AWS seconds
CREATING = 180
DELETING = 120

_ID_CHARACTERS = string.ascii_lowercase + string.digits
_KEPT = (
    "AuthMode",
    "VpcId",
    "SubnetIds",
    "DefaultUserSettings",
    "DefaultSpaceSettings",
    "DomainSettings",
    "HomeEfsFileSystemCreation",
)


def create_domain(params: Params, call: Call) -> Answer:
    """CreateDomain: creates the domain, its EFS file system and its NFS security groups."""
    state = store(call)
    if any(domain.name == params["DomainName"] for domain in state.domains.values()):
        raise in_use(f"Domain with name [{params['DomainName']}] already exists.")
    lookup.within_limit(
        "Studio domains", "Domains", most=call.options.max_domains, used=len(state.domains)
    )
    domain = _new(params, call)
    _check(params, call, domain)
    state.tag(domain.arn, params.get("Tags"))
    state.domains[domain.id] = domain
    if params.get("HomeEfsFileSystemCreation") != "Disabled":
        domain_network.provision(call, domain)
    begin(call.clock, domain, CREATE, after=CREATING)
    return {"DomainArn": domain.arn, "DomainId": domain.id, "Url": domain.data["Url"]}


def describe_domain(params: Params, call: Call) -> Answer:
    return lookup.domain(store(call), call, params["DomainId"]).answer()


def list_domains(params: Params, call: Call) -> Answer:
    """ListDomains, oldest first."""
    return page(store(call).domains.values(), params, "Domains", _summary)


def delete_domain(params: Params, call: Call) -> Answer:
    """DeleteDomain: keeps the file system unless RetentionPolicy says `Delete`."""
    state = store(call)
    domain = lookup.domain(state, call, params["DomainId"])
    lookup.require_state(domain, "Domain", lookup.DELETABLE)
    lookup.refuse_associated(
        domain,
        "Domain",
        [
            ("App", any(lookup.apps(state, domain.id, lookup.ACTIVE))),
            ("Space", any(key[0] == domain.id for key in state.spaces)),
            ("UserProfile", any(key[0] == domain.id for key in state.user_profiles)),
        ],
    )
    retention = within(params, "RetentionPolicy", "HomeEfsFileSystem") or "Retain"
    effect = partial(_remove_network, call, domain) if retention == "Delete" else None
    begin(call.clock, domain, DELETE, after=DELETING, effect=effect)
    return {}


def _remove_network(call: Call, domain: Resource) -> None:
    domain_network.delete_file_system(call, domain)
    if call.options.nfs_groups_deleted_with_domain:
        domain_network.delete_groups(call, domain)


def _new(params: Params, call: Call) -> Resource:
    domain_id = "d-" + "".join(secrets.choice(_ID_CHARACTERS) for _ in range(12))
    suffix = "sagemaker.com.cn" if call.partition == "aws-cn" else "sagemaker.aws"
    arn = call.arn(f"domain/{domain_id}")
    data = {
        "DomainArn": arn,
        "DomainId": domain_id,
        "DomainName": params["DomainName"],
        "Url": f"https://{domain_id}.studio.{call.region}.{suffix}",
        "AppNetworkAccessType": params.get("AppNetworkAccessType", "PublicInternetOnly"),
        "TagPropagation": params.get("TagPropagation", "DISABLED"),
        **{member: params[member] for member in _KEPT if member in params},
    }
    # The provider's acceptance test of a basic domain expects it.
    data["DefaultUserSettings"] = updated(
        {"AutoMountHomeEFS": "Enabled"}, params["DefaultUserSettings"]
    )
    if key := params.get("KmsKeyId", params.get("HomeEfsFileSystemKmsKeyId")):
        data["KmsKeyId"] = data["HomeEfsFileSystemKmsKeyId"] = key
    if params["AuthMode"] == "SSO":
        data["SingleSignOnManagedApplicationInstanceId"] = f"ins-{secrets.token_hex(8)}"
        data["SingleSignOnApplicationArn"] = (
            f"arn:{call.partition}:sso::{call.account}:application/"
            f"ssoins-{secrets.token_hex(8)}/apl-{secrets.token_hex(8)}"
        )
    return Resource(name=params["DomainName"], arn=arn, data=data, created=call.clock.now())


def _check(params: Params, call: Call, domain: Resource) -> None:
    if "VpcId" not in params or not params.get("SubnetIds"):
        raise invalid("VpcId and SubnetIds are required to create a domain.")
    vpc_id = params["VpcId"]
    checks.vpc(call, vpc_id)
    checks.subnets(call, vpc_id, params["SubnetIds"])
    if "KmsKeyId" in domain.data:
        checks.kms_key(call, domain.data["KmsKeyId"])
    domain_settings = params.get("DomainSettings", {})
    if "RStudioServerProDomainSettings" in domain_settings:
        raise invalid("No RStudio license was found for this account.")
    if "AppSecurityGroupManagement" in params:
        raise invalid("AppSecurityGroupManagement needs RStudioServerProDomainSettings.")
    checks.security_groups(call, vpc_id, domain_settings.get("SecurityGroupIds", []))
    if "ExecutionRole" not in params["DefaultUserSettings"]:
        raise invalid("ExecutionRole is required in DefaultUserSettings.")
    for member in ("DefaultUserSettings", "DefaultSpaceSettings"):
        settings_checks.user_settings(
            params.get(member, {}),
            call,
            vpc_id=checks.interface_vpc(domain.data),
            source_arn=domain.arn,
            of_domain=True,
        )


def _summary(domain: Resource) -> dict[str, Any]:
    return domain.summary(
        "DomainArn", "DomainId", "DomainName", "Status", "CreationTime", "LastModifiedTime", "Url"
    )


OPERATIONS = {
    "CreateDomain": create_domain,
    "DescribeDomain": describe_domain,
    "ListDomains": list_domains,
    "UpdateDomain": update_domain,
    "DeleteDomain": delete_domain,
}
