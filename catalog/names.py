"""The names of tags, and the values that studio.toml chooses from: features, app types, methods."""

from enum import StrEnum

DEPLOYMENT_TAG = "StudioDeployment"
"""The tag of every taggable resource of a deployment; its value is the deployment's name."""

HOME_OWNER_TAG = "ManagedByAmazonSageMakerResource"
"""SageMaker's, on the file system of a domain; the value is the domain's ARN
(docs.aws.amazon.com/sagemaker/latest/dg/studio-manage-storage.html)."""

SSH_OWNER_TAG = "SSHOwner"
"""sagemaker-ssh-helper's, on activation and node: the user whose app it is (IAM_SSM_Setup.md)."""

SSH_RESOURCE_TAG = "SSHResourceArn"
"""sagemaker-ssh-helper's, on activation and node: the app's ARN."""

IDLE_MINUTES = (60, 525_600)
"""The shortest and the longest idle timeout (API_IdleSettings)."""

IMAGE_VARIABLE = "STUDIO_IMAGE"
"""The environment variable of an app with the name of its image."""


class Feature(StrEnum):
    """The features besides notebooks; each adds its endpoints and permissions."""

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
    """The program that carries a session of Systems Manager on a user's machine.

    AUTO: AWS's session-manager-plugin if it is on PATH, else `studio` itself.
    """

    AUTO = "auto"
    AWS = "aws"
    STUDIO = "studio"


class ConnectMethod(StrEnum):
    """How a user's editor connects to a space."""

    NATIVE = "native"
    SSH_HELPER = "ssh-helper"
