"""The endpoints, image and quota that a connection requires before an app starts; skips calls that
AWS denies.
"""

from collections.abc import Callable

from catalog.endpoint_services import service_name
from settings import ConnectMethod, UserError
from studio.aws import endpoints, quotas
from studio.aws.apps import with_image
from studio.aws.errors import AwsError
from studio.aws.spaces import describe_space, resources_of
from studio.connect.request import ConnectRequest

_SERVICES = {
    ConnectMethod.NATIVE: ("ssm", "ssmmessages"),
    ConnectMethod.SSH_HELPER: ("ssm", "ssmmessages", "sts"),
}


def require_all(request: ConnectRequest) -> None:
    """Raises UserError for the first check that fails."""
    checks: list[Callable[[ConnectRequest], str | None]] = [_endpoints]
    if request.app() is None:
        checks += [_image, _quota]
    for check in checks:
        try:
            problem = check(request)
        except AwsError:
            continue
        if problem:
            raise UserError(problem)


def _endpoints(request: ConnectRequest) -> str | None:
    settings, aws = request.settings, request.aws
    vpc_id = endpoints.vpc_of(aws, request.space.domain_id)
    found = endpoints.interface_endpoints(aws, vpc_id)
    services = _SERVICES[request.method]
    existing = set(services) <= set(settings.network.known_endpoints(settings.features))
    if not found and not existing:
        return f"{settings.name} is paused: {vpc_id} has no endpoints; run `studio resume` first"
    wanted = [service_name(service, request.region) for service in services]
    states = {name: found[name]["State"].lower() if name in found else "missing" for name in wanted}
    if bad := [f"{name} is {state}" for name, state in states.items() if state != "available"]:
        fix = "`studio doctor` shows the fix" if existing else "run `studio up` first"
        return f"endpoints of {vpc_id}: {', '.join(bad)}; {fix}"
    return None


def _image(request: ConnectRequest) -> str | None:
    space = request.space
    described = describe_space(request.aws, space.domain_id, space.name)
    resources = with_image(resources_of(request.aws, described or {}), request.region)
    arn = resources.get("SageMakerImageVersionArn") or resources.get("SageMakerImageArn", "")
    account, name = arn.split(":", 5)[4:] if arn else ("", "")
    if account != request.account:
        return None  # an image of AWS
    _, image, *number = name.split("/")
    version = {"Version": int(number[0])} if number else {}
    found = request.aws.described("describe_image_version", ImageName=image, **version)
    if found is None:
        return f"the image {image} has no version; run `studio up` first"
    status = found["ImageVersionStatus"]
    if status == "CREATED":
        return None
    reason = found.get("FailureReason", "SageMaker gives no reason")
    detail = f" ({reason})" if status.endswith("FAILED") else ""
    return f"the image {image} cannot start: version {found['Version']} is {status}{detail}"


def _quota(request: ConnectRequest) -> str | None:
    app_type, instance, aws = request.space.app_type, request.instance_type(), request.aws
    quota = quotas.find_quotas(aws, [(app_type, instance)]).get((app_type, instance))
    if quota is None or (in_use := quotas.apps_in_use(aws, app_type, instance)) < quota.most:
        return None
    increase = quotas.RAISE.format(region=request.region, code=quota.code, count=in_use + 1)
    return f"{quota.name}: {in_use} of {quota.most:g} run; to request more: {increase}"
