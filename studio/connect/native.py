"""The native method: SageMaker's remote access to the space."""

from collections.abc import Iterator

from catalog.instances import INSTANCES, NATIVE_MEMORY_GIB, is_too_small_for_native
from catalog.regions import NATIVE_PARTITION
from settings import ConnectMethod, UserError
from studio.aws.apps import wait_while_app_is_deleted, wait_while_space_changes
from studio.aws.errors import AwsError
from studio.aws.spaces import enable_remote_access
from studio.connect.request import ConnectRequest, Step
from studio.connect.space_app import app_steps, find_space
from studio.connect.ssh_config import Target


def require_possible(request: ConnectRequest) -> None:
    """Raises UserError if SageMaker's remote access cannot work."""
    if request.partition != NATIVE_PARTITION:
        raise UserError(
            f"SageMaker's remote access is not known to work in the partition "
            f"{request.partition}; use --way {ConnectMethod.SSH_HELPER}"
        )
    instance_type, user = request.instance_type(), request.user
    if is_too_small_for_native(instance_type):
        space, memory = request.space, INSTANCES[instance_type].memory_gib
        if space.instance_type is None:
            spec = "{DefaultResourceSpec={InstanceType=ml.t3.large}}"
            raise UserError(
                f"the space {space.name} names no instance type and starts {instance_type} with "
                f"{memory:g} GiB of memory, --way native needs {NATIVE_MEMORY_GIB} or more: run "
                f"`studio stop {user}` if an app runs, then `aws sagemaker update-space "
                f"--domain-id {space.domain_id} --space-name {space.name} --space-settings "
                f"'{space.app_type}AppSettings={spec}' --region {space.region}`"
            )
        raise UserError(
            f"users.{user}.space.instance_type: {instance_type} has {memory:g} GiB of "
            f"memory, --way native needs {NATIVE_MEMORY_GIB} or more; set a larger type and run "
            f"`studio up` (and `studio stop {user}` if an app runs), or use --way ssh-helper"
        )
    if not request.space.remote_access and request.app() is not None:
        raise UserError(
            f"the app of {user} runs without remote access, which can be enabled only while no "
            f"app runs: save your work, run `studio stop {user}`, then connect again"
        )


def steps(request: ConnectRequest) -> Iterator[Step]:
    """The remaining steps until the space accepts sessions."""
    space = request.space
    if not space.remote_access:
        yield Step(
            f"enable remote access to the space {space.name}",
            lambda: _enable_remote_access(request),
        )
    yield from app_steps(request)


def _enable_remote_access(request: ConnectRequest) -> None:
    # AWS rejects an update of a space with an app, or during another update.
    wait_while_app_is_deleted(request.aws, request.space, request.report)
    wait_while_space_changes(request.aws, request.space, request.report)
    try:
        enable_remote_access(request.aws, request.space)
    except AwsError:
        # Another run may have enabled it meanwhile, and started the app.
        if not find_space(request.aws, request.settings.name, request.user).remote_access:
            raise


def resolve_target(request: ConnectRequest) -> Target | None:
    """The space."""
    return Target(id=request.space.arn, host_key_alias=None)
