"""The ssh-helper way: the app is a managed node of Systems Manager, with an sshd of its own."""

import shlex
from collections.abc import Iterator

from settings import ConnectMethod, UserError
from studio.aws import key_bucket, node_commands
from studio.aws.apps import start_app
from studio.aws.errors import AwsError
from studio.aws.nodes import Registration, nodes_of
from studio.aws.waiting import moments
from studio.connect import key_pair, proof, requirements
from studio.connect.request import Goal, Step
from studio.errors import StepFailed

_NODE_SECONDS = 600.0
_SAY_AGAIN_SECONDS = 30.0


def check(goal: Goal) -> None:
    """Raise UserError where no node could be reached, before anything is started."""
    requirements.require(goal.settings, *requirements.TIER)
    if node_of(goal) is not None:
        return
    user, app = goal.user, goal.app()
    if app is not None and app.status == "Deleting":
        app = None
    if goal.settings.space(user).image is None:
        raise UserError(
            f"users.{user}.space.image: the space starts SageMaker's own image, in which there is "
            f"no sagemaker-ssh-helper; take --way {ConnectMethod.NATIVE}, or an image of your own"
        )
    if app is not None and app.script is None:
        raise UserError(
            f"the app of {user} was started without the script that makes it a node: save your "
            f"work, run `studio stop {user}`, then connect again"
        )
    if app is None and goal.space.script is None:
        raise UserError(
            f"{user} has no start script that would make the app a node; run `studio up` first"
        )


def steps(goal: Goal) -> Iterator[Step]:
    """What is left to do until the node can be reached."""
    bucket = key_bucket.name(region=goal.region, account=goal.account)
    folder = f"s3://{bucket}/{key_pair.prefix(goal.user)}"
    yield Step(f"put the public key into {folder}", lambda: _upload(goal, bucket))
    app = goal.app()
    if app is None or app.status != "InService":
        yield Step(
            f"start {goal.space.app_type} ({goal.price()})",
            lambda: start_app(goal.aws, goal.space, goal.report, ssh_helper=True),
        )
    if node_of(goal) is None:
        yield Step("wait until the app is a managed node", lambda: _wait(goal))
    yield Step(
        "install the key on the node and learn its host keys", lambda: _install(goal, folder)
    )


def reached(goal: Goal) -> tuple[str, str] | None:
    """Where sessions lead, and which app is there; None where none runs."""
    node = node_of(goal)
    return None if node is None else (node.id, node.id)


def foreseen(_goal: Goal) -> tuple[str, str]:
    """What ``reached`` will say once an app runs, with NODE for what nobody knows yet."""
    return "NODE", "NODE"


def node_of(goal: Goal) -> Registration | None:
    """The node that the app that runs now has become. Raises UserError."""
    app = goal.app()
    if app is None:
        return None
    # The node of an app that ended a moment ago may still be said to be online.
    registered = nodes_of(goal.aws, goal.user, goal.space)
    mine = [node for node in registered if node.online and node.since >= app.since]
    return mine[-1] if mine else None


def _upload(goal: Goal, bucket: str) -> None:
    key = key_pair.ensure(goal.place)
    try:
        goal.aws.client("s3").put_object(
            Bucket=bucket,
            Key=key_pair.prefix(goal.user) + key_pair.name(key),
            Body=f"{key}\n".encode(),
            # Bucket names are everybody's: this one may have been taken in another account.
            ExpectedBucketOwner=goal.account,
        )
    except AwsError as error:
        if error.code != "NoSuchBucket":
            raise
        raise UserError(
            f"the bucket {bucket}, in which nodes look for keys, does not exist; "
            "`studio up` makes it"
        ) from None


def _wait(goal: Goal) -> None:
    said = 0.0
    for passed in moments(_NODE_SECONDS):
        if node_of(goal) is not None:
            return
        if passed - said > _SAY_AGAIN_SECONDS:
            goal.report(f"waiting for the node ({passed:.0f} s)")
            said = passed
    raise StepFailed(
        f"the app did not become a node within {_NODE_SECONDS / 60:.0f} minutes; its log "
        f"group /aws/sagemaker/studio says why, and `studio stop {goal.user}` ends it"
    )


def _install(goal: Goal, folder: str) -> None:
    """The node fetches keys at its start; this one may be newer. Where, is sagemaker-ssh-helper's.

    The answer comes from Systems Manager, not over the connection that the host keys are to prove.
    """
    node = node_of(goal)
    if node is None:
        raise StepFailed("the node is gone again; connect again")
    key = key_pair.ensure(goal.place)
    printed = node_commands.run_commands(
        goal.aws,
        node,
        [
            "mkdir -p /etc/ssh/authorized_keys.d",
            f"aws s3 cp {shlex.quote(folder + key_pair.name(key))} /etc/ssh/authorized_keys.d/ >&2",
            "cat /etc/ssh/authorized_keys.d/* > /etc/ssh/authorized_keys",
            "cat /etc/ssh/ssh_host_*_key.pub",
        ],
    )
    proof.pin(goal.place, alias=proof.alias(goal.place, node.id), printed=printed)
