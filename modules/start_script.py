"""The lifecycle configuration that starts SSH in a user's app."""

import base64
import hashlib
from pathlib import Path

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.sagemaker_studio_lifecycle_config import (
    SagemakerStudioLifecycleConfig,
)
from constructs import Construct

from catalog.names import AppType

LONGEST_SCRIPT = 16_384
"""The longest content of CreateStudioLifecycleConfig, in characters of base64."""

_SOURCE = Path(__file__).parent / "start-scripts" / "ssh-helper.sh"
_DIGEST_LENGTH = 8
NAME_LIMIT = 63 - _DIGEST_LENGTH - 1
"""The longest ``name`` of a script, in characters."""


class SshHelperScript(Construct):
    """A lifecycle configuration that registers an app as a node of Systems Manager.

    SageMaker cannot change one, so its name ends in a hash of its app type and content: Terraform
    creates and attaches a new script before it deletes the old one. While an app that started with
    the old one runs, SageMaker refuses to delete it (API_DeleteStudioLifecycleConfig); a later
    deployment does.

    name: the first part of its name, at most ``NAME_LIMIT`` characters.
    user: the user profile whose apps it starts; becomes the nodes' SSHOwner.
    """

    def __init__(
        self, scope: Construct, id_: str, *, name: str, user: str, app_type: AppType
    ) -> None:
        super().__init__(scope, id_)
        content = encoded(ssh_helper_script(user))
        digest = hashlib.sha256(f"{app_type} {content}".encode()).hexdigest()[:_DIGEST_LENGTH]
        config = SagemakerStudioLifecycleConfig(
            self,
            "config",
            studio_lifecycle_config_name=f"{name}-{digest}",
            studio_lifecycle_config_app_type=app_type,
            studio_lifecycle_config_content=content,
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )
        self.arn: str = config.arn


def ssh_helper_script(user: str) -> str:
    """The script for the apps of one user profile; user: letters, digits and hyphens."""
    return _SOURCE.read_text(encoding="utf-8").replace("@STUDIO_USER@", user)


def encoded(script: str) -> str:
    """The script in base64. Raises ValueError if it is too long for SageMaker."""
    content = base64.b64encode(script.encode()).decode()
    if len(content) > LONGEST_SCRIPT:
        raise ValueError(f"a start script of {len(content)} characters: at most {LONGEST_SCRIPT}")
    return content
