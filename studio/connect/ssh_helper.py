"""The ssh-helper method: the app runs sshd; which managed node is used, how long that may take."""

import shlex
from collections.abc import Iterator

from catalog.permissions.iam import sagemaker_bucket
from catalog.permissions.ssh_permissions import keys_prefix
from settings import ConnectMethod, UserError
from studio.aws.apps import LOG_GROUP
from studio.aws.errors import AwsError
from studio.aws.nodes import Registration, nodes_of, run_commands
from studio.aws.waiting import moments
from studio.connect import key_pair
from studio.connect.request import ConnectRequest, Step
from studio.connect.space_app import app_steps
from studio.connect.ssh_config import SshPaths, Target, pin
from studio.errors import StepFailed

_NODE_SECONDS = 600.0
_REPORT_SECONDS = 30.0


def require_possible(request: ConnectRequest) -> None:
    """Raises UserError if the app cannot become a node."""
    if node_of(request) is not None:
        return
    user, app = request.user, request.app()
    if request.settings.space(user).image is None:
        raise UserError(
            f"users.{user}.space.image: the space starts SageMaker Distribution, which has no "
            f"sagemaker-ssh-helper; use --way {ConnectMethod.NATIVE}, or an image with it"
        )
    if app is not None and app.script is None:
        raise UserError(
            f"the app of {user} was started without the script that makes it a node: save your "
            f"work, run `studio stop {user}`, then connect again"
        )
    if app is None and request.space.script is None:
        raise UserError(
            f"{user} has no start script that makes the app a node; run `studio up` first"
        )


def steps(request: ConnectRequest) -> Iterator[Step]:
    """The remaining steps until the node accepts sessions."""
    bucket = sagemaker_bucket(request.region, request.account)
    folder = f"s3://{bucket}/{keys_prefix(request.space.user)}/"
    yield Step(f"upload the public key to {folder}", lambda: _upload(request, bucket))
    yield from app_steps(request, ssh_helper=True)
    if node_of(request) is None:
        yield Step("wait until the app is a managed node", lambda: _wait(request))
    yield Step(
        "install the key on the node and pin its host keys", lambda: _install(request, folder)
    )


def resolve_target(request: ConnectRequest) -> Target | None:
    """The node of the running app, or None. Raises UserError."""
    node = node_of(request)
    return None if node is None else target_of(request.paths, node.id)


def node_of(request: ConnectRequest) -> Registration | None:
    """The online node of the running app. Raises UserError."""
    app = request.app()
    if app is None:
        return None
    # Systems Manager may still list the node of a previous app as online.
    registered = [
        node
        for node in nodes_of(request.aws, request.space)
        if node.online and node.since >= app.since
    ]
    return registered[-1] if registered else None


def _upload(request: ConnectRequest, bucket: str) -> None:
    key = key_pair.ensure(request.paths)
    try:
        request.aws.client("s3").put_object(
            Bucket=bucket,
            Key=f"{keys_prefix(request.space.user)}/{key_pair.name(key)}",
            Body=f"{key}\n".encode(),
            # Bucket names are global: another account may own this one.
            ExpectedBucketOwner=request.account,
        )
    except AwsError as error:
        if error.code != "NoSuchBucket":
            raise
        raise UserError(f"the bucket {bucket} does not exist; run `studio up` first") from None


def _wait(request: ConnectRequest) -> None:
    reported = 0.0
    for passed in moments(_NODE_SECONDS):
        if node_of(request) is not None:
            return
        if passed - reported > _REPORT_SECONDS:
            request.report(f"waiting for the node ({passed:.0f} s)")
            reported = passed
    raise StepFailed(
        f"the app did not become a node within {_NODE_SECONDS / 60:.0f} minutes; see its log "
        f"group {LOG_GROUP}; `studio stop {request.user}` stops the app"
    )


def _install(request: ConnectRequest, folder: str) -> None:
    """Install this machine's key, which may be newer than the node, and pin the host keys.

    sagemaker-ssh-helper defines the folders. Systems Manager, not the connection that the host keys
    authenticate, transports the host keys.
    """
    node = node_of(request)
    if node is None:
        raise StepFailed("the node is no longer online; connect again")
    key = key_pair.ensure(request.paths)
    printed = run_commands(
        request.aws,
        node,
        [
            "mkdir -p /etc/ssh/authorized_keys.d",
            f"aws s3 cp {shlex.quote(folder + key_pair.name(key))} /etc/ssh/authorized_keys.d/ >&2",
            "cat /etc/ssh/authorized_keys.d/* > /etc/ssh/authorized_keys",
            "cat /etc/ssh/ssh_host_*_key.pub",
        ],
    )
    pin(target_of(request.paths, node.id), paths=request.paths, printed=printed)


def target_of(paths: SshPaths, node_id: str) -> Target:
    """The node with this id."""
    return Target(id=node_id, host_key_alias=f"{paths.host}.{node_id}")
