"""StartSession: which spaces refuse it, and when the node of an app cannot register."""

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.iam import Context, resource_tags
from studio_emulator.sessions import open_sessions
from studio_emulator.studio import checks, endpoint_policies, lookup, network_reach
from studio_emulator.studio.app_launch import IN_SPACES
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.refusals import invalid, not_found
from studio_emulator.studio.store import Store, by_arn, store

# Endpoint service -> the actions of the agent on the app's node.
_NODE_REQUESTS = {
    "ssm": ("ssm:UpdateInstanceInformation",),
    "ssmmessages": (
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ),
}


def start_session(params: Params, call: Call) -> Answer:
    """StartSession; the space must have RemoteAccess ENABLED and an app that is InService.

    https://docs.aws.amazon.com/sagemaker/latest/dg/remote-access-remote-setup.html
    """
    arn, state = params["ResourceIdentifier"], store(call)
    space = by_arn(state.spaces, arn)
    call.check("sagemaker:StartSession", arn, _context(arn, space, call))
    if space is None:
        raise not_found(f"The space {arn} does not exist.")
    if space.data.get("SpaceSettings", {}).get("RemoteAccess") != "ENABLED":
        raise invalid(f"Remote access is not enabled for space {arn}.")
    app = _app(state, space)
    if app is None:
        raise invalid(f"The space {arn} has no app that is InService.")
    since_start = (call.clock.now() - app.modified) * call.clock.speed
    if since_start < call.options.remote_access_delay or cannot_register(state, app, call):
        # AWS has the same error for a node that has not registered yet and for one that cannot.
        raise AwsError("InternalFailure", "The request processing has failed.", 500)
    return open_sessions.begin(call, service="sagemaker", target=arn)


def _context(arn: str, space: Resource | None, call: Call) -> Context:
    """The space's tags, with the tags that SageMaker adds to a private space.

    https://docs.aws.amazon.com/sagemaker/latest/dg/remote-access-remote-setup-abac.html
    """
    tags = dict(store(call).tags.get(arn, {}))
    if space is not None:
        domain = space.data["DomainId"]
        tags["sagemaker:domain-arn"] = call.arn(f"domain/{domain}")
        owner = space.data.get("OwnershipSettings", {}).get("OwnerUserProfileName")
        if owner:
            tags["sagemaker:user-profile-arn"] = lookup.user_profile_arn(call, domain, owner)
    return resource_tags(tags, "sagemaker:ResourceTag")


def _app(state: Store, space: Resource) -> Resource | None:
    """The space's app, or None unless it is InService."""
    for app in lookup.apps(state, space.data["DomainId"], ("InService",)):
        if app.data["AppType"] in IN_SPACES and app.data.get("SpaceName") == space.name:
            return app
    return None


def cannot_register(state: Store, app: Resource, call: Call) -> bool:
    """Whether the app's node cannot reach Systems Manager from the domain's VPC."""
    vpc_id = checks.interface_vpc(state.domains[app.data["DomainId"]].data)
    if vpc_id is None:
        return False
    enis = call.backend("ec2").enis
    interfaces = [enis[id_] for id_ in app.owned.get("interfaces", ()) if id_ in enis]
    if not any(
        all(network_reach.reaches(call, interface, service) for service in _NODE_REQUESTS)
        for interface in interfaces
    ):
        return True
    return call.options.remote_access_obeys_endpoint_policies and endpoint_policies.denies_requests(
        call, vpc_id=vpc_id, requests=_NODE_REQUESTS
    )
