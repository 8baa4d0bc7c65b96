"""Domains: creation, update, deletion, what refuses it, and what of the network remains."""

import secrets
import string
from functools import partial

from studio_emulator.call import Answer, Call, Params
from studio_emulator.studio import checks, domain_network, lookup, settings_checks, usage
from studio_emulator.studio.lifecycle import CREATE, DELETE, UPDATE, Resource, begin
from studio_emulator.studio.listing import page
from studio_emulator.studio.refusals import in_use, invalid
from studio_emulator.studio.settings_merge import updated, within
from studio_emulator.studio.store import Store, store
from studio_emulator.studio.tags import set_tags

# Seconds on AWS, which the option `speed` divides.
CREATING = 180
UPDATING = 30
DELETING = 120

_ID_CHARACTERS = string.ascii_lowercase + string.digits
_SETTINGS = ("DefaultUserSettings", "DefaultSpaceSettings")
_REPLACED = ("AppNetworkAccessType", "TagPropagation", "SubnetIds", "HomeEfsFileSystemCreation")
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
    _check_creation(params, call, domain)
    set_tags(state, domain.arn, params.get("Tags"))
    state.domains[domain.id] = domain
    if params.get("HomeEfsFileSystemCreation") != "Disabled":
        domain_network.provision(call, domain)
    begin(call.clock, domain, CREATE, after=CREATING)
    return {"DomainArn": domain.arn, "DomainId": domain.id, "Url": domain.data["Url"]}


def describe_domain(params: Params, call: Call) -> Answer:
    return lookup.domain(params, call).answer()


def list_domains(params: Params, call: Call) -> Answer:
    """ListDomains, oldest first."""
    times = ("CreationTime", "LastModifiedTime")
    members = ("DomainArn", "DomainId", "DomainName", "Status", *times, "Url")
    domains = store(call).domains.values()
    return page(domains, params, "Domains", lambda domain: domain.summary(*members))


def update_domain(params: Params, call: Call) -> Answer:
    """UpdateDomain: does not change omitted members; Updating, then InService."""
    state = store(call)
    domain = lookup.domain(params, call)
    lookup.require_state(domain, "Domain", lookup.USABLE)
    _check_network_update(params, call, state, domain)
    _check_settings_update(params, call, state, domain)
    data = {**domain.data, **{member: params[member] for member in _REPLACED if member in params}}
    rule = call.options.settings_updates
    for member in _SETTINGS:
        given = params.get(member, {})
        settings_checks.user_settings(
            given, call, vpc_id=None, source_arn=domain.arn, of_domain=True
        )
        if member in params:
            data[member] = updated(data.get(member), given, rule=rule)
        groups = data.get(member, {}).get("SecurityGroups", [])
        checks.security_groups(call, checks.interface_vpc(data), groups)
    if "DomainSettingsForUpdate" in params:
        given = params["DomainSettingsForUpdate"]
        data["DomainSettings"] = updated(data.get("DomainSettings"), given, rule=rule)
    usage.refuse_detaching(state, domain, settings=data)
    domain.data = data
    if "efs" in domain.owned:
        domain_network.mount(call, domain, params.get("SubnetIds", []))
    elif params.get("HomeEfsFileSystemCreation") == "Enabled":
        domain_network.provision(call, domain)
    begin(call.clock, domain, UPDATE, after=UPDATING)
    return {"DomainArn": domain.arn}


def delete_domain(params: Params, call: Call) -> Answer:
    """DeleteDomain: keeps the file system unless RetentionPolicy says `Delete`."""
    state = store(call)
    domain = lookup.domain(params, call)
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


def _check_creation(params: Params, call: Call, domain: Resource) -> None:
    if "VpcId" not in params or not params.get("SubnetIds"):
        raise invalid("VpcId and SubnetIds are required to create a domain.")
    vpc_id = params["VpcId"]
    checks.vpc(call, vpc_id)
    checks.subnets(call, vpc_id, params["SubnetIds"])
    checks.key_of_domain(call, domain.data)
    domain_settings = params.get("DomainSettings", {})
    if "RStudioServerProDomainSettings" in domain_settings:
        raise invalid("No RStudio license was found for this account.")
    if "AppSecurityGroupManagement" in params:
        raise invalid("AppSecurityGroupManagement needs RStudioServerProDomainSettings.")
    checks.security_groups(call, vpc_id, domain_settings.get("SecurityGroupIds", []))
    if "ExecutionRole" not in params["DefaultUserSettings"]:
        raise invalid("ExecutionRole is required in DefaultUserSettings.")
    for member in _SETTINGS:
        settings_checks.user_settings(
            params.get(member, {}),
            call,
            vpc_id=checks.interface_vpc(domain.data),
            source_arn=domain.arn,
            of_domain=True,
        )


def _check_network_update(params: Params, call: Call, state: Store, domain: Resource) -> None:
    access = params.get("AppNetworkAccessType")
    subnet_ids = params.get("SubnetIds", [])
    # hashicorp/terraform-provider-aws#45528: also if the domain is in that mode.
    if access == "VpcOnly" and not ("VpcId" in params and subnet_ids):
        raise invalid("VpcId and Subnet IDs are required for updating domains to VpcOnly mode.")
    vpc_id = domain.data["VpcId"]
    if params.get("VpcId", vpc_id) != vpc_id:
        raise invalid(f"The VPC of domain [{domain.arn}] cannot be changed.")
    checks.subnets(call, vpc_id, subnet_ids)
    busy = any(lookup.apps(state, domain.id, lookup.ACTIVE))
    if busy and access and access != domain.data["AppNetworkAccessType"]:
        raise in_use("AppNetworkAccessType cannot be changed while there are running apps.")
    if busy and subnet_ids and set(domain.data["SubnetIds"]) - set(subnet_ids):
        raise in_use("Subnets cannot be removed while there are running apps.")
    if "AppSecurityGroupManagement" in params:
        raise invalid("AppSecurityGroupManagement needs RStudioServerProDomainSettings.")
    created = params.get("HomeEfsFileSystemCreation")
    if created == "Disabled" and domain.data.get("HomeEfsFileSystemCreation") != "Disabled":
        raise invalid("HomeEfsFileSystemCreation cannot be changed from Enabled to Disabled.")


def _check_settings_update(params: Params, call: Call, state: Store, domain: Resource) -> None:
    given = params.get("DomainSettingsForUpdate", {})
    if "RStudioServerProDomainSettingsForUpdate" in given:
        raise invalid("No RStudio license was found for this account.")
    checks.security_groups(call, domain.data["VpcId"], given.get("SecurityGroupIds", []))
    current = within(domain.data, "DomainSettings", "ExecutionRoleIdentityConfig") or "DISABLED"
    changed = given.get("ExecutionRoleIdentityConfig", current) != current
    if changed and any(lookup.apps(state, domain.id)):
        raise in_use(
            "ExecutionRoleIdentityConfig can only be modified if there are no apps in the "
            "InService or Pending state."
        )
