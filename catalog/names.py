"""The words that studio.toml chooses from."""

from enum import StrEnum

DEPLOYMENT_TAG = "StudioDeployment"
"""On everything that carries tags; the value is the deployment's name. It tells what is ours."""

IMAGE_VARIABLE = "STUDIO_IMAGE"
"""The variable that tells what runs in an app of which image it is."""


class Feature(StrEnum):
    """What people do in Studio beyond notebooks; each brings the endpoints that it needs."""

    CONNECT = "connect"
    JOBS = "jobs"
    INFERENCE = "inference"
    PROJECTS = "projects"
    PACKAGES = "packages"
    GIT = "git"
    ENCRYPTION = "encryption"
    LEGACY_AGENT = "legacy-agent"


class AppType(StrEnum):
    """The kinds of Studio app that an image can run as, by SageMaker's names."""

    JUPYTER_LAB = "JupyterLab"
    CODE_EDITOR = "CodeEditor"
    KERNEL_GATEWAY = "KernelGateway"


class ConnectMethod(StrEnum):
    """How a person's own editor reaches a space."""

    NATIVE = "native"
    SSH_HELPER = "ssh-helper"
