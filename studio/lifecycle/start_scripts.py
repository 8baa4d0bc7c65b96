"""Keeps start scripts that a space or an app uses, and deletes the others.

SageMaker deletes no lifecycle configuration in use, and a space keeps the one that it was created
with. `studio up` removes such a script from Terraform's state, and deletes it once it is unused.
"""

from catalog.names import DEPLOYMENT_TAG
from settings import Settings
from studio.aws import app_settings, domain_resources
from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.aws.tags import sagemaker_tags
from studio.terraform.deployment import Deployment
from studio.terraform.state.files import Resource

_KIND = "aws_sagemaker_studio_lifecycle_config"
_NAME = "studio_lifecycle_config_name"
_USERS = "users"


def is_start_script(settings: Settings, arn: str) -> bool:
    """Whether the lifecycle configuration belongs to a user of the deployment."""
    return arn.rpartition("/")[2].startswith(f"{settings.name.lower()}-ssh-")


def keep_used_scripts(deployment: Deployment, aws: Aws) -> None:
    """Remove from state the used scripts that the next apply would delete. Raises UserError."""
    domain_id = deployment.output("domain", "domain_id")
    if domain_id is None or not (obsolete := _obsolete(deployment)):
        return
    named = app_settings.named_scripts(
        described
        for kind in (domain_resources.SPACES, domain_resources.APPS)
        for _, described in domain_resources.list_described(aws, kind, domain_id)
    )
    (stack,) = deployment.named([_USERS])
    for script in obsolete:
        if script.attributes.get("arn") in named:
            deployment.initialize(stack)
            deployment.terraform(stack, "state", "rm", script.address)
            deployment.report(
                f"kept      start script {script.attributes[_NAME]}, which an app or a space uses"
            )


def delete_unused_scripts(settings: Settings, deployment: Deployment, aws: Aws) -> None:
    """Delete the deployment's scripts that are neither in state nor in use. Raises UserError."""
    held = {script.attributes.get(_NAME) for script in _in_state(deployment)}
    sagemaker = aws.client("sagemaker")
    listed = aws.all(
        "sagemaker",
        "list_studio_lifecycle_configs",
        "StudioLifecycleConfigs",
        NameContains=f"{settings.name}-ssh",
    )
    for script in listed:
        name, arn = script["StudioLifecycleConfigName"], script["StudioLifecycleConfigArn"]
        if name in held or not is_start_script(settings, arn):
            continue
        if sagemaker_tags(aws, arn).get(DEPLOYMENT_TAG) != settings.name:
            continue
        with ignoring("ResourceInUse"):
            with ignoring("ResourceNotFound"):
                sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName=name)
            deployment.report(f"deleted   start script {name}")


def _in_state(deployment: Deployment) -> list[Resource]:
    return [one for one in deployment.resources([_USERS])[_USERS] if one.kind == _KIND]


def _obsolete(deployment: Deployment) -> list[Resource]:
    """The scripts in state that are no longer synthesized."""
    wanted = {
        script[_NAME]
        for stack in deployment.named([_USERS])
        for script in stack.resources.get(_KIND, {}).values()
    }
    return [one for one in _in_state(deployment) if one.attributes.get(_NAME) not in wanted]
