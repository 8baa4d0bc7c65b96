"""UpdateDomain."""

from studio_emulator.call import Answer, Call, Params
from studio_emulator.studio import checks, domain_network, image_use, lookup, settings_checks
from studio_emulator.studio.lifecycle import UPDATE, Resource, begin
from studio_emulator.studio.refusals import in_use, invalid
from studio_emulator.studio.settings_merge import updated, within
from studio_emulator.studio.store import Store, store

UPDATING = 30  # AWS seconds

_MERGED = ("DefaultUserSettings", "DefaultSpaceSettings")
_REPLACED = ("AppNetworkAccessType", "TagPropagation", "SubnetIds", "HomeEfsFileSystemCreation")


def update_domain(params: Params, call: Call) -> Answer:
    """UpdateDomain: does not change omitted members; Updating, then InService."""
    state = store(call)
    domain = lookup.domain(state, call, params["DomainId"])
    lookup.require_state(domain, "Domain", lookup.USABLE)
    _check_network(params, call, state, domain)
    _check_domain_settings(params, call, state, domain)
    data = {**domain.data, **{member: params[member] for member in _REPLACED if member in params}}
    rule = call.options.settings_updates
    for member in _MERGED:
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
    image_use.refuse_detaching(state, domain, settings=data)
    domain.data = data
    _provision(params, call, domain)
    begin(call.clock, domain, UPDATE, after=UPDATING)
    return {"DomainArn": domain.arn}


def _check_network(params: Params, call: Call, state: Store, domain: Resource) -> None:
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


def _check_domain_settings(params: Params, call: Call, state: Store, domain: Resource) -> None:
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


def _provision(params: Params, call: Call, domain: Resource) -> None:
    if "efs" in domain.owned:
        domain_network.mount(call, domain, params.get("SubnetIds", []))
    elif params.get("HomeEfsFileSystemCreation") == "Enabled":
        domain_network.provision(call, domain)
