"""The names that studio.toml and AWS's tags share, and the values that studio.toml chooses from."""

from enum import StrEnum

DEPLOYMENT_TAG = "StudioDeployment"
"""The tag, on every resource that can carry one, by which a deployment's resources are found.

Its value is the deployment's name.
"""

IMAGE_VARIABLE = "STUDIO_IMAGE"
"""The environment variable of an app that holds the name of its image."""


class Feature(StrEnum):
    """What people do in Studio besides notebooks; each adds the endpoints that it needs."""

    CONNECT = "connect"
    JOBS = "jobs"
    INFERENCE = "inference"
    PROJECTS = "projects"
    PACKAGES = "packages"
    GIT = "git"
    ENCRYPTION = "encryption"
    LEGACY_AGENT = "legacy-agent"


class AppType(StrEnum):
    """The types of Studio app that an image can run as, with SageMaker's names."""

    JUPYTER_LAB = "JupyterLab"
    CODE_EDITOR = "CodeEditor"
    KERNEL_GATEWAY = "KernelGateway"


class Plugin(StrEnum):
    """What carries a session of Systems Manager on a person's machine.

    AUTO: AWS's session-manager-plugin where it is on PATH, else `studio` itself.
    """

    AUTO = "auto"
    AWS = "aws"
    STUDIO = "studio"


class ConnectMethod(StrEnum):
    """How a user's local editor reaches a space."""

    NATIVE = "native"
    SSH_HELPER = "ssh-helper"
